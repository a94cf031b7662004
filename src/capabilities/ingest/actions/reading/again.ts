/**
 * Records found again by their number, from the nearest place remembered: a few records of a long
 * file are given back as they came without a second look at all of it.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { shown } from './fields.ts';
import type { Reading } from './index.ts';
import { placeEvery, Splitter } from './splitter.ts';

export interface RecordText {
  /** 1-based number of the record in its file. */
  row: number;
  /** Its text as it stands in the file, without the line end. */
  text: string;
}

const chunkBytes = 1 << 18;

/** The records from the `group`th place up to the next one. */
async function group(
  handle: FileHandle,
  reading: Reading,
  recordBytes: number,
  at: number,
): Promise<string[]> {
  const from = reading.places[at] ?? 0;
  const to = reading.places[at + 1] ?? reading.end ?? (await handle.stat()).size;
  const texts: string[] = [];
  const splitter = new Splitter({
    dialect: reading.dialect,
    columns: reading.headers.length,
    recordBytes,
    start: from,
    transcoded: false,
    onRecord: (bytes, start, stop) => texts.push(shown(bytes.subarray(start, stop))),
  });
  for (let position = from; position < to; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, to - position));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    splitter.push(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  splitter.finish();
  return texts;
}

/**
 * The texts of records by their numbers, which come in ascending order.
 * @param rows 1-based numbers, as in `MarkedRecord`
 */
export async function* recordTexts(
  reading: Reading,
  recordBytes: number,
  rows: AsyncIterable<number> | Iterable<number>,
): AsyncGenerator<RecordText> {
  const handle = await open(reading.path);
  let known = -1;
  let texts: string[] = [];
  try {
    for await (const row of rows) {
      const at = Math.floor((row - 1) / placeEvery);
      if (at !== known) texts = await group(handle, reading, recordBytes, at);
      known = at;
      const text = texts[(row - 1) % placeEvery];
      if (text !== undefined) yield { row, text };
    }
  } finally {
    await handle.close();
  }
}
