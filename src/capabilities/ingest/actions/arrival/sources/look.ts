/** Sources at work: declared, due, looked at, paused, run by hand. */
import { randomUUID } from 'node:crypto';
import { type Contract, getDataset } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { cancelTimer, enqueue, setTimer, type Timer } from '#kernel/jobs';
import { ingestErrors } from '../../../errors.ts';
import type { Run } from '../../../model/run.ts';
import type { Source, SourceFile } from '../../../model/source.ts';
import { endRun, insertRun, lastRuns, openRunsOf, publicRun } from '../../../store/runs.ts';
import {
  findSource,
  listSources as listStored,
  moveSource,
  removeSource,
  type StoredSource,
  saveSource,
} from '../../../store/sources.ts';
import { deliverPermission, requireOwner } from '../../owner.ts';
import { deliveredDatasets } from '../../returned/index.ts';
import { filesAtRest, type SeenFile } from '../roads/folder.ts';
import { shapeOf, tellRun, wakePump } from '../tell.ts';
import { placeOfSource } from './place.ts';
import { nextLook, scheduleOf } from './schedule.ts';

export const sourceTimer = 'ingest.source_due';
export const lookJob = 'ingest.look';

const cycleOf = async (ctx: Ctx, dataset: string): Promise<Contract['cycle'] | null> =>
  (await getDataset(ctx, dataset).catch(() => null))?.cycle ?? null;

/** Sets the next look of a source, or none. */
async function arm(ctx: Ctx, source: StoredSource): Promise<void> {
  const cycle = await cycleOf(ctx, source.declared.dataset);
  const dueAt = source.paused ? null : nextLook(ctx, scheduleOf(ctx, source.declared, cycle));
  await moveSource(ctx, source.name, { nextAt: dueAt });
  if (dueAt === null) await cancelTimer(ctx, sourceTimer, source.name);
  else await setTimer(ctx, { kind: sourceTimer, key: source.name, dueAt, payload: null });
}

/** Takes a source of a pack in, or its change; it goes on from where it was unless it must not. */
export async function applySource(
  ctx: Ctx,
  input: { name: string; pack: string; declared: SourceFile; digest: string },
): Promise<void> {
  await arm(ctx, await saveSource(ctx, input));
}

export async function withdrawSource(ctx: Ctx, name: string): Promise<void> {
  await removeSource(ctx, name);
  await cancelTimer(ctx, sourceTimer, name);
}

/** The time of a source has come: it is looked at, and the next time is set. */
export async function sourceDue(ctx: Ctx, timer: Timer): Promise<void> {
  const source = await findSource(ctx, timer.key);
  if (source === null || source.paused) return;
  await arm(ctx, source);
  await enqueue(ctx, lookJob, { source: source.name }, { singletonKey: source.name });
}

interface Errand {
  files: string[];
  work: Record<string, unknown>;
  bytesAll: number | null;
}

/** What there is to fetch now, one errand for each run. */
async function errandsOf(ctx: Ctx, source: StoredSource, whole: boolean): Promise<Errand[]> {
  const { declared } = source;
  const open = await openRunsOf(ctx, source.name);
  if (declared.road !== 'folder') {
    return open.length > 0 ? [] : [{ files: [], work: { whole }, bytesAll: null }];
  }
  const busy = new Set(open.flatMap(({ files }) => files));
  const atRest = (await filesAtRest(ctx, declared)).filter(({ name }) => !busy.has(name));
  if (atRest.length === 0) return [];
  const groups = declared.options.together ? [atRest] : atRest.map((file) => [file]);
  return groups.map((files: SeenFile[]) => ({
    files: files.map(({ name }) => name),
    work: { files },
    bytesAll: files.reduce((sum, { bytes }) => sum + bytes, 0),
  }));
}

/**
 * Looks at a source and puts into the queue what there is to fetch.
 * @param whole ask for everything, whatever is remembered
 */
export async function lookAt(ctx: Ctx, name: string, whole = false): Promise<Run[]> {
  const source = await findSource(ctx, name);
  if (source === null) return [];
  const { declared } = source;
  const actor = { ...ctx.actor, id: `source:${name}`, name: declared.title.zh };
  const made = await tx(ctx, async (inner) => {
    await moveSource(inner, name, { lookedAt: ctx.clock.now() });
    const runs = [];
    for (const errand of await errandsOf(inner, source, whole)) {
      const run = await insertRun(
        { ...inner, actor },
        {
          ...{ id: randomUUID(), dataset: declared.dataset, road: declared.road, source: name },
          ...{ note: null, process: null, ...errand },
        },
      );
      runs.push(run);
    }
    if (runs.length > 0) await wakePump(inner);
    return runs;
  });
  for (const run of made) await tellRun(ctx, run);
  return made.map(publicRun);
}

/**
 * The look that a schedule asks for. What refuses it stands at the source, once for as long as it
 * lasts; no job is tried again for it, the next look is.
 */
export async function lookByItself(ctx: Ctx, name: string): Promise<void> {
  try {
    await lookAt(ctx, name);
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    await noteRefusal(ctx, name, error);
  }
}

async function noteRefusal(ctx: Ctx, name: string, error: GuantongError): Promise<void> {
  const source = await findSource(ctx, name);
  const last = (await lastRuns(ctx, [name])).get(name);
  if (source === null || last?.error?.code === error.code) return;
  const { dataset, road, title } = source.declared;
  const actor = { ...ctx.actor, id: `source:${name}`, name: title.zh };
  const run = await insertRun(
    { ...ctx, actor },
    {
      ...{ id: randomUUID(), dataset, road, source: name, note: null, process: 'none:0' },
      ...{ work: {}, files: [], bytesAll: null },
    },
  );
  await endRun(ctx, run.id, { state: 'refused', error: shapeOf(error) });
  await tellRun(ctx, run);
}

async function shown(ctx: Ctx, source: StoredSource, last: Run | null): Promise<Source> {
  const { name, pack, declared, paused, nextAt, lookedAt } = source;
  return {
    ...{ name, pack, paused, last },
    ...{ title: declared.title, dataset: declared.dataset, road: declared.road },
    place: placeOfSource(declared),
    schedule: scheduleOf(ctx, declared, await cycleOf(ctx, declared.dataset)),
    nextAt: nextAt?.toISOString() ?? null,
    lookedAt: lookedAt?.toISOString() ?? null,
    state: paused ? 'paused' : (last?.state ?? 'never'),
  };
}

/**
 * Sources of the datasets the actor delivers.
 * @throws auth.not_signed_in, auth.not_allowed
 */
export async function listSources(ctx: Ctx): Promise<Source[]> {
  requirePermission(ctx, deliverPermission);
  const sources = await listStored(ctx, await deliveredDatasets(ctx));
  const last = await lastRuns(
    ctx,
    sources.map(({ name }) => name),
  );
  return Promise.all(
    sources.map((source) => {
      const run = last.get(source.name);
      return shown(ctx, source, run === undefined ? null : publicRun(run));
    }),
  );
}

async function owned(ctx: Ctx, name: string): Promise<StoredSource> {
  requirePermission(ctx, deliverPermission);
  const source = await findSource(ctx, name);
  const missing = () => ingestErrors.make('no_source', { source: name });
  if (source === null) throw missing();
  await requireOwner(ctx, await getDataset(ctx, source.declared.dataset), missing);
  return source;
}

/** One source. @throws auth.*, ingest.no_source */
export async function getSource(ctx: Ctx, name: string): Promise<Source> {
  const source = await owned(ctx, name);
  const run = (await lastRuns(ctx, [name])).get(name);
  return shown(ctx, source, run === undefined ? null : publicRun(run));
}

/**
 * Looks at a source now, also a paused one.
 * @param whole fetch everything, whatever is remembered
 * @returns the runs it made; none when there is nothing, or one is under way
 * @throws auth.*, ingest.no_source, ingest.source_folder
 */
export async function pullSource(ctx: Ctx, name: string, whole = false): Promise<Run[]> {
  const { declared } = await owned(ctx, name);
  const detail = { source: name, whole };
  await ctx.audit.record(ctx, {
    ...{ action: 'ingest.pull', subject: `source/${name}`, dataset: declared.dataset, detail },
  });
  return lookAt(ctx, name, whole);
}

/** Lets the schedule of a source rest, or go on. @throws auth.*, ingest.no_source */
export async function pauseSource(ctx: Ctx, name: string, paused: boolean): Promise<Source> {
  const { declared } = await owned(ctx, name);
  await tx(ctx, async (inner) => {
    await moveSource(inner, name, { paused });
    const source = await findSource(inner, name);
    if (source !== null) await arm(inner, source);
    await inner.audit.record(inner, {
      action: paused ? 'ingest.pause' : 'ingest.resume',
      subject: `source/${name}`,
      dataset: declared.dataset,
    });
  });
  return getSource(ctx, name);
}
