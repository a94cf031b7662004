/**
 * The checks of the district against the truth of the sample: what they find of each kind that was
 * planted, and what they find that was not. The truth was written by the generator, which knows of
 * no check; what a register cannot know (people from elsewhere, components without an event) is
 * told apart by the generator's own files.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { faultyRows, overviewOf, qualityOf } from '#quality';
import { type RegistersTruth, readRegistersTruth, readTruth, type SampleTruth } from '#sample';
import { signalList } from '#signals';
import { actor, deliveredDistrict, type TestWorld } from '#testing';

let world: TestWorld;
let dir: string;
let truth: SampleTruth;
let registers: RegistersTruth;

beforeAll(async () => {
  ({ world, dir } = await deliveredDistrict());
  [truth, registers] = [await readTruth(dir), await readRegistersTruth(dir)];
}, 1_800_000);
afterAll(() => world?.close());

const seeing = ['quality.read', 'gate.read', 'catalogue.read', 'signals.read'];
const governor = () => world.as(actor('data_admin', '330109', seeing));

/** The officer of the department that answers for a dataset. */
async function officerOf(dataset: string): Promise<Ctx> {
  const { owner } = await getDataset(world.ctx, dataset);
  return world.as(actor('source_officer', `330109/${owner}`, seeing));
}

/** One item of the rows a check finds, as their owner sees them; the key when none is named. */
async function found(dataset: string, check: string, item?: string): Promise<string[]> {
  const ctx = await officerOf(dataset);
  const { key } = await getDataset(ctx, dataset);
  const values: string[] = [];
  for (let offset = 0; ; offset += 200) {
    const page = await faultyRows(ctx, { dataset, check, offset, limit: 200 });
    const at = page.columns.findIndex(({ name }) => name === (item ?? key[0]));
    values.push(...page.rows.map((row) => String(row.values[at])));
    if (!page.more) return values;
  }
}

const foundIn = async (checks: readonly (readonly [dataset: string, check: string])[]) => {
  const all = await Promise.all(
    checks.map(async ([dataset, check]) =>
      (await found(dataset, check)).map((key) => `${dataset}/${key}`),
    ),
  );
  return all.flat();
};

interface Score {
  planted: number;
  found: number;
  recall: number;
  precision: number;
}
const table: Record<string, Score> = {};

/** How much of what was planted was found, and how much of what was found was planted. */
function held(kind: string, planted: readonly string[], given: readonly string[]): Score {
  const [true_, seen] = [new Set(planted), new Set(given)];
  const right = [...seen].filter((key) => true_.has(key)).length;
  const [recall, precision] = [right / true_.size, right / seen.size];
  const one = { planted: true_.size, found: seen.size, recall, precision };
  table[kind] = one;
  return one;
}

const story = (name: string): RegistersTruth['planted'] =>
  registers.planted.filter((one) => one.story === name);
const places = (list: readonly { register: string; key: string }[]): string[] =>
  list.map(({ register, key }) => `${register}/${key}`);

interface Disagreement {
  register: string;
  key: string;
  kind: string;
  subject: string;
}
const disagreements = (kind: string): Disagreement[] =>
  readFileSync(join(dir, 'disagreements.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Disagreement)
    .filter((one) => one.kind === kind);

/** Citizen ids that stand in the file of a register, read without any of our readers. */
function idsIn(dataset: string): Set<string> {
  const file = registers.deliveries.find((one) => one.dataset === dataset)?.file ?? '';
  const text = readFileSync(join(dir, file), 'latin1');
  return new Set([...text.matchAll(/\d{17}[\dX]/g)].map(([id]) => id));
}

describe('what was planted is found, and nothing else', () => {
  test('stories of aid, firms and licences', async () => {
    const dead = await foundIn([
      ['low_income_aid', 'alive'],
      ['elder_allowance', 'alive'],
    ]);
    const owners = await foundIn([['low_income_aid', 'owns_no_firm']]);
    const codes = await foundIn([['food_licences', 'firm_name_as_registered']]);
    const twice = await found('elder_allowance', 'one_person_once', 'person_id');
    const persons = story('double_allowance').flatMap((one) =>
      'person_id' in one ? [one.person_id] : [],
    );
    const scores = [
      held('dead_drawing_aid', places(story('dead_drawing_aid')), dead),
      held('beneficiary_owns_firm', places(story('beneficiary_owns_firm')), owners),
      held('double_allowance', persons, twice),
      held('wrong_credit_code', places(story('wrong_credit_code')), codes),
    ];
    for (const one of scores) {
      expect(one.planted).toBeGreaterThan(0);
      expect(one.precision).toBe(1);
      // A certificate or a firm that was itself spoiled went back to its department.
      expect(one.recall).toBeGreaterThanOrEqual(0.9);
    }
  });

  test('names, villages and deaths that disagree with the register of residents', async () => {
    const registered = idsIn('residents');
    const known = (kind: string) =>
      places(disagreements(kind).filter(({ subject }) => registered.has(subject)));
    const named = [
      'low_income_aid',
      'elder_allowance',
      'disabled_persons',
      'veterans',
      'medical_insurance',
      'social_insurance',
    ];
    const texts = places(
      disagreements('misspelt').filter(
        ({ register, subject }) => named.includes(register) && registered.has(subject),
      ),
    );
    const names = await foundIn(named.map((one) => [one, 'name_as_registered'] as const));
    const moved = await foundIn([['medical_insurance', 'lives_where_registered']]);
    const dead = await foundIn([['residents', 'cancelled_when_dead']]);
    const scores = [
      held('misspelt (residents)', texts, names),
      held('moved', known('moved'), moved),
      held('dead_unreported', known('dead_unreported'), dead),
    ];
    for (const one of scores) {
      expect(one.planted).toBeGreaterThan(0);
      expect(one.precision).toBe(1);
      expect(one.recall).toBeGreaterThanOrEqual(0.95);
    }
  });
});

describe('people from elsewhere', () => {
  const register = 'residence_permits';

  test('a permit that ran out, a second registration', async () => {
    const expired = held(
      'expired',
      places(disagreements('expired')),
      await foundIn([[register, 'permit_in_force']]),
    );
    const twice = held(
      'duplicate',
      disagreements('duplicate').map(({ subject }) => subject),
      await found(register, 'one_person_once', 'person_id'),
    );
    for (const one of [expired, twice]) {
      expect(one.planted).toBeGreaterThan(0);
      expect(one.precision).toBe(1);
      expect(one.recall).toBeGreaterThanOrEqual(0.95);
    }
  });

  test('names no register of residents tells of, where two others agree', async () => {
    const spelt = new Set(
      disagreements('misspelt').map(({ register: at, subject }) => `${at}/${subject}`),
    );
    const tell = ['medical_insurance', 'social_insurance', 'students', 'vehicles'];
    const known = new Map(tell.map((dataset) => [dataset, idsIn(dataset)]));
    const mine = disagreements('misspelt').filter((one) => one.register === register);
    const knowable = mine.filter(({ subject }) => {
      const right = tell.filter(
        (dataset) => known.get(dataset)?.has(subject) && !spelt.has(`${dataset}/${subject}`),
      );
      return right.length >= 2;
    });
    const one = held(
      'misspelt (from elsewhere)',
      places(knowable),
      await foundIn([[register, 'name_as_elsewhere']]),
    );
    expect(one.planted).toBeGreaterThan(0);
    expect(one.precision).toBe(1);
    // A row of another register may itself have gone back to its department.
    expect(one.recall).toBeGreaterThanOrEqual(0.9);
  });
});

describe('what was planted elsewhere', () => {
  test('addresses that are not those of their code', async () => {
    const datasets = ['properties', 'residence_permits', 'firms', 'residents', 'households'];
    const one = held(
      'misspelt_address',
      places(disagreements('misspelt_address')),
      await foundIn(datasets.map((dataset) => [dataset, 'address_as_registered'] as const)),
    );
    expect(one.planted).toBeGreaterThan(10);
    expect(one.precision).toBe(1);
    // A standard address that was itself spoiled is not there to be compared with.
    expect(one.recall).toBeGreaterThanOrEqual(0.9);
  });

  test('old numbers of certificates', async () => {
    const old = held(
      'old_id',
      places(disagreements('old_id')),
      await foundIn([['properties', 'id_current']]),
    );
    expect(old).toMatchObject({ precision: 1 });
    expect(old.recall).toBeGreaterThanOrEqual(0.95);
  });

  test('wrong owners of components: by who handled them, by their keeper, or not at all', async () => {
    const shown = (by: string) =>
      truth.wrongOwners.filter(({ shown_by }) => shown_by === by).map(({ comp_id }) => comp_id);
    const handled = await found('components', 'owner_as_handled');
    const kept = await found('components', 'keeper_of_owner');
    const scores = [
      held('wrong_owner (handled)', shown('handled'), handled),
      held('wrong_owner (keeper)', shown('keeper'), kept),
    ];
    for (const one of scores) {
      expect(one.planted).toBeGreaterThan(0);
      expect(one.precision).toBe(1);
      expect(one.recall).toBeGreaterThanOrEqual(0.9);
    }
    // Of the story's covers nothing tells before it is played: the keeper is the wrong owner's too.
    const all = new Set([...handled, ...kept]);
    expect(shown('nothing').length).toBeGreaterThan(0);
    expect(shown('nothing').filter((id) => all.has(id))).toEqual([]);
  });

  test('what deliveries handed back counts, by family, until it is mended', async () => {
    const { checks } = await qualityOf(governor(), 'residents');
    const told = registers.deliveries.find(({ dataset }) => dataset === 'residents');
    const kinds = new Set(told?.dirty.map(({ kind }) => kind));
    expect(kinds.has('missing')).toBe(true);
    const rates = checks.filter(({ kind }) => kind === 'delivery');
    const faulty = (family: string): number =>
      rates.find((one) => one.family === family)?.rate ?? Number.NaN;
    expect(faulty('completeness')).toBeLessThan(1);
    expect(faulty('normativity')).toBeLessThan(1);
  });
});

/** Every so many-th row gets the fault: known before anything is checked. */
const everyNth = 11;

/** Spoils rows of what stands; gives the keys. Nothing here knows of a check. */
async function spoil(dataset: string, change: string): Promise<string[]> {
  const { key } = await getDataset(world.ctx, dataset);
  const { sql } = await world.ctx.lake.relation(world.ctx, dataset);
  const chosen = `select * from (select *, row_number() over (order by ${key[0]}) as nth_row
    from ${sql} as held) as t where nth_row % ${everyNth} = 0`;
  const rows = await world.ctx.lake.engine.rows(`select ${key[0]} as key from (${chosen}) as t`);
  const changed = `select * exclude (nth_row) replace (${change}) from (${chosen}) as t`;
  await world.ctx.lake.commit(world.ctx, { dataset, sql: changed, mode: 'merge', batch: 'spoilt' });
  return rows.map((row) => String(row.key));
}

const spoilt: [kind: string, dataset: string, change: string, check: string][] = [
  ['unknown_grid', 'cameras', "'330109999999999' as grid_code", 'grid_known'],
  ['unknown_owner', 'components', "'330109-nobody' as owner_code", 'owner_known'],
  ['missing_reference', 'students', "'9999999999' as school_code", 'school_known'],
  ['dates_out_of_order', 'deaths', 'died_on + interval 90 day as issued_on', 'issued_in_time'],
  ['empty_value', 'group_ledger', 'null as address', 'place_filled'],
  ['stale_row', 'hydrants', "date '2024-01-05' as inspected_on", 'inspected_lately'],
  ['impossible_value', 'power_use', 'kwh + 1 as peak', 'peak_within'],
];

describe('what is spoiled in what stands', () => {
  test('is found in the next delivery, each kind by its check', async () => {
    const before = new Map<string, string[]>();
    for (const [kind, dataset, , check] of spoilt) before.set(kind, await found(dataset, check));
    const truths = new Map<string, string[]>();
    for (const [kind, dataset, change] of spoilt) truths.set(kind, await spoil(dataset, change));
    await world.drain();
    for (const [kind, dataset, , check] of spoilt) {
      const old = new Set(before.get(kind));
      const planted = (truths.get(kind) ?? []).filter((key) => !old.has(key));
      const seen = (await found(dataset, check)).filter((key) => !old.has(key));
      expect(planted.length, kind).toBeGreaterThan(0);
      expect(held(kind, planted, seen), kind).toMatchObject({ recall: 1, precision: 1 });
    }
  }, 600_000);
});

describe('the district as a whole', () => {
  test('every check runs, of every family, and a failed one is a signal at the owner', async () => {
    const all = await overviewOf(governor());
    const views = await Promise.all(
      all.datasets.map(({ dataset }) => qualityOf(governor(), dataset)),
    );
    const checks = views.flatMap(({ dataset, checks: own }) =>
      own.map((check) => ({ ...check, dataset: dataset.dataset, owner: dataset.owner })),
    );
    const broken = checks.filter(({ last }) => last?.state === 'broken');
    expect(broken.map(({ dataset, check, last }) => [dataset, check, last?.failed])).toEqual([]);
    const declared = checks.filter(({ kind }) => kind !== 'delivery');
    expect(new Set(declared.map(({ family }) => family)).size).toBe(6);
    expect(declared.length).toBeGreaterThanOrEqual(100);
    const failed = declared.filter(({ last }) => last?.state === 'failed');
    const { items } = await signalList(world.ctx, { limit: 200 });
    const sources = new Map(items.map((one) => [one.source, one]));
    for (const { dataset, check, owner } of failed) {
      if (check === 'owner_as_handled') continue;
      expect(sources.get(`quality/${dataset}.${check}`)?.owner, `${dataset}.${check}`).toBe(owner);
    }
    expect(all.district.score).toBeGreaterThan(80);
    expect(all.district.score).toBeLessThan(100);
    console.table(table);
  });
});
