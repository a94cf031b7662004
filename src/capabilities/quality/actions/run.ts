/** Runs the checks of a dataset, one after the other, beside deliveries. */
import { type Contract, getDataset } from '#catalogue';
import type { ReadSnapshot } from '#gate/model';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import * as store from '../store.ts';
import { inOwnName } from './ask.ts';
import { type Check, checksOf } from './checks.ts';
import { judge, type Outcome, type Subject } from './judge.ts';
import { scoreDataset } from './score.ts';
import { tell, withdraw } from './signal.ts';

/** Kinds whose answer changes with the clock alone. */
const byClock: readonly string[] = ['fresh'];

/** Whether the last run still says all there is to say. */
async function standsStill(
  ctx: Ctx,
  check: Check,
  last: store.StoredRun | undefined,
): Promise<boolean> {
  if (last === undefined || last.digest !== check.digest || last.state === 'broken') return false;
  if (byClock.includes(check.declared.kind)) return false;
  const names = check.reads.length > 0 ? check.reads : [last.dataset];
  const now = await ctx.lake.latestOf(ctx, names);
  const seen = new Map(last.snapshots.map(({ dataset, snapshot }) => [dataset, snapshot]));
  return now.length === seen.size && now.every(({ dataset, id }) => seen.get(dataset) === id);
}

const brokenBy = (code: string): Omit<store.NewRun, keyof RunFrame> => ({
  state: 'broken',
  of: null,
  faulty: null,
  towns: {},
  measure: null,
  snapshots: [],
  failed: code,
});

type RunFrame = Pick<store.NewRun, 'dataset' | 'check' | 'digest' | 'at' | 'snapshot' | 'ms'>;

/** One run; what the SQL of a check does wrong is the check's fault, not the platform's. */
async function attempt(ctx: Ctx, subject: Subject, check: Check): Promise<store.NewRun> {
  const began = performance.now();
  const frame = {
    dataset: subject.contract.name,
    check: check.name,
    digest: check.digest,
    at: ctx.clock.now(),
    snapshot: subject.snapshot?.id ?? null,
  };
  const took = (): number => Math.round(performance.now() - began);
  try {
    const { reads, ...outcome }: Outcome = await judge(ctx, subject, check);
    if (reads.length > 0) await store.saveReads(ctx, { ...frame, name: check.name }, reads);
    return { ...frame, ...outcome, failed: null, ms: took() };
  } catch (error) {
    if (!(error instanceof GuantongError) || error.status >= 500) throw error;
    ctx.log.warn(
      { check: `${frame.dataset}.${check.name}`, code: error.code },
      'a check could not be run',
    );
    return { ...frame, ...brokenBy(error.code), ms: took() };
  }
}

const versionsOf = (snapshots: readonly ReadSnapshot[]): number =>
  snapshots.reduce((most, { snapshot }) => Math.max(most, snapshot), 0);

/** Looked at again by the clock, with nothing new to say: no news, no row. */
const saysTheSame = (last: store.StoredRun, run: store.NewRun): boolean =>
  last.digest === run.digest &&
  last.state === run.state &&
  last.of === null &&
  run.of === null &&
  last.snapshot === run.snapshot &&
  last.measure?.value === run.measure?.value &&
  last.failed === run.failed;

/** Writes a run down and tells of it, unless a newer one came in between. */
async function settle(
  ctx: Ctx,
  subject: Subject,
  check: Check,
  run: store.NewRun,
  scheme: store.StoredScoring,
): Promise<void> {
  await tx(ctx, async (inner) => {
    await store.lockDataset(inner, run.dataset);
    const last = (await store.lastRuns(inner, run.dataset)).get(check.name);
    const isOld = last !== undefined && versionsOf(last.snapshots) > versionsOf(run.snapshots);
    if (isOld && run.state !== 'broken') return;
    if (last !== undefined && saysTheSame(last, run)) return;
    await store.saveRun(inner, run);
    const { contract } = subject;
    await tell(inner, { contract, check, run, told: scheme.declared.signals });
  });
}

/** Signals of checks that are no longer declared are over. */
async function withdrawGone(ctx: Ctx, contract: Contract, checks: readonly Check[]): Promise<void> {
  const names = new Set(checks.map(({ name }) => name));
  const gone = [...(await store.lastRuns(ctx, contract.name)).keys()].filter(
    (name) => !names.has(name),
  );
  for (const name of gone) await withdraw(ctx, contract.name, name);
}

export interface RunOptions {
  /** Runs also what nothing changed for. */
  force?: boolean;
  /** Only these checks. */
  only?: readonly string[];
}

/**
 * Runs the checks of one dataset whose data, declaration or day changed, raises and clears their
 * signals and scores the dataset. Without a scheme of scoring nothing happens.
 * @returns the runs that were made
 */
export async function runChecks(
  given: Ctx,
  dataset: string,
  { force = false, only }: RunOptions = {},
): Promise<store.NewRun[]> {
  const ctx = inOwnName(given);
  const scheme = await store.scoringNow(ctx);
  if (scheme === null) return [];
  const contract = await getDataset(ctx, dataset);
  const checks = await checksOf(ctx, contract, scheme);
  await withdrawGone(ctx, contract, checks);
  const last = await store.lastRuns(ctx, dataset);
  const snapshot = await ctx.lake.latest(ctx, dataset);
  const { history } = scheme.declared;
  const subject: Subject = { contract, snapshot, history, counted: new Map() };
  const made: store.NewRun[] = [];
  for (const check of checks) {
    if (only !== undefined && !only.includes(check.name)) continue;
    if (!force && (await standsStill(ctx, check, last.get(check.name)))) continue;
    const run = await attempt(ctx, subject, check);
    await settle(ctx, subject, check, run, scheme);
    made.push(run);
  }
  await scoreDataset(ctx, contract, scheme);
  return made;
}
