/**
 * Photos of cases: stored once by content, typed by their bytes, shown to whoever sees the case.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { kernelErrors } from '#kernel/errors';
import { settleFile } from '#kernel/files';
import { casesErrors } from '../errors.ts';
import * as store from '../store.ts';
import { getCase } from './read.ts';

/** Bytes that tell a type; none of them can carry a script when sent with `nosniff`. */
const head = 12;

function mediaType(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  if (bytes.subarray(0, 8).equals(png)) return 'image/png';
  const webp =
    bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return webp ? 'image/webp' : undefined;
}

const folder = (ctx: Ctx): string => join(ctx.settings.home, 'files');
const pathOf = (ctx: Ctx, sha256: string): string => join(folder(ctx), sha256.slice(0, 2), sha256);

interface Received {
  sha256: string;
  mediaType: string;
  bytes: number;
}

/** Writes a stream to a scratch file, fsynced. @throws cases.attachment_type, kernel.too_large */
async function receive(ctx: Ctx, stream: Readable, scratch: string): Promise<Received> {
  const limit = ctx.settings.attachment_max_bytes;
  const hash = createHash('sha256');
  const file = await open(scratch, 'wx');
  let bytes = 0;
  let first = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) throw kernelErrors.make('too_large', { limit: `${limit} B` });
      if (first.length < head) first = Buffer.concat([first, chunk]).subarray(0, head);
      hash.update(chunk);
      // All of it: a plain write of a disk that is nearly full takes a part and says nothing.
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (bytes === 0) throw casesErrors.make('attachment_empty');
  const type = mediaType(first);
  if (type === undefined) throw casesErrors.make('attachment_type');
  return { sha256: hash.digest('hex'), mediaType: type, bytes };
}

/**
 * Takes one photo. The same bytes again are stored once. Needs `permission`: that of acting on
 * cases, or the one by which a later capability lets people hand photos in; null where that
 * capability has looked itself who may.
 * @throws cases.attachment_type, cases.attachment_empty, kernel.too_large
 */
export async function storePhoto(
  ctx: Ctx,
  photo: { name: string; stream: Readable },
  permission: string | null = 'cases.act',
): Promise<Received & { name: string }> {
  if (permission !== null) requirePermission(ctx, permission);
  await mkdir(folder(ctx), { recursive: true });
  const scratch = join(folder(ctx), `incoming-${randomUUID()}`);
  try {
    const received = await receive(ctx, photo.stream, scratch);
    const path = pathOf(ctx, received.sha256);
    await mkdir(join(path, '..'), { recursive: true });
    await rename(scratch, path);
    await settleFile(path);
    const name = photo.name.slice(0, 120) || 'photo';
    await tx(ctx, (inner) =>
      store.saveUpload(inner, {
        sha256: received.sha256,
        media_type: received.mediaType,
        bytes: received.bytes,
        account: inner.actor.id,
        account_name: inner.actor.name,
        name,
        at: inner.clock.now(),
      }),
    );
    return { ...received, name };
  } finally {
    await rm(scratch, { force: true });
  }
}

/** A photo of a case this person sees. @throws cases.not_found */
export async function openPhoto(
  ctx: Ctx,
  idOrNumber: string,
  sha256: string,
): Promise<{ mediaType: string; bytes: number; stream: Readable }> {
  const found = await getCase(ctx, idOrNumber);
  const file = (await store.evidenceOf(ctx, Number(found.id))).find((one) => one.sha256 === sha256);
  if (!file) throw casesErrors.make('not_found', { case: `${idOrNumber}/${sha256.slice(0, 12)}` });
  const stream = createReadStream(pathOf(ctx, sha256));
  return { mediaType: file.media_type, bytes: file.bytes, stream };
}
