/** Judges one check: how many rows of how many, or what was measured against what. */
import { type Contract, dueDay, lastHeard, lateness } from '#catalogue';
import type { ReadSnapshot } from '#gate/model';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import type { Snapshot } from '#kernel/lake';
import { sourceOf } from '../kind/index.ts';
import type { Measure, ScoringFile, SetCheck } from '../model.ts';
import type * as store from '../store.ts';
import { availability } from './available.ts';
import { type Check, shapeOf } from './checks.ts';
import { shiftOf } from './profile.ts';
import { boundsOf } from './statistics.ts';
import { type ByTown, type Counts, rowsOf } from './together.ts';

export interface Outcome {
  state: 'passed' | 'failed' | 'waiting';
  of: number | null;
  faulty: number | null;
  towns: store.Towns;
  measure: Measure | null;
  snapshots: ReadSnapshot[];
  reads: string[];
}

/** One dataset at the moment its checks run. */
export interface Subject {
  contract: Contract;
  snapshot: Snapshot | null;
  history: ScoringFile['history'];
  /** What was counted for all checks that are due. */
  counts: Counts;
}

const nothing: Omit<Outcome, 'state'> = {
  of: null,
  faulty: null,
  towns: {},
  measure: null,
  snapshots: [],
  reads: [],
};

const waiting = (zh: string, en: string, more: Partial<Outcome> = {}): Outcome => ({
  ...nothing,
  state: 'waiting',
  measure: { value: null, low: null, high: null, basis: { zh, en } },
  ...more,
});

const sum = (rows: ByTown): number => rows.reduce((total, [, count]) => total + count, 0);

function townsOf(all: ByTown, bad: ByTown): store.Towns {
  const faulty = new Map(bad);
  return Object.fromEntries(
    all.flatMap(([town, of]) => (town === null ? [] : [[town, [of, faulty.get(town) ?? 0]]])),
  );
}

/** @throws what kept it from being counted */
function judgeRows({ counts }: Subject, { name, declared }: Check): Outcome {
  const found = counts.checks.get(name);
  if (found === undefined || found instanceof GuantongError) {
    throw found ?? new Error(`${name} was not counted`);
  }
  const { missing, reads, snapshots } = found;
  const read = { snapshots, reads };
  if (missing.length > 0) {
    const names = missing.join('、');
    return waiting(`${names} 还没有数据`, `${missing.join(', ')} was not delivered yet`, read);
  }
  const of = sum(found.of);
  if (of === 0)
    return waiting('没有要检查的行', 'there are no rows to check', { ...read, of: 0, faulty: 0 });
  const faulty = sum(found.faulty);
  const state = faulty / of > declared.tolerance ? 'failed' : 'passed';
  return { ...nothing, ...read, state, of, faulty, towns: townsOf(found.of, found.faulty) };
}

const own = ({ contract, snapshot }: Subject): Pick<Outcome, 'snapshots' | 'reads'> => ({
  reads: [contract.name],
  snapshots:
    snapshot === null
      ? []
      : [
          {
            dataset: contract.name,
            snapshot: snapshot.id,
            version: snapshot.version,
            at: snapshot.at.toISOString(),
          },
        ],
});

/** The same file again is a delivery too, and so is the word of its source that nothing is new. */
async function deliveredAt(ctx: Ctx, { name }: Contract, snapshot: Snapshot): Promise<Date> {
  const heard = await lastHeard(ctx, name);
  return heard !== null && heard > snapshot.at ? heard : snapshot.at;
}

/** A delivery in time? The catalogue knows cycles, holidays and grace. */
async function judgeFresh(ctx: Ctx, subject: Subject, snapshot: Snapshot): Promise<Outcome> {
  const { cycle } = subject.contract;
  const last = await deliveredAt(ctx, subject.contract, snapshot);
  const due = dueDay(cycle, last, ctx);
  if (due === null) {
    return waiting('更新周期没有约定日期', 'the cycle promises no day', own(subject));
  }
  const late = lateness(cycle, last, ctx);
  const basis = { zh: `应在 ${due} 前更新`, en: `due by ${due}` };
  const measure = { value: late?.days ?? 0, low: null, high: 0, basis };
  return { ...nothing, ...own(subject), state: late === null ? 'passed' : 'failed', measure };
}

type Of<K extends SetCheck['kind']> = Extract<SetCheck, { kind: K }>;

/**
 * Rows of this snapshot and of those before, newest first; or, of what grows by every delivery, the
 * rows each brought that were not there before. What only mended rows that stood is left out there.
 */
async function sizesOf(ctx: Ctx, { counts }: Of<'volume'>, { id, dataset }: Snapshot) {
  const past = (await ctx.lake.snapshots(ctx, dataset)).filter(
    (one) => one.id <= id && (one.reason === 'commit' || one.id === id),
  );
  return counts === 'new'
    ? past.flatMap(({ added, reason }) => (added > 0 && reason === 'commit' ? [added] : []))
    : past.map(({ rows }) => rows);
}

async function judgeVolume(
  ctx: Ctx,
  subject: Subject,
  check: Of<'volume'>,
  snapshot: Snapshot,
): Promise<Outcome> {
  // What grows as things happen has no usual size.
  if (dueDay(subject.contract.cycle, snapshot.at, ctx) === null) {
    return waiting('更新周期没有约定日期，不比较', 'the cycle promises no day', own(subject));
  }
  const bounds = { ...subject.history, ...defined(check) };
  const [value = 0, ...before] = (await sizesOf(ctx, check, snapshot)).slice(0, bounds.last + 1);
  if (before.length < bounds.least) return tooShort(subject, before.length, bounds.least);
  const { middle, low, high } = boundsOf(before, bounds);
  const basis = {
    zh: `前 ${before.length} 次的中位数 ${middle} 行`,
    en: `median of ${before.length} times before: ${middle} rows`,
  };
  const state = value < low || value > high ? 'failed' : 'passed';
  const measure = { value, low: Math.max(low, 0), high, basis };
  return { ...nothing, ...own(subject), state, measure };
}

/** What a check says itself, over the scheme. */
function defined(check: Of<'volume'> | Of<'drift'>) {
  const { last, least } = check;
  const more =
    check.kind === 'volume' ? { limit: check.limit, band: check.band } : { psi: check.psi };
  const all = Object.entries({ last, least, ...more }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all) as Partial<Omit<ScoringFile['history'], 'source'>>;
}

const tooShort = (subject: Subject, has: number, least: number): Outcome =>
  waiting(
    `以往只有 ${has} 版，满 ${least} 版后开始比较`,
    `${has} versions before; compared from ${least} on`,
    own(subject),
  );

async function judgeDrift(
  ctx: Ctx,
  subject: Subject,
  check: Of<'drift'>,
  snapshot: Snapshot,
): Promise<Outcome> {
  const bounds = { ...subject.history, ...defined(check) };
  const { contract } = subject;
  const source = sourceOf(shapeOf(contract), check.where);
  const rows = sum(await rowsOf(ctx, contract, subject.counts, check.where ?? null));
  const asked = { contract, check, source, rows };
  const { shift, compared } = await shiftOf(ctx, asked, { snapshot: snapshot.id, ...bounds });
  if (shift === null) return tooShort(subject, compared, bounds.least);
  const basis = {
    zh: `与前 ${compared} 版的分布相比（PSI）`,
    en: `beside the ${compared} versions before (PSI)`,
  };
  const measure = { value: shift, low: null, high: bounds.psi, basis };
  return { ...nothing, ...own(subject), state: shift > bounds.psi ? 'failed' : 'passed', measure };
}

/** Asks for what stands the way people do: as many rows have to answer as the manifest promises. */
async function judgeAvailable(ctx: Ctx, subject: Subject, snapshot: Snapshot): Promise<Outcome> {
  const { contract, counts } = subject;
  const opened = async (): Promise<number> => sum(await rowsOf(ctx, contract, counts, null));
  const measure = await availability(ctx, contract, snapshot, opened);
  const state = measure.value === snapshot.rows ? 'passed' : 'failed';
  return { ...nothing, ...own(subject), state, measure };
}

/** @throws gate.*, lake.* when it cannot be run */
export async function judge(ctx: Ctx, subject: Subject, check: Check): Promise<Outcome> {
  const { snapshot } = subject;
  if (snapshot === null) return waiting('还没有数据', 'nothing was delivered yet');
  const { declared, compiled } = check;
  switch (declared.kind) {
    case 'fresh':
      return judgeFresh(ctx, subject, snapshot);
    case 'volume':
      return judgeVolume(ctx, subject, declared, snapshot);
    case 'drift':
      return judgeDrift(ctx, subject, declared, snapshot);
    case 'available':
      return judgeAvailable(ctx, subject, snapshot);
    default:
      return compiled === null
        ? waiting('公用规则已不存在', 'the named check is gone')
        : judgeRows(subject, check);
  }
}
