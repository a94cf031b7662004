/** Rows that changed, for readers whose roles show different items in different units. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { DiffResult } from '#kernel/lake';
import { organisation } from '#organisation';
import { actor, type TestWorld, trialContract, trialFiles, trialWorld } from '#testing';
import { diffRows } from './actions/diff.ts';
import { download, page } from './actions/page.ts';
import { type Point, pageInput, point } from './model.ts';

const capabilities = [organisation, catalogue, gate];

const about = { owner: '330109-zhzf', unit_item: 'unit' };
const seen = { unit: {}, phone: { grade: 'L3' } } as const;
const files = trialFiles({
  units: ['330109004', '330109005', '330109-zhzf', '330109-zh'],
  roles: ['looker', 'caller'],
  policy: {
    low: { roles: ['looker', 'caller'], grades: ['L1'], view: 'plain' },
    phone: { roles: ['caller'], grades: ['L3'], view: 'plain' },
  },
  datasets: {
    register: trialContract({ id: { required: true }, ...seen }, { ...about, key: ['id'] }),
    loose: trialContract(seen, about),
    cards: trialContract(
      { card: { required: true, grade: 'L3', semantic: 'citizen_id' }, unit: {}, note: {} },
      { ...about, key: ['card'] },
    ),
  },
});

const rows = (version: number): string => `select * from (values
  ('r4', '330109004', 'phone-4-${version}'), ('r5', '330109005', 'phone-5-${version}'),
  ('rd', '330109-zhzf', 'phone-d-${version}')) held(id, unit, phone)`;

let world: TestWorld;

beforeAll(async () => {
  world = await trialWorld(capabilities, files);
  for (const version of [1, 2]) {
    const batch = `b${version}`;
    await world.ctx.lake.commit(world.ctx, { dataset: 'register', sql: rows(version), batch });
    world.clock.advance(60_000);
  }
  await world.drain();
});
afterAll(() => world.close());

const both = (looker: string, caller: string): Actor => {
  const one = actor('looker', looker, ['gate.read']);
  return { ...one, roles: [...one.roles, ...actor('caller', caller).roles] };
};

const changedFor = async (who: Actor) =>
  (await diffRows(world.as(who), 'register', { purpose: 'browse' })).rows;

test('who sees no item that changed is shown no row', async () => {
  expect(await changedFor(actor('looker', '330109', ['gate.read']))).toEqual([]);
});

test('an item that one role shows in one unit is not shown on the rows of another', async () => {
  const seen = await changedFor(both('330109/330109004', '330109/330109005'));
  expect(JSON.stringify(seen)).not.toContain('phone-4');
  expect(seen.map((row) => [row.key.id, row.after?.phone])).toEqual([['r5', 'phone-5-2']]);
});

test('a department whose code begins like another sees nothing of that one', async () => {
  expect(await changedFor(actor('caller', '330109/330109-zh', ['gate.read']))).toEqual([]);
});

test('rows whose key is hidden come in no order of it', async () => {
  for (const version of [1, 2]) {
    const sql = `select * from (values ('c1', '330109004', 'z${version}'),
      ('c2', '330109004', 'm${version}'), ('c3', '330109004', 'a${version}')) held(card, unit, note)`;
    await world.ctx.lake.commit(world.ctx, { dataset: 'cards', sql, batch: `c${version}` });
  }
  const who = world.as(actor('looker', '330109', ['gate.read']));
  const { rows } = await diffRows(who, 'cards', { purpose: 'browse' });
  expect(rows.map(({ key, after }) => [key, after?.note])).toEqual([
    [{}, 'a2'],
    [{}, 'm2'],
    [{}, 'z2'],
  ]);
});

test('an earlier state is read by version, by moment and as a file; a wrong one is an error', async () => {
  const who = world.as(actor('caller', '330109', ['gate.read']));
  const read = (asOf: Point) => page(who, 'register', { ...pageInput.parse({}), asOf });
  await expect(read({ version: 9 })).rejects.toMatchObject({ code: 'lake.unknown_version' });
  const [second, first] = await who.lake.snapshots(who, 'register');
  if (first === undefined || second === undefined) throw new Error('two snapshots');
  const phones = (rows: unknown[][]) => rows.map((row) => row.at(-1));
  const old = ['phone-4-1', 'phone-5-1', 'phone-d-1'];
  expect(phones((await read({ version: 1 })).rows)).toEqual(old);
  const { table } = await download(who, 'register', {
    ...{ filter: [], sort: undefined, purpose: 'browse', grant: undefined },
    asOf: { version: 1 },
  });
  const rows: unknown[][] = [];
  for await (const row of table.rows.all) rows.push([...row]);
  expect(phones(rows)).toEqual(old);
  expect((await read(new Date(first.at.getTime() - 1))).rows).toEqual([]);
  expect(phones((await read(second.at)).rows)).toEqual(old.map((one) => one.replace('-1', '-2')));
  const since = await diffRows(who, 'register', { purpose: 'browse', from: { version: 1 } });
  expect(since).toMatchObject({ from: first.id, to: second.id, by: 'whole', why: 'replaced' });
  expect(since.rows).toHaveLength(3);
});

test('points are told apart by how they are written', () => {
  const parse = (text: string) => point.safeParse(text).data;
  expect(parse('v3')).toEqual({ version: 3 });
  expect(parse('2026-03-31T08:00:00+08:00')).toEqual(new Date('2026-03-31T00:00:00Z'));
  for (const bad of ['3', 'v0', 'v-1', '2026-03-31', '2026-03-31T08:00:00', 'now']) {
    expect(parse(bad)).toBeUndefined();
  }
});

/** The same world, which notes everything that a diff brings out of the engine. */
function noting(who: Actor): { ctx: Ctx; came: DiffResult[] } {
  const came: DiffResult[] = [];
  const ctx = world.as(who);
  const { lake } = ctx;
  const diff: typeof lake.diff = async (...asked) => {
    const found = await lake.diff(...asked);
    came.push(found);
    return found;
  };
  return { ctx: { ...ctx, lake: { ...lake, diff } }, came };
}

test('what is hidden does not come out of the engine, nor does its number', async () => {
  const { ctx, came } = noting(both('330109/330109004', '330109/330109005'));
  const seen = await diffRows(ctx, 'register', { purpose: 'browse' });
  expect(JSON.stringify(came)).toContain('phone-5-2');
  expect(JSON.stringify(came)).not.toMatch(/phone-[4d]/);
  expect(came).toMatchObject([{ added: 0, removed: 0, changed: 1 }]);
  expect(seen.truncated).toBe(false);
  // The limit counts what is shown: what is hidden does not push it out.
  const one = await diffRows(ctx, 'register', { purpose: 'browse', limit: 1 });
  expect(one.rows.map(({ key }) => key.id)).toEqual(['r5']);
});

test('rows without a key that differ only where it is hidden do not differ', async () => {
  for (const version of [1, 2]) {
    const sql = `select * from (values ('330109004', 'phone-4-${version}'),
      ('330109005', 'phone-5-${version}')) held(unit, phone)`;
    await world.ctx.lake.commit(world.ctx, { dataset: 'loose', sql, batch: `l${version}` });
  }
  const { ctx, came } = noting(both('330109/330109004', '330109/330109005'));
  const { rows } = await diffRows(ctx, 'loose', { purpose: 'browse' });
  expect(rows.map(({ kind, before, after }) => [kind, (after ?? before)?.phone])).toEqual([
    ['added', 'phone-5-2'],
    ['removed', 'phone-5-1'],
  ]);
  expect(JSON.stringify(came)).not.toContain('phone-4');
});

type Held = Map<string, { unit: string; phone: string | null }>;

type Shown = { id: string; unit: string; phone?: string | null };

/** What each role shows of a row, told once more: `looker` in town 4, `caller` in town 5. */
function shownOf(id: string, row: ReturnType<Held['get']>): Shown | null {
  if (row === undefined) return null;
  if (row.unit.startsWith('330109005')) return { id, unit: row.unit, phone: row.phone };
  return row.unit.startsWith('330109004') ? { id, unit: row.unit } : null;
}

const someState = fc
  .uniqueArray(fc.nat(9), { maxLength: 8 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({
          id: fc.constant(`r${id}`),
          unit: fc.constantFrom('330109004', '330109005', '330109004001', '330109-zhzf'),
          phone: fc.constantFrom('1', '2', null),
        }),
      ),
    ),
  )
  .map((rows): Held => new Map(rows.map(({ id, unit, phone }) => [id, { unit, phone }])));

const stateSql = (state: Held): string => {
  const rows = [...state].map(
    ([id, { unit, phone }]) => `('${id}', '${unit}', ${phone === null ? 'null' : `'${phone}'`})`,
  );
  const none = "select 'x' as id, 'x' as unit, 'x' as phone where false";
  return rows.length === 0
    ? none
    : `select * from (values ${rows.join(', ')}) held(id, unit, phone)`;
};

test('of any two states: what the reader sees of each, and no more', async () => {
  await fc.assert(
    fc.asyncProperty(someState, someState, async (before, after) => {
      const ids = [];
      for (const state of [before, after]) {
        const batch = `p${Math.random()}`;
        const sql = stateSql(state);
        ids.push(await world.ctx.lake.commit(world.ctx, { dataset: 'register', sql, batch }));
      }
      const [from, to] = ids.map(({ id }) => id);
      const { ctx } = noting(both('330109/330109004', '330109/330109005'));
      const { rows } = await diffRows(ctx, 'register', { purpose: 'browse', from, to });
      const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
      const expected = keys.flatMap((id) => {
        const [old, now] = [shownOf(id, before.get(id)), shownOf(id, after.get(id))];
        if (old === null && now === null) return [];
        const names = ['unit', 'phone'] as const;
        const changed = names.filter(
          (name) => old && now && name in old && name in now && old[name] !== now[name],
        );
        if (old && now && changed.length === 0) return [];
        const kind = old === null ? 'added' : now === null ? 'removed' : 'changed';
        return [{ kind, key: { id }, changed, before: old, after: now }];
      });
      expect(rows).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});
