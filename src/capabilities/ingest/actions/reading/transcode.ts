/**
 * Turning a text into UTF-8. A large one is decoded in pieces by several threads at once and
 * written in order, so that neither the engine that waits for it nor the server pays for one core.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { writeAll } from '#kernel/files';
import { decoderOf, streamOf, type Text } from './decoding.ts';
import { eachChunk, eachLine } from './encoding.ts';

export interface PieceWork {
  text: Text;
  /** Bytes of the file. */
  size: number;
}

/** The lines that begin in `[from, to)`. */
export interface PieceAsked {
  from: number;
  to: number;
}

/** Null when a line is too long for a piece. */
export type PieceGiven = { bytes: Uint8Array<ArrayBuffer>; others: number } | null;

/** Below this a thread costs more than it gives. */
const ownThreadBytes = 1 << 23;
const pieceBytes = 1 << 22;
const mostThreads = 4;
/** Pieces on their way for each thread: one is decoded while another waits to be written. */
const piecesEach = 2;

/**
 * Writes a text anew in UTF-8.
 * @returns lines that were in another encoding than most, where they may be
 * @throws what the disk gives; the reason of the signal
 */
export async function toUtf8(text: Text, to: string, signal?: AbortSignal): Promise<number> {
  const { size } = await stat(text.path);
  const target = await open(to, 'w');
  try {
    if (size >= ownThreadBytes) {
      const others = await inPieces({ text, size }, target, signal);
      if (others !== null) return others;
      await target.truncate(0);
    }
    return await inOrder(text, target, signal);
  } finally {
    await target.close();
  }
}

/** A decoding thread and the answers it still owes, in the order they were asked for. */
interface Helper {
  thread: Worker;
  owed: { resolve: (given: PieceGiven) => void; reject: (error: unknown) => void }[];
}

function startHelper(work: PieceWork): Helper {
  const thread = new Worker(new URL('./decoding-thread.ts', import.meta.url), { workerData: work });
  const owed: Helper['owed'] = [];
  const fail = (error: unknown): void => {
    for (const one of owed.splice(0)) one.reject(error);
  };
  thread.on('message', (given: PieceGiven) => owed.shift()?.resolve(given));
  thread.on('error', fail);
  thread.on('exit', () => fail(new Error('a decoding thread ended')));
  return { thread, owed };
}

/** In several threads; null when a line is longer than a piece can hold. */
async function inPieces(
  work: PieceWork,
  target: FileHandle,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const { bom } = work.text;
  const count = Math.ceil((work.size - bom) / pieceBytes);
  const threads = Math.min(mostThreads, availableParallelism());
  const helpers = Array.from({ length: threads }, () => startHelper(work));
  const answers: Promise<PieceGiven>[] = [];
  const ask = (piece: number): Promise<PieceGiven> => {
    const from = bom + piece * pieceBytes;
    const { thread, owed } = helpers[piece % threads] as Helper;
    const asked: PieceAsked = { from, to: from + pieceBytes };
    thread.postMessage(asked);
    const answer = new Promise<PieceGiven>((resolve, reject) => owed.push({ resolve, reject }));
    // It is waited for in its turn; a failure before that is no stray one.
    answer.catch(() => undefined);
    return answer;
  };
  let others = 0;
  try {
    for (let piece = 0; piece < count; piece += 1) {
      while (answers.length < Math.min(count, piece + threads * piecesEach)) {
        answers.push(ask(answers.length));
      }
      const given = await answers[piece];
      delete answers[piece];
      signal?.throwIfAborted();
      if (given === null || given === undefined) return null;
      await writeAll(target, given.bytes);
      others += given.others;
    }
    return others;
  } finally {
    await Promise.all(helpers.map(({ thread }) => thread.terminate()));
  }
}

/** In this thread, with lines of any length: those that do not end are cut. */
async function inOrder(
  text: Text,
  target: FileHandle,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { path, bom, both } = text;
  let others = 0;
  if (!both) {
    const decoder = streamOf(text);
    await eachChunk(path, bom, async (bytes, last) => {
      signal?.throwIfAborted();
      await writeAll(target, Buffer.from(decoder(bytes, last)));
      return bytes.length;
    });
    return 0;
  }
  const decode = decoderOf(text);
  let isFirst = true;
  await eachChunk(path, bom, async (bytes, last) => {
    signal?.throwIfAborted();
    const used = eachLine(bytes, last, () => undefined);
    const decoded = decode(bytes.subarray(0, used), isFirst);
    if (used > 0) isFirst = false;
    others += decoded.others;
    await writeAll(target, decoded.bytes);
    return used;
  });
  return others;
}
