import { appendFile, mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAudit } from '#kernel/audit';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { type TestWorld, testWorld } from '#testing';
import { backup, restore } from './backup.ts';
import { capabilities } from './capabilities.ts';

let from: TestWorld;
let to: TestWorld;
let folder: string;

const deps = (ctx: Ctx) => ({ db: ctx.db, home: ctx.settings.home, now: ctx.clock.now() });
const records = async (ctx: Ctx): Promise<number> => {
  const found = await sql<{ n: number }>`select count(*) as n from audit_seen`.execute(ctx.db);
  return Number(found.rows[0]?.n);
};

beforeAll(async () => {
  [from, to] = await Promise.all([testWorld({ capabilities }), testWorld({ capabilities })]);
  const { ctx } = from;
  const columns = [
    { name: 'id', type: 'VARCHAR' },
    { name: 'n', type: 'INTEGER' },
  ];
  await ctx.lake.define(ctx, { dataset: 'kept', columns, mode: 'full', key: ['id'] });
  await ctx.lake.commit(ctx, {
    dataset: 'kept',
    sql: "select 'a' as id, 1 as n union all select 'b', 2",
    batch: 'one',
  });
  await ctx.audit.record(ctx, { action: 'outside' });
  await tx(ctx, (inside) => inside.audit.record(inside, { action: 'inside' }));
  const packs = join(ctx.settings.home, 'packs', 'local', 'datasets');
  await mkdir(packs, { recursive: true });
  await writeFile(join(packs, 'lamps.yaml'), 'title: {zh: 路灯, en: Lamps}\n');
  folder = await mkdtemp(join(tmpdir(), 'guantong-backup-'));
  await backup(deps(ctx), folder);
});

afterAll(async () => {
  await from?.close();
  await to?.close();
});

test('nobody else on the machine enters what was written', async () => {
  for (const name of ['tables', 'home']) {
    expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  }
});

test('a folder that holds anything is not written into', async () => {
  const taken = await mkdtemp(join(tmpdir(), 'guantong-taken-'));
  await writeFile(join(taken, 'mine'), 'mine');
  await expect(backup(deps(from.ctx), taken)).rejects.toMatchObject({ code: 'app.backup_exists' });
  expect(await readdir(taken)).toEqual(['mine']);
});

test('a changed file, another version: refused, and nothing was written', async () => {
  const before = await records(to.ctx);
  const table = join(folder, 'tables', 'public.audit_records.ndjson');
  const whole = await readFile(table);
  await appendFile(table, '{}\n');
  await expect(restore(deps(to.ctx), folder)).rejects.toMatchObject({ code: 'app.backup_broken' });
  await writeFile(table, whole);

  const manifest = join(folder, 'manifest.json');
  const said = await readFile(manifest, 'utf8');
  await writeFile(manifest, said.replace('20261122_0100_kernel.sql', '20991231_0000_later.sql'));
  await expect(restore(deps(to.ctx), folder)).rejects.toMatchObject({
    code: 'app.backup_other_version',
  });
  for (const evil of [
    said.replace('"public.filling_step"', '"public.filling_step; drop table accounts"'),
    said.replace('"home/lake/', '"home/../../lake/'),
    said.slice(0, 100),
  ]) {
    expect(evil).not.toBe(said);
    await writeFile(manifest, evil);
    await expect(restore(deps(to.ctx), folder)).rejects.toMatchObject({
      code: 'app.backup_broken',
    });
  }
  await writeFile(manifest, said);
  expect(await records(to.ctx)).toBe(before);
  expect(await to.ctx.lake.latest(to.ctx, 'kept')).toBeNull();
});

test('a database that holds data is not restored over, be the home without files', async () => {
  const { ctx } = to;
  await sql`insert into story_play (site, state, started_at) values (0, 'done', now())`.execute(
    ctx.db,
  );
  await expect(restore(deps(ctx), folder)).rejects.toMatchObject({
    code: 'app.restore_not_empty',
  });
  await sql`delete from story_play`.execute(ctx.db);
});

test('rows, files and a whole audit come back; what refused change refuses it again', async () => {
  await restore(deps(to.ctx), folder);
  const relation = await to.ctx.lake.relation(to.ctx, 'kept');
  const rows = await to.ctx.lake.engine.rows(`select id, n from ${relation.sql} order by id`);
  expect(rows).toEqual([
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ]);
  const pack = join(to.ctx.settings.home, 'packs', 'local', 'datasets', 'lamps.yaml');
  expect(await readFile(pack, 'utf8')).toContain('路灯');
  expect(await records(to.ctx)).toBe(await records(from.ctx));
  expect((await verifyAudit(to.ctx)).whole).toBe(true);
  await expect(sql`delete from audit_records`.execute(to.ctx.db)).rejects.toThrow('append-only');
});

test('a home that holds data is not restored over', async () => {
  await expect(restore(deps(to.ctx), folder)).rejects.toMatchObject({
    code: 'app.restore_not_empty',
  });
});
