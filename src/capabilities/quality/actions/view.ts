/** What people see of quality: all datasets they may know of, and one with its checks. */
import { type Contract, knownDataset, listDatasets, sealedFrom } from '#catalogue';
import { holds, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import { type Signal, signalList } from '#signals';
import { qualityErrors } from '../errors.ts';
import { hasRows } from '../kind/index.ts';
import {
  type Bilingual,
  type CheckRun,
  type CheckView,
  type DatasetQuality,
  type FamilyScore,
  families,
  type Overview,
  type Score,
  type ScoredDataset,
  type ScoredUnit,
  type Scoring,
} from '../model.ts';
import * as store from '../store.ts';
import { type Check, checksOf } from './checks.ts';
import { readPermission } from './ranking.ts';
import { type DeliveryRate, deliveryRates, localDay, rateOf } from './score.ts';
import { sourceOf } from './signal.ts';

/** Days of history that are shown. */
const daysShown = 90;

async function scheme(ctx: Ctx): Promise<store.StoredScoring> {
  const found = await store.scoringNow(ctx);
  if (found === null) throw qualityErrors.make('no_scoring');
  return found;
}

/** The scheme of scoring in force. @throws quality.no_scoring */
export async function scoringInForce(ctx: Ctx): Promise<Scoring> {
  requirePermission(ctx, readPermission);
  const { name, digest, declared } = await scheme(ctx);
  return {
    name,
    version: digest.slice(0, 12),
    title: declared.title,
    source: declared.source,
    families: families.map((family) => ({ family, ...declared.families[family] })),
  };
}

const unjudged = (weights: (family: FamilyScore['family']) => number): Score => ({
  score: null,
  judged: 0,
  families: families.map((family) => ({ family, weight: weights(family), rate: null, checks: 0 })),
  faulty: 0,
});

const toScore = (found: store.StoredScore | undefined, { declared }: store.StoredScoring): Score =>
  found === undefined
    ? unjudged((family) => declared.families[family].weight)
    : {
        score: found.score,
        judged: found.judged,
        families: found.families,
        faulty: found.faulty,
      };

const nameOf = async (ctx: Ctx, code: string): Promise<string> =>
  (await findUnit(ctx, code))?.name ?? code;

async function scoredDataset(
  ctx: Ctx,
  contract: Contract,
  found: store.StoredScore | undefined,
  rules: store.StoredScoring,
): Promise<ScoredDataset> {
  return {
    ...toScore(found, rules),
    dataset: contract.name,
    title: contract.title,
    owner: contract.owner,
    ownerName: await nameOf(ctx, contract.owner),
    failed: found?.failed ?? 0,
    checks: found?.checks ?? 0,
    at: found?.at.toISOString() ?? null,
  };
}

/** Worst first; what was not judged comes last. */
const byScore = (a: Score, b: Score): number => (a.score ?? 101) - (b.score ?? 101);

/** Scores of all datasets this person may know of. @throws auth.not_allowed, quality.no_scoring */
export async function overviewOf(ctx: Ctx): Promise<Overview> {
  requirePermission(ctx, readPermission);
  const rules = await scheme(ctx);
  const contracts = (await listDatasets(ctx)).filter((one) => !sealedFrom(ctx.actor, one));
  const known = new Map(
    (await store.newestScores(ctx, 'dataset')).map((one) => [one.subject, one]),
  );
  const datasets = await Promise.all(
    contracts.map((one) => scoredDataset(ctx, one, known.get(one.name), rules)),
  );
  const district = ctx.settings.county_code;
  const whole = await store.newestScore(ctx, { kind: 'district', subject: district });
  return {
    day: localDay(ctx),
    district: toScore(whole, rules),
    departments: await departmentsOf(ctx, rules),
    datasets: datasets.sort((a, b) => byScore(a, b) || (a.dataset < b.dataset ? -1 : 1)),
    history: await store.scoreDays(ctx, { kind: 'district', subject: district }, daysShown),
  };
}

async function departmentsOf(ctx: Ctx, rules: store.StoredScoring): Promise<ScoredUnit[]> {
  const found = await store.newestScores(ctx, 'department');
  const units = await Promise.all(
    found.map(async (one) => ({
      ...toScore(one, rules),
      unit: one.subject,
      name: await nameOf(ctx, one.subject),
      datasets: one.datasets,
      failed: one.failed,
    })),
  );
  return units.sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.unit < b.unit ? -1 : 1));
}

export const toRun = (run: store.StoredRun): CheckRun => ({
  id: run.id,
  at: run.at.toISOString(),
  state: run.state,
  snapshot: run.snapshot,
  snapshots: run.snapshots,
  of: run.of,
  rows: run.faulty,
  measure: run.measure,
  ms: run.ms,
  failed: run.failed,
});

function checkView(check: Check, run: store.StoredRun | undefined, signal?: Signal): CheckView {
  const { name, declared, family, title, expected, items, source } = check;
  return {
    check: name,
    kind: declared.kind,
    family,
    title,
    expected,
    items,
    weight: declared.weight,
    tolerance: declared.tolerance,
    source,
    hasRows: hasRows(declared),
    rate: rateOf(run),
    last: run === undefined ? null : toRun(run),
    signal: signal?.id ?? null,
    case: signal?.case ?? null,
  };
}

const deliveryTitle = (rules: number): Bilingual => ({
  zh: `交付时的 ${rules} 条逐行规则`,
  en: `Rules of rows in deliveries: ${rules}`,
});

/** The rules of deliveries of one family, shown as a check. */
const deliveryView = ({ family, rules, of, faulty }: DeliveryRate): CheckView => ({
  check: `delivery_${family}`,
  kind: 'delivery',
  family,
  title: deliveryTitle(rules),
  expected: { zh: '没有未改正的退回数据', en: 'no returned rows are out' },
  items: [],
  weight: 1,
  tolerance: 0,
  source: null,
  hasRows: false,
  rate: 1 - faulty / of,
  last: null,
  signal: null,
  case: null,
});

/** Live signals of the checks of a dataset, by source; none for who may not see signals. */
async function signalsOf(ctx: Ctx, dataset: string): Promise<Map<string, Signal>> {
  if (!holds(ctx.actor, 'signals.read')) return new Map();
  const { items } = await signalList(ctx, { group: `quality/${dataset}`, limit: 200 });
  const live = items.filter(({ state }) => state !== 'closed');
  return new Map(live.map((one) => [one.source, one]));
}

/** Checks of a dataset as they stand, by family, then failed first. */
export async function viewsOf(ctx: Ctx, contract: Contract): Promise<CheckView[]> {
  const rules = await scheme(ctx);
  const last = await store.lastRuns(ctx, contract.name);
  const signals = await signalsOf(ctx, contract.name);
  const checks = (await checksOf(ctx, contract, rules)).map((check) =>
    checkView(check, last.get(check.name), signals.get(sourceOf(contract.name, check.name))),
  );
  const rates = await deliveryRates(ctx, contract, rules.declared);
  const all = [...checks, ...rates.map(deliveryView)];
  const isFailed = ({ last: run }: CheckView): number => (run?.state === 'failed' ? 0 : 1);
  return all.sort(
    (a, b) => families.indexOf(a.family) - families.indexOf(b.family) || isFailed(a) - isFailed(b),
  );
}

/** @throws auth.not_allowed, catalogue.not_found, quality.no_scoring */
export async function qualityOf(ctx: Ctx, dataset: string): Promise<DatasetQuality> {
  requirePermission(ctx, readPermission);
  const contract = await knownDataset(ctx, dataset);
  const rules = await scheme(ctx);
  const history = await store.scoreDays(ctx, { kind: 'dataset', subject: dataset }, daysShown);
  const found = await store.newestScore(ctx, { kind: 'dataset', subject: dataset });
  return {
    dataset: await scoredDataset(ctx, contract, found, rules),
    scheme: { name: rules.name, version: rules.digest.slice(0, 12) },
    history,
    checks: await viewsOf(ctx, contract),
  };
}

/** Runs of one check, newest first. @throws catalogue.not_found, quality.no_check */
export async function runsOf(
  ctx: Ctx,
  { dataset, check, limit }: { dataset: string; check: string; limit: number },
): Promise<CheckRun[]> {
  requirePermission(ctx, readPermission);
  const contract = await knownDataset(ctx, dataset);
  const checks = await checksOf(ctx, contract, await scheme(ctx));
  if (!checks.some(({ name }) => name === check)) {
    throw qualityErrors.make('no_check', { dataset: contract.title.zh, check });
  }
  return (await store.runsOf(ctx, { dataset, check }, limit)).map(toRun);
}
