import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate, issueGrant, materialise, read, readOne, revokeGrant, viewAs, viewOf } from '#gate';
import { type Actor, anonymous } from '#kernel/auth';
import { GuantongError } from '#kernel/errors';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';

const capabilities = [organisation, catalogue, gate];

/** Values that must reach nobody without a right to them. */
const canaryName = '金丝雀甲';
const canaryPhone = '13800000001';
const canaryDepth = 'CANARY-PIPE-7';

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,另一街道,,,town,330109,,,,试
330109004223,霞江村,,,village,330109004,,,,试
330109-zhzf,区综合执法局,,,department,330109,,,,试
330109-other,另一局,,,department,330109,,,,试
`;

const covers = (serve: string) => `
title: {zh: 井盖登记, en: Covers}
description: {zh: 井盖, en: Covers}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: merge
key: [id]
unit_item: grid
${serve}
items:
  id: {title: {zh: 编号, en: Id}, type: text, grade: L1, required: true}
  grid: {title: {zh: 网格, en: Grid}, type: text, grade: L1}
  state: {title: {zh: 状态, en: State}, type: text, grade: L2}
  keeper: {title: {zh: 责任人, en: Keeper}, type: text, semantic: person_name, grade: L3}
  phone: {title: {zh: 手机, en: Phone}, type: text, semantic: mobile, grade: L3}
  depth: {title: {zh: 埋深, en: Depth}, type: text, grade: L4}
`;

const notes = `
title: {zh: 无单位, en: No unit}
description: {zh: 无单位, en: No unit}
owner: 330109-zhzf
theme: 城市治理
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
items:
  text: {title: {zh: 文, en: Text}, type: text, grade: L1}
`;

const role = (title: string) => `title: {zh: ${title}, en: ${title}}
description: {zh: ${title}, en: ${title}}
levels: [district, town, village, department]
permissions: [gate.read]
`;

const policy = `
title: {zh: 规则, en: Policy}
source: 试行办法
lines:
  - {id: all, roles: ["*"], grades: [L1, L2], view: plain, because: {zh: 开放, en: open}}
  - {id: workers, roles: [worker], grades: [L3], view: plain, because: {zh: 办件, en: work}}
  - {id: no-phones, roles: [worker], grades: [L3], types: [mobile], view: absent,
     because: {zh: 不给号码, en: no phones}, source: 第六条}
  - {id: rescue, roles: [visitor], grades: [L3], purposes: [rescue], view: plain,
     because: {zh: 抢险, en: rescue}}
  - {id: own, roles: [officer], grades: [L3, L4], own: true, view: plain,
     because: {zh: 自己的数据, en: own data}}
`;

const files = {
  'units/all.csv': units,
  'roles/worker.yaml': role('网格员'),
  'roles/visitor.yaml': role('访客'),
  'roles/officer.yaml': role('数据员'),
  'policies/grades.yaml': policy,
  'datasets/covers.yaml': covers('serve: {row: true}'),
  'datasets/notes.yaml': notes,
};

const rows = `select * from (values
  ('c1', '330109004223001', '完好', '${canaryName}', '${canaryPhone}', '${canaryDepth}'),
  ('c2', '330109004223002', '破损', '李四', '13800000002', 'D2'),
  ('c3', '330109005101001', '完好', '王五', '13800000003', 'D3'),
  ('c4', null, '=1+1', '赵六', '13800000004', 'D4')
) held(id, grid, state, keeper, phone, depth)`;

let world: TestWorld;
const town = '330109/330109004';
const reads = ['gate.read'];
const worker = actor('worker', town, reads);
const visitor = actor('visitor', town, reads);
const officer = actor('officer', '330109/330109-zhzf', reads);
const district = actor('visitor', '330109', reads);
const stranger = actor('visitor', '330109/330109-other', reads);
const browse = { purpose: 'browse' };

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files);
  await world.ctx.lake.commit(world.ctx, { dataset: 'covers', sql: rows, batch: 'b1' });
  const text = `select 'x' as text`;
  await world.ctx.lake.commit(world.ctx, { dataset: 'notes', sql: text, batch: 'b2' });
  await world.drain();
});
afterAll(() => world.close());

const refusal = async (work: Promise<unknown>): Promise<GuantongError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GuantongError)) throw new Error(`no refusal but ${String(error)}`);
  return error;
};

const audits = async (): Promise<number> => {
  await world.ctx.audit.seal();
  const found = await sql<{ n: number }>`select count(*) n from audit_seen`.execute(world.ctx.db);
  return found.rows[0]?.n ?? 0;
};

const ids = async (who: Actor, text = 'select id from covers order by id') =>
  (await read(world.as(who), text, browse)).rows.map((row) => row[0]);

describe('refusals', () => {
  test('nobody reads without signing in, without the permission, without a purpose', async () => {
    const before = await audits();
    const nobody = world.as(anonymous('127.0.0.1'));
    expect((await refusal(read(nobody, 'select 1', browse))).code).toBe('auth.not_signed_in');
    const plain = world.as(actor('worker', town));
    expect((await refusal(read(plain, 'select 1', browse))).code).toBe('auth.not_allowed');
    expect((await refusal(readOne(plain, 'covers', 'c1', browse))).code).toBe('auth.not_allowed');
    expect((await refusal(viewOf(plain, 'covers'))).code).toBe('auth.not_allowed');
    const idle = read(world.as(worker), 'select id from covers', { purpose: ' ' });
    expect((await refusal(idle)).code).toBe('gate.purpose_missing');
    expect(await audits()).toBe(before);
  });

  test('a query that names absent items is refused with all of them at once', async () => {
    const error = await refusal(
      read(world.as(visitor), 'select c.keeper, depth from covers c where phone is null', browse),
    );
    expect(error.code).toBe('gate.not_granted');
    expect(error.faults.map((fault) => [fault.code, fault.item])).toEqual([
      ['gate.item_not_granted', 'keeper'],
      ['gate.item_not_granted', 'phone'],
      ['gate.item_not_granted', 'depth'],
    ]);
  });

  test('unknown datasets are named, all at once', async () => {
    const error = await refusal(read(world.as(worker), 'select * from nope, nada', browse));
    expect(error.code).toBe('gate.dataset_not_found');
    expect(error.faults.map((fault) => fault.item)).toEqual(['nada', 'nope']);
  });

  test('people cannot ask for whole datasets as the platform does', async () => {
    const work = materialise(world.as(district), { by: 'me', sql: 'select * from covers' });
    expect((await refusal(work)).code).toBe('gate.materialise_person');
  });
});

describe('items and rows', () => {
  test('an absent item is simply not in a star', async () => {
    const seen = await read(world.as(visitor), 'select * from covers', browse);
    expect(seen.columns.map((column) => column.name)).toEqual(['id', 'grid', 'state']);
    const held = await read(world.as(worker), 'select * from covers', browse);
    expect(held.columns.map((column) => column.name)).toEqual(['id', 'grid', 'state', 'keeper']);
  });

  test('rows are those of the units; the district and the owner see all', async () => {
    expect(await ids(worker)).toEqual(['c1', 'c2']);
    expect(await ids(actor('worker', `${town}/330109004223`, reads))).toEqual(['c1', 'c2']);
    expect(await ids(district)).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(await ids(officer)).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(await ids(stranger)).toEqual([]);
  });

  test('a dataset without unit item is for the district and its owner only', async () => {
    expect(await ids(worker, 'select text from notes')).toEqual([]);
    expect(await ids(district, 'select text from notes')).toEqual(['x']);
    expect(await ids(officer, 'select text from notes')).toEqual(['x']);
  });
});

describe('roles, purposes, grades', () => {
  test('a role never lends its items to the rows of another', async () => {
    const both: Actor = {
      ...worker,
      roles: [...worker.roles, ...actor('visitor', '330109/330109005').roles],
    };
    const { rows: seen } = await read(
      world.as(both),
      'select id, keeper from covers order by id',
      browse,
    );
    expect(seen).toEqual([
      ['c1', canaryName],
      ['c2', '李四'],
      ['c3', null],
    ]);
  });

  test('a purpose opens what its line says, and only then', async () => {
    const rescue = { purpose: 'rescue' };
    const seen = await read(world.as(visitor), 'select keeper from covers where id = $id', {
      ...rescue,
      params: { id: 'c1' },
    });
    expect(seen.rows).toEqual([[canaryName]]);
  });

  test('each column has the grade it was made from; what cannot be followed the highest', async () => {
    const { columns } = await read(
      world.as(worker),
      `with k as (select id, keeper as who, state || keeper as pair from covers)
       select id, who, pair, length(who) as n, count(*) over () as c from k`,
      browse,
    );
    expect(columns.map((column) => [column.name, column.grade, column.title.zh])).toEqual([
      ['id', 'L1', '编号'],
      ['who', 'L3', '责任人'],
      ['pair', 'L3', 'pair'],
      ['n', 'L3', 'n'],
      ['c', 'L1', 'c'],
    ]);
    const star = await read(
      world.as(worker),
      'select * from covers a join covers b using (id)',
      browse,
    );
    const grades = star.columns.map(({ name, grade }) => [name.replace(/_\d+$/, ''), grade]);
    const ofKeeper = new Set(
      grades.filter(([name]) => name === 'keeper').map(([, grade]) => grade),
    );
    expect(ofKeeper).toEqual(new Set(['L3']));
    expect(grades.find(([name]) => name === 'id')?.[1]).toBe('L1');
    const blind = await read(
      world.as(worker),
      'select u."struct_pack(a := id)" as x from (select struct_pack(a := id) from covers) as u',
      browse,
    );
    expect(blind.columns.map((column) => column.grade)).toEqual(['L3']);
  });

  test('every line that decides is named, and so is deny by default', async () => {
    const view = await viewOf(world.as(worker), 'covers');
    expect(view.items.map((item) => [item.item, item.view, item.line])).toEqual([
      ['id', 'plain', 'trial/grades#all'],
      ['grid', 'plain', 'trial/grades#all'],
      ['state', 'plain', 'trial/grades#all'],
      ['keeper', 'plain', 'trial/grades#workers'],
      ['phone', 'absent', 'trial/grades#no-phones'],
      ['depth', 'absent', null],
    ]);
    expect(view.items[4]?.source).toBe('第六条');
    expect(view).toMatchObject({ rows: 'units', units: ['330109004'], plain: 4, absent: 2 });
    const other = await viewAs(world.as(visitor), 'covers', 'worker');
    expect(other.items.find((item) => item.item === 'keeper')?.view).toBe('plain');
    expect((await viewOf(world.as(officer), 'covers')).absent).toBe(0);
  });
});

describe('what leaves beside rows', () => {
  test('errors of the engine carry no value and no path', async () => {
    const failing = [
      'select cast(keeper as integer) from covers',
      "select cast(state || '-' || keeper as date) from covers",
      "select strptime(keeper, '%Y') from covers",
      'select nothing_like_it from covers',
    ];
    for (const text of failing) {
      const error = await refusal(read(world.as(worker), text, browse));
      const said = JSON.stringify(error.toShape());
      expect(error.code).toBe('gate.query_failed');
      expect(said).not.toContain(canaryName);
      expect(said).not.toMatch(/parquet|\/tmp|\/var/);
    }
  });

  test('a condition never runs on rows of others: it cannot tell of them by failing', async () => {
    const probe = `select count(*) from covers
      where cast(case when id = 'c3' then 'x' else '1' end as integer) = 1`;
    expect((await read(world.as(worker), probe, browse)).rows).toEqual([[2]]);
    expect((await refusal(read(world.as(district), probe, browse))).code).toBe('gate.query_failed');
  });

  test('a read is audited with purpose, count and a digest, never with its text', async () => {
    const text = `select id from covers where keeper = '${canaryName}'`;
    await read(world.as(worker), text, { purpose: '查井盖' });
    await world.ctx.audit.seal();
    const found = await sql<{ record: unknown }>`select to_jsonb(a) record from audit_seen a
      where a.actor = ${worker.id} order by a.id desc limit 1`.execute(world.ctx.db);
    const said = JSON.stringify(found.rows[0]?.record);
    expect(said).toContain('查井盖');
    expect(said).toContain('"covers"');
    expect(said).not.toContain(canaryName);
  });

  test('a query that fails on what it found is a look too: its failing told something', async () => {
    const before = await audits();
    const text = `select cast(case when depth = '${canaryDepth}' then id else '1' end as integer)
      from covers`;
    const purpose = '一位一位地问';
    const error = await refusal(read(world.as(officer), text, { purpose }));
    expect(error.code).toBe('gate.query_failed');
    await world.ctx.audit.seal();
    const found = await sql<{ record: unknown }>`select to_jsonb(a) record from audit_seen a
      where a.purpose = ${purpose}`.execute(world.ctx.db);
    expect(await audits()).toBe(before + 1);
    const said = JSON.stringify(found.rows);
    expect(said).toContain('"covers"');
    expect(said).toContain('gate.query_failed');
    expect(said).not.toContain(canaryDepth);
  });
});

describe('one row', () => {
  const one = (who: Actor, key: string) => readOne(world.as(who), 'covers', key, browse);

  test('comes from the hot copy with the same items and rows', async () => {
    expect((await one(worker, 'c1')).row).toEqual({
      id: 'c1',
      grid: '330109004223001',
      state: '完好',
      keeper: canaryName,
    });
    expect((await one(visitor, 'c1')).row).toEqual({
      id: 'c1',
      grid: '330109004223001',
      state: '完好',
    });
    expect((await one(worker, 'c3')).row).toBeNull();
    expect((await one(stranger, 'c1')).row).toBeNull();
    expect((await one(district, 'c4')).row).toMatchObject({ id: 'c4' });
    expect((await one(officer, 'c1')).row).toMatchObject({ depth: canaryDepth });
  });

  test('a key no database can hold finds nothing, and fails nobody who asks beside it', async () => {
    const asked = ['c1', 'c\u0000', '\ud800', 'c1\u0000', 'c2'].map((key) => one(worker, key));
    const found = await Promise.all(asked);
    expect(found.map(({ row }) => row?.id ?? null)).toEqual(['c1', null, null, null, 'c2']);
  });

  test('follows the next delivery', async () => {
    const change = `select 'c2' id, '330109004223002' grid, '丢失' state, '李四' keeper,
      '13800000002' phone, 'D2' depth`;
    await world.ctx.lake.commit(world.ctx, { dataset: 'covers', sql: change, batch: 'b3' });
    await world.drain();
    expect((await one(worker, 'c2')).row).toMatchObject({ state: '丢失' });
  });

  test('a changed policy is in force with its commit', async () => {
    const strict = policy.replace(
      'roles: [worker], grades: [L3], view: plain',
      'roles: [officer], grades: [L3], view: plain',
    );
    await applyFiles(world.ctx, capabilities, { ...files, 'policies/grades.yaml': strict });
    expect((await one(worker, 'c1')).row).not.toHaveProperty('keeper');
    await applyFiles(world.ctx, capabilities, files);
    expect((await one(worker, 'c1')).row).toHaveProperty('keeper');
  });

  test('comes from the lake when there is no hot copy', async () => {
    const without = { ...files, 'datasets/covers.yaml': covers('') };
    await applyFiles(world.ctx, capabilities, without);
    expect((await one(worker, 'c1')).row).toMatchObject({ id: 'c1', keeper: canaryName });
    expect((await one(worker, 'c3')).row).toBeNull();
    await applyFiles(world.ctx, capabilities, files);
    await world.drain();
    expect((await one(worker, 'c1')).row).toMatchObject({ id: 'c1', keeper: canaryName });
  });
});

describe('grants', () => {
  const expiresAt = '2030-01-01T00:00:00.000Z';
  const input = {
    grantee: stranger.id,
    dataset: 'covers',
    items: ['id', 'depth'],
    units: ['330109004'],
    purpose: '管线抢修',
    expiresAt,
    approvedBy: 'case/1',
  };
  const manager = actor('officer', '330109', ['gate.manage']);

  test('are refused with all faults, and to whoever may not issue them', async () => {
    expect((await refusal(issueGrant(world.as(worker), input))).code).toBe('auth.not_allowed');
    const bad = { ...input, items: ['id', 'nope'], expiresAt: '2001-01-01T00:00:00.000Z' };
    const error = await refusal(issueGrant(world.as(manager), bad));
    expect(error.faults.map((fault) => fault.code)).toEqual([
      'gate.item_unknown',
      'gate.grant_past',
    ]);
    const found = await sql<{ n: number }>`select count(*) n from gate_grant`.execute(world.ctx.db);
    expect(found.rows[0]?.n).toBe(0);
  });

  test('open their items and rows to their grantee, for their purpose, until they end', async () => {
    const { id } = await issueGrant(world.as(manager), input);
    const text = 'select * from covers order by id';
    const options = { purpose: '管线抢修', grant: id };
    const seen = await read(world.as(stranger), text, options);
    expect(seen.rows).toEqual([
      ['c1', canaryDepth],
      ['c2', 'D2'],
    ]);
    expect((await readOne(world.as(stranger), 'covers', 'c1', options)).row).toEqual({
      id: 'c1',
      depth: canaryDepth,
    });
    const other = { purpose: '别的', grant: id };
    expect((await refusal(read(world.as(stranger), text, other))).code).toBe('gate.grant_purpose');
    expect((await refusal(read(world.as(worker), text, options))).code).toBe('gate.grant_invalid');
    const now = world.clock.now();
    world.clock.set(new Date('2030-01-01T00:00:01Z'));
    expect((await refusal(read(world.as(stranger), text, options))).code).toBe(
      'gate.grant_invalid',
    );
    world.clock.set(now);
    await revokeGrant(world.as(manager), id, '不再需要');
    const late = readOne(world.as(stranger), 'covers', 'c1', options);
    expect((await refusal(late)).code).toBe('gate.grant_invalid');
  });
});
