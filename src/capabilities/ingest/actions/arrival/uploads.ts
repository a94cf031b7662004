/**
 * Files from a browser, piece by piece, as the IETF's resumable uploads and tus have it: created,
 * asked how far it is, gone on with from there. What is acknowledged is on the disk.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { afterCommit, tx } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { writeAll } from '#kernel/files';
import { setTimer, type Timer } from '#kernel/jobs';
import { ingestErrors } from '../../errors.ts';
import type { Run } from '../../model/run.ts';
import type { NewRunInput, NewUpload, Upload } from '../../model/upload.ts';
import { findRun, insertRun, publicRun } from '../../store/runs.ts';
import {
  advanceUpload,
  allUploadIds,
  bytesOf,
  findUpload,
  handOver,
  insertUpload,
  lockUploads,
  publicUpload,
  removeUploads,
  type StoredUpload,
  uploadsOf,
} from '../../store/uploads.ts';
import { deliverable, deliverPermission } from '../owner.ts';
import { digestOf, safeName } from '../reading/index.ts';
import { tellRun, wakePump } from './tell.ts';

export const uploadTimer = 'ingest.upload_expires';
const hourMs = 3_600_000;
/** What came of a piece without a digest is made durable this often. */
const syncBytes = 16 * 2 ** 20;

const folderOf = (ctx: Pick<Ctx, 'settings'>): string => resolve(ctx.settings.home, 'uploads');

export const uploadPath = (ctx: Pick<Ctx, 'settings'>, id: string): string =>
  join(folderOf(ctx), `${id}.part`);

const expiry = ({ clock, settings }: Ctx): Date =>
  new Date(clock.now().getTime() + settings.upload_keep_hours * hourMs);

/**
 * Announces a file.
 * @throws auth.*, ingest.file_too_large, ingest.upload_quota, ingest.disk_full; nothing is written
 */
export async function createUpload(ctx: Ctx, input: NewUpload): Promise<Upload> {
  requirePermission(ctx, deliverPermission);
  const { delivery_max_bytes: limit, upload_quota_bytes: quota } = ctx.settings;
  const name = safeName(input.name);
  if (input.bytes > limit) throw ingestErrors.make('file_too_large', { file: name, limit });
  await mkdir(folderOf(ctx), { recursive: true });
  const { bavail, bsize } = await statfs(folderOf(ctx));
  if (bavail * bsize < input.bytes) throw ingestErrors.make('disk_full');
  return tx(ctx, async (inner) => {
    await lockUploads(inner, ctx.actor.id);
    const held = await bytesOf(inner, ctx.actor.id);
    if (held + input.bytes > quota) throw ingestErrors.make('upload_quota', { held, quota });
    const id = randomUUID();
    const expiresAt = expiry(ctx);
    const sha256 = input.sha256 ?? null;
    const made = await insertUpload(inner, { id, name, bytes: input.bytes, sha256, expiresAt });
    await setTimer(inner, { kind: uploadTimer, key: id, dueAt: expiresAt, payload: null });
    return publicUpload(made);
  });
}

async function own(ctx: Ctx, id: string): Promise<StoredUpload> {
  requirePermission(ctx, deliverPermission);
  const found = await findUpload(ctx, id);
  // Whether another's upload exists is nobody's business.
  if (found === null || found.account !== ctx.actor.id) {
    throw ingestErrors.make('no_upload', { upload: id });
  }
  return found;
}

/** How far an upload is. @throws auth.*, ingest.no_upload */
export const getUpload = async (ctx: Ctx, id: string): Promise<Upload> =>
  publicUpload(await own(ctx, id));

/** The actor's uploads that wait to go on or to be delivered. */
export async function listUploads(ctx: Ctx): Promise<Upload[]> {
  requirePermission(ctx, deliverPermission);
  return (await uploadsOf(ctx, ctx.actor.id)).map(publicUpload);
}

/** Throws an upload away. @throws auth.*, ingest.no_upload, ingest.upload_taken */
export async function dropUpload(ctx: Ctx, id: string): Promise<void> {
  const { run } = await own(ctx, id);
  if (run !== null) throw ingestErrors.make('upload_taken', { upload: id });
  await stopWriter(id);
  await removeUploads(ctx, [id]);
  await rm(uploadPath(ctx, id), { force: true });
}

export interface Piece {
  /** Where the sender believes the upload stands. */
  offset: number;
  /** SHA-256 of this piece in base64; a piece that differs is not taken. */
  sha256: string | null;
  body: Readable;
}

interface Writer {
  stop: AbortController;
  done: Promise<unknown>;
}

const writers = new Map<string, Writer>();

/** A second piece while one comes means that the first one's connection is dead. */
async function stopWriter(id: string): Promise<void> {
  const writer = writers.get(id);
  if (writer === undefined) return;
  writer.stop.abort();
  await writer.done.catch(() => undefined);
  if (writers.get(id) === writer) writers.delete(id);
}

/**
 * Takes the next piece. A piece with a digest is taken whole or not at all; of one without, what
 * came before the connection broke stays.
 * @throws auth.*, ingest.no_upload, ingest.upload_offset when it stands elsewhere,
 *   ingest.upload_digest, ingest.upload_overrun, ingest.disk_full
 */
export async function appendUpload(ctx: Ctx, id: string, piece: Piece): Promise<Upload> {
  await own(ctx, id);
  // Again until nobody writes: of two that waited for one writer both would begin, and the second
  // would write over what the first is answered for.
  while (writers.has(id)) await stopWriter(id);
  const stop = new AbortController();
  const done = write(ctx, id, piece, stop.signal);
  writers.set(id, { stop, done });
  try {
    await done;
  } finally {
    if (writers.get(id)?.done === done) writers.delete(id);
  }
  return getUpload(ctx, id);
}

async function write(ctx: Ctx, id: string, piece: Piece, signal: AbortSignal): Promise<void> {
  const upload = await own(ctx, id);
  if (upload.run !== null) throw ingestErrors.make('upload_taken', { upload: id });
  if (piece.offset !== upload.received) {
    throw ingestErrors.make('upload_offset', { given: piece.offset, stands: upload.received });
  }
  await mkdir(folderOf(ctx), { recursive: true });
  const handle = await open(uploadPath(ctx, id), upload.received === 0 ? 'w' : 'r+', 0o600);
  const cut = (): void => void piece.body.destroy();
  signal.addEventListener('abort', cut, { once: true });
  const hash = createHash('sha256');
  let [at, durable] = [upload.received, upload.received];
  const keep = async (): Promise<void> => {
    if (at === durable) return;
    await handle.datasync();
    if (!(await advanceUpload(ctx, id, durable, at, expiry(ctx)))) {
      throw ingestErrors.make('upload_offset', { given: durable, stands: at });
    }
    durable = at;
  };
  try {
    // What was written and never acknowledged is not there.
    if (upload.received > 0) await handle.truncate(upload.received);
    for await (const chunk of piece.body as AsyncIterable<Buffer>) {
      if (at + chunk.length > upload.bytes) {
        throw ingestErrors.make('upload_overrun', { limit: upload.bytes });
      }
      await writeAll(handle, chunk, at);
      hash.update(chunk);
      at += chunk.length;
      if (piece.sha256 === null && at - durable >= syncBytes) await keep();
    }
    if (piece.sha256 !== null && hash.digest('base64') !== piece.sha256) {
      throw ingestErrors.make('upload_digest');
    }
    await keep();
  } catch (error) {
    if (piece.sha256 === null && !isOurs(error)) await keep();
    throw isFull(error) ? ingestErrors.make('disk_full') : brokenOff(error);
  } finally {
    signal.removeEventListener('abort', cut);
    await handle.close();
  }
}

const isFull = (error: unknown): boolean => (error as { code?: string }).code === 'ENOSPC';

const isOurs = (error: unknown): boolean => error instanceof GuantongError || isFull(error);

const brokenOff = (error: unknown): unknown =>
  error instanceof GuantongError ? error : ingestErrors.make('upload_broken');

/**
 * Delivers complete uploads: a run in the queue, carried out by whatever process is free.
 * @throws auth.*, catalogue.not_found, ingest.no_upload, ingest.upload_incomplete,
 *   ingest.upload_digest, ingest.upload_taken
 */
export async function deliverUploads(ctx: Ctx, input: NewRunInput): Promise<Run> {
  const contract = await deliverable(ctx, input.dataset);
  const ids = [...new Set(input.uploads)];
  const uploads: StoredUpload[] = [];
  for (const id of ids) uploads.push(await complete(ctx, id));
  const run = await tx(ctx, async (inner) => {
    const id = randomUUID();
    if ((await handOver(inner, ids, id)) < ids.length) {
      throw ingestErrors.make('upload_taken', { upload: ids.join(', ') });
    }
    const made = await insertRun(inner, {
      ...{ id, dataset: contract.name, road: 'upload', source: null, process: null },
      work: {
        ...{ uploads: ids, dialect: input.dialect, dialects: input.dialects },
        keepDialect: input.keepDialect,
      },
      files: uploads.map(({ name }) => name),
      bytesAll: uploads.reduce((sum, { bytes }) => sum + bytes, 0),
      note: input.note ?? null,
    });
    await wakePump(inner);
    return made;
  });
  await tellRun(ctx, run);
  return publicRun(run);
}

/**
 * An upload of the actor that has come whole and was not handed over yet.
 * @throws auth.*, ingest.no_upload, upload_taken, upload_incomplete, upload_digest
 */
async function complete(ctx: Ctx, id: string): Promise<StoredUpload> {
  const upload = await own(ctx, id);
  if (upload.run !== null) throw ingestErrors.make('upload_taken', { upload: id });
  const { name, received, bytes, sha256 } = upload;
  if (received < bytes)
    throw ingestErrors.make('upload_incomplete', { file: name, received, bytes });
  if (sha256 !== null && (await digestOf(uploadPath(ctx, id))) !== sha256) {
    throw ingestErrors.make('upload_digest');
  }
  return upload;
}

/**
 * Reads a complete upload of the actor's, where it lies.
 * @throws as `complete`; ingest.no_upload when it is taken away meanwhile
 */
export async function readUpload<T>(
  ctx: Ctx,
  id: string,
  read: (file: { name: string; path: string }) => Promise<T>,
): Promise<T> {
  const path = uploadPath(ctx, id);
  try {
    const { name } = await complete(ctx, id);
    return await read({ name, path });
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(path);
    throw isGone ? ingestErrors.make('no_upload', { upload: id }) : error;
  }
}

/** Its time is over: unless it went on since, or a run may still want it, it goes. */
export async function expireUpload(ctx: Ctx, timer: Timer): Promise<void> {
  const upload = await findUpload(ctx, timer.key);
  if (upload === null) return;
  const run = upload.run === null ? null : await findRun(ctx, upload.run);
  const isWanted = run !== null && run.endedAt === null;
  const due = Date.parse(upload.expiresAt);
  if (isWanted || due > ctx.clock.now().getTime()) {
    const dueAt = isWanted ? expiry(ctx) : new Date(due);
    await setTimer(ctx, { kind: uploadTimer, key: upload.id, dueAt, payload: null });
    return;
  }
  await removeUploads(ctx, [upload.id]);
  afterCommit(ctx, () => rm(uploadPath(ctx, upload.id), { force: true }));
}

/** Removes files of uploads nobody knows. @returns how many */
export async function sweepUploads(ctx: Ctx): Promise<number> {
  const names = await readdir(folderOf(ctx)).catch(() => []);
  const known = await allUploadIds(ctx);
  let removed = 0;
  for (const name of names) {
    const path = join(folderOf(ctx), name);
    // Another process may sweep too.
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    const isOld = ctx.clock.now().getTime() - mtimeMs > ctx.settings.lake_sweep_grace_ms;
    if (known.has(name.replace(/\.part$/, '')) || !isOld) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
