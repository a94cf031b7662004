/**
 * Treatments at the gate: what comes out, and that nothing a reader asks acts on what is hidden.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, issueGrant, page, read, readOne, viewOf } from '#gate';
import type { Actor } from '#kernel/auth';
import { organisation } from '#organisation';
import {
  actor,
  applyFiles,
  refusal,
  type TestWorld,
  trialContract,
  trialFiles,
  trialGrant,
  trialWorld,
} from '#testing';

const capabilities = [organisation, catalogue, gate];

const people = (key: 'id' | 'card'): string => {
  const required = { required: true } as const;
  return trialContract(
    {
      id: required,
      unit: {},
      name: { semantic: 'person_name', grade: 'L3' },
      card: { semantic: 'citizen_id', grade: 'L3', ...(key === 'card' ? required : {}) },
      phone: { semantic: 'mobile', grade: 'L3' },
      born: { type: 'date', semantic: 'birth_date', grade: 'L3' },
      lon: { type: 'decimal(10,6)', semantic: 'longitude', grade: 'L3' },
      seen: { type: 'timestamp', semantic: 'instant', grade: 'L3' },
      count: { type: 'integer', semantic: 'quantity', grade: 'L3' },
      note: { grade: 'L4' },
    },
    { owner: '330109-zhzf', key: [key], unit_item: 'unit', serve: { row: true } },
  );
};

const files = trialFiles({
  units: ['330109004', '330109005', '330109-zhzf'],
  roles: ['handler', 'leader', 'builder'],
  policy: {
    all: { grades: ['L1', 'L2'], view: 'plain' },
    handles: { roles: ['handler'], grades: ['L3'], view: 'plain' },
    leads: { roles: ['leader'], grades: ['L3'], view: 'masked' },
    'no-cards': {
      ...{ roles: ['leader'], grades: ['L3'], types: ['citizen_id'], view: 'generalised' },
    },
    builds: {
      ...{ roles: ['builder'], grades: ['L3', 'L4'], types: ['person_name', 'mobile'] },
      view: 'hashed',
    },
    ages: {
      ...{ roles: ['builder'], grades: ['L3'], types: ['birth_date'], purposes: ['ages'] },
      ...{ view: 'generalised', mask: 'age_band' },
    },
  },
  datasets: { people: people('id') },
});

const rows = `select * from (values
  ('p1', '330109004001', '欧阳金雀', '330109188001010013', '13800000001', date '1950-06-01',
    120.265449::decimal(10,6), timestamp '2026-11-20 07:41:00', 3::bigint, '甲'),
  ('p2', '330109004002', '王金雀', '330109188001010021', '13800000002', date '1983-02-03',
    120.260001::decimal(10,6), timestamp '2026-11-21 00:00:00', 12::bigint, null),
  ('p3', '330109005001', '李金雀', '33010918800101003X', '13800000001', null, null, null, null, '乙')
) held(id, unit, name, card, phone, born, lon, seen, count, note)`;

let world: TestWorld;
const reads = ['gate.read'];
const leader = actor('leader', '330109', reads);
const builder = actor('builder', '330109', reads);
const browse = { purpose: 'browse' };

beforeAll(async () => {
  const clock = '2026-11-23T01:00:00Z';
  world = await trialWorld(capabilities, files, { people: rows }, { clock });
});
afterAll(() => world.close());

const first = { name: '欧阳**', card: '330**************3', phone: '138****0001', born: '1950-06' };

describe('what comes out', () => {
  test('masked by meaning, the stricter line where two speak, and absent stays absent', async () => {
    const { rows: seen, columns } = await read(
      world.as(leader),
      'select * from people order by id',
      browse,
    );
    expect(columns.map(({ name, view }) => `${name} ${view}`)).toEqual([
      'id plain',
      'unit plain',
      'name masked',
      'card generalised',
      'phone masked',
      'born masked',
      'lon masked',
      'seen masked',
      'count masked',
    ]);
    expect(seen[0]).toEqual([
      'p1',
      '330109004001',
      ...Object.values(first),
      '120.265',
      '2026-11-20',
      null,
    ]);
    expect(seen[1]?.slice(-2)).toEqual(['2026-11-21', 12]);
    expect(seen[2]?.slice(5)).toEqual([null, null, null, null]);
  });

  test('one row by key, from the hot copy and from the lake, is the same row', async () => {
    const hot = await readOne(world.as(leader), 'people', 'p1', browse);
    expect(hot.row).toMatchObject({ ...first, lon: '120.265', seen: '2026-11-20', count: null });
    for (const who of [leader, builder]) {
      for (const id of ['p1', 'p2', 'p3']) {
        const answer = await read(world.as(who), 'select * from people where id = $id', {
          ...browse,
          params: { id },
        });
        const lake = Object.fromEntries(
          answer.columns.map(({ name }, at) => [name, answer.rows[0]?.[at]]),
        );
        expect((await readOne(world.as(who), 'people', id, browse)).row).toEqual(lake);
      }
    }
  });

  test('an age is of the day it is read on, from either side', async () => {
    const ages = { purpose: 'ages' };
    const text = 'select born from people order by id';
    expect((await read(world.as(builder), text, ages)).rows).toEqual([
      ['75–79'],
      ['40–44'],
      [null],
    ]);
    const row = await readOne(world.as(builder), 'people', 'p2', ages);
    expect(row.row).toMatchObject({ born: '40–44' });
  });
});

describe('several roles', () => {
  test('each row as clearly as the clearest role that reaches it', async () => {
    const both: Actor = {
      ...leader,
      roles: [...leader.roles, ...actor('handler', '330109/330109004').roles],
    };
    const { rows: seen } = await read(
      world.as(both),
      'select name, lon from people order by id',
      browse,
    );
    expect(seen).toEqual([
      ['欧阳金雀', '120.265449'],
      ['王金雀', '120.260001'],
      ['李**', null],
    ]);
  });

  test('the view says the mask and the line', async () => {
    const view = await viewOf(world.as(leader), 'people');
    expect(view).toMatchObject({ plain: 2, changed: 7, absent: 1 });
    expect(view.items[3]).toMatchObject({
      view: 'generalised',
      mask: 'id_3_1',
      line: 'trial/grades#no-cards',
    });
  });
});

describe('no oracle', () => {
  const found = async (text: string, who = leader) =>
    (await read(world.as(who), text, browse)).rows;

  test('filters, orders, groups, joins and windows act on the changed value', async () => {
    expect(await found("select id from people where phone = '13800000001'")).toEqual([]);
    expect(await found("select id from people where name like '%金雀%'")).toEqual([]);
    expect(await found("select count(*) from people where phone = '138****0001'")).toEqual([[2]]);
    expect(await found('select name, count(*) from people group by name order by name')).toEqual([
      ['李**', 1],
      ['欧阳**', 1],
      ['王**', 1],
    ]);
    expect(
      await found(
        'select a.id, b.id from people a join people b on a.phone = b.phone and a.id < b.id',
      ),
    ).toEqual([['p1', 'p3']]);
    expect(
      await found("select id from people where born between '1950-06-01' and '1950-06-30'"),
    ).toEqual([]);
    expect(await found('select max(card) from people')).toEqual([['330**************X']]);
    expect(
      await found("select count(*) from people where left(lon::varchar, 8) = '120.2654'"),
    ).toEqual([[0]]);
  });

  test('filters of a page too, and an error tells of the changed value alone', async () => {
    const filter = [{ item: 'phone', op: 'contains' as const, value: '000001' }];
    const input = { filter, offset: 0, limit: 50, purpose: 'browse' };
    expect((await page(world.as(leader), 'people', input)).rows).toEqual([]);
    const error = await refusal(found('select cast(name as integer) from people'));
    expect(error.code).toBe('gate.query_failed');
    expect(JSON.stringify(error.toShape())).not.toContain('金雀');
  });

  test('an age is that of today in every state: the day it changes on is a birthday', async () => {
    const aged = async (more: object) =>
      (
        await read(world.as(builder), 'select born from people order by id', {
          ...{ purpose: 'ages', ...more },
        })
      ).rows.flat();
    const today = await aged({});
    for (const day of ['2028-02-02', '2028-02-03', '2031-06-01']) {
      expect(await aged({ asOf: new Date(`${day}T04:00:00Z`) }), day).toEqual(today);
      expect(await aged({ params: { today: day } }), day).toEqual(today);
    }
  });

  test('what is struck out is no key to ask by', async () => {
    const keyed = { ...files, 'datasets/people.yaml': people('card') };
    await applyFiles(world.ctx, capabilities, keyed);
    const error = await refusal(readOne(world.as(leader), 'people', '330109188001010013', browse));
    expect(error.faults.map((fault) => fault.code)).toEqual(['gate.item_not_granted']);
    await applyFiles(world.ctx, capabilities, files);
    await world.drain();
  });
});

describe('hashes', () => {
  const options = { purpose: '关联分析' };
  const manager = actor('leader', '330109', ['gate.manage']);
  const hashes = async (who: Actor, more: { purpose: string; grant?: string }) =>
    (await read(world.as(who), 'select phone from people order by id', more)).rows.map(
      ([hash]) => hash,
    );

  test('are the same for the same value, other for another role, purpose or grant', async () => {
    const mine = await hashes(builder, browse);
    expect(mine[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(mine[0]).toBe(mine[2]);
    expect(mine[0]).not.toBe(mine[1]);
    expect(await hashes(builder, browse)).toEqual(mine);
    const grant = trialGrant({
      ...{ grantee: builder.id, dataset: 'people', items: ['id', 'phone'] },
      masks: { phone: { view: 'hashed' as const } },
      purpose: options.purpose,
    });
    const one = await issueGrant(world.as(manager), grant);
    const two = await issueGrant(world.as(manager), grant);
    const all = [
      mine[0],
      (await hashes(builder, options))[0],
      (await hashes(builder, { ...options, grant: one.id }))[0],
      (await hashes(builder, { ...options, grant: two.id }))[0],
    ];
    expect(new Set(all).size).toBe(4);
    const row = await readOne(world.as(builder), 'people', 'p1', { ...options, grant: one.id });
    expect(row.row).toEqual({ id: 'p1', phone: all[2] });
  });

  test('are joined by whoever has them, and asked by', async () => {
    const [hash] = await hashes(builder, browse);
    const { rows: seen } = await read(
      world.as(builder),
      'select id from people where phone = $h order by id',
      {
        ...browse,
        params: { h: String(hash) },
      },
    );
    expect(seen).toEqual([['p1'], ['p3']]);
  });
});
