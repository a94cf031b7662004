/** Files in a ZIP: names that stay inside, no more bytes than allowed, nothing encrypted. */
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';
import { ingestErrors } from '../../errors.ts';
import type { ReadingLimits } from './limits.ts';

export interface ZipEntry {
  name: string;
  /** Bytes it takes in the ZIP. */
  packed: number;
  /** Its content; throws ingest.zip_bomb when the whole ZIP unpacks to too much. */
  content(): AsyncGenerator<Buffer>;
}

export interface Zip {
  entries: ZipEntry[];
  close(): void;
}

/** Below this no ratio is a bomb: a sheet of empty rows packs well. */
const harmlessBytes = 1 << 24;

const nameOf = (raw: Buffer): string =>
  isUtf8(raw) ? raw.toString('utf8') : new TextDecoder('gb18030').decode(raw);

/** Whether a name leads out of the folder it is unpacked to. */
const isOutside = (name: string): boolean =>
  /^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes('..') || name.includes('\0');

const opened = (path: string): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false, decodeStrings: false }, (error, zip) =>
      error === null ? resolve(zip) : reject(error),
    );
  });

const listed = (zip: ZipFile): Promise<Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });

const streamOf = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) =>
      error === null ? resolve(stream) : reject(error),
    );
  });

/**
 * Opens a ZIP and looks at what it lists; nothing is unpacked yet.
 * @throws ingest.zip_path, zip_encrypted, zip_entries; Error when it is broken
 */
export async function openZip(path: string, file: string, limits: ReadingLimits): Promise<Zip> {
  const zip = await opened(path);
  try {
    if (zip.entryCount > limits.zipEntries) {
      throw ingestErrors.make('zip_entries', { file, limit: limits.zipEntries });
    }
    let unpacked = 0;
    // A sheet is read more than once: what counts is how much there is of each entry.
    const known = new Map<Entry, number>();
    const take = (entry: Entry, own: number): void => {
      const before = known.get(entry) ?? 0;
      if (own > before) {
        unpacked += own - before;
        known.set(entry, own);
      }
      const ratio = own / Math.max(entry.compressedSize, 1);
      if (unpacked > limits.unpackedBytes) {
        throw ingestErrors.make('zip_bomb', { file, limit: limits.unpackedBytes });
      }
      if (own > harmlessBytes && ratio > limits.unpackedRatio) {
        throw ingestErrors.make('zip_ratio', { file, limit: limits.unpackedRatio });
      }
    };
    const entries = (await listed(zip)).flatMap((entry): ZipEntry[] => {
      const name = nameOf(entry.fileNameRaw ?? Buffer.from(entry.fileName));
      if (isOutside(name)) throw ingestErrors.make('zip_path', { file, name });
      if (entry.isEncrypted()) throw ingestErrors.make('zip_encrypted', { file, name });
      if (name.endsWith('/')) return [];
      return [{ name, packed: entry.compressedSize, content: () => contentOf(zip, entry, take) }];
    });
    return { entries, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function* contentOf(
  zip: ZipFile,
  entry: Entry,
  take: (entry: Entry, own: number) => void,
): AsyncGenerator<Buffer> {
  let own = 0;
  for await (const chunk of await streamOf(zip, entry)) {
    const bytes = chunk as Buffer;
    own += bytes.length;
    take(entry, own);
    yield bytes;
  }
}
