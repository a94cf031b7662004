/**
 * Opens whatever an answer brings and gives every text somebody could read in it: packed, encoded,
 * escaped, one in the other. It knows nothing of how the platform writes; what it cannot open is an
 * error, so that nothing goes out unsearched.
 */
import { isUtf8 } from 'node:buffer';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';

/** How deep one thing may lie in another. */
const deepest = 8;

const startsWith = (bytes: Buffer, magic: string): boolean =>
  bytes.subarray(0, magic.length).toString('latin1') === magic;

/** Entries of a ZIP (APPNOTE 6.3.10) by its central directory. */
function* entriesOf(bytes: Buffer, where: string): Generator<[name: string, content: Buffer]> {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error(`${where}: a ZIP without its directory`);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const raw = bytes.subarray(start, start + packed);
    const title = bytes.subarray(at + 46, at + 46 + (name ?? 0)).toString('utf8');
    if (packed === 0xffffffff || (method !== 0 && method !== 8)) {
      throw new Error(`${where}/${title}: cannot be unpacked`);
    }
    yield [title, method === 0 ? raw : inflateRawSync(raw)];
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
}

/** Every cell of a Parquet file, as text. */
async function parquetText(bytes: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guantong-unpack-'));
  try {
    const path = join(folder, 'one.parquet');
    await writeFile(path, bytes);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const read = await connection.runAndReadAll(
      `select * from (select columns(*)::varchar from read_parquet('${path}'))`,
    );
    const rows = [read.columnNames(), ...read.getRows()];
    connection.closeSync();
    instance.closeSync();
    return rows.map((row) => row.join('\t')).join('\n');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Strings shown on the pages of a PDF (ISO 32000-1, 7.3.4 and 9.4.3), of one-byte fonts. */
function pdfText(bytes: Buffer, where: string): string {
  const raw = bytes.toString('latin1');
  if (raw.includes('/Identity-H')) throw new Error(`${where}: a PDF in glyphs, not in signs`);
  const streams = [...raw.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, body]) => {
    const packed = Buffer.from(body ?? '', 'latin1');
    return packed[0] === 0x78 ? inflateSync(packed).toString('latin1') : (body ?? '');
  });
  const shown = (code: string): string =>
    [...code.matchAll(/\(((?:\\[\s\S]|[^\\)])*)\)|<([0-9A-Fa-f\s]+)>|(T[jJ*]|ET)/g)]
      .map(([, literal, hex, operator]) => {
        if (operator !== undefined) return '\n';
        if (hex !== undefined) return Buffer.from(hex.replace(/\s/g, ''), 'hex').toString('latin1');
        return (literal ?? '').replace(/\\([0-7]{1,3}|[\s\S])/g, (_all, sign: string) =>
          /^[0-7]/.test(sign) ? String.fromCharCode(Number.parseInt(sign, 8)) : sign,
        );
      })
      .join('');
  return [raw, ...streams, ...streams.map(shown)].join('\n');
}

/** Bytes as text: by their mark, by their zeros, as UTF-8, else as what Chinese systems write. */
function decoded(bytes: Buffer): string[] {
  const as = (encoding: string): string => new TextDecoder(encoding).decode(bytes);
  if (startsWith(bytes, '\xff\xfe')) return [as('utf-16le')];
  if (startsWith(bytes, '\xfe\xff')) return [as('utf-16be')];
  const head = bytes.subarray(0, 4096);
  const zeros = head.filter((byte) => byte === 0).length;
  if (zeros > head.length / 8) return [as('utf-16le'), as('utf-16be')];
  try {
    return [new TextDecoder('utf-8', { fatal: true }).decode(bytes)];
  } catch {
    return [as('gb18030')];
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffd]/g;
const isText = (text: string): boolean => {
  const head = text.slice(0, 4096);
  return (head.match(controls)?.length ?? 0) <= head.length / 50;
};

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const fromHex = (hex: string): string => {
  const code = Number.parseInt(hex, 16);
  return code > 0x10ffff ? '' : String.fromCodePoint(code);
};

/** The same text with one kind of escape taken away. */
const unescapings: ((text: string) => string)[] = [
  // JSON and JavaScript, one layer at a time.
  (text) =>
    text.replace(
      /\\(?:u\{?([0-9a-fA-F]{4,6})\}?|x([0-9a-fA-F]{2})|(["'\\/]))/g,
      (_all, long, short, sign) => sign ?? fromHex(long ?? short),
    ),
  // Addresses and forms.
  (text) => text.replace(/%([0-9a-fA-F]{2})/g, (_all, hex: string) => fromHex(hex)),
  // XML and HTML; `_x0041_` of Excel (ECMA-376 22.9.2.19).
  (text) =>
    text
      .replace(/&#(\d+);/g, (_all, code: string) => fromHex(Number(code).toString(16)))
      .replace(/&#x([0-9a-fA-F]+);/g, (_all, hex: string) => fromHex(hex))
      .replace(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => named[name] ?? '')
      .replace(/_x([0-9a-fA-F]{4})_/g, (_all, hex: string) => fromHex(hex)),
  // One word in several runs of Word or Excel; a cell and a paragraph end it.
  (text) =>
    /<(w:t|t|a:t)[ >]/.test(text)
      ? text.replace(/<\/(w:p|si|is|c|a:p|row)>/g, '\n').replace(/<[^>]*>/g, '')
      : text,
  // Quoted-printable of a mail.
  (text) =>
    /=\r?\n|=[0-9A-F]{2}/.test(text)
      ? text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, hex: string) => fromHex(hex))
      : text,
];

/** What is something to read again: the whole, or what of it is signs and no noise. */
function* readable(bytes: Buffer): Generator<Buffer> {
  if (isReadable(bytes)) yield bytes;
  else {
    for (const [piece] of bytes.toString('latin1').matchAll(/[\x20-\x7e]{10,}/g)) {
      yield Buffer.from(piece);
    }
  }
}

/** What stands in a text in base64, base64url or hexadecimal. */
function* within(text: string): Generator<Buffer> {
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)) {
    // A word before it may have been taken for its beginning.
    for (let from = 0; from < 4; from += 1) {
      yield* readable(Buffer.from(run.slice(from), 'base64'));
    }
    if (/^[0-9a-fA-F]+$/.test(run)) yield* readable(Buffer.from(run, 'hex'));
  }
}

const magics = ['PK\x03\x04', 'PAR1', '%PDF'];

const isGzip = (bytes: Buffer): boolean => {
  if (!startsWith(bytes, '\x1f\x8b\x08')) return false;
  try {
    return gunzipSync(bytes).length >= 0;
  } catch {
    // Three bytes fall so by chance; what they begin is no archive then.
    return false;
  }
};

/** Eight bytes and more by chance are hardly ever all signs of a text. */
function isReadable(bytes: Buffer): boolean {
  if (bytes.length < 8) return false;
  const head = bytes.subarray(0, 16);
  const isWide = [0, 1].some((odd) => head.every((byte, at) => at % 2 === odd || byte === 0));
  return (
    isWide ||
    (isUtf8(bytes) && isText(bytes.toString('utf8'))) ||
    magics.some((magic) => startsWith(bytes, magic)) ||
    isGzip(bytes)
  );
}

async function* opened(bytes: Buffer, where: string, depth: number): AsyncGenerator<string> {
  if (depth > deepest) throw new Error(`${where}: packed too deep`);
  const inner = (content: Buffer, name: string): AsyncGenerator<string> =>
    opened(content, `${where}/${name}`, depth + 1);
  if (bytes.length === 0) return;
  if (startsWith(bytes, '\x1f\x8b')) return yield* inner(gunzipSync(bytes), 'gzip');
  if (startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06')) {
    for (const [name, content] of entriesOf(bytes, where)) {
      yield name;
      yield* inner(content, name);
    }
    return;
  }
  if (startsWith(bytes, 'PAR1')) return yield* texts(await parquetText(bytes), where, depth);
  if (startsWith(bytes, '%PDF')) return yield* texts(pdfText(bytes, where), where, depth);
  // Of a picture only what stands in it as text.
  if (/^(\xff\xd8\xff|\x89PNG|GIF8|RIFF)/.test(bytes.toString('latin1', 0, 4))) {
    return yield bytes.toString('latin1');
  }
  const found = decoded(bytes).filter(isText);
  if (found.length === 0) throw new Error(`${where}: nobody knows how to open it`);
  for (const text of found) yield* texts(text, where, depth);
}

/** A text, the same without its escapes, and what is packed into it. */
async function* texts(text: string, where: string, depth: number): AsyncGenerator<string> {
  const seen = new Set([text]);
  for (const one of seen) {
    yield one;
    if (seen.size > 64) throw new Error(`${where}: escaped again and again`);
    for (const without of unescapings) seen.add(without(one));
    for (const bytes of within(one)) {
      yield* opened(bytes, `${where}/encoded`, depth + 1);
    }
  }
}

/** Every text in a body. @throws Error when something in it cannot be opened */
export function unpacked(
  body: Buffer,
  { where = 'body', encoding = '' }: { where?: string; encoding?: string } = {},
): AsyncGenerator<string> {
  return opened(encoding === 'br' ? brotliDecompressSync(body) : body, where, 0);
}
