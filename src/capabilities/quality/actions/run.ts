/** Runs the checks of a dataset beside deliveries: counted together, judged one by one. */
import { type Contract, getDataset } from '#catalogue';
import type { ReadSnapshot } from '#gate/model';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import type { Snapshot } from '#kernel/lake';
import * as store from '../store.ts';
import { inOwnName } from './ask.ts';
import { type Check, checksOf } from './checks.ts';
import { judge, type Outcome, type Subject } from './judge.ts';
import { scoreDataset } from './score.ts';
import { tell, withdraw } from './signal.ts';
import { countTogether } from './together.ts';

/** Kinds whose answer changes with the clock alone. */
const byClock: readonly string[] = ['fresh'];

const readsOf = ({ reads }: Check, last: store.StoredRun): string[] =>
  reads.length > 0 ? reads : [last.dataset];

/** Whether the last run still says all there is to say; `now` are the snapshots that stand. */
function standsStill(
  check: Check,
  last: store.StoredRun | undefined,
  now: readonly Snapshot[],
): boolean {
  if (last === undefined || last.digest !== check.digest || last.state === 'broken') return false;
  if (byClock.includes(check.declared.kind)) return false;
  const names = new Set(readsOf(check, last));
  const mine = now.filter(({ dataset }) => names.has(dataset));
  const seen = new Map(last.snapshots.map(({ dataset, snapshot }) => [dataset, snapshot]));
  return mine.length === seen.size && mine.every(({ dataset, id }) => seen.get(dataset) === id);
}

/** The checks whose data, declaration or day changed. */
async function dueOf(
  ctx: Ctx,
  checks: readonly Check[],
  last: ReadonlyMap<string, store.StoredRun>,
): Promise<Check[]> {
  const names = checks.flatMap((check) => {
    const run = last.get(check.name);
    return run === undefined ? [] : readsOf(check, run);
  });
  const now = await ctx.lake.latestOf(ctx, [...new Set(names)]);
  return checks.filter((check) => !standsStill(check, last.get(check.name), now));
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
  const counted = subject.counts.checks.get(check.name);
  const before = counted === undefined || counted instanceof GuantongError ? 0 : counted.ms;
  const took = (): number => Math.round(before + performance.now() - began);
  try {
    const { reads, ...outcome }: Outcome = await judge(ctx, subject, check);
    if (reads.length > 0 && String(reads) !== String(check.reads)) {
      await store.saveReads(ctx, { ...frame, name: check.name }, reads);
    }
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
  last.measure?.basis.zh === run.measure?.basis.zh &&
  last.failed === run.failed;

interface Made {
  check: Check;
  run: store.NewRun;
}

/** Writes runs down and tells of them, those left out of which a newer one came in between. */
async function settle(
  ctx: Ctx,
  { contract }: Subject,
  made: readonly Made[],
  scheme: store.StoredScoring,
): Promise<void> {
  if (made.length === 0) return;
  await tx(ctx, async (inner) => {
    await store.lockDataset(inner, contract.name);
    const known = await store.lastRuns(inner, contract.name);
    for (const { check, run } of made) {
      const last = known.get(check.name);
      const isOld = last !== undefined && versionsOf(last.snapshots) > versionsOf(run.snapshots);
      if (isOld && run.state !== 'broken') continue;
      if (last !== undefined && saysTheSame(last, run)) continue;
      await store.saveRun(inner, run);
      await tell(inner, { contract, check, run, told: scheme.declared.signals });
    }
  });
}

/** Signals of checks that are no longer declared are over. */
async function withdrawGone(
  ctx: Ctx,
  contract: Contract,
  checks: readonly Check[],
  last: ReadonlyMap<string, store.StoredRun>,
): Promise<void> {
  const names = new Set(checks.map(({ name }) => name));
  const gone = [...last.keys()].filter((name) => !names.has(name));
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
  const last = await store.lastRuns(ctx, dataset);
  await withdrawGone(ctx, contract, checks, last);
  const asked = checks.filter(({ name }) => only === undefined || only.includes(name));
  const due = force ? asked : await dueOf(ctx, asked, last);
  const snapshot = await ctx.lake.latest(ctx, dataset);
  const counts = await countTogether(ctx, contract, snapshot === null ? [] : due);
  const subject: Subject = { contract, snapshot, history: scheme.declared.history, counts };
  const made: Made[] = [];
  for (const check of due) made.push({ check, run: await attempt(ctx, subject, check) });
  await settle(ctx, subject, made, scheme);
  await scoreDataset(ctx, contract, checks, scheme);
  return made.map(({ run }) => run);
}
