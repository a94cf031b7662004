/**
 * Scores by the six families of GB/T 36344. Of a dataset: in each family the mean of the pass rates
 * of its checks, by their weights; the score is sum(weight x rate) / sum(weight) over the families
 * that were judged. A family without a judged check has no rate: it is neither 0 nor 100.
 */
import { type Contract, compileContract, listDatasets } from '#catalogue';
import { openFaults } from '#ingest';
import type { Ctx } from '#kernel/context';
import { unitsUnder } from '#organisation';
import { type Family, type FamilyScore, families, type ScoringFile } from '../model.ts';
import * as store from '../store.ts';
import { type Check, checksOf } from './checks.ts';

/** One pass rate that counts. */
export interface Rated {
  family: Family;
  weight: number;
  /** 0 to 1; null when it was not judged. */
  rate: number | null;
  faulty: number;
  failed: boolean;
}

/** What the rules of deliveries say of one family. */
export interface DeliveryRate {
  family: Family;
  rules: number;
  of: number;
  faulty: number;
}

/** The local day of an instant; sv-SE writes YYYY-MM-DD. */
export const localDay = (ctx: Pick<Ctx, 'clock' | 'settings'>): string =>
  ctx.clock.now().toLocaleDateString('sv-SE', { timeZone: ctx.settings.time_zone });

const familyOfRule = (rule: string, { row_rules: known }: ScoringFile): Family =>
  rule in known ? known[rule as keyof typeof known] : known.check;

/**
 * Rows that deliveries handed back and that are still out, by family: of all rows the department
 * owes, standing and out, those that break a rule of the family.
 */
export async function deliveryRates(
  ctx: Ctx,
  contract: Contract,
  scheme: ScoringFile,
): Promise<DeliveryRate[]> {
  if (contract.derived) return [];
  const standing = await ctx.lake.latest(ctx, contract.name);
  if (standing === null) return [];
  const day = localDay(ctx);
  const { rules } = compileContract(contract, { timeZone: ctx.settings.time_zone, today: day });
  const out = await openFaults(ctx, contract.name);
  const of = standing.rows + out.rows;
  if (of === 0) return [];
  return families.flatMap((family) => {
    const mine = rules.filter(({ rule }) => familyOfRule(rule, scheme) === family);
    if (mine.length === 0) return [];
    const broken = out.reasons.filter(({ rule }) => familyOfRule(rule, scheme) === family);
    const rows = broken.reduce((sum, one) => sum + one.rows, 0);
    // A row that breaks two rules is one row: never more than are out.
    return [{ family, rules: mine.length, of, faulty: Math.min(rows, out.rows) }];
  });
}

/** Pass rate of a run: rows that pass of rows checked; of a whole set 1 or 0; null not judged. */
export function rateOf(run: store.StoredRun | undefined): number | null {
  if (run === undefined || run.state === 'waiting' || run.state === 'broken') return null;
  if (run.of === null || run.faulty === null) return run.state === 'passed' ? 1 : 0;
  return run.of === 0 ? null : 1 - run.faulty / run.of;
}

const ratedCheck = (check: Check, run: store.StoredRun | undefined): Rated => ({
  family: check.family,
  weight: check.declared.weight,
  rate: rateOf(run),
  faulty: run?.faulty ?? 0,
  failed: run?.state === 'failed',
});

const ratedDelivery = ({ family, of, faulty }: DeliveryRate): Rated => ({
  family,
  weight: 1,
  rate: 1 - faulty / of,
  faulty,
  failed: false,
});

export interface Scored {
  score: number | null;
  judged: number;
  families: FamilyScore[];
  faulty: number;
  failed: number;
  checks: number;
}

/** The formula: rates of families by the weights of the scheme. */
export function scoreOf(rated: readonly Rated[], scheme: ScoringFile): Scored {
  const found = families.map((family): FamilyScore => {
    const mine = rated.filter((one) => one.family === family && one.rate !== null);
    const weights = mine.reduce((sum, { weight }) => sum + weight, 0);
    const sum = mine.reduce((total, { weight, rate }) => total + weight * (rate ?? 0), 0);
    const { weight } = scheme.families[family];
    return { family, weight, rate: weights === 0 ? null : sum / weights, checks: mine.length };
  });
  return {
    ...weighed(found),
    families: found,
    faulty: rated.reduce((sum, { faulty }) => sum + faulty, 0),
    failed: rated.filter(({ failed }) => failed).length,
    checks: rated.length,
  };
}

/** Sum of weight x rate over the families judged, of 100. */
function weighed(found: readonly FamilyScore[]): Pick<Scored, 'score' | 'judged'> {
  const known = found.filter(({ rate }) => rate !== null);
  const judged = known.reduce((sum, { weight }) => sum + weight, 0);
  const points = known.reduce((sum, { weight, rate }) => sum + weight * (rate ?? 0), 0);
  return { score: judged === 0 ? null : (points / judged) * 100, judged };
}

/** Of several subjects: in each family the plain mean of those that were judged in it. */
export function meanOf(all: readonly Scored[], scheme: ScoringFile): Scored {
  const found = families.map((family, at): FamilyScore => {
    const rates = all.flatMap(({ families: own }) => own[at]?.rate ?? []);
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / Math.max(rates.length, 1);
    const checks = all.reduce((sum, { families: own }) => sum + (own[at]?.checks ?? 0), 0);
    const { weight } = scheme.families[family];
    return { family, weight, rate: rates.length === 0 ? null : mean, checks };
  });
  return {
    ...weighed(found),
    families: found,
    faulty: all.reduce((sum, { faulty }) => sum + faulty, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    checks: all.reduce((sum, { checks }) => sum + checks, 0),
  };
}

/**
 * Scores one dataset for today from the last runs of its checks and what deliveries handed back.
 */
export async function scoreDataset(
  ctx: Ctx,
  contract: Contract,
  checks: readonly Check[],
  scheme: store.StoredScoring,
): Promise<void> {
  const last = await store.lastRuns(ctx, contract.name);
  const rated = [
    ...checks.map((check) => ratedCheck(check, last.get(check.name))),
    ...(await deliveryRates(ctx, contract, scheme.declared)).map(ratedDelivery),
  ];
  const snapshot = (await ctx.lake.latest(ctx, contract.name))?.id ?? null;
  await store.saveScore(ctx, 'dataset', localDay(ctx), {
    ...scoreOf(rated, scheme.declared),
    subject: contract.name,
    at: ctx.clock.now(),
    scheme: scheme.digest.slice(0, 12),
    datasets: 1,
    snapshot,
  });
}

interface TownRated extends Rated {
  town: string;
  dataset: string;
}

/** Pass rates of rows by the town they lie in. */
async function townRates(
  ctx: Ctx,
  contracts: readonly Contract[],
  scheme: store.StoredScoring,
): Promise<TownRated[]> {
  const all: TownRated[] = [];
  for (const contract of contracts) {
    if (contract.unit_item === null) continue;
    const last = await store.lastRuns(ctx, contract.name);
    for (const check of await checksOf(ctx, contract, scheme)) {
      const run = last.get(check.name);
      if (rateOf(run) === null) continue;
      for (const [town, [of, faulty]] of Object.entries(run?.towns ?? {})) {
        const { tolerance, weight } = check.declared;
        const rate = of === 0 ? null : 1 - faulty / of;
        const failed = of > 0 && faulty / of > tolerance;
        all.push({
          town,
          dataset: contract.name,
          family: check.family,
          weight,
          rate,
          faulty,
          failed,
        });
      }
    }
  }
  return all;
}

/**
 * Scores departments, towns and the district for today: departments and the district by the mean of
 * their datasets, towns by the rows that lie in them. Sealed datasets are left out: a ranking must
 * not tell of them.
 */
export async function scoreUnits(ctx: Ctx): Promise<void> {
  const scheme = await store.scoringNow(ctx);
  if (scheme === null) return;
  const contracts = (await listDatasets(ctx)).filter(({ sealed_for }) => sealed_for === null);
  const day = localDay(ctx);
  const known = new Map(
    (await store.newestScores(ctx, 'dataset')).map((one) => [one.subject, one]),
  );
  const judged = contracts.flatMap((contract) => {
    const found = known.get(contract.name);
    return found === undefined ? [] : [{ owner: contract.owner, found }];
  });
  const frame = { at: ctx.clock.now(), scheme: scheme.digest.slice(0, 12), snapshot: null };
  const save = (kind: store.SubjectKind, subject: string, scored: Scored, datasets: number) =>
    store.saveScore(ctx, kind, day, { ...scored, ...frame, subject, datasets });
  const owners = Map.groupBy(judged, ({ owner }) => owner);
  for (const [owner, own] of owners) {
    const mean = meanOf(
      own.map(({ found }) => found),
      scheme.declared,
    );
    await save('department', owner, mean, own.filter(({ found }) => found.score !== null).length);
  }
  await store.dropScores(ctx, 'department', day, [...owners.keys()]);
  const all = meanOf(
    judged.map(({ found }) => found),
    scheme.declared,
  );
  await save('district', ctx.settings.county_code, all, judged.length);
  const towns = Map.groupBy(await townRates(ctx, contracts, scheme), ({ town }) => town);
  for (const { code } of await unitsUnder(ctx, ctx.settings.county_code, 'town')) {
    const rated = towns.get(code) ?? [];
    const datasets = new Set(rated.map(({ dataset }) => dataset)).size;
    await save('town', code, scoreOf(rated, scheme.declared), datasets);
  }
}
