/**
 * How the values of an item are spread, now and in the snapshots before: shares of categories, or
 * for numbers and days the deciles.
 */
import { type Contract, ident } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { SetCheck } from '../model.ts';
import * as store from '../store.ts';
import { ask } from './ask.ts';
import { median, psi } from './statistics.ts';

type Drift = Extract<SetCheck, { kind: 'drift' }>;

/** Categories told apart; what is rarer counts together. */
const categoriesMost = 50;

const isOrdered = (type: string): boolean =>
  type === 'integer' || type.startsWith('decimal') || type === 'date' || type === 'timestamp';

/** Days and instants as numbers, so that they have deciles. */
const numberSql = (type: string, item: string): string =>
  type === 'date' || type === 'timestamp'
    ? `epoch(cast(${item} as timestamp))`
    : `cast(${item} as double)`;

interface Asked {
  contract: Contract;
  check: Drift;
  source: string;
  /** Rows of it. */
  rows: number;
}

const typeOf = ({ contract, check }: Asked): string =>
  contract.items.find(({ name }) => name === check.of)?.type ?? 'text';

const deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

async function profileNow(ctx: Ctx, asked: Asked): Promise<store.Profile> {
  const { check, source, contract } = asked;
  const by = `quality/${contract.name}`;
  const item = ident(check.of);
  if (isOrdered(typeOf(asked))) {
    const value = numberSql(typeOf(asked), item);
    const cuts = deciles.map((share) => `quantile_cont(v, ${share})`).join(', ');
    const sql = `select count(v), ${cuts} from (select ${value} as v from ${source} as d) as t`;
    const [count, ...found] = (await ask(ctx, { by, sql })).rows[0] ?? [];
    return { kind: 'deciles', rows: Number(count ?? 0), cuts: found.map(Number) };
  }
  const sql = `select coalesce(cast(${item} as varchar), '') as value, count(*) as rows
    from ${source} as d group by 1 order by 2 desc, 1 limit ${categoriesMost}`;
  const { rows } = await ask(ctx, { by, sql });
  // PostgreSQL takes no NUL in a text.
  const clean = (value: unknown): string => String(value).replaceAll('\0', '');
  const counts = Object.fromEntries(rows.map(([value, n]) => [clean(value), Number(n)]));
  const named = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return { kind: 'categories', rows: asked.rows, counts, rest: asked.rows - named };
}

/** Mean share of each category over the profiles before, beside the share now. */
function categoryShift(now: store.Profile, before: readonly store.Profile[]): number {
  const all = [now, ...before].flatMap((one) => (one.kind === 'categories' ? [one] : []));
  const names = [...new Set(all.flatMap(({ counts }) => Object.keys(counts)))];
  const shares = all.map(({ rows, counts, rest }) =>
    [...names.map((name) => counts[name] ?? 0), rest].map((n) => (rows === 0 ? 0 : n / rows)),
  );
  const [mine = [], ...others] = shares;
  const mean = mine.map((_, at) => {
    const sum = others.reduce((total, one) => total + (one[at] ?? 0), 0);
    return sum / Math.max(others.length, 1);
  });
  return psi(mine, mean);
}

/** Deciles of the profiles before, the middle of each; equal ones are one cut. */
function cutsOf(before: readonly store.Profile[]): { cuts: number[]; expected: number[] } {
  const all = before.flatMap((one) => (one.kind === 'deciles' ? [one.cuts] : []));
  const middles = deciles.map((_, at) => median(all.map((cuts) => cuts[at] ?? Number.NaN)));
  const cuts = [...new Set(middles)].sort((a, b) => a - b);
  const below = cuts.map((cut) => (middles.lastIndexOf(cut) + 1) / 10);
  const expected = [...below, 1].map((share, at) => share - (below[at - 1] ?? 0));
  return { cuts, expected };
}

async function numberShift(
  ctx: Ctx,
  asked: Asked,
  before: readonly store.Profile[],
): Promise<number> {
  const { cuts, expected } = cutsOf(before);
  const value = numberSql(typeOf(asked), ident(asked.check.of));
  const counts = cuts.map((cut) => `count(*) filter (where v <= ${cut})`).join(', ');
  const sql = `select count(v), ${counts} from (select ${value} as v from ${asked.source} as d) as t`;
  const { rows } = await ask(ctx, { by: `quality/${asked.contract.name}`, sql });
  const [total = 0, ...below] = (rows[0] ?? []).map(Number);
  const upTo = [...below, total].map((count) => (total === 0 ? 0 : count / total));
  return psi(
    upTo.map((share, at) => share - (upTo[at - 1] ?? 0)),
    expected,
  );
}

/**
 * Keeps the profile of this snapshot and compares it with those before.
 * @returns null when there are fewer than `least` before it; else the population stability index
 */
export async function shiftOf(
  ctx: Ctx,
  asked: Asked,
  { snapshot, last, least }: { snapshot: number; last: number; least: number },
): Promise<{ shift: number | null; compared: number }> {
  const at = { dataset: asked.contract.name, item: asked.check.of, snapshot };
  const now = await profileNow(ctx, asked);
  await store.saveProfile(ctx, at, ctx.clock.now(), now);
  const found = await store.profilesBefore(ctx, at, last);
  const before = found.filter(({ kind, rows }) => kind === now.kind && rows > 0);
  if (before.length < least) return { shift: null, compared: before.length };
  const shift =
    now.kind === 'deciles' ? await numberShift(ctx, asked, before) : categoryShift(now, before);
  return { shift, compared: before.length };
}
