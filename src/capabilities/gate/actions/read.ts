/** The one way to data: governed SQL. */
import { createHash } from 'node:crypto';
import type { Contract } from '#catalogue';
import { identitiesIn } from '#kernel/audit';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import {
  type Column,
  type FencedResult,
  type JsonScalar,
  parseQuery,
  type Snapshot,
} from '#kernel/lake';
import { gateErrors } from '../errors.ts';
import type { Grade, Grant, ReadColumn, ReadResult, ReadSnapshot, Treatment } from '../model.ts';
import { bind } from './bind.ts';
import { findContract, type HeldRows, heldRows, toGated } from './contract.ts';
import { standingGrant, underCaps } from './grants.ts';
import { type Trace, type Traced, traceQuery } from './lineage/index.ts';
import { momentOf } from './moment.ts';
import { type ItemSight, isStricter, type PlacedLine } from './policy.ts';
import { sealed } from './seal.ts';
import { type Reading, readingOf } from './treat.ts';
import { policyLines, readPermission, seeItems, sightsFor } from './view.ts';

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
}

/** One relation of a query as its reader sees it. */
interface Opened {
  contract: Contract;
  views: ItemSight[];
}

const seenOf = ({ views }: Opened): string[] =>
  views.filter((view) => view.parts.length > 0).map((view) => view.item.name);

const orders: Record<Grade, number> = { L1: 1, L2: 2, L3: 3, L4: 4 };
const highest = (grades: readonly Grade[]): Grade =>
  grades.reduce<Grade>((high, one) => (orders[one] > orders[high] ? one : high), 'L1');

const strictest = (views: readonly (readonly Treatment[])[]): Treatment =>
  views.flat().reduce<Treatment>((most, one) => (isStricter(one, most) ? one : most), 'plain');

async function open(
  ctx: Ctx,
  names: readonly string[],
  grant: Grant | undefined,
  purpose: string,
): Promise<Opened[]> {
  const lines: PlacedLine[] = await policyLines(ctx);
  const found = await Promise.all(names.map((name) => findContract(ctx, name)));
  const faults = names
    .filter((_, at) => !found[at])
    .map((dataset) => gateErrors.fault('dataset_not_found', { item: dataset }, { dataset }));
  if (faults.length > 0) {
    const dataset = faults.map((fault) => fault.item).join(', ');
    throw gateErrors.make('dataset_not_found', { dataset }, faults);
  }
  return found.flatMap((contract) => {
    if (!contract) return [];
    const views = seeItems(contract, lines, sightsFor(ctx, contract, grant), purpose);
    return [{ contract, views }];
  });
}

/**
 * Names of the query that stand for items which exist but not for this reader: all of them at once.
 */
function refusals(opened: readonly Opened[], trace: Trace): Fault[] {
  return opened.flatMap((each) => {
    const dataset = each.contract.name;
    if (seenOf(each).length === 0) {
      return [gateErrors.fault('dataset_not_granted', { item: dataset }, { dataset })];
    }
    const absent = each.views.filter((view) => view.parts.length === 0);
    const asked = new Set(trace.unresolved.map(({ name }) => name.toLowerCase()));
    return absent
      .filter((view) => asked.has(view.item.name))
      .map((view) =>
        gateErrors.fault(
          'item_not_granted',
          { item: view.item.name },
          { item: view.item.name, dataset },
        ),
      );
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

function titleOf(opened: readonly Opened[], traced: Traced | undefined, name: string) {
  const [dataset, item] = traced?.direct?.split('.') ?? [];
  const contract = opened.find((each) => each.contract.name.toLowerCase() === dataset)?.contract;
  const title = contract?.items.find((each) => each.name === item)?.title;
  return title ?? { zh: name, en: name };
}

/**
 * Columns with the grade of what they were made from; what cannot be followed has the highest in
 * scope.
 */
function columnsOf(opened: readonly Opened[], trace: Trace, answer: FencedResult): ReadColumn[] {
  const grades = new Map<string, Grade>(
    opened.flatMap(({ contract }) =>
      contract.items.map((item) => [`${contract.name}.${item.name}`.toLowerCase(), item.grade]),
    ),
  );
  const inScope = opened.flatMap((each) =>
    each.views.filter((view) => view.parts.length > 0).map((view) => view.item.grade),
  );
  const views = new Map(
    opened.flatMap((each) =>
      each.views.map(({ item, parts }): [string, Treatment[]] => [
        `${each.contract.name}.${item.name}`.toLowerCase(),
        parts.map(({ decision }) => decision.view),
      ]),
    ),
  );
  const traced = trace.columns?.length === answer.columns.length ? trace.columns : null;
  return answer.columns.map(({ name, type }, at) => {
    const column = traced?.[at];
    const from = column?.from ?? null;
    const known = from && [...from.keys()].map((ref) => grades.get(ref) ?? 'L4');
    return {
      name,
      title: titleOf(opened, column, name),
      type,
      grade: highest(known ?? inScope),
      view: strictest(
        from === null ? [...views.values()] : [...from.keys()].map((ref) => views.get(ref) ?? []),
      ),
    };
  });
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
  const values = Object.values(asked.params ?? {}).map(String);
  const named = [asked.sql, ...values].flatMap(identitiesIn);
  if (answer.rows.length > ctx.settings.audit_person_rows) return named;
  const isIdentity = new Set(
    opened.flatMap(({ contract, views }) =>
      views
        // What is struck out tells nobody's identity.
        .filter(
          ({ item, decision: { view } }) => item.semantic === 'citizen_id' && view === 'plain',
        )
        .map(({ item }) => `${contract.name}.${item.name}`.toLowerCase()),
    ),
  );
  const traced = trace.columns?.length === answer.columns.length ? trace.columns : [];
  const at = traced.flatMap((column, place) =>
    column.direct !== null && isIdentity.has(column.direct.toLowerCase()) ? [place] : [],
  );
  // What is masked or hashed is nobody's number.
  const shown = answer.rows.flatMap((row) =>
    at.flatMap((place) => identitiesIn(String(row[place] ?? ''))),
  );
  return [...new Set([...named, ...shown])];
}

async function recordRead(
  ctx: Ctx,
  opened: readonly Opened[],
  sql: string,
  options: ReadOptions,
  told: { rows: number; persons: readonly string[] },
): Promise<void> {
  const { rows, persons } = told;
  const detail = { predicate: digest(sql), relations: opened.map((each) => each.contract.name) };
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
export async function read(ctx: Ctx, sql: string, options: ReadOptions): Promise<ReadResult> {
  requirePermission(ctx, readPermission);
  if (options.purpose.trim() === '') throw gateErrors.make('purpose_missing');
  const parsed = await parseQuery(sql);
  const grant = await standingGrant(ctx, options.grant, options.purpose);
  const opened = await open(ctx, parsed.relations, grant, options.purpose);
  const trace = traceQuery(
    parsed.tree,
    new Map(opened.map((each) => [each.contract.name, seenOf(each)])),
  );
  const faults = refusals(opened, trace);
  if (faults.length > 0) throw gateErrors.make('not_granted', { count: faults.length }, faults);
  const held = await Promise.all(opened.map((each) => heldRows(ctx, each.contract, options.asOf)));
  const by = readingOf(ctx, options.purpose, options.asOf);
  const relations = opened.flatMap((each, at) => {
    const rows = held[at];
    return rows ? [boundRelation(each, rows, by)] : [];
  });
  const { settings } = ctx;
  const answer = await underCaps(
    ctx,
    grant,
    options.limit ?? settings.sql_row_limit,
    async (rows) => {
      const found = await sealed(
        () =>
          ctx.lake.fenced({
            sql,
            relations,
            params: { ...momentOf(ctx, options.asOf), ...options.params },
            limits: {
              ms: settings.sql_time_limit_ms,
              rows,
              memory_mb: settings.sql_memory_limit_mb,
            },
          }),
        trace.unresolved,
      );
      return { answer: found, rows: found.rows.length };
    },
  );
  // A grant taken back while the query ran opens nothing any more.
  await standingGrant(ctx, options.grant, options.purpose);
  const asked = { sql, params: options.params };
  const persons = personsRead(ctx, opened, trace, asked, answer);
  await recordRead(ctx, opened, sql, options, { rows: answer.rows.length, persons });
  const snapshots = opened.flatMap((each, at) => {
    const rows = held[at];
    return rows ? toSnapshot(each.contract.name, rows) : [];
  });
  const { rows, truncated } = answer;
  const columns = columnsOf(opened, trace, answer);
  return { columns, rows, snapshots, asOf: oldest(snapshots), truncated };
}
