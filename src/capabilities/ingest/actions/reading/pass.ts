/**
 * One pass over the bytes of a file: its hash and its records at once. A long file is passed over
 * in a thread of its own, beside the engine that reads the same bytes.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { MarkedRecords, type PackedRecords } from './records.ts';
import { type SplitOptions, type SplitResult, Splitter } from './splitter.ts';

export interface PassInput {
  path: string;
  /** Whether the hash of all bytes is asked for. */
  hash: boolean;
  /** Offset behind the last byte that belongs to a record. */
  end: number;
  split: SplitOptions;
}

export interface PassResult extends SplitResult {
  /** SHA-256 of the file, hexadecimal; empty when it was not asked for. */
  sha256: string;
}

export interface PassWatch {
  /** Told now and then how many of the file's bytes are read. */
  progress?: ((bytes: number, of: number) => void) | undefined;
  /** Told once, as soon as no engine will read the file as it stands. */
  odd?: (() => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What the thread tells while it works, and at its end. */
export type PassNews =
  | { kind: 'at'; bytes: number; of: number }
  | { kind: 'odd' }
  | { kind: 'done'; result: Omit<PassResult, 'marks'>; marks: PackedRecords };

const chunkBytes = 1 << 19;
/** Below this a thread costs more than it gives. */
const ownThreadBytes = 1 << 23;

/** Feeds `take` the bytes of a file from `start` to `end`; the chunk is reused afterwards. */
export async function chunksOf(
  handle: FileHandle,
  start: number,
  end: number,
  take: (chunk: Buffer, at: number) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let at = start; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(chunkBytes, end - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    await take(buffer.subarray(0, bytesRead), at);
  }
}

/** The pass in this thread. */
export async function passHere(input: PassInput, watch: PassWatch = {}): Promise<PassResult> {
  const hash = input.hash ? createHash('sha256') : null;
  const splitter = new Splitter(input.split);
  const { start } = input.split;
  const handle = await open(input.path);
  let wasOdd = false;
  try {
    const { size } = await handle.stat();
    const from = hash === null ? start : 0;
    const to = hash === null ? input.end : size;
    const take = (chunk: Buffer, at: number): void => {
      hash?.update(chunk);
      const first = Math.max(0, start - (at - chunk.length));
      const last = Math.min(chunk.length, chunk.length - (at - input.end));
      if (first < last) splitter.push(chunk.subarray(first, last));
      if (!wasOdd && splitter.odd) {
        wasOdd = true;
        watch.odd?.();
      }
      watch.progress?.(at, size);
    };
    await chunksOf(handle, from, to, take, watch.signal);
  } finally {
    await handle.close();
  }
  const result = splitter.finish();
  if (!wasOdd && splitter.odd) watch.odd?.();
  return { ...result, sha256: hash?.digest('hex') ?? '' };
}

function passAside(input: PassInput, watch: PassWatch): Promise<PassResult> {
  watch.signal?.throwIfAborted();
  const thread = new Worker(new URL('./thread.ts', import.meta.url), { workerData: input });
  const stop = (): void => void thread.terminate();
  watch.signal?.addEventListener('abort', stop, { once: true });
  return new Promise<PassResult>((resolve, reject) => {
    thread.on('message', (news: PassNews) => {
      if (news.kind === 'at') watch.progress?.(news.bytes, news.of);
      else if (news.kind === 'odd') watch.odd?.();
      else resolve({ ...news.result, marks: MarkedRecords.unpack(news.marks) });
    });
    thread.on('error', reject);
    thread.on('exit', () => reject(watch.signal?.reason ?? new Error('the reading thread ended')));
  }).finally(() => watch.signal?.removeEventListener('abort', stop));
}

/**
 * Reads all bytes from the start of the file.
 * @throws what the disk gives; the reason of the signal
 */
export async function pass(input: PassInput, watch: PassWatch = {}): Promise<PassResult> {
  const { size } = await stat(input.path);
  return size < ownThreadBytes ? passHere(input, watch) : passAside(input, watch);
}
