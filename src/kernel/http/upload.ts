/**
 * Multipart uploads, streamed to files of the home; nothing of a name that came in becomes part of
 * a path.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import type { Ctx } from '#kernel/context';
import { GuantongError, kernelErrors } from '#kernel/errors';
import { httpErrors } from './errors.ts';

export interface ReceivedFile {
  /** Name of the form field. */
  field: string;
  /** File name the sender gave, for people to read. */
  name: string;
  path: string;
  bytes: number;
}

export interface Received {
  files: ReceivedFile[];
  fields: Record<string, string>;
  /** Removes the files; call it when they are no longer needed, refused or not. */
  dispose(): Promise<void>;
}

/**
 * Whether the sender is to blame: the parser's own errors carry no code, a sender that leaves
 * breaks the stream. Errors with a code are the disk's or the framework's.
 */
const brokenOff = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof GuantongError) &&
  (!('code' in error) || error.code === 'ERR_STREAM_PREMATURE_CLOSE');

/**
 * Reads the whole upload of a route with `multipart: true`.
 * @throws kernel.too_large when a file is over `delivery_max_bytes`, http.bad_upload when it breaks
 * off; nothing
 *   is left on the disk then
 */
export async function receiveFiles(ctx: Ctx, request: FastifyRequest): Promise<Received> {
  const folder = join(ctx.settings.home, 'tmp', `upload-${ctx.requestId}`);
  const dispose = () => rm(folder, { recursive: true, force: true });
  const files: ReceivedFile[] = [];
  const fields: Record<string, string> = {};
  try {
    await mkdir(folder, { recursive: true });
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        fields[part.fieldname] = String(part.value);
        continue;
      }
      const path = join(folder, String(files.length));
      const sink = createWriteStream(path, { mode: 0o600 });
      await pipeline(part.file, sink);
      if (part.file.truncated) {
        throw kernelErrors.make('too_large', { limit: `${ctx.settings.delivery_max_bytes} B` });
      }
      files.push({ field: part.fieldname, name: part.filename, path, bytes: sink.bytesWritten });
    }
    return { files, fields, dispose };
  } catch (error) {
    await dispose();
    throw brokenOff(error) ? httpErrors.make('bad_upload') : error;
  }
}
