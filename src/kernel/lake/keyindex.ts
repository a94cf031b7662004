/**
 * The index of the keys of one immutable file: for every row the hash of its key, the hash of the
 * row and its place. Entries lie in buckets by the first bits of the key's hash, so that looking up
 * `n` keys reads about `n` small pieces, however large the file is.
 *
 * Layout, little endian: header (64 bytes), directory (2^bits + 1 counts of entries before each
 * bucket), entries of 20 bytes: key hash, row hash (two words each, low first), place.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { writeAll } from '#kernel/files';

/** Pieces of the rows of a file in any order; hashes as pairs of words, low first. */
export interface Entries {
  keys: Uint32Array;
  rows: Uint32Array;
  places: Uint32Array;
}

export interface Asked {
  /** Pairs of words, low first, sorted by the whole hash. */
  keys: Uint32Array;
}

/** What was found: `at` is the asking key's number, the rest as in `Entries`. */
export interface Hits {
  at: number[];
  rows: bigint[];
  places: number[];
}

const magic = 0x31_58_49_47;
const headerBytes = 64;
const words = 5;
const entryBytes = words * 4;
/** Entries of a bucket, on average: 2.5 kB, less than a page of most disks' read-ahead. */
const bucketEntries = 128;
/** Entries sorted at once while an index is made: 10 MB. */
const partEntries = 2 ** 19;
/** Two places of one file nearer than this are read together. */
const gapBytes = 8192;
/** Reads under way at once: a disk answers several as fast as one. */
const readsAtOnce = 32;
const windowBytes = 2 ** 20;

const log2 = (value: number): number => Math.max(0, Math.ceil(Math.log2(Math.max(1, value))));
const bytesOf = (array: Uint32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/**
 * All of it, or an error: zeros in place of what is missing would say that keys that stand are new.
 */
async function readAll(handle: FileHandle, array: Uint32Array, at: number): Promise<void> {
  const bytes = bytesOf(array);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) throw new Error('an index of keys ends too early');
    done += bytesRead;
  }
}

/** The first `bits` bits of a hash, by its high word. */
const prefixOf = (high: number, bits: number): number => (bits === 0 ? 0 : high >>> (32 - bits));

interface Part {
  buffer: Uint32Array;
  filled: number;
  /** Where its pieces lie in the scratch file, and how many entries each has. */
  pieces: { at: number; entries: number }[];
}

/** Entries of one prefix, gathered in a scratch file. */
class Parts {
  readonly bits: number;
  readonly #parts: Part[];
  readonly #scratch: FileHandle;
  #end = 0;

  constructor(scratch: FileHandle, bits: number) {
    this.bits = bits;
    this.#scratch = scratch;
    const size = Math.max(1024, Math.floor(2 ** 21 / 2 ** bits)) * words;
    this.#parts = Array.from({ length: 2 ** bits }, () => ({
      buffer: new Uint32Array(size),
      filled: 0,
      pieces: [],
    }));
  }

  async add({ keys, rows, places }: Entries): Promise<void> {
    for (let at = 0; at < places.length; at += 1) {
      const part = this.#parts[prefixOf(keys[2 * at + 1] as number, this.bits)] as Part;
      const { buffer, filled } = part;
      buffer[filled] = keys[2 * at] as number;
      buffer[filled + 1] = keys[2 * at + 1] as number;
      buffer[filled + 2] = rows[2 * at] as number;
      buffer[filled + 3] = rows[2 * at + 1] as number;
      buffer[filled + 4] = places[at] as number;
      part.filled += words;
      if (part.filled === buffer.length) await this.#flush(part);
    }
  }

  async #flush(part: Part): Promise<void> {
    if (part.filled === 0) return;
    const filled = part.buffer.subarray(0, part.filled);
    part.pieces.push({ at: this.#end, entries: part.filled / words });
    await writeAll(this.#scratch, bytesOf(filled), this.#end);
    this.#end += filled.byteLength;
    part.filled = 0;
  }

  get count(): number {
    return this.#parts.length;
  }

  /** All entries of one part. */
  async take(number: number): Promise<Uint32Array> {
    const part = this.#parts[number] as Part;
    await this.#flush(part);
    const entries = part.pieces.reduce((sum, piece) => sum + piece.entries, 0);
    const all = new Uint32Array(entries * words);
    let at = 0;
    for (const piece of part.pieces) {
      const end = at + piece.entries * words;
      await readAll(this.#scratch, all.subarray(at, end), piece.at);
      at = end;
    }
    return all;
  }
}

/**
 * Orders the entries of a part by bucket and counts each bucket in `directory`; the buckets of part
 * number `part` are those from `part * 2^(bits - partBits)` on.
 */
function intoBuckets(
  all: Uint32Array,
  [part, partBits, bits]: [number, number, number],
  directory: Uint32Array,
): Uint32Array {
  const width = 2 ** (bits - partBits);
  const next = new Uint32Array(width + 1);
  const mask = width - 1;
  for (let at = 0; at < all.length; at += words) {
    const bucket = prefixOf(all[at + 1] as number, bits) & mask;
    next[bucket + 1] = (next[bucket + 1] as number) + 1;
  }
  for (let bucket = 0; bucket < width; bucket += 1) {
    directory[part * width + bucket + 1] = next[bucket + 1] as number;
    next[bucket + 1] = (next[bucket + 1] as number) + (next[bucket] as number);
  }
  const sorted = new Uint32Array(all.length);
  for (let at = 0; at < all.length; at += words) {
    const bucket = prefixOf(all[at + 1] as number, bits) & mask;
    let to = (next[bucket] as number) * words;
    next[bucket] = (next[bucket] as number) + 1;
    for (let word = at; word < at + words; word += 1) sorted[to++] = all[word] as number;
  }
  return sorted;
}

/**
 * Writes the index of `entries` rows to `path`; `scratch` is a file of its own for the time of it.
 * Memory: about 40 MB at any size.
 */
export async function writeIndex(
  files: { path: string; scratch: string },
  entries: number,
  pieces: AsyncIterable<Entries>,
): Promise<void> {
  const bits = Math.min(30, log2(entries / bucketEntries));
  const scratch = await open(files.scratch, 'w+');
  const target = await open(files.path, 'w');
  try {
    const parts = new Parts(scratch, Math.min(bits, log2(entries / partEntries)));
    for await (const piece of pieces) await parts.add(piece);
    const directory = new Uint32Array(2 ** bits + 1);
    let at = headerBytes + directory.byteLength;
    for (let part = 0; part < parts.count; part += 1) {
      const sorted = intoBuckets(await parts.take(part), [part, parts.bits, bits], directory);
      await writeAll(target, bytesOf(sorted), at);
      at += sorted.byteLength;
      // A part is some ten milliseconds of work; others of this process have their turn.
      await breathe();
    }
    for (let bucket = 1; bucket < directory.length; bucket += 1) {
      directory[bucket] = (directory[bucket] as number) + (directory[bucket - 1] as number);
    }
    const header = new Uint32Array(headerBytes / 4);
    header.set([magic, bits, entries]);
    await writeAll(target, bytesOf(header), 0);
    await writeAll(target, bytesOf(directory), headerBytes);
  } finally {
    await target.close();
    await scratch.close();
  }
}

interface Index {
  handle: FileHandle;
  bits: number;
  directory: Uint32Array;
}

async function readIndex(path: string): Promise<Index> {
  const handle = await open(path, 'r');
  try {
    const header = new Uint32Array(headerBytes / 4);
    await readAll(handle, header, 0);
    const bits = header[1] as number;
    if (header[0] !== magic || bits > 30) throw new Error('not an index of keys');
    const directory = new Uint32Array(2 ** bits + 1);
    await readAll(handle, directory, headerBytes);
    return { handle, bits, directory };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Keys of one read: numbers `from` up to `to` of what is asked, entries `first` up to `end`. */
interface Window {
  from: number;
  to: number;
  first: number;
  end: number;
}

/** Cuts what is asked into reads: near places together, far ones each by itself. */
function* windowsOf(index: Index, asked: Uint32Array): Generator<Window> {
  const { bits, directory } = index;
  let window: Window | undefined;
  for (let at = 0; at < asked.length / 2; at += 1) {
    const bucket = prefixOf(asked[2 * at + 1] as number, bits);
    const [first, end] = [directory[bucket] as number, directory[bucket + 1] as number];
    const isNear =
      window !== undefined &&
      (first - window.end) * entryBytes < gapBytes &&
      (end - window.first) * entryBytes < windowBytes;
    if (window !== undefined && isNear) {
      window.to = at + 1;
      window.end = Math.max(window.end, end);
    } else {
      if (window !== undefined) yield window;
      window = { from: at, to: at + 1, first, end };
    }
  }
  if (window !== undefined) yield window;
}

async function readWindow(index: Index, { first, end }: Window): Promise<Uint32Array> {
  const piece = new Uint32Array((end - first) * words);
  const base = headerBytes + index.directory.byteLength;
  await readAll(index.handle, piece, base + first * entryBytes);
  return piece;
}

/** Finds the keys of one window in its piece; the first entry of each, or all. */
function search(
  { bits, directory }: Index,
  { keys: asked, all }: Wanted,
  window: Window,
  piece: Uint32Array,
  hits: Hits,
) {
  for (let at = window.from; at < window.to; at += 1) {
    const [low, high] = [asked[2 * at] as number, asked[2 * at + 1] as number];
    const bucket = prefixOf(high, bits);
    const end = ((directory[bucket + 1] as number) - window.first) * words;
    let to = ((directory[bucket] as number) - window.first) * words;
    for (; to < end; to += words) {
      if (piece[to] !== low || piece[to + 1] !== high) continue;
      hits.at.push(at);
      hits.rows.push((BigInt(piece[to + 3] as number) << 32n) | BigInt(piece[to + 2] as number));
      hits.places.push(piece[to + 4] as number);
      if (!all) break;
    }
  }
}

type Wanted = Asked & { all: boolean };

/**
 * Looks keys up. Two keys of one hash (once in 2^64) are taken for one.
 * @returns a hit for each key that is there
 */
export const lookUp = (path: string, { keys }: Asked): Promise<Hits> =>
  look(path, { keys, all: false });

/** The same of an index in which a key stands more than once. @returns a hit for each entry */
export const lookUpAll = (path: string, { keys }: Asked): Promise<Hits> =>
  look(path, { keys, all: true });

async function look(path: string, wanted: Wanted): Promise<Hits> {
  const index = await readIndex(path);
  const hits: Hits = { at: [], rows: [], places: [] };
  try {
    const windows = [...windowsOf(index, wanted.keys)];
    for (let at = 0; at < windows.length; at += readsAtOnce) {
      const some = windows.slice(at, at + readsAtOnce);
      const pieces = await Promise.all(some.map((window) => readWindow(index, window)));
      for (const [number, piece] of pieces.entries()) {
        search(index, wanted, some[number] as Window, piece, hits);
      }
    }
  } finally {
    await index.handle.close();
  }
  return hits;
}
