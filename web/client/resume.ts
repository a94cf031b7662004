/**
 * Sending one file in pieces: after a broken line, a reload or a new start of the server it goes
 * on where it stood.
 */
import type { Upload } from '#ingest/model';
import { ApiError, get, post, sendBytes } from './fetch.ts';

const pieceBytes = 4 * 2 ** 20;
const mostTries = 8;
const firstWaitMs = 500;

/** This file on this machine, as far as a browser can tell. */
const keyOf = (file: File): string => `gt.upload.${file.name}.${file.size}.${file.lastModified}`;

const remembered = (file: File): string | null => {
  try {
    return localStorage.getItem(keyOf(file));
  } catch {
    return null;
  }
};

const remember = (file: File, id: string): void => {
  try {
    localStorage.setItem(keyOf(file), id);
  } catch {
    // Without storage it begins anew after a reload; nothing else is lost.
  }
};

/** Once it is delivered, the same file is a new upload. */
export const forgetFile = (file: File): void => {
  try {
    localStorage.removeItem(keyOf(file));
  } catch {
    // There was nothing to forget.
  }
};

const pathOf = (id: string): string => `/api/ingest/uploads/${id}`;

async function begin(file: File): Promise<Upload> {
  const id = remembered(file);
  if (id !== null) {
    const known = await get<Upload>(pathOf(id)).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
    if (known !== undefined && known.bytes === file.size && known.run === null) return known;
  }
  const made = await post<Upload>('/api/ingest/uploads', { name: file.name, bytes: file.size });
  remember(file, made.id);
  return made;
}

/** Without a secure context a browser computes no digests; the length is checked all the same. */
async function digestOf(bytes: ArrayBuffer): Promise<Record<string, string>> {
  if (globalThis.crypto.subtle === undefined) return {};
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { 'content-digest': `sha-256=:${btoa(String.fromCharCode(...digest))}:` };
}

const passes = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 0 || error.status >= 500 || error.code.startsWith('ingest.upload_'));

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Sends a file; a line that breaks is tried again from where the server stands.
 * @returns the id of the complete upload
 * @throws ApiError, or the reason of the signal
 */
export async function sendFile(
  file: File,
  signal: AbortSignal,
  tell: (sent: number, id: string) => void,
): Promise<string> {
  let upload = await begin(file);
  tell(upload.received, upload.id);
  for (let tries = 0; upload.received < file.size; ) {
    signal.throwIfAborted();
    const at = upload.received;
    try {
      const bytes = await file.slice(at, at + pieceBytes).arrayBuffer();
      const headers = {
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(at),
        ...(await digestOf(bytes)),
      };
      upload = await sendBytes<Upload>(pathOf(upload.id), bytes, headers, signal);
      tries = 0;
    } catch (error) {
      tries += 1;
      if (signal.aborted || !passes(error) || tries > mostTries) throw error;
      await wait(firstWaitMs * 2 ** tries);
      upload = await get<Upload>(pathOf(upload.id)).catch(() => upload);
    }
    tell(upload.received, upload.id);
  }
  return upload.id;
}
