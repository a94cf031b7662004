/**
 * The faulty rows of a check. Which rows are faulty the platform finds out, for the check may read
 * what the owner may not; what stands in them the asker reads through the gate.
 */
import { type Contract, ident, knownDataset } from '#catalogue';
import { type ReadOptions, read } from '#gate';
import { placeItem, type ReadResult } from '#gate/model';
import { requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { findUnit } from '#organisation';
import { qualityErrors } from '../errors.ts';
import { columnsGiven, keysSql } from '../kind/index.ts';
import type { Bilingual, FaultyRows } from '../model.ts';
import * as store from '../store.ts';
import { ask } from './ask.ts';
import { type Check, checksOf } from './checks.ts';
import { readPermission } from './ranking.ts';
import { paramsOf } from './together.ts';
import { toRun } from './view.ts';

export interface FaultsInput {
  dataset: string;
  check: string;
  offset?: number;
  limit: number;
}

interface Found {
  contract: Contract;
  check: Check;
  run: store.StoredRun;
}

/**
 * Rows of a dataset go to who answers for it and to who governs above him.
 * @throws quality.not_owner
 */
export async function ownedBy(ctx: Ctx, contract: Contract): Promise<void> {
  const owner = await findUnit(ctx, contract.owner);
  const mayKnow = owner !== undefined && seesUnit(ctx.actor, owner.path);
  if (!mayKnow && ctx.actor.kind !== 'system') throw qualityErrors.make('not_owner');
}

async function found(ctx: Ctx, { dataset, check: name }: FaultsInput): Promise<Found> {
  requirePermission(ctx, readPermission);
  const contract = await knownDataset(ctx, dataset);
  await ownedBy(ctx, contract);
  const rules = await store.scoringNow(ctx);
  if (rules === null) throw qualityErrors.make('no_scoring');
  const check = (await checksOf(ctx, contract, rules)).find((one) => one.name === name);
  if (check === undefined) {
    throw qualityErrors.make('no_check', { dataset: contract.title.zh, check: name });
  }
  if (check.compiled === null) throw qualityErrors.make('no_rows', { check: name });
  const run = (await store.lastRuns(ctx, dataset)).get(name);
  if (run === undefined) throw qualityErrors.make('no_run', { run: `${dataset}.${name}` });
  return { contract, check, run };
}

interface Key {
  key: string;
  items: string[];
  expected: string | null;
}

/** Keys of the faulty rows, found as the run found them: on the snapshots that stood then. */
async function keysOf(
  ctx: Ctx,
  { contract, check, run }: Found,
  page: { offset: number; limit: number },
): Promise<Key[]> {
  if (check.compiled === null) return [];
  const given = await columnsGiven(check.compiled.found);
  const has = { item: given.has('item'), expected: given.has('expected') };
  const { rows } = await ask(ctx, {
    by: `quality/${contract.name}.${check.name}`,
    sql: keysSql(check.compiled, has, page),
    asOf: run.at,
    params: await paramsOf(ctx, [check.declared]),
    limit: page.limit,
  });
  return rows.map(([key, item, expected]) => ({
    key: String(key),
    items: item === null ? [] : String(item).split(','),
    expected: expected === null ? null : String(expected),
  }));
}

/** Rows by their keys, without what may not be seen of them. */
export interface Answer {
  columns: ReadResult['columns'];
  rows: ReadonlyMap<string, unknown[]>;
}

/**
 * Rows by their keys, which the platform found, as the asker may see them: whoever sees the key
 * masked sees the rows with a masked key, and who sees nothing of a dataset no row at all.
 */
export async function readByKey(
  ctx: Ctx,
  contract: Contract,
  keys: readonly string[],
  options: Pick<ReadOptions, 'purpose' | 'action' | 'asOf'>,
): Promise<Answer> {
  const sql = `select * from ${ident(contract.name)}`;
  try {
    const limit = Math.max(keys.length, 1);
    const { columns, rows } = await read(ctx, sql, { ...options, limit, rows: keys });
    const at = columns.findIndex(({ name }) => name === placeItem);
    const without = <T>(all: readonly T[]): T[] => all.filter((_, column) => column !== at);
    const byKey = rows.map((row): [string, unknown[]] => [
      keys[Number(row[at])] ?? '',
      without(row),
    ]);
    return { columns: without(columns), rows: new Map(byKey) };
  } catch (error) {
    const isHidden = error instanceof GuantongError && error.code === 'gate.not_granted';
    if (!isHidden) throw error;
    return { columns: [], rows: new Map() };
  }
}

/**
 * What should stand there, for whoever sees as it is what stands there: the one is as delicate as
 * the other.
 */
export function expectedSeen(
  columns: readonly { name: string; view: string }[],
): (items: readonly string[], expected: string | null) => string | null {
  const plain = new Set(columns.flatMap(({ name, view }) => (view === 'plain' ? [name] : [])));
  return (items, expected) => (items.every((item) => plain.has(item)) ? expected : null);
}

/**
 * One page of the faulty rows of the last run of a check, as the asker may see them; without the
 * items he may not see.
 * @throws auth.not_allowed, catalogue.not_found, quality.no_check, no_rows, no_run, not_owner,
 * lake.snapshot_gone
 */
export async function faultyRows(ctx: Ctx, input: FaultsInput): Promise<FaultyRows> {
  const one = await found(ctx, input);
  const { contract, check, run } = one;
  const page = { offset: input.offset ?? 0, limit: input.limit };
  const keys = await keysOf(ctx, one, { ...page, limit: page.limit + 1 });
  const shown = keys.slice(0, page.limit);
  const wanted = shown.map(({ key }) => key);
  const why = { purpose: 'quality', action: 'quality.faults', asOf: run.at };
  const answer = await readByKey(ctx, contract, wanted, why);
  const { rows } = answer;
  const titles = new Map(contract.items.map(({ name, title }) => [name, title]));
  const titleOf = (item: string): Bilingual => titles.get(item) ?? { zh: item, en: item };
  const seen = shown.filter(({ key }) => rows.has(key));
  const own = check.item === null ? [] : check.items.length > 0 ? check.items : [check.item];
  const itemsOf = ({ items }: Key): string[] => (items.length > 0 ? items : own);
  const expectedOf = expectedSeen(answer.columns);
  return {
    dataset: contract.name,
    title: contract.title,
    check: check.name,
    rule: check.title,
    expected: check.expected,
    run: toRun(run),
    columns: answer.columns.map((column) => ({
      ...column,
      title: titleOf(column.name),
    })),
    rows: seen.map((one) => ({
      values: rows.get(one.key) ?? [],
      items: itemsOf(one),
      expected: expectedOf(itemsOf(one), one.expected),
    })),
    hidden: shown.length - seen.length,
    more: keys.length > page.limit,
  };
}
