/** Grants over several processes: caps together, revocation at once, everywhere. */
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, grantFound, issueGrant, listGrants, read, readOne, revokeGrant } from '#gate';
import { createAudit } from '#kernel/audit';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { makeDb, makePool } from '#kernel/db';
import { createLake } from '#kernel/lake';
import { organisation } from '#organisation';
import {
  actor,
  quickest,
  refusal,
  type TestWorld,
  trialContract,
  trialFiles,
  trialGrant,
  trialRole,
  trialWorld,
} from '#testing';

const capabilities = [organisation, catalogue, gate];
const purpose = '管线抢修';

const files = {
  ...trialFiles({
    units: ['330109-gas'],
    datasets: {
      pipes: trialContract(
        {
          id: { required: true },
          keeper: { semantic: 'person_name', grade: 'L3' },
          depth: { grade: 'L4' },
          size: { type: 'integer', grade: 'L2' },
          laid: { type: 'date', grade: 'L2' },
        },
        { key: ['id'], serve: { row: true } },
      ),
    },
  }),
  'roles/officer.yaml': trialRole('gate.read', 'gate.grants'),
};
const rows = `select 'p' || i as id, '王某' || i as keeper, 'D' || i as depth,
  i::bigint as size, date '2026-01-01' + i::integer as laid from range(100) r(i)`;

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
  const clock = '2026-11-23T01:00:30Z';
  world = await trialWorld(capabilities, files, { pipes: rows }, { clock });
  other = await anotherProcess();
});
afterAll(async () => {
  await other.close();
  await world.close();
});

const grant = (more: object = {}) =>
  issueGrant(
    world.as(manager),
    trialGrant({
      ...{ grantee: reader.id, dataset: 'pipes', items: ['id', 'keeper', 'depth'], purpose },
      masks: { keeper: { view: 'masked' } },
      expiresAt: new Date(world.clock.now().getTime() + 86_400_000).toISOString(),
      ...more,
    }),
  );

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

test('nobody issues one to himself', async () => {
  const before = await count();
  const error = await refusal(grant({ grantee: manager.id }));
  expect(error.faults.map(({ code, item }) => `${code} ${item}`)).toEqual([
    'gate.grant_self grantee',
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
    const takes = async (): Promise<number> => {
      const { id } = await grant();
      const options = { purpose, grant: id };
      const asks = [
        () => read(other.as(reader), all, options),
        () => readOne(other.as(reader), 'pipes', 'p1', options),
      ];
      for (const ask of asks) await ask();
      const at = performance.now();
      await revokeGrant(world.as(manager), id, '不再需要');
      for (const ask of asks) expect((await refusal(ask())).code).toBe('gate.grant_invalid');
      return performance.now() - at;
    };
    expect(await quickest(takes, 1000)).toBeLessThan(1000);
  });

  test('a read that was under way brings nothing any more', async () => {
    const { id } = await grant();
    const slow = `select count(*) from range(4000) a(i), range(4000) b(j)
      where (i * j) % 7 = (select min(length(depth)) from pipes)`;
    const work = refusal(read(other.as(reader), slow, { purpose, grant: id }));
    await revokeGrant(world.as(manager), id, '不再需要');
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

describe('caps on rows that are put together', () => {
  const packed = [
    "select string_agg(id, ',') from pipes",
    'select list(p) from pipes as p',
    'select json_group_array(id) from pipes',
    'select count(*) from pipes',
    'select (select string_agg(id) from pipes) as ids',
    'select a.id, b.id from pipes a join pipes b on a.id < b.id limit 1',
    'select id, lag(id) over (order by id) from pipes limit 1',
    'with t as (select max(id) as id from pipes) select id from t',
    'select id from (select min(id) as id from pipes) t',
    "select distinct left(id, 2) as head from pipes where id <= 'p3'",
    "select distinct on (left(id, 1)) id from pipes where id <= 'p3'",
    "select left(id, 1) as head from pipes where id <= 'p3' group by all",
    "select 'some' as word from pipes group by ()",
    "select 'some' as word from pipes group by grouping sets ((), ())",
    "select 'some' as word from pipes having true",
    'select id from pipes limit 1%',
    'from pipes select distinct keeper',
  ];

  test.each(packed)('%s: each of them counts', async (text) => {
    const { id } = await grant({ caps: { rowsPerCall: 3 } });
    const error = await refusal(read(world.as(reader), text, { purpose, grant: id }));
    expect(error.code).toBe('gate.grant_cap');
  });

  test('of a day too, and a refusal takes nothing', async () => {
    const { id } = await grant({ caps: { rowsPerDay: 150 } });
    const options = { purpose, grant: id };
    const [text = ''] = packed;
    expect((await read(world.as(reader), text, options)).rows).toHaveLength(1);
    expect((await refusal(read(other.as(reader), text, options))).code).toBe('gate.grant_cap');
    expect((await read(other.as(reader), all, options)).rows).toHaveLength(50);
  });
});

describe('rows by conditions', () => {
  test('faults of conditions are told at once, and nothing is written', async () => {
    const before = await count();
    const rows = [{ item: 'nope', in: ['a'] }, { item: 'size', from: 'x' }, { item: 'id' }];
    const error = await refusal(grant({ rows }));
    expect(error.faults.map(({ code }) => code)).toEqual([
      'gate.item_unknown',
      'gate.condition_value',
      'gate.condition_value',
    ]);
    expect(await count()).toBe(before);
  });

  test.each([
    [[{ item: 'id', in: ['p7', "p8' or true --"] }], ['p7']],
    [[{ item: 'size', from: '9', to: '11' }], ['p9', 'p10', 'p11']],
    [[{ item: 'laid', to: '2026-01-02' }], ['p0', 'p1']],
    [
      [
        { item: 'laid', from: '2026-01-03', to: '2026-01' },
        { item: 'size', to: '3' },
      ],
      ['p2', 'p3'],
    ],
    [[{ item: 'size', in: ['-1'] }], []],
  ])('%j opens these rows by every road and no others', async (rows, ids) => {
    const { id } = await grant({ rows });
    const options = { purpose, grant: id };
    const seen = await read(
      other.as(reader),
      'select id from pipes order by length(id), id',
      options,
    );
    expect(seen.rows.flat()).toEqual(ids);
    const counted = await read(world.as(reader), 'select count(*) from pipes', options);
    expect(counted.rows).toEqual([[ids.length]]);
    for (const key of ['p0', 'p7', 'p10', 'p99']) {
      const one = await readOne(world.as(reader), 'pipes', key, options);
      expect(one.row?.id ?? null).toBe(ids.includes(key) ? key : null);
    }
  });

  test('rows of a call: the rest is cut and said', async () => {
    const { id } = await grant({ caps: { rowsPerCall: 3 } });
    const seen = await read(world.as(reader), all, { purpose, grant: id });
    expect([seen.rows.length, seen.truncated]).toEqual([3, true]);
  });
});

describe('whose it is to see and take back', () => {
  const owner = actor('officer', '330109', ['gate.read', 'gate.grants']);
  const stranger = actor('officer', '330109/330109-gas', ['gate.read', 'gate.grants']);
  const asked = { search: '', limit: 200 };
  const idsFor = async (who: Actor, more: object = {}): Promise<string[]> =>
    (await listGrants(world.as(who), { ...asked, ...more })).grants.map(({ id }) => id);

  test('another department sees and revokes nothing, nor does the grantee revoke', async () => {
    const { id } = await grant();
    expect(await idsFor(stranger)).toEqual([]);
    expect((await refusal(grantFound(world.as(stranger), id))).code).toBe('gate.grant_invalid');
    for (const who of [stranger, reader]) {
      const taken = revokeGrant(world.as(who), id, '不该');
      expect((await refusal(taken)).code).toBe('auth.not_allowed');
    }
    await readOne(world.as(reader), 'pipes', 'p1', { purpose, grant: id });
  });

  test('grantee, owner and administrator see it with its use; the owner takes it back', async () => {
    const { id } = await grant({ rows: [{ item: 'size', to: '9' }] });
    await read(world.as(reader), all, { purpose, grant: id });
    await read(world.as(reader), `${all} limit 5`, { purpose, grant: id });
    for (const who of [reader, owner, manager]) {
      const found = await grantFound(world.as(who), id);
      expect(found).toMatchObject({ state: 'standing', reads: 2, rowsRead: 15 });
      expect(found.mayRevoke).toBe(who !== reader);
      expect(await idsFor(who, { state: 'standing' })).toContain(id);
    }
    await revokeGrant(world.as(owner), id, '用途变了');
    const gone = await refusal(readOne(other.as(reader), 'pipes', 'p1', { purpose, grant: id }));
    expect(gone.code).toBe('gate.grant_invalid');
    expect(await grantFound(world.as(reader), id)).toMatchObject({
      ...{ state: 'revoked', revokedBecause: '用途变了', mayRevoke: false, shows: null },
    });
    expect(await idsFor(manager, { state: 'standing' })).not.toContain(id);
  });

  test('its use is counted once, however late it is looked at', async () => {
    const { id } = await grant({ expiresAt: '2027-12-01T00:00:00.000Z' });
    const options = { purpose, grant: id };
    await readOne(world.as(reader), 'pipes', 'p1', options);
    expect((await grantFound(world.as(manager), id)).reads).toBe(1);
    world.clock.advance(3_600_000);
    expect((await grantFound(world.as(manager), id)).reads).toBe(1);
    await readOne(world.as(reader), 'pipes', 'p1', options);
    world.clock.advance(3_600_000);
    expect((await grantFound(world.as(manager), id)).reads).toBe(2);
  });

  test('pages follow each other, and words find part of what is said', async () => {
    const every = await idsFor(manager);
    const first = await listGrants(world.as(manager), { ...asked, limit: 4 });
    const after = first.next ?? undefined;
    const rest = await listGrants(world.as(manager), { ...asked, after });
    expect([...first.grants, ...rest.grants].map(({ id }) => id)).toEqual(every);
    expect(await idsFor(manager, { search: '管线' })).toEqual(every);
    expect(await idsFor(manager, { search: '%' })).toEqual([]);
  });
});
