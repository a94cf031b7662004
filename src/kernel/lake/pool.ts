/**
 * A pool of children that run one query each, watched for time and memory, killed and replaced when
 * over.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Log } from '#kernel/log';
import type { ChildAnswer, ChildJob } from './child.ts';
import { lakeErrors } from './errors.ts';
import type { FencedLimits } from './model.ts';

export type Answer = Extract<ChildAnswer, { kind: 'done' | 'failed' }>;

export interface Pool {
  run(job: Omit<ChildJob, 'id'>, limits: FencedLimits): Promise<Answer>;
  /** Starts all children. */
  warm(): void;
  close(): void;
}

interface Child {
  process: ChildProcess;
  ready: Promise<void>;
}

type Turn = (child: Child) => void;

const script = fileURLToPath(new URL('./child.ts', import.meta.url));
const watchEveryMs = 10;
/** Resident megabytes of a child at rest; above them it is replaced rather than used again. */
const restMb = 220;

/**
 * Resident bytes of a process; 0 once it is gone. Read where the system says them in kB: a page is
 * 4 kB on one machine and 64 kB on another, and a watch that counts pages would be sixteen times
 * too patient there.
 */
export function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/**
 * If the machine itself runs out of memory, a child goes before anything that holds people's work.
 */
function offerFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // Not every system has it; the watch on resident memory stands without it.
  }
}

function start(): Child {
  const child = fork(script, [], {
    // Nothing of the parent's environment: no connection string, no secret, no NODE_OPTIONS.
    env: { TZ: 'UTC', LANG: 'C.UTF-8' },
    cwd: tmpdir(),
    execArgv: ['--max-old-space-size=512', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  if (child.pid !== undefined) offerFirst(child.pid);
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(lakeErrors.make('closed')));
    child.once('error', reject);
  });
  ready.catch(() => undefined);
  return { process: child, ready };
}

/** Children start with the first query that finds none idle, or all at once with `warm()`. */
export function openPool(size: number, log: Log): Pool {
  const idle: Child[] = [];
  const waiting: Turn[] = [];
  const all = new Set<Child>();
  let isOpen = true;
  let lastId = 0;

  const add = (): void => {
    const child = start();
    all.add(child);
    child.process.once('exit', () => {
      all.delete(child);
      const at = idle.indexOf(child);
      if (at !== -1) idle.splice(at, 1);
    });
    give(child);
  };
  const give = (child: Child): void => {
    const turn = waiting.shift();
    if (turn === undefined) idle.push(child);
    else turn(child);
  };
  const drop = (child: Child): void => {
    child.process.kill('SIGKILL');
    all.delete(child);
    if (isOpen) add();
  };
  const take = (ms: number): Promise<Child> => {
    const child = idle.shift();
    if (child !== undefined) return Promise.resolve(child);
    if (all.size < size) add();
    const first = idle.shift();
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve, reject) => {
      const turn: Turn = (given) => {
        clearTimeout(timer);
        resolve(given);
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(lakeErrors.make('busy'));
      }, ms);
      waiting.push(turn);
    });
  };
  return {
    run: async (job, limits) => {
      if (!isOpen) throw lakeErrors.make('closed');
      const child = await take(limits.ms);
      lastId += 1;
      const id = lastId;
      try {
        await child.ready;
        const answer = await ask(child.process, { ...job, id }, limits);
        // What a large query took stays with its process; the next one must not be charged for it.
        if (residentBytes(child.process.pid ?? 0) > restMb * 2 ** 20) drop(child);
        else give(child);
        return answer;
      } catch (error) {
        log.warn({ err: error }, 'a query was stopped');
        drop(child);
        throw error;
      }
    },
    warm: () => {
      while (isOpen && all.size < size) add();
    },
    close: () => {
      isOpen = false;
      for (const child of all) child.process.kill('SIGKILL');
      all.clear();
    },
  };
}

/** Sends one job and waits for its answer, its time or its memory, whichever ends first. */
function ask(child: ChildProcess, job: ChildJob, limits: FencedLimits): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const pid = child.pid ?? 0;
    const timer = setTimeout(
      () => end(lakeErrors.make('sql_timeout', { ms: limits.ms })),
      limits.ms,
    );
    const watch = setInterval(() => {
      if (residentBytes(pid) > limits.memory_mb * 2 ** 20) end(overMemory());
    }, watchEveryMs);
    const overMemory = (): Error => lakeErrors.make('sql_memory', { memory_mb: limits.memory_mb });
    const onMessage = (answer: ChildAnswer): void => {
      if (answer.kind !== 'ready' && answer.id === job.id) end(answer);
    };
    // Killed by the system for memory, or crashed: either way the query is at fault and nothing
    // else is.
    const onExit = (): void => end(overMemory());
    const end = (outcome: Answer | Error): void => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', onMessage);
      child.off('exit', onExit);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(job);
  });
}
