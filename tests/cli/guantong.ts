/** `./bin/guantong` as a person runs it: a process of its own, its answer, its exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');

export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** Nothing of the tester's own environment decides what the platform does. */
function environment(over: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('GUANTONG_') && name !== 'DATABASE_URL' && name !== 'VITEST',
  );
  return { ...Object.fromEntries(kept), GUANTONG_LANG: 'en', ...over };
}

function launch(args: readonly string[], env: Environment): ChildProcess {
  return spawn(join(root, 'bin/guantong'), args, {
    cwd: root,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: ChildProcess): Said {
  const said: Said = { code: null, stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  return said;
}

/** Runs one command to its end. */
export async function guantong(args: readonly string[], env: Environment): Promise<Said> {
  const child = launch(args, env);
  const said = collect(child);
  const [code] = (await once(child, 'close')) as [number | null];
  return { ...said, code };
}

/** The one JSON document on stdout; throws when there is none, or more than one. */
export const documentOf = <T>(said: Said): T => JSON.parse(said.stdout) as T;

export interface Refusal {
  error: {
    code: string;
    message: { zh: string; en: string };
    faults: { code: string; file?: string; line?: number; item?: string }[];
  };
}

export interface Running {
  pid: number;
  said: Said;
  /** First line of its answer. */
  line: string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command that stays, and waits for the first line of its answer. */
export async function staying(
  args: readonly string[],
  env: Environment,
  patienceMs = 120_000,
): Promise<Running> {
  const child = launch(args, env);
  const said = collect(child);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const until = performance.now() + patienceMs;
  while (!said.stdout.includes('\n')) {
    if (child.exitCode !== null || performance.now() > until) {
      throw new Error(`it did not come up: ${said.stdout}${said.stderr}`);
    }
    await pause(20);
  }
  return {
    pid: child.pid ?? 0,
    said,
    line: said.stdout.split('\n')[0] ?? '',
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return (await closed)[0];
    },
  };
}
