/**
 * One row by key. The view of a class of readers (same roles in the same units, same purpose) is
 * compiled once into a statement on the hot copy; the statement brings the epoch along, so a
 * changed policy voids it in every process.
 */
import type { Contract } from '#catalogue';
import { identitiesIn } from '#kernel/audit';
import { personHash, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { JsonScalar } from '#kernel/lake';
import { isDivision } from '#organisation/model';
import { gateErrors } from '../errors.ts';
import type { Grant, RowResult } from '../model.ts';
import * as store from '../store.ts';
import { quoteName, quoteText } from './bind.ts';
import { standingGrant, underCaps } from './grants.ts';
import { keyText } from './hot.ts';
import { type Lookup, lookup, type Statement } from './lookup.ts';
import type { ItemSight, RowScope } from './policy.ts';
import { read } from './read.ts';
import { type BoundKeys, boundKeys, type Reading, readingOf, treatedJson } from './treat.ts';
import { contractToRead, policyLines, readPermission, seeItems, sightsFor } from './view.ts';

export interface ReadOneOptions {
  purpose: string;
  grant?: string | undefined;
}

interface Compiled {
  epoch: number;
  grant: Grant | undefined;
  key: readonly string[];
  /** Items that hold the number of a person, for the audit. */
  identities: readonly string[];
  /** The key itself is graded: the audit names it by its hash. */
  isKeyGraded: boolean;
  /** Null when the reader sees different items on different rows: then the lake answers. */
  lookup: Lookup | null;
}

/** Compiled views of each pool; dropped together when there are too many classes to keep. */
const compiledViews = new WeakMap<Db, Map<string, Compiled>>();
const mostClasses = 10_000;

/** `jsonb_build_object` takes at most 100 arguments. */
const itemsACall = 50;

/** Null where the statement cannot say what the reader sees of an item: then the lake answers. */
function selectOf(items: readonly ItemSight[], by: Reading, keys: BoundKeys): string | null {
  const pairs: string[] = [];
  for (const view of items) {
    const value = treatedJson('r.row', view, by, keys);
    if (value === null) return null;
    pairs.push(`${quoteText(view.item.name)}, ${value}`);
  }
  const calls: string[] = [];
  for (let at = 0; at < pairs.length; at += itemsACall) {
    calls.push(`jsonb_build_object(${pairs.slice(at, at + itemsACall).join(', ')})`);
  }
  return `case when r.key is not null then ${calls.join(' || ')} end`;
}

/** The same rows as `rowPredicate` gives in the lake; `tests` prove it. */
export function hotPredicate(scopes: readonly RowScope[]): string {
  if (scopes.some((scope) => scope.all)) return 'true';
  const units = [...new Set(scopes.flatMap((scope) => (scope.all ? [] : scope.units)))].sort();
  if (units.length === 0) return 'false';
  const each = units.map((unit) =>
    isDivision(unit) ? `r.unit like ${quoteText(`${unit}%`)}` : `r.unit = ${quoteText(unit)}`,
  );
  return `(${each.join(' or ')})`;
}

function statementOf(
  contract: Contract,
  views: readonly ItemSight[],
  by: Reading,
): Statement | null {
  const items = views.filter((view) => view.parts.length > 0);
  const scopes = items.map((view) => hotPredicate(view.through.map((sight) => sight.rows)));
  // Conditions of a grant are told to the lake only.
  const isNarrowed = items.some(({ through }) => through.some(({ rows }) => rows.where));
  const uniform = new Set(scopes).size === 1 && !isNarrowed;
  // A key that is seen changed is asked by what is seen: only the lake has it so.
  const isKeyPlain = items
    .filter(({ item }) => contract.key.includes(item.name))
    .every(({ decision }) => decision.view === 'plain');
  if (!uniform || !isKeyPlain || contract.key.length === 0) return null;
  const keys = boundKeys(by);
  const select = selectOf(items, by, keys);
  return select === null ? null : { select, where: scopes[0] ?? 'false', keys: keys.values };
}

/** A struck out key is no key: several rows share it. */
const isAsked = ({ parts }: ItemSight): boolean =>
  parts.some(({ decision: { view } }) => view === 'plain' || view === 'hashed');

/**
 * Who may not see the key cannot ask by it: the answer would tell him that it exists, and what
 * stands beside it.
 */
function refuseUnseen(contract: Contract, views: readonly ItemSight[]): void {
  const dataset = contract.name;
  if (!views.some((view) => view.parts.length > 0)) {
    const fault = gateErrors.fault('dataset_not_granted', { item: dataset }, { dataset });
    throw gateErrors.make('not_granted', { count: 1 }, [fault]);
  }
  const faults = views
    .filter((view) => contract.key.includes(view.item.name) && !isAsked(view))
    .map(({ item: { name: item } }) =>
      gateErrors.fault('item_not_granted', { item }, { item, dataset }),
    );
  if (faults.length > 0) throw gateErrors.make('not_granted', { count: faults.length }, faults);
}

async function compile(
  ctx: Ctx,
  dataset: string,
  purpose: string,
  grant: Grant | undefined,
): Promise<Compiled> {
  // Read first: a change from here on leaves an epoch that does not fit, never one that wrongly
  // does.
  const epoch = await store.epoch(ctx);
  const contract = await contractToRead(ctx, dataset);
  const views = seeItems(
    contract,
    await policyLines(ctx),
    sightsFor(ctx, contract, grant),
    purpose,
  );
  refuseUnseen(contract, views);
  const statement = statementOf(contract, views, readingOf(ctx, purpose));
  const run = statement && lookup(ctx.db, dataset, statement);
  const identities = contract.items.flatMap(({ name, semantic }) =>
    semantic === 'citizen_id' ? [name] : [],
  );
  const isKeyGraded = contract.items.some(
    ({ name, grade }) => grade !== 'L1' && contract.key.includes(name),
  );
  return { epoch, grant, key: contract.key, identities, isKeyGraded, lookup: run };
}

/** Of the roles an actor holds, as text; a session has the same list in all its requests. */
const heldTexts = new WeakMap<Ctx['actor']['roles'], string>();

function heldText(roles: Ctx['actor']['roles']): string {
  const known = heldTexts.get(roles);
  if (known !== undefined) return known;
  const text = JSON.stringify(roles.map((role) => `${role.role}@${role.path}`).sort());
  heldTexts.set(roles, text);
  return text;
}

const classOf = (ctx: Ctx, dataset: string, { purpose, grant }: ReadOneOptions): string =>
  `${heldText(ctx.actor.roles)}${JSON.stringify([dataset, purpose, grant, ctx.actor.kind])}`;

async function compiledFor(
  ctx: Ctx,
  dataset: string,
  options: ReadOneOptions,
  stale?: Compiled,
): Promise<Compiled> {
  const name = classOf(ctx, dataset, options);
  const views = compiledViews.get(ctx.db) ?? new Map<string, Compiled>();
  const kept = views.get(name);
  const grant = await standingGrant(ctx, options.grant, options.purpose);
  if (kept && kept !== stale) return kept;
  const compiled = await compile(ctx, dataset, options.purpose, grant);
  if (views.size >= mostClasses) views.clear();
  compiledViews.set(ctx.db, views.set(name, compiled));
  return compiled;
}

function keyOf(dataset: string, items: readonly string[], key: string | JsonScalar[]) {
  if (items.length === 0) throw gateErrors.make('no_key', { dataset });
  const parts = typeof key === 'string' && items.length > 1 ? listOf(key) : key;
  const values = typeof parts === 'string' ? [parts] : parts;
  if (values.length === items.length) return values.map((value) => String(value));
  throw gateErrors.make('key_parts', { dataset, count: items.length, items: items.join(', ') });
}

function listOf(key: string): JsonScalar[] {
  try {
    const parsed: unknown = JSON.parse(key);
    return Array.isArray(parsed) ? parsed.map((part) => String(part)) : [];
  } catch {
    return [];
  }
}

/** Without a hot copy: the same row from the lake. */
async function fromLake(
  ctx: Ctx,
  dataset: string,
  key: string | JsonScalar[],
  options: ReadOneOptions,
): Promise<RowResult> {
  const { key: items } = await contractToRead(ctx, dataset);
  const values = keyOf(dataset, items, key);
  const where = items.map((item, at) => `cast(${quoteName(item)} as varchar) = $k${at}`);
  const answer = await read(
    ctx,
    `select * from ${quoteName(dataset)} where ${where.join(' and ')}`,
    {
      ...options,
      limit: 1,
      params: Object.fromEntries(values.map((value, at) => [`k${at}`, value])),
      action: 'gate.read_one',
    },
  );
  const found = answer.rows[0];
  const row =
    found && Object.fromEntries(answer.columns.map((column, at) => [column.name, found[at]]));
  const snapshot = answer.snapshots[0]?.snapshot ?? null;
  return { dataset, row: row ?? null, snapshot, asOf: answer.asOf };
}

/** Null when the hot copy cannot answer: the lake does. */
async function fromHotCopy(
  ctx: Ctx,
  dataset: string,
  key: string | JsonScalar[],
  options: ReadOneOptions,
  first: Compiled,
): Promise<RowResult | null> {
  let compiled = first;
  for (let attempt = 0; compiled.lookup && attempt < 3; attempt += 1) {
    const text = keyText(keyOf(dataset, compiled.key, key));
    const answer = await compiled.lookup(text);
    if (answer.epoch !== compiled.epoch) {
      compiled = await compiledFor(ctx, dataset, options, compiled);
      continue;
    }
    if (answer.snapshot_id === null) break;
    const row = answer.rows.get(text) ?? null;
    await ctx.audit.record(ctx, {
      action: 'gate.read_one',
      subject: `${dataset}/${compiled.isKeyGraded ? `#${personHash(ctx.settings, text)}` : text}`,
      dataset,
      purpose: options.purpose,
      grant: options.grant,
      rows: row === null ? 0 : 1,
      persons: compiled.identities.flatMap((item) => identitiesIn(String(row?.[item] ?? ''))),
    });
    const asOf = answer.as_of?.toISOString() ?? null;
    return { dataset, row, snapshot: answer.snapshot_id, asOf };
  }
  return null;
}

/**
 * One row by its key, with the items this actor sees; null when it is not there or not in his
 * units.
 * @param key the value, or the values in the order of the contract's key
 * @throws gate.purpose_missing, gate.dataset_not_found, gate.not_granted, gate.no_key,
 * gate.key_parts, gate.grant_cap
 */
export async function readOne(
  ctx: Ctx,
  dataset: string,
  key: string | JsonScalar[],
  options: ReadOneOptions,
): Promise<RowResult> {
  requirePermission(ctx, readPermission);
  if (options.purpose.trim() === '') throw gateErrors.make('purpose_missing');
  const compiled = await compiledFor(ctx, dataset, options);
  if (!compiled.lookup) return fromLake(ctx, dataset, key, options);
  // The answer waits for a commit that others share: whoever waits before reading shares both.
  await ctx.audit.gather(ctx);
  const answer = await underCaps(ctx, compiled.grant, 1, async () => {
    const found = await fromHotCopy(ctx, dataset, key, options, compiled);
    return { answer: found, rows: found?.row ? 1 : 0 };
  });
  return answer ?? fromLake(ctx, dataset, key, options);
}
