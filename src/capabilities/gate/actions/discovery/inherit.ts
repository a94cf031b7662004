/** Items made from items that are raised: they follow, through any number of steps. */
import {
  type Contract,
  type Grade,
  highestGrade,
  type Item,
  listDatasets,
  type Regrade,
} from '#catalogue';
import type { Ctx } from '#kernel/context';
import { parseQuery } from '#kernel/lake';
import * as store from '../../store/discovery.ts';
import { type Trace, traceQuery } from '../lineage/index.ts';
import { discoveryOptions } from './settings.ts';

/** An item that is raised, or the rows of a set (`item` is null), with what it is made from. */
export interface Inheriting {
  dataset: string;
  item: Item | null;
  grade: Grade;
  /** The raised item it comes from. */
  from: string;
}

type Raised = Map<string, Grade>;

interface Derived {
  contract: Contract;
  trace: Trace;
  /** Declared for the set as a whole. */
  least: Grade | null;
  /** Items that stay where they are: somebody approved less. */
  lowered: ReadonlySet<string>;
}

const refOf = (dataset: string, item: string): string => `${dataset}.${item}`.toLowerCase();

const top = (grades: readonly Grade[]): Grade => highestGrade(grades.map((grade) => ({ grade })));

async function derivedSets(ctx: Ctx, contracts: readonly Contract[]): Promise<Derived[]> {
  const items = new Map(contracts.map((one) => [one.name, one.items.map(({ name }) => name)]));
  const declared = await store.setGrades(ctx);
  const { today } = discoveryOptions(ctx);
  return Promise.all(
    contracts
      .filter(({ sql }) => sql !== null)
      .map(async (contract) => {
        const { tree } = await parseQuery(contract.sql ?? '');
        const read = contract.reads.map((name) => [name, items.get(name) ?? []] as const);
        const { least = null, lowered = {} } = declared.get(contract.name) ?? {};
        const standing = Object.entries(lowered).filter(([, { until }]) => until >= today);
        return {
          contract,
          trace: traceQuery(tree, new Map(read)),
          least,
          lowered: new Set(standing.map(([item]) => item)),
        };
      }),
  );
}

/** Raised items among these; among everything that is read where the query cannot be followed. */
function raisedAmong(
  refs: Iterable<string> | null,
  { contract }: Derived,
  raised: Raised,
): [string, Grade][] {
  const sources = refs === null ? null : new Set([...refs].map((ref) => ref.toLowerCase()));
  const read = (ref: string): boolean =>
    contract.reads.some((name) => ref.startsWith(`${name.toLowerCase()}.`));
  return [...raised].filter(([ref]) => (sources === null ? read(ref) : sources.has(ref)));
}

function follow(one: Derived, item: Item | null, raised: Raised, stands: Grade): Inheriting[] {
  const { contract, trace, lowered } = one;
  if (lowered.has(item?.name ?? 'rows')) return [];
  const column = trace.columns?.find(
    ({ name }) => name?.toLowerCase() === item?.name.toLowerCase(),
  );
  const rows = trace.rows.isUnknown ? null : trace.rows.items.keys();
  const refs = item === null ? rows : (column?.from?.keys() ?? null);
  const above = raisedAmong(refs, one, raised);
  const grade = top([stands, ...above.map(([, each]) => each)]);
  const from = above.find(([, each]) => each === grade)?.[0];
  return grade <= stands || from === undefined
    ? []
    : [{ dataset: contract.name, item, grade, from }];
}

/** What of one set has to follow: its items first, then the set for what decides over its rows. */
function following(one: Derived, raised: Raised, set: ReadonlyMap<string, Grade>): Inheriting[] {
  const { contract, least } = one;
  const stands = ({ name, grade }: Item): Grade => raised.get(refOf(contract.name, name)) ?? grade;
  const items = contract.items.flatMap((item) => follow(one, item, raised, stands(item)));
  const whole = top([
    ...contract.items.map(stands),
    ...items.map(({ grade }) => grade),
    set.get(contract.name) ?? least ?? 'L1',
  ]);
  return [...items, ...follow(one, null, raised, whole)];
}

/**
 * Items and sets that were as high as what they are made from and no longer would be, with the
 * grade they need. What was lowered with approval stays.
 */
export async function inheriting(ctx: Ctx, changes: readonly Regrade[]): Promise<Inheriting[]> {
  const contracts = await listDatasets(ctx);
  const items = new Map(
    contracts.flatMap(({ name, items: all }) =>
      all.map((item) => [refOf(name, item.name), item.grade] as const),
    ),
  );
  const raised: Raised = new Map();
  for (const { dataset, item, grade } of changes) {
    const ref = item === null ? null : refOf(dataset, item);
    if (ref !== null && grade > (items.get(ref) ?? 'L1')) raised.set(ref, grade);
  }
  if (raised.size === 0) return [];
  const derived = await derivedSets(ctx, contracts);
  const found = new Map<string, Inheriting>();
  const sets = new Map<string, Grade>();
  for (let before = -1, now = 0; before !== now; before = now, now = found.size) {
    for (const one of derived.flatMap((set) => following(set, raised, sets))) {
      const ref = refOf(one.dataset, one.item?.name ?? '');
      found.set(`${ref}=${one.grade}`, one);
      if (one.item === null) sets.set(one.dataset, one.grade);
      else raised.set(ref, one.grade);
    }
  }
  return [
    ...new Map(
      [...found.values()].map((one) => [refOf(one.dataset, one.item?.name ?? ''), one]),
    ).values(),
  ];
}
