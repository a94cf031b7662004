/** Grants over several processes: caps together, revocation at once, everywhere. */
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, issueGrant, read, readOne, revokeGrant } from '#gate';
import { createAudit } from '#kernel/audit';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { makeDb, makePool } from '#kernel/db';
import { createLake } from '#kernel/lake';
import { organisation } from '#organisation';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue, gate];
const purpose = '管线抢修';

const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
`,
  'datasets/pipes.yaml': `title: {zh: 管线, en: Pipes}
description: {zh: 管线, en: Pipes}
owner: "330109"
theme: 试
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
key: [id]
serve: {row: true}
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1, required: true}
  keeper: {title: {zh: 责任人, en: Keeper}, type: text, semantic: person_name, grade: L3}
  depth: {title: {zh: 埋深, en: Depth}, type: text, grade: L4}
`,
};
const rows = `select 'p' || i as id, '王某' || i as keeper, 'D' || i as depth from range(100) r(i)`;

const reader = actor('reader', '330109', ['gate.read']);
const manager = actor('manager', '330109', ['gate.manage']);
let world: TestWorld;
/** The same database, home and clock, and nothing else shared: another process of the platform. */
let other: { ctx: Ctx; as: (who: Actor) => Ctx; close: () => Promise<void> };

async function anotherProcess(): Promise<typeof other> {
  const { settings, clock, log } = world.ctx;
  const db = makeDb(makePool(world.url, 4));
  const lake = await createLake({ home: join(settings.home, 'lake'), log, settings, clock });
  const audit = createAudit({ db, settings, clock, log });
  const ctx: Ctx = { ...world.ctx, db, lake, audit };
  const close = async (): Promise<void> => {
    await audit.close();
    await lake.close();
    await db.destroy();
  };
  return { ctx, as: (who) => ({ ...ctx, actor: who }), close };
}

beforeAll(async () => {
  world = await testWorld({ capabilities, clock: '2026-11-23T01:00:30Z' });
  await applyFiles(world.ctx, capabilities, files);
  await world.ctx.lake.commit(world.ctx, { dataset: 'pipes', sql: rows, batch: 'b' });
  await world.drain();
  other = await anotherProcess();
});
afterAll(async () => {
  await other.close();
  await world.close();
});

const grant = (more: object = {}) =>
  issueGrant(world.as(manager), {
    grantee: reader.id,
    dataset: 'pipes',
    items: ['id', 'keeper', 'depth'],
    masks: { keeper: { view: 'masked' } },
    purpose,
    expiresAt: '2026-11-24T00:00:00.000Z',
    approvedBy: 'case/1',
    ...more,
  });

const all = 'select * from pipes';
const count = async (): Promise<number> => {
  const found = await sql<{ n: number }>`select count(*) n from gate_grant`.execute(world.ctx.db);
  return found.rows[0]?.n ?? 0;
};

test('faults of a grant are told at once, and nothing is written', async () => {
  const before = await count();
  const error = await refusal(
    grant({
      items: ['id', 'nope'],
      masks: { keeper: { view: 'masked' }, id: { view: 'hashed', mask: 'id_6_4' } },
    }),
  );
  expect(error.faults.map(({ code, item }) => `${code} ${item}`)).toEqual([
    'gate.item_unknown items',
    'gate.item_unknown masks',
    'gate.mask_unfit id',
  ]);
  expect(await count()).toBe(before);
});

test('masked as it says, the same from the lake and the copy, in both processes', async () => {
  const { id } = await grant();
  for (const process of [world, other]) {
    const options = { purpose, grant: id };
    const seen = await read(process.as(reader), `${all} where id = 'p7'`, options);
    expect(seen.rows).toEqual([['p7', '王**', 'D7']]);
    const row = await readOne(process.as(reader), 'pipes', 'p7', options);
    expect(row.row).toEqual({ id: 'p7', keeper: '王**', depth: 'D7' });
  }
});

describe('taken back or over', () => {
  test('is refused in the other process within a second, whatever was compiled there', async () => {
    const { id } = await grant();
    const options = { purpose, grant: id };
    const asks = [
      () => read(other.as(reader), all, options),
      () => readOne(other.as(reader), 'pipes', 'p1', options),
    ];
    for (const ask of asks) await ask();
    const at = performance.now();
    await revokeGrant(world.as(manager), id);
    for (const ask of asks) expect((await refusal(ask())).code).toBe('gate.grant_invalid');
    expect(performance.now() - at).toBeLessThan(1000);
  });

  test('a read that was under way brings nothing any more', async () => {
    const { id } = await grant();
    const slow = `select count(*) from range(4000) a(i), range(4000) b(j)
      where (i * j) % 7 = (select min(length(depth)) from pipes)`;
    const work = refusal(read(other.as(reader), slow, { purpose, grant: id }));
    await revokeGrant(world.as(manager), id);
    expect((await work).code).toBe('gate.grant_invalid');
  });

  test('ends with its last instant by the clock of the platform', async () => {
    const { id } = await grant({ expiresAt: '2026-11-23T01:00:31.000Z' });
    const options = { purpose, grant: id };
    await readOne(other.as(reader), 'pipes', 'p1', options);
    world.clock.advance(1000);
    const late = readOne(other.as(reader), 'pipes', 'p1', options);
    expect((await refusal(late)).code).toBe('gate.grant_invalid');
  });
});

describe('caps', () => {
  test('calls of a minute count together over processes, roads and readers at once', async () => {
    const { id } = await grant({ caps: { callsPerMinute: 10 } });
    const options = { purpose, grant: id };
    const asks = Array.from({ length: 24 }, (_, at) => {
      const process = at % 2 === 0 ? world : other;
      return at % 3 === 0
        ? read(process.as(reader), `${all} limit 1`, options)
        : readOne(process.as(reader), 'pipes', `p${at}`, options);
    });
    const done = await Promise.allSettled(asks);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const one of done) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'gate.grant_cap' });
    }
    world.clock.advance(60_000);
    expect((await readOne(other.as(reader), 'pipes', 'p1', options)).row).toMatchObject({
      id: 'p1',
    });
  });

  test('rows of a day: never more than the cap, what was not needed is given back', async () => {
    const { id } = await grant({
      caps: { rowsPerDay: 150 },
      expiresAt: '2026-12-24T00:00:00.000Z',
    });
    const options = { purpose, grant: id };
    const first = await read(world.as(reader), all, options);
    expect(first.rows).toHaveLength(100);
    const second = await read(other.as(reader), all, options);
    expect(second.rows).toHaveLength(50);
    expect(second.truncated).toBe(true);
    const third = readOne(world.as(reader), 'pipes', 'p1', options);
    expect((await refusal(third)).code).toBe('gate.grant_cap');
    world.clock.advance(24 * 3_600_000);
    expect((await readOne(world.as(reader), 'pipes', 'p1', options)).row).toMatchObject({
      id: 'p1',
    });
    const many = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) =>
        read((at % 2 === 0 ? world : other).as(reader), `${all} limit 40`, {
          ...options,
          limit: 40,
        }),
      ),
    );
    const brought = many.flatMap((one) => (one.status === 'fulfilled' ? one.value.rows : []));
    expect(brought.length).toBeLessThanOrEqual(149);
    expect(brought.length).toBeGreaterThan(100);
  });
});
