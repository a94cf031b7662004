/**
 * A delivery of the command line is killed or broken off at any moment, and taken up again: it
 * landed whole or not at all, nothing is doubled, the sweep leaves nothing of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capabilities, openPlatform, type Platform } from '#app';
import { loadSettings } from '#kernel/config';
import { applyFiles, removeHome, temporaryFolder } from '#testing';

const root = join(import.meta.dirname, '../..');
const rows = 150_000;

let home: string;
let file: string;

const open = (role: 'command' | 'server' = 'command'): Promise<Platform> =>
  openPlatform(loadSettings({}, { home, log_level: 'silent', lake_sweep_grace_ms: 0 }), { role });

const lamps = `title: {zh: 路灯, en: Lamps}
description: {zh: 路灯登记, en: Register of lamps}
owner: "330109"
theme: 城市治理
layer: standard
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: merge
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true, pattern: '^\\d{6}$'}
  watts: {title: {zh: 瓦数, en: Watts}, type: integer, grade: L1, min: 1}
`;

const units = 'code,name,name_en,level,parent,source\n330109,萧山区,Xiaoshan,district,,test\n';

beforeAll(async () => {
  home = await temporaryFolder('fault');
  const folder = await mkdtemp(join(tmpdir(), 'guantong-fault-'));
  file = join(folder, 'lamps.csv');
  // One row in a thousand is returned.
  const lines = Array.from({ length: rows }, (_, at) =>
    at % 1000 === 7 ? `bad${at},1` : `${String(at).padStart(6, '0')},${1 + (at % 90)}`,
  );
  await writeFile(file, `id,watts\n${lines.join('\n')}\n`);
  const platform = await open();
  await applyFiles(platform.ctx(), capabilities, {
    'units/all.csv': units,
    'datasets/lamps.yaml': lamps,
  });
  await platform.drain();
  await platform.close();
}, 180_000);

afterAll(async () => {
  if (home) await removeHome(home);
  if (file) await rm(dirname(file), { recursive: true });
});

function delivering(): ChildProcess {
  return spawn(join(root, 'bin/guantong'), ['deliver', 'lamps', file, '--json'], {
    cwd: root,
    env: { ...process.env, GUANTONG_HOME: home, GUANTONG_LANG: 'en' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

interface Standing {
  /** Rows of the lake, and how many different numbers they have. */
  rows: number;
  keys: number;
  landed: number;
  running: number;
  interrupted: number;
  /** Files that no manifest names. */
  strays: string[];
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function strays(platform: Platform): Promise<string[]> {
  const { db } = platform.ctx();
  const named = await sql<{ path: string }>`select path from lake_files`.execute(db);
  const kept = new Set(named.rows.map(({ path }) => path.split('/').at(-1)));
  const found = [
    ...(await filesOf(join(home, 'lake', 'data'))),
    ...(await filesOf(join(home, 'lake', 'stage'))),
  ];
  return found.filter((path) => !kept.has(path.split('/').at(-1)));
}

async function standing(platform: Platform): Promise<Standing> {
  const ctx = platform.ctx();
  const latest = await ctx.lake.latest(ctx, 'lamps');
  const relation = latest && (await ctx.lake.relation(ctx, 'lamps'));
  const [counted] = relation
    ? await ctx.lake.engine.rows(
        `select count(*)::integer as rows, count(distinct id)::integer as keys from ${relation.sql} t`,
      )
    : [{ rows: 0, keys: 0 }];
  const states = await sql<{ state: string; n: number }>`
    select state, count(*) as n from ingest_delivery group by state`.execute(ctx.db);
  const of = (state: string): number =>
    Number(states.rows.find((row) => row.state === state)?.n ?? 0);
  return {
    rows: Number(counted?.rows),
    keys: Number(counted?.keys),
    landed: of('landed'),
    running: of('running'),
    interrupted: of('interrupted'),
    strays: await strays(platform),
  };
}

/** Opens the home as the next process would, and lets it clear what the last one left. */
async function afterwards(): Promise<Standing> {
  const platform = await open();
  try {
    await platform.ctx().lake.sweep(platform.ctx());
    return await standing(platform);
  } finally {
    await platform.close();
  }
}

/** Waits until the delivery has written its first file. */
async function begun(child: ChildProcess): Promise<void> {
  const scratch = join(home, 'lake', 'stage');
  while (child.exitCode === null && (await filesOf(scratch)).length === 0) await pause(5);
}

const whole = rows - rows / 1000;

test('killed at any moment: whole or not at all, nothing left behind', async () => {
  let broken = 0;
  for (const ms of [0, 150, 400, 900]) {
    const child = delivering();
    const gone = once(child, 'close');
    await begun(child);
    await pause(ms);
    child.kill('SIGKILL');
    await gone;
    const now = await afterwards();
    expect([0, whole]).toContain(now.rows);
    expect(now.keys).toBe(now.rows);
    expect({ ms, running: now.running, strays: now.strays }).toEqual({
      ms,
      running: 0,
      strays: [],
    });
    broken = now.interrupted;
  }
  // At least the first was in the midst of it.
  expect(broken).toBeGreaterThan(0);
}, 240_000);

test('broken off by Ctrl-C: the database it started goes with it', async () => {
  const child = delivering();
  const gone = once(child, 'close') as Promise<[number | null, string | null]>;
  await begun(child);
  child.kill('SIGINT');
  const [code, signal] = await gone;
  expect([0, 130, 'SIGINT']).toContain(code ?? signal);
  const owner = await readFile(join(home, 'pg', 'owner.json'), 'utf8').catch(() => undefined);
  if (code === 130) expect(owner).toBeUndefined();
  const now = await afterwards();
  expect([0, whole]).toContain(now.rows);
});

test('delivered again it is in once, and once more changes nothing', async () => {
  for (const turn of [1, 2]) {
    const child = delivering();
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(child, 'close');
    const done = JSON.parse(said) as Record<string, number>;
    expect(done).toMatchObject({ rows, returned: rows / 1000 });
    if (turn === 2) expect(done.unchanged).toBe(whole);
  }
  const now = await afterwards();
  expect(now).toMatchObject({ rows: whole, keys: whole, running: 0, strays: [] });
});
