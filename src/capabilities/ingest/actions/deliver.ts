/** The verb `deliver`: files of a department into the lake, whole or not at all. */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { compileContract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { startMark, tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../errors.ts';
import {
  type DeliveredFile,
  type DeliverInput,
  type DeliverResult,
  type Delivery,
  withoutNul,
} from '../model.ts';
import { endDelivery, insertDelivery, lastLanded, touchDelivery } from '../store.ts';
import { checkParts, duplicates, judgePart, type Part, removesAny } from './check.ts';
import { withStructural } from './faults.ts';
import type { Judged } from './judged.ts';
import { contentOf, findRepeated, land, seconds, standStill, type Work } from './land.ts';
import { type OpenedFile, openFile } from './opening.ts';
import { deliverable } from './owner.ts';
import {
  digestOf,
  expandArchives,
  foundFile,
  type Opened,
  readingLimits,
  safeName,
} from './reading/index.ts';
import { type Lead, leadOf } from './returned/lead.ts';
import { scratchOf } from './scratch.ts';

/**
 * Deliveries this process works on: a record of them that is still running is not left behind by a
 * crash.
 */
export const underWay = new Set<string>();

const mark = await startMark(process.pid);

/**
 * Which process works on a delivery. With its start mark: after a restart of the machine its number
 * is somebody else's.
 */
export const processName = (): string => `${hostname()}:${process.pid}/${mark}`;

/**
 * Delivers files to a dataset: all rows are taken or handed back with reasons, and nothing is seen
 * of it before it has landed. The same files again change nothing. Columns that do not fit refuse
 * the whole delivery. `input.signal` ends it at any point, with nothing landed.
 * @throws auth.*, catalogue.not_found, ingest.*, the reason of the signal; then nothing was written
 * but the record of the refusal
 */
export async function deliver(ctx: Ctx, input: DeliverInput): Promise<DeliverResult> {
  const began = performance.now();
  input.signal?.throwIfAborted();
  const contract = await deliverable(ctx, input.dataset);
  if (input.files.length === 0) throw ingestErrors.make('no_files');
  const files = await describeFiles(ctx, input);
  const batch = input.batch ?? randomUUID();
  const scratch = scratchOf(ctx);
  const work: Work = { ctx, contract, input, batch, files, scratch, began };
  underWay.add(batch);
  try {
    await insertDelivery(ctx, {
      batch,
      dataset: contract.name,
      contractVersion: contract.version,
      files,
      note: input.note ?? null,
      process: processName(),
    });
    return await carryOut(work).catch(async (error: unknown) => {
      throw await refused(work, error);
    });
  } finally {
    underWay.delete(batch);
    await scratch.clear();
  }
}

async function describeFiles(ctx: Ctx, input: DeliverInput): Promise<DeliveredFile[]> {
  const limit = ctx.settings.delivery_max_bytes;
  return Promise.all(
    input.files.map(async ({ name, path }) => {
      const { size } = await stat(path);
      const file = safeName(name);
      if (size > limit) throw ingestErrors.make('file_too_large', { file, limit });
      return { name: file, bytes: size, sha256: '', encoding: null, rows: null, headers: [] };
    }),
  );
}

/**
 * Whether the last delivery is given once more, asked before anything is read: only files of its
 * very sizes are hashed for it. All others are hashed while they are read.
 */
async function isSameAgain(work: Work): Promise<boolean> {
  const { ctx, contract, files, input } = work;
  const last = await lastLanded(ctx, contract.name);
  const sizes = (of: readonly DeliveredFile[]): string => of.map(({ bytes }) => bytes).join();
  if (last === null || sizes(last.files) !== sizes(files)) return false;
  for (const [at, file] of files.entries()) {
    file.sha256 = await digestOf(input.files[at]?.path ?? '');
  }
  return contentOf(work) === last.digest;
}

/** A ZIP of tables becomes the files in it. */
async function openArchives(work: Work): Promise<void> {
  const { ctx, input, scratch } = work;
  const limits = readingLimits(ctx.settings);
  const files = await expandArchives(input.files, { limits, scratch: scratch.path });
  if (files === null) return;
  work.input = { ...input, files };
  work.files = await describeFiles(ctx, work.input);
}

async function carryOut(work: Work): Promise<DeliverResult> {
  await openArchives(work);
  const { contract, ctx, scratch, input } = work;
  if (await isSameAgain(work)) {
    const repeated = await findRepeated(ctx, work);
    if (repeated !== null) return tx(ctx, (inner) => standStill(inner, work, repeated));
  }
  const parts = await openParts(work);
  await reach(work, 'checking');
  const compiled = compileContract(contract, compileOptions(ctx));
  const checking = { contract, compiled, scratch, signal: input.signal };
  const judged: Judged[] = [];
  for (const [at, part] of parts.entries()) {
    const one = await judgePart(ctx, checking, part, whileReading(work, at));
    judged.push(one);
    const { encoding, rows, headers, sha256 } = one.reading;
    const own = headers.filter((_, place) => !part.lead?.places.has(place));
    const read = { encoding, rows, headers: own, sha256, found: foundFile(one.reading) };
    Object.assign(work.files[at] as DeliveredFile, read);
  }
  await reach(work, 'landing');
  const columns = parts[0]?.opened.headers.length ?? contract.items.length;
  const rules = withStructural(compiled.rules, columns);
  const landing = async (twice: string | null) =>
    land(work, await checkParts(ctx, checking, judged, twice), rules);
  try {
    // A key may not be both delivered and removed.
    const removes = await removesAny(ctx, checking, judged);
    return await landing(removes ? await duplicates(ctx, checking, judged) : null);
  } catch (error) {
    // The lake looks for keys that occur twice, once for all; then the later rows go back.
    if (!(error instanceof GuantongError) || error.code !== 'lake.key_twice') throw error;
    return landing(await duplicates(ctx, checking, judged));
  }
}

const startOf = { reading: 0, checking: 0.05, landing: 0.7 } as const;
/** The engine still judges when all bytes are read. */
const bytesRead = 0.5;

/** A stage begins: the record and whoever follows are told, whoever gave up is obeyed. */
async function reach(work: Work, stage: keyof typeof startOf): Promise<void> {
  const { input, files } = work;
  input.signal?.throwIfAborted();
  const rows = files.reduce((sum, file) => sum + (file.rows ?? 0), 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  input.progress?.({ stage, rows, bytes, part: startOf[stage] });
  await touchDelivery(work.ctx, work.batch, stage, startOf[stage]);
}

/** Told now and then while a file is read; `bytes` are of the text it is read from. */
function whileReading(work: Work, at: number): (bytes: number, of: number) => void {
  const { input, files } = work;
  const all = files.reduce((sum, file) => sum + file.bytes, 0);
  const before = files.slice(0, at).reduce((sum, file) => sum + file.bytes, 0);
  const rows = files.reduce((sum, file) => sum + (file.rows ?? 0), 0);
  return (read, of) => {
    const bytes = before + Math.round((read / Math.max(of, 1)) * (files[at]?.bytes ?? 0));
    const part = startOf.checking + (bytes / Math.max(all, 1)) * (bytesRead - startOf.checking);
    input.progress?.({ stage: 'checking', rows, bytes, part });
  };
}

/**
 * Reads the heads of all files: what does not fit the contract is refused before the rest is read.
 */
async function openParts(work: Work): Promise<Part[]> {
  const { ctx, contract, scratch, input } = work;
  const files: OpenedFile[] = [];
  for (const [at, { path, dialect: said }] of input.files.entries()) {
    const file = work.files[at] as DeliveredFile;
    const one = await openFile(ctx, contract, {
      ...{ path, file: file.name, dialect: said ?? input.dialect },
      usual: said === undefined && input.usual,
      scratch: (name) => scratch.path(name),
      signal: input.signal,
    });
    files.push(one);
    const { encoding, headers, dialect } = one.opened;
    Object.assign(file, { encoding, headers, delimiter: withoutNul(dialect.delimiter) });
  }
  const opened = files.map((file) => file.opened);
  const leads = leadsOf(opened);
  const faults = files.flatMap((file) => file.faults);
  if (faults.length > 0) {
    // Where no header is known, the encoding may be the truer reason.
    const strange = opened.filter((_, at) => files[at]?.columns.size === 0);
    for (const one of strange) await one.read({ signal: work.input.signal });
    const params = { dataset: contract.title.zh, count: faults.length };
    throw ingestErrors.make('bad_columns', params, faults);
  }
  return opened.map((one, at) => ({
    opened: one,
    columns: files[at]?.columns ?? new Map(),
    lead: leads[at] ?? null,
  }));
}

/**
 * Where files of returned rows say what their rows went back from.
 * @throws ingest.cut_resend, mixed_resend
 */
function leadsOf(opened: readonly Opened[]): (Lead | null)[] {
  const leads = opened.map(({ headers, file }) => {
    const lead = leadOf(headers);
    if (lead === 'cut') throw ingestErrors.make('cut_resend', { file });
    return lead;
  });
  const resent = leads.filter((lead) => lead !== null).length;
  if (resent > 0 && resent < leads.length) throw ingestErrors.make('mixed_resend');
  return leads;
}

/** Zone of times without one, and the local day after which nobody can be born yet. */
export const compileOptions = ({ settings, clock }: Pick<Ctx, 'settings' | 'clock'>) => ({
  timeZone: settings.time_zone,
  today: new Intl.DateTimeFormat('sv-SE', { timeZone: settings.time_zone }).format(clock.now()),
});

const isFull = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as { code?: string }).code === 'ENOSPC' ||
    /No space left on device/i.test(error.message));

const shapeOf = (error: GuantongError): Delivery['error'] => ({
  code: error.code,
  message: error.text,
  faults: error.faults,
});

const internal = { zh: '系统内部错误', en: 'Internal error' };

/** Records why a delivery was refused; gives the error to throw. */
async function refused(work: Work, cause: unknown): Promise<unknown> {
  const error = isFull(cause) ? ingestErrors.make('disk_full') : cause;
  const shape =
    error instanceof GuantongError
      ? shapeOf(error)
      : { code: 'kernel.internal', message: internal, faults: [] };
  const end = {
    state: work.input.signal?.aborted ? ('cancelled' as const) : ('refused' as const),
    error: shape,
    files: work.files,
    seconds: seconds(work),
  };
  await endDelivery(work.ctx, work.batch, end).catch((trouble: unknown) => {
    work.ctx.log.warn({ err: trouble, batch: work.batch }, 'a refusal was not recorded');
  });
  return error;
}
