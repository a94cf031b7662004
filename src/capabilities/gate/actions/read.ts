/** The one way to data: governed SQL. */
import { createHash } from 'node:crypto';
import { identitiesIn } from '#kernel/audit';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { type Fault, GuantongError } from '#kernel/errors';
import {
  type Column,
  type FencedResult,
  type JsonScalar,
  type ParsedQuery,
  parseQuery,
  type Snapshot,
  writeQuery,
} from '#kernel/lake';
import { gateErrors } from '../errors.ts';
import type { Grant, ReadResult, ReadSnapshot } from '../model.ts';
import * as store from '../store.ts';
import { bind, quoteName } from './bind.ts';
import { chosenRows, withPlace } from './chosen.ts';
import { columnsOf, type Opened, seenOf } from './columns.ts';
import { findContract, type HeldRows, heldRows, toGated } from './contract.ts';
import {
  boundCounted,
  type Countable,
  countedName,
  isCountable,
  leastOf,
  markOf,
  type Plan,
  planFor,
} from './counting/index.ts';
import { standingGrant, underCaps } from './grants.ts';
import { type Trace, traceQuery } from './lineage/index.ts';
import { momentOf } from './moment.ts';
import type { PlacedLine } from './policy.ts';
import { sealed } from './seal.ts';
import { isRowForRow } from './together.ts';
import { type Reading, readingOf } from './treat.ts';
import { countedBy, policyLines, readPermission, seeItems, sightsFor } from './view.ts';

export interface ReadOptions {
  /** Why the data is read: a code a policy line may name, or words for the audit. */
  purpose: string;
  /** Grant under which it is read. */
  grant?: string | undefined;
  /** Rows at most; the setting `sql_row_limit` when absent. */
  limit?: number | undefined;
  /** Snapshots as of this instant, or the one given when a single dataset is read. */
  asOf?: Date | Snapshot | undefined;
  /** Values of `$name` in the SQL; bound, never pasted. */
  params?: Record<string, JsonScalar> | undefined;
  /** What it is recorded as; `gate.read` when absent. */
  action?: string | undefined;
  /**
   * Only these rows of the one dataset that is read, by their keys as text: chosen by the platform,
   * never by the asker, who needs not see the key. `row_place_` says at which place each stands.
   */
  rows?: readonly string[] | undefined;
  /** A new file that takes the rows, one as JSON on each line; few of them come back then. */
  into?: string | undefined;
}

/** What was read, and how many rows that were. */
interface Done {
  result: ReadResult;
  count: number;
}

/** With the items by which it may be counted. */
type OpenedSet = Opened & { by: string[] };

async function open(
  ctx: Ctx,
  names: readonly string[],
  grant: Grant | undefined,
  { purpose, rows }: ReadOptions,
): Promise<OpenedSet[]> {
  const lines: PlacedLine[] = await policyLines(ctx);
  const found = await Promise.all(names.map((name) => findContract(ctx, name)));
  const faults = names
    .filter((_, at) => !found[at])
    .map((dataset) => gateErrors.fault('dataset_not_found', { item: dataset }, { dataset }));
  if (faults.length > 0) {
    const dataset = faults.map((fault) => fault.item).join(', ');
    throw gateErrors.make('dataset_not_found', { dataset }, faults);
  }
  const opened = found.map(async (contract) => {
    if (!contract) return [];
    const seen = seeItems(contract, lines, sightsFor(ctx, contract, grant), purpose);
    const views = rows === undefined ? seen : withPlace(seen);
    const declared = isCountable(views)
      ? (await store.gradesOf(ctx, contract.name)).counted_by
      : [];
    return [{ name: contract.name, contract, views, by: countedBy(contract, declared) }];
  });
  return (await Promise.all(opened)).flat();
}

/** A query as it is run: what counts reads the rows with their blocks. */
interface Asked {
  parsed: ParsedQuery;
  /** As the person wrote it, or as it is run. */
  sql: string;
  opened: OpenedSet[];
  /** Relations that are counted, in the order they are opened. */
  counted: Opened[];
  countable: ReadonlyMap<string, Countable>;
  plan: Plan | null;
}

const toCountable = ({ contract, views, by }: OpenedSet): Countable => ({
  dataset: toGated(contract),
  views,
  by,
});

/** What is counted is seen as such, and by nobody clearer than that. */
const asCounted = (each: OpenedSet): Opened => ({
  name: countedName(each.contract.name),
  contract: each.contract,
  views: each.views.map((view) => ({
    ...view,
    parts: view.counting ? [{ decision: view.decision, sights: view.counting.sights }] : view.parts,
  })),
});

async function planned(
  sql: string,
  parsed: ParsedQuery,
  opened: OpenedSet[],
  asOf: ReadOptions['asOf'],
): Promise<Asked> {
  const found = opened.filter(({ views }) => isCountable(views)).map(toCountable);
  const countable = new Map(found.map((each) => [each.dataset.name, each]));
  const plan = await planFor(parsed.tree, found);
  if (plan === null) return { parsed, sql, opened, counted: [], countable, plan };
  // Two states that differ by one person would tell of that person.
  const past = asOf === undefined ? [] : [gateErrors.fault('counting_form', {}, { what: 'asOf' })];
  const faults = [...plan.faults, ...past];
  if (faults.length > 0)
    throw gateErrors.make('counting_refused', { count: faults.length }, faults);
  const run = await writeQuery(plan.tree);
  const isRead = (name: string): boolean => run.relations.includes(name.toLowerCase());
  return {
    parsed: run,
    sql: run.sql,
    opened: opened.filter(({ name }) => isRead(name)),
    counted: opened.filter(({ name }) => plan.measures.has(name)).map(asCounted),
    countable,
    plan,
  };
}

/** Names a query may use of each of its relations. */
const namesOf = ({ opened, counted, plan }: Asked): Map<string, string[]> =>
  new Map([
    ...opened.map((each): [string, string[]] => [each.name, seenOf(each)]),
    ...counted.map((each): [string, string[]] => [
      each.name,
      [
        ...each.contract.items.map(({ name }) => name),
        ...(plan?.measures.get(each.contract.name) ?? []).map((_, at) => markOf(at)),
      ],
    ]),
  ]);

/**
 * Names of the query that stand for items which exist but not for this reader: all of them at once.
 */
function refusals(opened: readonly OpenedSet[], trace: Trace): Fault[] {
  return opened.flatMap((each) => {
    const dataset = each.contract.name;
    if (seenOf(each).length === 0) {
      return [gateErrors.fault('dataset_not_granted', { item: dataset }, { dataset })];
    }
    const absent = each.views.filter((view) => view.parts.length === 0);
    const asked = new Set(trace.unresolved.map(({ name }) => name.toLowerCase()));
    return absent
      .filter((view) => asked.has(view.item.name))
      .map(({ item: { name: item }, counting }) => {
        if (counting === null) {
          return gateErrors.fault('item_not_granted', { item }, { item, dataset });
        }
        const { least } = counting;
        const by = each.by.join(', ') || '-';
        return gateErrors.fault('item_counted', { item }, { item, dataset, by, least });
      });
  });
}

function boundRelation(each: Opened, held: HeldRows, by: Reading) {
  const has = new Set(held.columns.map((column) => column.name));
  // An older snapshot may lack an item of today's contract: it is then as absent as it was.
  const views = each.views.filter((view) => has.has(view.item.name));
  const bound = bind(toGated(each.contract), views, held.sql, by);
  if (!bound) {
    throw gateErrors.make('dataset_not_granted', { dataset: each.contract.name });
  }
  const columns = bound.items.map((view): Column => {
    const type = held.columns.find((column) => column.name === view.item.name)?.type;
    return { name: view.item.name, type: type ?? 'VARCHAR' };
  });
  return { name: each.contract.name, sql: bound.sql, columns };
}

const toSnapshot = (dataset: string, held: HeldRows): ReadSnapshot[] =>
  held.snapshot
    ? [
        {
          dataset,
          snapshot: held.snapshot.id,
          version: held.snapshot.version,
          at: held.snapshot.at.toISOString(),
        },
      ]
    : [];

const oldest = (snapshots: readonly ReadSnapshot[]): string | null =>
  snapshots.map((snapshot) => snapshot.at).sort()[0] ?? null;

/** The predicate as a digest: the text of a query may hold the very value that is protected. */
const digest = (sql: string): string => createHash('sha256').update(sql).digest('hex');

const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Identities of those a query names. */
const personsNamed = (sql: string, params: ReadOptions['params']): string[] =>
  [sql, ...Object.values(params ?? {}).map(String)].flatMap(identitiesIn);

/**
 * Identities of those whose data was read, as far as they are few enough to be told apart: asked by
 * in the query, or in the answer. The audit keeps their keyed hashes.
 */
function personsRead(
  ctx: Ctx,
  opened: readonly Opened[],
  trace: Trace,
  asked: { sql: string; params: ReadOptions['params'] },
  answer: FencedResult,
): string[] {
  const named = personsNamed(asked.sql, asked.params);
  if (answer.count > ctx.settings.audit_person_rows) return named;
  const isIdentity = new Set(
    opened.flatMap(({ name, views }) =>
      views
        // What is struck out tells nobody's identity.
        .filter(
          ({ item, decision: { view } }) => item.semantic === 'citizen_id' && view === 'plain',
        )
        .map(({ item }) => `${name}.${item.name}`.toLowerCase()),
    ),
  );
  const traced = trace.columns?.length === answer.columns.length ? trace.columns : null;
  // A number put together with other text is told all the same.
  const tells = (place: number): boolean => {
    const from = traced?.[place]?.from ?? null;
    if (from === null) return isIdentity.size > 0;
    return [...from.keys()].some((ref) => isIdentity.has(ref.toLowerCase()));
  };
  const at = answer.columns.flatMap((_, place) => (tells(place) ? [place] : []));
  // What is masked or hashed is nobody's number.
  const shown = answer.rows.flatMap((row) =>
    at.flatMap((place) => identitiesIn(textOf(row[place] ?? ''))),
  );
  const isMany = new Set(shown).size > ctx.settings.audit_person_rows;
  return [...new Set(isMany ? named : [...named, ...shown])];
}

async function recordRead(
  ctx: Ctx,
  opened: readonly Opened[],
  sql: string,
  options: ReadOptions,
  told: { rows: number; persons: readonly string[]; failed?: string },
): Promise<void> {
  const { rows, persons, ...failed } = told;
  const relations = opened.map((each) => each.contract.name);
  const detail = { predicate: digest(sql), relations, ...failed };
  await Promise.all(
    opened.map(({ contract }) =>
      ctx.audit.record(ctx, {
        action: options.action ?? 'gate.read',
        dataset: contract.name,
        purpose: options.purpose,
        grant: options.grant,
        rows,
        persons,
        detail,
      }),
    ),
  );
}

/**
 * Runs one SELECT over datasets as this actor may see them: only the items his policies leave plain
 * (others do not exist), only the rows of his units. Counted and audited before the answer leaves.
 * @throws gate.purpose_missing, gate.dataset_not_found, gate.not_granted with every item at once,
 * gate.query_failed,
 *   gate.grant_invalid, lake.sql_*
 */
export const read = async (
  ctx: Ctx,
  sql: string,
  options: Omit<ReadOptions, 'into'>,
): Promise<ReadResult> => (await carryOut(ctx, sql, options)).result;

/** The same into a file: what only a file holds is counted and audited before it leaves too. */
export const readInto = (
  ctx: Ctx,
  sql: string,
  options: ReadOptions & { into: string },
): Promise<Done> => carryOut(ctx, sql, options);

/** Everything the engine is given, and the states it is read from. */
async function relationsOf(ctx: Ctx, asked: Asked, options: ReadOptions) {
  const by = readingOf(ctx, options.purpose);
  const plain = asked.opened.map(async (each) => {
    const all = await heldRows(ctx, each.contract, options.asOf);
    const held = options.rows === undefined ? all : chosenRows(all, each.contract, options.rows);
    return { held, each, relation: boundRelation(each, held, by) };
  });
  const counted = asked.counted.map(async (each) => {
    const held = await heldRows(ctx, each.contract);
    const measures = asked.plan?.measures.get(each.contract.name) ?? [];
    const countable = asked.countable.get(each.contract.name);
    if (!countable) throw new Error('a relation that is counted is countable');
    return { held, each, relation: boundCounted(countable, measures, held) };
  });
  const all = await Promise.all([...plain, ...counted]);
  const states = new Map(
    all.flatMap(({ held, each }) =>
      toSnapshot(each.contract.name, held).map((one) => [one.snapshot, one]),
    ),
  );
  return { relations: all.map(({ relation }) => relation), snapshots: [...states.values()] };
}

const isSeen = (opened: readonly Opened[], relation: string): boolean =>
  opened.some(({ name }) => name === relation);

type Relations = Awaited<ReturnType<typeof relationsOf>>['relations'];

/** In a child, with its limits. @throws gate.query_failed */
function run(
  ctx: Ctx,
  sql: string,
  relations: Relations,
  options: ReadOptions & { limit: number },
  trace: Trace,
): Promise<FencedResult> {
  const { settings } = ctx;
  const { asOf, params, into, limit } = options;
  return sealed(
    () =>
      ctx.lake.fenced({
        sql,
        relations,
        params: { ...momentOf(ctx, asOf), ...params },
        limits: {
          ms: settings.sql_time_limit_ms,
          rows: limit,
          memory_mb: settings.sql_memory_limit_mb,
        },
        ...(into === undefined ? {} : { into: { path: into, keep: settings.audit_person_rows } }),
      }),
    trace.unresolved,
  );
}

/** Codes of queries that never ran. */
const notRun = /^lake\.(busy|closed|sql_refused)$/;

/**
 * The same, recorded also where it fails: a query that fails on the very row it asks for has told
 * of that row, and whoever asks for many of them has read a register unseen.
 */
async function runSeen(
  ctx: Ctx,
  { named, asked, sql }: { named: readonly Opened[]; asked: Asked; sql: string },
  relations: Relations,
  options: ReadOptions & { limit: number },
  trace: Trace,
): Promise<FencedResult> {
  try {
    return await run(ctx, asked.sql, relations, options, trace);
  } catch (error) {
    if (error instanceof GuantongError && !notRun.test(error.code)) {
      const persons = personsNamed(sql, options.params);
      await recordRead(ctx, named, sql, options, { rows: 0, persons, failed: error.code });
    }
    throw error;
  }
}

/** Rows of all a query is given, as its reader sees them; what is only counted tells of none. */
async function rowsOf(
  ctx: Ctx,
  { opened }: Asked,
  relations: Relations,
  { asOf }: ReadOptions,
  trace: Trace,
): Promise<number> {
  const names = relations.map(({ name }) => name).filter((name) => isSeen(opened, name));
  const counts = names.map((name) => `select count(*) as n from ${quoteName(name)}`);
  if (counts.length === 0) return 0;
  const sql = `select sum(n) from (${counts.join(' union all ')}) as counts`;
  const { rows } = await run(ctx, sql, relations, { purpose: '', asOf, limit: 1 }, trace);
  return Number(rows[0]?.[0] ?? 0);
}

async function carryOut(ctx: Ctx, sql: string, options: ReadOptions): Promise<Done> {
  requirePermission(ctx, readPermission);
  if (options.purpose.trim() === '') throw gateErrors.make('purpose_missing');
  const parsed = await parseQuery(sql);
  const grant = await standingGrant(ctx, options.grant, options.purpose);
  const named = await open(ctx, parsed.relations, grant, options);
  const asked = await planned(sql, parsed, named, options.asOf);
  const trace = traceQuery(asked.parsed.tree, namesOf(asked));
  const faults = refusals(asked.opened, trace);
  if (faults.length > 0) throw gateErrors.make('not_granted', { count: faults.length }, faults);
  const { relations, snapshots } = await relationsOf(ctx, asked, options);
  const answer = await underCaps(
    ctx,
    grant,
    options.limit ?? ctx.settings.sql_row_limit,
    async (rows) => {
      const query = { named, asked, sql };
      const found = await runSeen(ctx, query, relations, { ...options, limit: rows }, trace);
      return { answer: found, rows: found.count };
    },
    async () => (isRowForRow(parsed.tree) ? 0 : rowsOf(ctx, asked, relations, options, trace)),
  );
  // A grant taken back while the query ran opens nothing any more.
  await standingGrant(ctx, options.grant, options.purpose);
  const opened = [...asked.opened, ...asked.counted];
  const persons = personsRead(ctx, opened, trace, { sql, params: options.params }, answer);
  await recordRead(ctx, named, sql, options, { rows: answer.count, persons });
  const { rows, truncated } = answer;
  const columns = columnsOf(opened, trace, answer);
  const least = Math.max(...asked.counted.map(({ views }) => leastOf(views)));
  const withheld = asked.counted.length === 0 ? {} : { least };
  const result = { columns, rows, snapshots, asOf: oldest(snapshots), truncated, ...withheld };
  return { result, count: answer.count };
}
