/** The end of a delivery: all of it becomes visible in one transaction, or none. */
import { createHash } from 'node:crypto';
import { type Contract, noteDelivered, type Rule } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { publish } from '#kernel/events';
import type { Snapshot } from '#kernel/lake';
import { findUnit } from '#organisation';
import { ingestErrors } from '../errors.ts';
import type { DeliveredFile, DeliverInput, DeliverResult } from '../model.ts';
import { endDelivery, lockDeliveries, repeatedDelivery, type StoredDelivery } from '../store.ts';
import type { Checked } from './check.ts';
import { dropFiles, keepFile } from './returned/folder.ts';
import { backAgain, checkRefs, settle } from './returned/settle.ts';
import type { Scratch } from './scratch.ts';

/** A delivery on its way. */
export interface Work {
  ctx: Ctx;
  contract: Contract;
  input: DeliverInput;
  batch: string;
  files: DeliveredFile[];
  scratch: Scratch;
  began: number;
}

export const seconds = (work: Work): number => Math.round(performance.now() - work.began) / 1000;

/** Identity of what was delivered, and of how it was to be read, once all files are read. */
export const contentOf = ({ files, input }: Pick<Work, 'files' | 'input'>): string => {
  const { dialect, files: given } = input;
  const hash = createHash('sha256').update(files.map(({ sha256 }) => sha256).join('\n'));
  const isSaid = dialect !== undefined && Object.keys(dialect).length > 0;
  if (isSaid) hash.update(JSON.stringify(dialect));
  for (const [at, { dialect: own }] of given.entries()) {
    if (own !== undefined) hash.update(`\n${at} ${JSON.stringify(own)}`);
  }
  return hash.digest('hex');
};

export const findRepeated = (ctx: Ctx, work: Work): Promise<StoredDelivery | null> =>
  repeatedDelivery(ctx, {
    dataset: work.contract.name,
    digest: contentOf(work),
    contractVersion: work.contract.version,
    anyEarlier: work.contract.mode === 'append',
  });

/** The same bytes as the last delivery: it is noted, and nothing moves. */
export async function standStill(
  ctx: Ctx,
  work: Work,
  before: StoredDelivery,
): Promise<DeliverResult> {
  const snapshot = (await ctx.lake.latest(ctx, work.contract.name))?.id ?? null;
  const { rows, accepted, returned } = before;
  const counts = { rows, accepted, returned, unchanged: accepted, mended: 0, snapshot };
  await endDelivery(ctx, work.batch, {
    state: 'unchanged',
    ...counts,
    files: before.files,
    digest: before.digest,
    rules: before.rules,
    returnedFile: before.returnedFile,
    seconds: seconds(work),
  });
  await noteDelivered(ctx, work.contract.name);
  await note(ctx, work, counts);
  return { batch: work.batch, dataset: work.contract.name, ...counts, seconds: seconds(work) };
}

const note = (ctx: Ctx, work: Work, counts: { rows: number; accepted: number; returned: number }) =>
  ctx.audit.record(ctx, {
    action: 'ingest.deliver',
    subject: `delivery/${work.batch}`,
    dataset: work.contract.name,
    rows: counts.accepted,
    detail: { rows: counts.rows, returned: counts.returned, files: work.files.length },
  });

/** Accepted rows into the lake; mended ones are added to what stands. */
async function intoLake(ctx: Ctx, work: Work, checked: Checked): Promise<Snapshot | null> {
  const { contract, batch } = work;
  const { name: dataset, mode, key } = contract;
  if (checked.acceptedRows === 0) return ctx.lake.latest(ctx, dataset);
  const isAdded = mode === 'full' && checked.refs !== null;
  return ctx.lake.commit(ctx, {
    dataset,
    ...(checked.prepared === null ? { sql: checked.accepted } : { prepared: checked.prepared }),
    ...(checked.removed === null ? {} : { deletes: checked.removed }),
    ...(isAdded ? { mode: key.length > 0 ? ('merge' as const) : ('append' as const) } : {}),
    batch,
  });
}

interface Landing {
  checked: Checked;
  rules: Rule[];
  returnedFile: string | null;
  wrote: (name: string) => void;
  /** Mended rows that go back again. */
  again: number;
}

async function landAll(ctx: Ctx, work: Work, landing: Landing): Promise<DeliverResult> {
  const { contract, batch, files, scratch } = work;
  const { checked, rules, returnedFile, wrote, again } = landing;
  if (checked.refs !== null) await checkRefs(ctx, contract, checked.refs);
  const snapshot = await intoLake(ctx, work, checked);
  const rows = files.reduce((sum, file) => sum + (file.rows ?? 0), 0);
  const counts = {
    rows,
    accepted: checked.acceptedRows,
    returned: checked.returnedRows,
    unchanged: checked.acceptedRows === 0 ? 0 : (snapshot?.unchanged ?? 0),
    snapshot: snapshot?.id ?? null,
  };
  const settling = { contract, batch, checked, returnedFile, scratch, wrote };
  const mended = await settle(ctx, settling, again);
  const took = seconds(work);
  await endDelivery(ctx, batch, {
    state: 'landed',
    ...counts,
    mended,
    resent: checked.refs !== null,
    files,
    digest: contentOf(work),
    rules,
    returnedFile,
    seconds: took,
  });
  if (checked.acceptedRows > 0) await noteDelivered(ctx, contract.name);
  await note(ctx, work, counts);
  const owner = await findUnit(ctx, contract.owner);
  const hint = { topic: 'dataset', id: contract.name, paths: owner ? [owner.path] : [] };
  const told = { batch, dataset: contract.name, ...counts, mended };
  await publish(ctx, 'ingest.delivered', { ...told, hint });
  work.input.signal?.throwIfAborted();
  return { ...told, seconds: took };
}

/**
 * Lands what was checked; the file of returned rows is durable before the transaction names it.
 * @throws ingest.all_returned, unknown_resend, superseded_resend, lake.*; then nothing landed
 */
export async function land(work: Work, checked: Checked, rules: Rule[]): Promise<DeliverResult> {
  const { contract, batch, ctx } = work;
  if (checked.acceptedRows === 0 && contract.mode === 'full' && checked.refs === null) {
    const rows = checked.returnedRows;
    throw ingestErrors.make('all_returned', { dataset: contract.title.zh, rows });
  }
  const again = await backAgain(ctx, checked);
  const written: string[] = [];
  const wrote = (name: string): void => void written.push(name);
  const returnedFile = checked.returned === null ? null : `${batch}.parquet`;
  try {
    if (returnedFile !== null && checked.returned !== null) {
      wrote(returnedFile);
      await keepFile(ctx, checked.returned, returnedFile);
    }
    const landing = { checked, rules, returnedFile, wrote, again };
    return await tx(ctx, async (inner) => {
      await lockDeliveries(inner, contract.name);
      const repeated = await findRepeated(inner, work);
      if (repeated === null) return landAll(inner, work, landing);
      await dropFiles(ctx, written);
      return standStill(inner, work, repeated);
    });
  } catch (error) {
    await dropFiles(ctx, written);
    throw error;
  }
}
