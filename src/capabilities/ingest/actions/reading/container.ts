/** What a file is by its content, whatever its name says. */
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../../errors.ts';
import type { ReadingLimits } from './limits.ts';
import { openZip, type Zip } from './zip.ts';

export type Container = 'text' | 'xlsx' | 'zip' | 'json' | 'parquet';

const starts = (bytes: Buffer, ...signature: number[]): boolean =>
  signature.every((byte, at) => bytes[at] === byte);

/** Files that are no text, by their first bytes. */
const signatures: readonly [string, number[]][] = [
  ['PDF', [0x25, 0x50, 0x44, 0x46]],
  ['PNG', [0x89, 0x50, 0x4e, 0x47]],
  ['JPEG', [0xff, 0xd8, 0xff]],
  ['GIF', [0x47, 0x49, 0x46, 0x38]],
  ['gzip', [0x1f, 0x8b]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf]],
  ['RAR', [0x52, 0x61, 0x72, 0x21]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['SQLite', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]],
  ['RTF', [0x7b, 0x5c, 0x72, 0x74, 0x66]],
  ['ELF', [0x7f, 0x45, 0x4c, 0x46]],
];

/** JSON begins with a list or an object that goes on as one. */
const isJson = (head: Buffer): boolean => {
  const text = head
    .subarray(0, 4096)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  return /^\[\s*([[{]|$)/.test(text) || /^\{\s*("(?:[^"\\]|\\.)*"\s*:|\}|$)/.test(text);
};

const isHtml = (head: Buffer): boolean =>
  /^\s*(<!doctype html|<html|<table|<\?xml)/i.test(head.subarray(0, 512).toString('latin1'));

/**
 * @param head the first bytes of the file
 * @throws ingest.not_a_table, ingest.old_excel
 */
export async function containerOf(
  path: string,
  head: Buffer,
  file: string,
  limits: ReadingLimits,
): Promise<Container> {
  if (starts(head, 0xd0, 0xcf, 0x11, 0xe0) || starts(head, 0x09, 0x08, 0x10, 0x00)) {
    throw ingestErrors.make('old_excel', { file });
  }
  if (starts(head, 0x50, 0x4b, 0x03, 0x04) || starts(head, 0x50, 0x4b, 0x05, 0x06)) {
    return zipKind(path, file, limits);
  }
  if (starts(head, 0x50, 0x41, 0x52, 0x31)) return 'parquet';
  const known = signatures.find(([, signature]) => starts(head, ...signature));
  const what = known?.[0] ?? (isHtml(head) ? 'HTML / XML' : null);
  if (what !== null) throw ingestErrors.make('not_a_table', { file, what });
  return isJson(head) ? 'json' : 'text';
}

/** Other office files are ZIPs too. */
function officeKind({ entries }: Zip): string | null {
  const has = (name: string): boolean => entries.some((entry) => entry.name === name);
  if (has('xl/workbook.bin')) return 'Excel .xlsb';
  if (has('word/document.xml')) return 'Word';
  if (has('ppt/presentation.xml')) return 'PowerPoint';
  if (has('content.xml') && has('mimetype')) return 'OpenDocument';
  return has('doc.kml') ? 'KMZ' : null;
}

async function zipKind(path: string, file: string, limits: ReadingLimits): Promise<Container> {
  const zip = await openZip(path, file, limits).catch((error: unknown) => {
    if (error instanceof GuantongError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    const code = /\.xls[xm]$/i.test(file) ? 'bad_excel' : 'bad_zip';
    throw ingestErrors.make(code, { file, detail });
  });
  try {
    if (zip.entries.some(({ name }) => name.toLowerCase() === 'xl/workbook.xml')) return 'xlsx';
    const what = officeKind(zip);
    if (what !== null) throw ingestErrors.make('not_a_table', { file, what });
    return 'zip';
  } finally {
    zip.close();
  }
}
