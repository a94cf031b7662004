/** Start-up: from typing `guantong start --demo` to the page, to the story, to everything; and the second start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Row } from './row.ts';

const root = join(import.meta.dirname, '..');

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address ? address.port : 0;
}

interface Filling {
  done: boolean;
  steps: { name: string; state: string }[];
}

/** Asks until it is so; a server that died is never asked again. */
async function until(server: ChildProcess, what: () => Promise<boolean>): Promise<void> {
  while (!(await what().catch(() => false))) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    await pause(50);
  }
}

type Marks = [string, () => Promise<boolean>][];

async function oneStart(home: string, marks: (base: string, said: () => string) => Marks) {
  const port = await freePort();
  const began = performance.now();
  const server = spawn(join(root, 'bin/guantong'), ['start', '--demo'], {
    cwd: root,
    env: { ...process.env, GUANTONG_HOME: home, GUANTONG_PORT: String(port) },
    // What it says of a failure goes where the bench is read.
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  server.stdout.on('data', (part: Buffer) => {
    said += part.toString();
  });
  const times: Record<string, number> = {};
  for (const [name, reached] of marks(`http://127.0.0.1:${port}`, () => said)) {
    await until(server, reached);
    times[name] = (performance.now() - began) / 1000;
  }
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
  return times;
}

const page = (base: string) => async (): Promise<boolean> => (await fetch(`${base}/`)).ok;

/** The one-time link a visitor clicks, once the server has said it. */
async function visit(base: string, said: string): Promise<string> {
  const [link] = /\/demo\/[\w-]+/.exec(said) ?? [];
  if (link === undefined) throw new Error('no link yet');
  const answer = await fetch(base + link, { redirect: 'manual' });
  const cookie = /gt_session=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0];
  if (cookie === undefined) throw new Error(`the link answered ${answer.status}`);
  return cookie;
}

function firstMarks(base: string, said: () => string): Marks {
  let cookie = '';
  const filling = async (): Promise<Filling> => {
    cookie ||= await visit(base, said());
    const answer = await fetch(`${base}/api/system/filling`, { headers: { cookie } });
    if (!answer.ok) throw new Error(`the filling answered ${answer.status}`);
    return (await answer.json()) as Filling;
  };
  const told = async (): Promise<boolean> =>
    (await filling()).steps.some((step) => step.name === 'story' && step.state === 'done');
  const whole = async (): Promise<boolean> => {
    const { done, steps } = await filling();
    return done && steps.length > 0;
  };
  return [
    ['page', page(base)],
    ['story', told],
    ['everything', whole],
  ];
}

const row = (name: string, seconds: number | undefined, mark: number): Row => ({
  name: `start-up: ${name}`,
  ours: Number((seconds ?? Number.NaN).toFixed(1)),
  bare: mark,
  ratio: Number((mark / (seconds ?? Number.NaN)).toFixed(2)),
  unit: `s (mark: ${mark} s)`,
});

/** Seconds from the command to the page, the story and everything; `bare` is the mark. */
export async function bench(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-start-'));
  try {
    const first = await oneStart(home, firstMarks);
    const second = await oneStart(home, (base) => [['page', page(base)]]);
    return [
      row('page of the first start', first.page, 10),
      row('the story is in', first.story, 45),
      row('everything is in', first.everything, 180),
      row('page of the second start', second.page, 5),
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await bench());
