/** A ZIP of tables: each file in it is a file of the delivery. */
import { open } from 'node:fs/promises';
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../../errors.ts';
import type { GivenFile } from '../../model.ts';
import { containerOf } from './container.ts';
import type { ReadingLimits } from './limits.ts';
import { sinkTo } from './sink.ts';
import { openZip, type Zip, type ZipEntry } from './zip.ts';

export interface UnpackedFile {
  /** Name inside the ZIP, with its folders. */
  name: string;
  path: string;
}

export interface ArchiveOptions {
  file: string;
  limits: ReadingLimits;
  scratch: (name: string) => string;
}

/**
 * Files with every ZIP of tables among them replaced by what it holds, each named by both.
 * @returns null when there is no such ZIP
 * @throws ingest.* as `unpackArchive` does
 */
export async function expandArchives(
  files: readonly GivenFile[],
  options: Omit<ArchiveOptions, 'file'>,
): Promise<GivenFile[] | null> {
  const all: GivenFile[] = [];
  let expanded = false;
  for (const given of files) {
    const file = given.name;
    const head = await headOf(given.path);
    const isZip = isArchive(head);
    if (!isZip || (await containerOf(given.path, head, file, options.limits)) !== 'zip') {
      all.push(given);
      continue;
    }
    expanded = true;
    const inner = await unpackArchive(given.path, { ...options, file });
    for (const { name, path } of inner) {
      all.push({ ...given, name: `${file} › ${name.replaceAll('/', ' › ')}`, path });
    }
  }
  return expanded ? all : null;
}

async function headOf(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What systems leave in archives beside the files. */
const isDebris = (name: string): boolean =>
  /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i.test(name);

const isArchive = (head: Buffer): boolean =>
  head.length > 3 && head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;

async function unpackEntry(entry: ZipEntry, to: string): Promise<Buffer> {
  return sinkTo(to, async (sink) => {
    let head = Buffer.alloc(0);
    for await (const chunk of entry.content()) {
      if (head.length < 4) head = Buffer.concat([head, chunk.subarray(0, 4)]);
      await sink.write(chunk);
    }
    return head;
  });
}

/** A ZIP in a ZIP is refused, unless it is a workbook; its own content says which. */
async function refuseNested(path: string, entry: ZipEntry, options: ArchiveOptions): Promise<void> {
  const { file, limits } = options;
  const inner = await openZip(path, `${file}/${entry.name}`, limits);
  const isBook = inner.entries.some(({ name }) => name.toLowerCase().startsWith('xl/'));
  inner.close();
  if (!isBook) throw ingestErrors.make('zip_nested', { file, name: entry.name });
}

async function unpackAll(zip: Zip, options: ArchiveOptions): Promise<UnpackedFile[]> {
  const files: UnpackedFile[] = [];
  for (const entry of zip.entries.filter(({ name }) => !isDebris(name))) {
    const path = options.scratch('unpacked');
    const head = await unpackEntry(entry, path);
    if (isArchive(head)) await refuseNested(path, entry, options);
    files.push({ name: entry.name, path });
  }
  if (files.length === 0) throw ingestErrors.make('empty_file', { file: options.file });
  return files;
}

/**
 * Unpacks the files of a ZIP into scratch files, in their order.
 * @throws ingest.zip_bomb, zip_ratio, zip_entries, zip_path, zip_encrypted, zip_nested, bad_zip,
 *   empty_file
 */
export async function unpackArchive(
  path: string,
  options: ArchiveOptions,
): Promise<UnpackedFile[]> {
  const { file, limits } = options;
  try {
    const zip = await openZip(path, file, limits);
    try {
      return await unpackAll(zip, options);
    } finally {
      zip.close();
    }
  } catch (error) {
    if (error instanceof GuantongError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw ingestErrors.make('bad_zip', { file, detail });
  }
}
