/**
 * Backup and restore by the command line, with no server running: a home with packs, deliveries,
 * a case under way and its audit comes back whole in another home, and the case goes on there.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capabilities, openPlatform, type Platform } from '#app';
import { act, getCase, openCase } from '#cases';
import { deliver } from '#ingest';
import { verifyAudit } from '#kernel/audit';
import { loadSettings } from '#kernel/config';
import { applyPacks, declaredBy } from '#kernel/packs';
import { actor, removeHome, temporaryFolder } from '#testing';
import { documentOf, guantong, type Refusal } from './guantong.ts';
import { smallPack } from './pack.ts';

let home: string;
let other: string;
let folder: string;
let number: string;
let before: World;

interface World {
  tables: Record<string, string[]>;
  lamps: unknown[];
}

const setAtOpening = '"kind": "indicators.clock"';

const open = (at: string): Promise<Platform> =>
  openPlatform(loadSettings({}, { home: at, log_level: 'silent' }), { role: 'command' });

/** Every row of every table, and the rows of the lake. */
async function worldOf(platform: Platform): Promise<World> {
  const ctx = platform.ctx();
  const found = await sql<{ name: string }>`
    select n.nspname || '.' || quote_ident(c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'pgboss') order by 1`.execute(ctx.db);
  const tables: World['tables'] = {};
  for (const { name } of found.rows) {
    const rows = await sql<{ row: string }>`
      select to_jsonb(t)::text as row from ${sql.raw(name)} t order by 1`.execute(ctx.db);
    // One timer is set anew whenever a platform is opened.
    tables[name] = rows.rows.map(({ row }) => row).filter((row) => !row.includes(setAtOpening));
  }
  const relation = await ctx.lake.relation(ctx, 'lamps');
  const lamps = await ctx.lake.engine.rows(`select * from ${relation.sql} order by id`);
  return { tables, lamps };
}

beforeAll(async () => {
  [home, other] = await Promise.all([temporaryFolder('kept'), temporaryFolder('again')]);
  folder = await mkdtemp(join(tmpdir(), 'guantong-backup-'));
  const pack = await smallPack(join(folder, 'trial'));
  const platform = await open(home);
  const ctx = platform.ctx();
  await applyPacks(ctx, { packs: [pack], ...declaredBy(capabilities) });
  const path = join(folder, 'lamps.csv');
  for (const watts of [60, 61]) {
    const lines = [
      'id,town,watts,keeper,secret',
      `0001,330109004,${watts},甲,x`,
      'bad,,,,',
      '0002,330109005,7,乙,y',
    ];
    await writeFile(path, `${lines.join('\n')}\n`);
    const done = await deliver(ctx, { dataset: 'lamps', files: [{ name: 'lamps.csv', path }] });
    expect(done).toMatchObject({ accepted: 2, returned: 1 });
  }
  const opened = await openCase(ctx, { type: 'mending', title: '灯灭', unit: '330109004' });
  number = opened.number;
  await platform.drain();
  await platform.close();
}, 180_000);

afterAll(async () => {
  for (const each of [home, other]) if (each) await removeHome(each);
  if (folder) await rm(folder, { recursive: true });
});

test('refused: a folder that is no backup, a command that is no command', async () => {
  const said = await guantong(['restore', '--json', folder], { GUANTONG_HOME: other });
  expect([said.code, documentOf<Refusal>(said).error.code]).toEqual([1, 'app.file_missing']);
});

test('whole in another home: every row, every file, the audit, and the case goes on', async () => {
  const backup = join(folder, 'backup');
  const saved = await guantong(['backup', '--json', backup], { GUANTONG_HOME: home });
  expect({ code: saved.code, stderr: saved.stderr }).toEqual({ code: 0, stderr: '' });
  const manifest = JSON.parse(await readFile(join(backup, 'manifest.json'), 'utf8')) as {
    files: unknown[];
  };
  expect(documentOf<object>(saved)).toMatchObject({ folder: backup, files: manifest.files.length });

  const restored = await guantong(['restore', '--json', backup], { GUANTONG_HOME: other });
  expect({ code: restored.code, stderr: restored.stderr }).toEqual({ code: 0, stderr: '' });
  const first = await open(home);
  before = await worldOf(first);
  await first.close();
  const second = await open(other);
  try {
    const after = await worldOf(second);
    expect(Object.keys(after.tables)).toEqual(Object.keys(before.tables));
    for (const [name, rows] of Object.entries(before.tables)) {
      expect({ name, rows: after.tables[name] }).toEqual({ name, rows });
    }
    expect(after.lamps).toEqual(before.lamps);
    expect(after.lamps).toHaveLength(2);
    expect((await verifyAudit(second.ctx())).whole).toBe(true);
    await goesOn(second);
  } finally {
    await second.close();
  }
}, 180_000);

async function goesOn(platform: Platform): Promise<void> {
  const reader = actor('reader', '330109', ['cases.read', 'cases.act']);
  const ctx = platform.ctx(reader);
  const { id } = await getCase(ctx, number);
  await act(ctx, { case: id, action: 'done' });
  await platform.drain();
  expect((await getCase(ctx, number)).step).toBe('closed');
  // Numbers go on where they were: identities and the day's count came back too.
  const next = await openCase(platform.ctx(), {
    type: 'mending',
    title: '又灭',
    unit: '330109004',
  });
  expect(next.number > number).toBe(true);
  const path = join(folder, 'lamps.csv');
  const again = await deliver(platform.ctx(), {
    dataset: 'lamps',
    files: [{ name: 'lamps.csv', path }],
  });
  expect(again).toMatchObject({ rows: 3, returned: 1, unchanged: 2 });
  expect((await verifyAudit(platform.ctx())).whole).toBe(true);
}

test('a home that holds data is not restored over', async () => {
  const backup = join(folder, 'backup');
  const said = await guantong(['restore', '--json', backup], { GUANTONG_HOME: home });
  expect([said.code, documentOf<Refusal>(said).error.code]).toEqual([1, 'app.restore_not_empty']);
  const platform = await open(home);
  const now = await worldOf(platform);
  await platform.close();
  expect(now.lamps).toEqual(before.lamps);
  expect(now.tables['public.case_timeline']).toEqual(before.tables['public.case_timeline']);
});
