/**
 * Counts for all checks of a dataset in one call of the engine: one scan for those whose rows tell,
 * a branch beside it for each of the others. When the call fails each is asked by itself, so that a
 * broken check names itself and takes nobody with it.
 */
import type { Contract } from '#catalogue';
import type { ReadSnapshot } from '#gate/model';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { type JsonScalar, parseQuery, type Snapshot } from '#kernel/lake';
import { unitsUnder } from '#organisation';
import { type CompiledCheck, foundSql, scanPart, togetherSql, unitsParam } from '../kind/index.ts';
import type { SetCheck } from '../model.ts';
import { ask } from './ask.ts';
import { type Check, shapeOf } from './checks.ts';

/** Rows by town; the town is null where rows lie nowhere. */
export type ByTown = [town: string | null, rows: number][];

/** What was counted for one check. */
export interface Counted {
  of: ByTown;
  faulty: ByTown;
  /** Datasets it reads; of these, those nobody delivered yet: then nothing was counted. */
  reads: string[];
  missing: string[];
  snapshots: ReadSnapshot[];
  /** Its share of the call, milliseconds. */
  ms: number;
}

export interface Counts {
  /** By the name of the check; an error for one that could not be asked. */
  checks: Map<string, Counted | GuantongError>;
  /** Rows of each condition, null for all rows. */
  rows: Map<string | null, ByTown>;
}

/** Values of the parameters the SQL of these checks names. */
export async function paramsOf(
  ctx: Ctx,
  declared: readonly SetCheck[],
): Promise<Record<string, JsonScalar>> {
  const levels = declared.flatMap((one) =>
    one.kind === 'reference' && 'units' in one.to ? [one.to.units] : [],
  );
  const params: Record<string, JsonScalar> = {};
  for (const level of new Set(levels)) {
    const under = level === 'any' ? undefined : level;
    const units = await unitsUnder(ctx, ctx.settings.county_code, under);
    params[unitsParam(level)] = JSON.stringify(units.map(({ code }) => code));
  }
  return params;
}

interface Asked extends Check {
  compiled: CompiledCheck;
}

const add = (to: Map<number, ByTown>, at: number, town: unknown, rows: unknown): void => {
  const list = to.get(at) ?? [];
  to.set(at, [...list, [town === null ? null : String(town), Number(rows)]]);
};

/** Counts of an answer by place: of the scan in the order it counts, of a branch by its check. */
function placesOf(rows: readonly unknown[][]): {
  scan: Map<number, ByTown>;
  own: Map<number, ByTown>;
} {
  const [scan, own] = [new Map<number, ByTown>(), new Map<number, ByTown>()];
  for (const [part, town, counts] of rows) {
    const list = Array.isArray(counts) ? counts : [];
    if (part === scanPart) for (const [at, count] of list.entries()) add(scan, at, town, count);
    else add(own, Number(part), town, list[0]);
  }
  return { scan, own };
}

async function askOnce(
  ctx: Ctx,
  contract: Contract,
  checks: readonly Asked[],
  more: readonly (string | null)[],
): Promise<Counts> {
  const began = performance.now();
  const wheres = [...new Set([...more, ...checks.map(({ compiled }) => compiled.where)])];
  const compiled = checks.map((one) => one.compiled);
  const [only] = checks.length === 1 ? checks : [];
  const { rows, snapshots: read } = await ask(
    ctx,
    {
      by: `quality/${contract.name}${only === undefined ? '' : `.${only.name}`}`,
      sql: togetherSql(shapeOf(contract), compiled, wheres),
      params: await paramsOf(
        ctx,
        checks.map(({ declared }) => declared),
      ),
    },
    checks.length,
  );
  const { scan, own } = placesOf(rows);
  const ms = (performance.now() - began) / Math.max(checks.length, 1);
  const inScan = checks.filter(({ compiled: { fails } }) => fails !== null);
  const ofWhere = (where: string | null): ByTown => scan.get(wheres.indexOf(where)) ?? [];
  const counted = checks.map((check, place): [string, Counted] => {
    const { name, reads, compiled: sql } = check;
    const faulty =
      sql.fails === null ? own.get(place) : scan.get(wheres.length + inScan.indexOf(check));
    const snapshots = read.filter(({ dataset }) => reads.includes(dataset));
    const found = { of: ofWhere(sql.where), faulty: faulty ?? [], snapshots };
    return [name, { ...found, reads, missing: [], ms }];
  });
  return {
    checks: new Map(counted),
    rows: new Map(wheres.map((where) => [where, ofWhere(where)])),
  };
}

/** Faults of the SQL or of its limits; anything else is the platform's and stops the run. */
const isTheirs = (error: unknown): error is GuantongError =>
  error instanceof GuantongError && error.status < 500;

/** One statement for each, those that cannot be asked with what is wrong with them. */
async function askEach(
  ctx: Ctx,
  contract: Contract,
  checks: readonly Asked[],
  more: readonly (string | null)[],
): Promise<Counts> {
  const all: Counts = { checks: new Map(), rows: new Map() };
  for (const check of checks) {
    try {
      const one = await askOnce(ctx, contract, [check], more);
      for (const [name, counted] of one.checks) all.checks.set(name, counted);
      for (const [where, rows] of one.rows) all.rows.set(where, rows);
    } catch (error) {
      if (!isTheirs(error)) throw error;
      all.checks.set(check.name, error);
    }
  }
  return all;
}

/** All in one statement; where that fails, one by one. */
async function askAll(
  ctx: Ctx,
  contract: Contract,
  checks: readonly Asked[],
  more: readonly (string | null)[],
): Promise<Counts> {
  if (checks.length < 2) return askEach(ctx, contract, checks, more);
  try {
    return await askOnce(ctx, contract, checks, more);
  } catch (error) {
    if (!isTheirs(error)) throw error;
    ctx.log.info({ dataset: contract.name, code: error.code }, 'checks are asked one by one');
    return askEach(ctx, contract, checks, more);
  }
}

const toRead = ({ dataset, id, version, at }: Snapshot): ReadSnapshot => ({
  dataset,
  snapshot: id,
  version,
  at: at.toISOString(),
});

/** Checks as far as they can be asked: which datasets each reads is taken from its SQL. */
async function readsOf(check: Check): Promise<Asked | GuantongError | null> {
  if (check.compiled === null) return null;
  try {
    const { relations: reads } = await parseQuery(foundSql(check.compiled));
    return { ...check, compiled: check.compiled, reads };
  } catch (error) {
    if (!isTheirs(error)) throw error;
    return error;
  }
}

/** Which rows of the dataset itself a check counts beside, without asking for any. */
const rowsNeeded = ({ declared }: Check): (string | null)[] =>
  declared.kind === 'drift' ? [declared.where ?? null] : [];

/**
 * Counts for these checks of one dataset. One that reads a dataset without data is not asked: its
 * `missing` says which.
 */
export async function countTogether(
  ctx: Ctx,
  contract: Contract,
  checks: readonly Check[],
): Promise<Counts> {
  const known = new Map<string, Counted | GuantongError>();
  const asked: Asked[] = [];
  for (const check of checks) {
    const one = await readsOf(check);
    if (one instanceof GuantongError) known.set(check.name, one);
    else if (one !== null) asked.push(one);
  }
  const held = await ctx.lake.latestOf(ctx, [...new Set(asked.flatMap(({ reads }) => reads))]);
  const names = new Set(held.map(({ dataset }) => dataset));
  for (const { name, reads } of asked) {
    const missing = reads.filter((one) => !names.has(one));
    const snapshots = held.filter(({ dataset }) => reads.includes(dataset)).map(toRead);
    if (missing.length > 0)
      known.set(name, { of: [], faulty: [], reads, missing, snapshots, ms: 0 });
  }
  const ready = asked.filter(({ name }) => !known.has(name));
  const { checks: counted, rows } = await askAll(ctx, contract, ready, checks.flatMap(rowsNeeded));
  return { checks: new Map([...known, ...counted]), rows };
}

/** Rows of a condition, all of them for null: known from the checks beside it, or counted now. */
export async function rowsOf(
  ctx: Ctx,
  contract: Contract,
  counts: Counts,
  where: string | null,
): Promise<ByTown> {
  const known = counts.rows.get(where);
  if (known !== undefined) return known;
  const { rows } = await askOnce(ctx, contract, [], [where]);
  const found = rows.get(where) ?? [];
  counts.rows.set(where, found);
  return found;
}
