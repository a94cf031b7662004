/**
 * Where a person may stand: by the marks of the lake, made beside every delivery, and in what is
 * not marked yet by looking through it. A mark is half of the keyed hash an account is bound to;
 * whose a row is is decided by the whole of it, in the engine, when the row is read.
 */
import { createHash } from 'node:crypto';
import { type Contract, listDatasets } from '#catalogue';
import { homeKey } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import { enqueue } from '#kernel/jobs';
import type { Column, Marked, Marking, Snapshot } from '#kernel/lake';
import { quoteName, quoteText } from '../bind.ts';
import { findContract } from '../contract.ts';
import { bytesLiteral, dialects, keyedHash, padsOfKey } from '../masks/index.ts';
import { momentOf } from '../moment.ts';
import { sealed } from '../seal.ts';
import { inParallel } from './parallel.ts';
import { personNumber } from './whose.ts';

export const markJob = 'gate.mark_persons';

/** Digits of the keyed hash that make a mark: 64 bits. */
const markDigits = 16;

/** Datasets looked up at once; each takes a few small queries of the pool. */
const lookedUpAtOnce = 8;

/** Items of a dataset that hold numbers of persons, in order. */
const numbersOf = ({ items }: Contract): string[] =>
  items.filter(({ semantic }) => semantic === personNumber).map(({ name }) => name);

/** What is computed from other data, and what is sealed, is in no list a person asks for. */
const isListed = (contract: Contract): boolean =>
  !contract.derived && contract.sealed_for === null && numbersOf(contract).length > 0;

/** `personHash` in SQL, as many digits as are asked for. */
function hashSql(ctx: Ctx, about: string, digits: number): string {
  const to = dialects.duckdb;
  const { inner, outer } = padsOfKey(homeKey(ctx.settings, 'persons'));
  const pads = { inner: bytesLiteral(inner, to), outer: bytesLiteral(outer, to) };
  return `substr(${keyedHash(textSql(about), pads, to)}, 1, ${digits})`;
}

const textSql = (about: string): string => `upper(trim(cast(${quoteName(about)} as varchar)))`;

/** Marks of one key say nothing to those who have another. */
const signOf = (ctx: Ctx, about: readonly string[]): string =>
  createHash('sha256')
    .update(homeKey(ctx.settings, 'persons'))
    .update(JSON.stringify(['persons', ...about]))
    .digest('hex')
    .slice(0, 32);

function markingOf(ctx: Ctx, contract: Contract): Marking {
  const about = numbersOf(contract);
  const items = about.map((name) => {
    const number = `('0x' || ${hashSql(ctx, name, markDigits)})::ubigint`;
    return { sql: `case when ${textSql(name)} <> '' then ${number} end` };
  });
  return { sign: signOf(ctx, about), items };
}

/** Asks for marks where persons stand, off the delivery's path. */
export async function wantMarks(ctx: Ctx, dataset: string): Promise<void> {
  const contract = await findContract(ctx, dataset);
  if (contract === undefined || !isListed(contract)) return;
  await enqueue(ctx, markJob, { dataset }, { singletonKey: dataset });
}

/** The job: marks what is not marked yet of one dataset. Idempotent. */
export async function markPersons(ctx: Ctx, payload: unknown): Promise<void> {
  const { dataset } = payload as { dataset: string };
  const contract = await findContract(ctx, dataset);
  if (contract === undefined || !isListed(contract)) return;
  await ctx.lake.mark(ctx, dataset, markingOf(ctx, contract));
}

/** A dataset and one item of it that holds numbers of persons. */
export interface Place {
  contract: Contract;
  about: string;
}

/** A place in which he may stand, with the rows to look at. */
export interface Held extends Place {
  sql: string;
  columns: Column[];
  snapshot: Snapshot;
  /** Some of the rows are in files that are not marked. */
  isSure: boolean;
}

/** Every place that could hold a person's number. */
export async function placesOf(ctx: Ctx, dataset: string | undefined): Promise<Place[]> {
  const all = await listDatasets(ctx);
  return all
    .filter((contract) => isListed(contract) && (dataset ?? contract.name) === contract.name)
    .flatMap((contract) => numbersOf(contract).map((about) => ({ contract, about })));
}

/** Rows in which the item holds the number with this hash. */
export const rowsAbout = (ctx: Ctx, { sql, about }: Held, person: string): string =>
  `(select * from ${sql} as kept
    where ${hashSql(ctx, about, person.length)} = ${quoteText(person)})`;

/**
 * Of these snapshots: whether somebody stands in them. Dropped together when there are too many.
 */
const knownHits = new WeakMap<Db, Map<string, boolean>>();
const mostHits = 100_000;

const hitName = ({ contract, about, snapshot }: Held, person: string): string =>
  `${person} ${contract.name}.${about} ${snapshot.id}`;

/** Looks through whole files, all in one query that gives nothing but counts. */
async function lookedThrough(ctx: Ctx, held: readonly Held[], person: string): Promise<number[]> {
  if (held.length === 0) return [];
  const relations = held.map((one, at) => ({
    name: `place_${at}`,
    sql: `(select 1 as hit from ${rowsAbout(ctx, one, person)} as own)`,
    columns: [{ name: 'hit', type: 'INTEGER' }],
  }));
  const sql = relations
    .map(({ name }, at) => `select ${at} as place, count(*) as n from ${name}`)
    .join(' union all ');
  const { sql_time_limit_ms: ms, sql_memory_limit_mb: memory_mb } = ctx.settings;
  const limits = { ms, rows: held.length, memory_mb };
  const { rows } = await sealed(
    () => ctx.lake.fenced({ sql, relations, params: momentOf(ctx, undefined), limits }),
    [],
  );
  return rows.filter(([, n]) => Number(n) > 0).map(([place]) => Number(place));
}

const heldIn = (contract: Contract, found: Marked): Held[] =>
  numbersOf(contract).flatMap((about, at) => {
    const item = found.items[at];
    if (item === undefined || (item.places === 0 && found.unmarked === 0)) return [];
    const { columns, snapshot, unmarked } = found;
    return [{ contract, about, sql: item.sql, columns, snapshot, isSure: unmarked === 0 }];
  });

/** Of these places those in which he may stand, one look-up for each dataset. */
async function marked(ctx: Ctx, places: readonly Place[], person: string): Promise<Held[]> {
  const contracts = new Map(places.map(({ contract }) => [contract.name, contract]));
  const value = BigInt(`0x${person.slice(0, markDigits)}`);
  const held = await inParallel([...contracts.values()], lookedUpAtOnce, async (contract) => {
    const about = numbersOf(contract);
    const asked = { sign: signOf(ctx, about), items: about.length, value };
    const found = await ctx.lake.marked(ctx, contract.name, asked);
    if (found === null) return [];
    // After a compaction or an upgrade nobody has asked for marks yet.
    if (found.wanting) await wantMarks(ctx, contract.name);
    return heldIn(contract, found);
  });
  return held
    .flat()
    .filter(({ contract, about }) =>
      places.some((place) => place.contract.name === contract.name && place.about === about),
    );
}

/** Which of the places have rows about him. What is not marked is looked through once. */
export async function placesWith(
  ctx: Ctx,
  places: readonly Place[],
  person: string,
): Promise<Held[]> {
  const held = await marked(ctx, places, person);
  const hits = knownHits.get(ctx.db) ?? new Map<string, boolean>();
  if (hits.size > mostHits) hits.clear();
  knownHits.set(ctx.db, hits);
  const unknown = held.filter((one) => !one.isSure && !hits.has(hitName(one, person)));
  const found = new Set(await lookedThrough(ctx, unknown, person));
  for (const [at, one] of unknown.entries()) hits.set(hitName(one, person), found.has(at));
  return held.filter((one) => one.isSure || hits.get(hitName(one, person)) === true);
}
