/**
 * 晾晒榜: departments and towns by the mean of their scores of the days of a month. The running month
 * is provisional; one that is over is frozen once, with the weights it was made by, and stays.
 */
import { createHash } from 'node:crypto';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { findUnit } from '#organisation';
import { qualityErrors } from '../errors.ts';
import { families, type Ranking, type RankingLine } from '../model.ts';
import * as store from '../store.ts';
import { inOwnName } from './ask.ts';
import { localDay } from './score.ts';

export const readPermission = 'quality.read';

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;

const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 100) / 100;

export function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7);
}

const monthAfter = (month: string): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
};

type Line = Omit<RankingLine, 'rank' | 'name' | 'before' | 'change' | 'rankBefore'>;

/** One unit over its days. */
function lineOf(unit: string, days: readonly store.MonthScore[]): Line {
  const last = days.at(-1);
  return {
    unit,
    score: rounded(mean(days.flatMap(({ score }) => score ?? []))),
    judged: last?.judged ?? 0,
    families: families.map((family, at) => ({
      family,
      rate: mean(days.flatMap((day) => day.families[at]?.rate ?? [])),
    })),
    datasets: last?.datasets ?? 0,
    faulty: last?.faulty ?? 0,
  };
}

type Side = 'departments' | 'towns';
const kinds: Record<Side, store.SubjectKind> = { departments: 'department', towns: 'town' };

/** Equal scores share a place; the next comes after all of them. */
function withPlaces(lines: readonly Line[], least: number): (Line & { rank: number | null })[] {
  const isRanked = ({ score, judged }: Line): boolean => score !== null && judged >= least * 100;
  const sorted = [...lines].sort(
    (a, b) =>
      Number(isRanked(b)) - Number(isRanked(a)) ||
      (b.score ?? -1) - (a.score ?? -1) ||
      (a.unit < b.unit ? -1 : 1),
  );
  return sorted.map((line) => {
    const better = sorted.filter((one) => isRanked(one) && (one.score ?? 0) > (line.score ?? 0));
    return { ...line, rank: isRanked(line) ? better.length + 1 : null };
  });
}

async function sideOf(
  ctx: Ctx,
  side: Side,
  month: string,
  { least, past }: { least: number; past: Ranking | null },
): Promise<RankingLine[]> {
  const scores = await store.monthScores(ctx, kinds[side], month);
  const lines = [...Map.groupBy(scores, ({ subject }) => subject)].map(([unit, days]) =>
    lineOf(unit, days),
  );
  const before = new Map(past?.[side].map((line) => [line.unit, line]));
  return Promise.all(
    withPlaces(lines, least).map(async (line) => {
      const old = before.get(line.unit);
      const both = line.score !== null && old?.score != null;
      return {
        ...line,
        name: (await findUnit(ctx, line.unit))?.name ?? line.unit,
        before: old?.score ?? null,
        change: both ? rounded((line.score ?? 0) - (old?.score ?? 0)) : null,
        rankBefore: old?.rank ?? null,
      };
    }),
  );
}

/** The ranking of a month as its days stand now. */
async function computed(ctx: Ctx, month: string): Promise<Ranking> {
  const scheme = await store.scoringNow(ctx);
  if (scheme === null) throw qualityErrors.make('no_scoring');
  const { declared, name, digest } = scheme;
  const past = (await store.frozenMonth(ctx, monthBefore(month)))?.body ?? null;
  const { least, title, unit: publisher, notes } = declared.ranking;
  const days = (await store.monthScores(ctx, 'district', month)).map(({ day }) => day);
  return {
    month,
    state: 'provisional',
    frozenAt: null,
    scheme: { name, version: digest.slice(0, 12), source: declared.source },
    title,
    publisher,
    notes,
    families: families.map((family) => ({ family, ...declared.families[family] })),
    days: days.length,
    through: days.at(-1) ?? null,
    departments: await sideOf(ctx, 'departments', month, { least, past }),
    towns: await sideOf(ctx, 'towns', month, { least, past }),
  };
}

/** The month it is in the district. */
export const monthNow = (ctx: Pick<Ctx, 'clock' | 'settings'>): string => localDay(ctx).slice(0, 7);

/**
 * The ranking of a month: what was frozen, or the provisional one of a month that runs.
 * @throws auth.not_allowed, quality.no_month, quality.no_scoring
 */
export async function rankingOf(ctx: Ctx, month: string): Promise<Ranking> {
  requirePermission(ctx, readPermission);
  const frozen = await store.frozenMonth(ctx, month);
  if (frozen !== null) return frozen.body;
  const ranking = await computed(ctx, month);
  if (ranking.days === 0) throw qualityErrors.make('no_month', { month });
  return ranking;
}

/** Months with a ranking, newest first; the running one first of all. */
export async function rankingMonths(ctx: Ctx): Promise<{ month: string; frozen: boolean }[]> {
  requirePermission(ctx, readPermission);
  const frozen = await store.frozenMonths(ctx);
  const now = monthNow(ctx);
  const rest = frozen.filter((month) => month !== now);
  return [
    { month: now, frozen: frozen.includes(now) },
    ...rest.map((month) => ({ month, frozen: true })),
  ];
}

/**
 * Freezes every month that is over and has scores, oldest first: each is written once, with the
 * scheme that made it, and what was written is in the audit by its digest.
 */
export async function freezeMonths(given: Ctx): Promise<string[]> {
  const ctx = inOwnName(given);
  const first = await store.firstMonth(ctx);
  const done: string[] = [];
  if (first === null || (await store.scoringNow(ctx)) === null) return done;
  for (let month = first; month < monthNow(ctx); month = monthAfter(month)) {
    if ((await store.frozenMonth(ctx, month)) !== null) continue;
    const ranking = await computed(ctx, month);
    if (ranking.days === 0) continue;
    await freeze(ctx, ranking);
    done.push(month);
  }
  return done;
}

async function freeze(ctx: Ctx, ranking: Ranking): Promise<void> {
  const frozenAt = ctx.clock.now();
  const body: Ranking = { ...ranking, state: 'frozen', frozenAt: frozenAt.toISOString() };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const { month } = ranking;
  await tx(ctx, async (inner) => {
    const isNew = await store.freezeMonth(inner, { month, frozen_at: frozenAt, digest, body });
    if (!isNew) return;
    const detail = { digest, scheme: ranking.scheme.version };
    await inner.audit.record(inner, {
      action: 'quality.freeze',
      subject: `ranking/${month}`,
      detail,
    });
  });
}
