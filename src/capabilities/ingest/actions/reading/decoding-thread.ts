/** A thread of `transcode.ts`: decodes the pieces it is told of, in their order. */
import { parentPort, workerData } from 'node:worker_threads';
import { Pieces } from './decoding.ts';
import type { PieceAsked, PieceGiven, PieceWork } from './transcode.ts';

const { text, size } = workerData as PieceWork;
const pieces = new Pieces(text, size);

parentPort?.on('message', ({ from, to }: PieceAsked) => {
  const decoded = pieces.decode(from, to);
  const given: PieceGiven =
    decoded === null ? null : { bytes: new Uint8Array(decoded.bytes), others: decoded.others };
  parentPort?.postMessage(given, given === null ? [] : [given.bytes.buffer]);
});
