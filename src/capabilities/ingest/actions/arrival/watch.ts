/** Following runs: list, one, cancel, again; and the door's `deliver`, which is a run itself. */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { getDataset, listDatasets } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import { ingestErrors } from '../../errors.ts';
import type { DeliveredResource, Run, RunListInput, RunPage } from '../../model/run.ts';
import type { DeliverInput, DeliverResult } from '../../model.ts';
import {
  askCancel,
  findRun,
  insertRun,
  listRuns as listStored,
  publicRun,
  reviveRun,
  type StoredRun,
} from '../../store/runs.ts';
import { processName } from '../deliver.ts';
import { deliverable, deliverPermission, requireOwner } from '../owner.ts';
import { safeName } from '../reading/index.ts';
import { deliveredDatasets } from '../returned/index.ts';
import { abortRun, carry, tidyUp } from './carry.ts';
import { tellRun, wakePump } from './tell.ts';

/**
 * Delivers files to a dataset: all rows are taken or handed back with reasons, and nothing is seen
 * of it before it has landed. Works now and in this process, as a run that others can watch.
 * @throws auth.*, catalogue.not_found, ingest.*; then nothing has landed
 */
export async function deliverNow(ctx: Ctx, input: DeliverInput): Promise<DeliverResult> {
  const contract = await deliverable(ctx, input.dataset);
  if (input.files.length === 0) throw ingestErrors.make('no_files');
  input.signal?.throwIfAborted();
  const sizes = await Promise.all(input.files.map(async ({ path }) => (await stat(path)).size));
  const run = await insertRun(ctx, {
    id: input.batch ?? randomUUID(),
    dataset: contract.name,
    road: 'direct',
    source: null,
    work: { files: input.files, dialect: input.dialect },
    files: input.files.map(({ name }) => safeName(name)),
    bytesAll: sizes.reduce((sum, size) => sum + size, 0),
    note: input.note ?? null,
    process: processName(),
  });
  const result = await carry(ctx, run, input);
  if (result === null) throw ingestErrors.make('no_files');
  return result;
}

/**
 * Runs of the units the actor delivers for, newest first.
 * @throws auth.not_signed_in, auth.not_allowed
 */
export async function listRuns(ctx: Ctx, input: RunListInput): Promise<RunPage> {
  requirePermission(ctx, deliverPermission);
  const datasets = await deliveredDatasets(ctx);
  const found = await listStored(ctx, { ...input, limit: input.limit + 1 }, datasets);
  const page = found.slice(0, input.limit);
  const next = found.length > page.length ? (page.at(-1)?.id ?? null) : null;
  return { runs: page.map(publicRun), next };
}

async function owned(ctx: Ctx, id: string): Promise<StoredRun> {
  requirePermission(ctx, deliverPermission);
  const stored = await findRun(ctx, id);
  const missing = () => ingestErrors.make('no_run', { run: id });
  if (stored === null) throw missing();
  await requireOwner(ctx, await getDataset(ctx, stored.dataset), missing);
  return stored;
}

/** One run. @throws auth.*, ingest.no_run */
export const getRun = async (ctx: Ctx, id: string): Promise<Run> => publicRun(await owned(ctx, id));

/**
 * Asks for the end of a run: one that waits ends at once, one under way as soon as it can; nothing
 * lands.
 * @throws auth.*, ingest.no_run, ingest.run_over when it has ended
 */
export async function cancelRun(ctx: Ctx, id: string): Promise<Run> {
  const { dataset } = await owned(ctx, id);
  const before = await askCancel(ctx, id);
  if (before === null) throw ingestErrors.make('run_over', { run: id });
  abortRun(id);
  // One that fell before and waited for its next attempt may have taken its files already.
  if (before === 'queued') await tidyUp(ctx, id, null);
  await noteOf(ctx, 'ingest.cancel', id, dataset);
  await tellRun(ctx, { id, dataset });
  return getRun(ctx, id);
}

/**
 * Puts a run that failed or was cancelled into the queue again.
 * @throws auth.*, ingest.no_run, ingest.not_again when it did neither, or its files are gone
 */
export async function retryRun(ctx: Ctx, id: string): Promise<Run> {
  const { dataset, road } = await owned(ctx, id);
  if (road === 'direct' || !(await reviveRun(ctx, id))) {
    throw ingestErrors.make('not_again', { run: id });
  }
  await noteOf(ctx, 'ingest.retry', id, dataset);
  await wakePump(ctx);
  await tellRun(ctx, { id, dataset });
  return getRun(ctx, id);
}

const noteOf = (ctx: Ctx, action: string, id: string, dataset: string): Promise<void> =>
  ctx.audit.record(ctx, { action, subject: `run/${id}`, dataset });

/**
 * Datasets the actor delivers, with their titles.
 * @throws auth.not_signed_in, auth.not_allowed
 */
export async function deliveredResources(ctx: Ctx): Promise<DeliveredResource[]> {
  const mine = new Set(await deliveredDatasets(ctx));
  const contracts = (await listDatasets(ctx)).filter(({ name }) => mine.has(name));
  const owners = new Map<string, string>();
  for (const { owner } of contracts) {
    if (!owners.has(owner)) owners.set(owner, (await findUnit(ctx, owner))?.name ?? owner);
  }
  return contracts.map(({ name, title, owner }) => ({
    ...{ name, title },
    ownerName: owners.get(owner) ?? owner,
  }));
}
