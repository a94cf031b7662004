/**
 * Writes an Excel workbook of text and numbers row by row (ECMA-376, APPNOTE 6.3.10): memory stays
 * what a few rows take however many there are, and whoever reads slowly is waited for.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/**
 * How a cell looks. All but numbers are text, so that nothing is computed, rounded or cut of its
 * zeros; a guarded one stays text for Excel even after somebody has edited it.
 */
export type Look = 'plain' | 'head' | 'lead' | 'fault' | 'guarded' | 'number';

export interface Cell {
  value: string;
  look: Look;
}

export interface Workbook {
  title: string;
  /** Widths of the columns, in characters. */
  widths: number[];
  /** Columns that stay in sight, with the first row. */
  frozen: number;
  head: Cell[];
  /** How many rows `rows` gives. */
  total: number;
  rows: AsyncIterable<Cell[]> | Iterable<Cell[]>;
}

/** Writes and waits while the other side is slow. @throws when it has left */
export async function put(target: Writable, bytes: Buffer | string): Promise<void> {
  if (target.write(bytes)) return;
  const stop = new AbortController();
  const left = (): void => stop.abort();
  target.once('close', left);
  try {
    if (target.destroyed) stop.abort();
    await once(target, 'drain', { signal: stop.signal });
  } finally {
    target.off('close', left);
  }
}

interface Entry {
  name: Buffer;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

/** Fields of two and four bytes, little-endian. */
function fields(...values: [bytes: 2 | 4, value: number][]): Buffer {
  const buffer = Buffer.alloc(values.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of values) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}

/** Sizes stand behind the bytes; names are UTF-8. */
const flags = 0x0808;
const deflated = 8;
/** 1980-01-01: a file of the same rows has the same bytes. */
const date = 0x21;

class Zip {
  readonly #target: Writable;
  readonly #entries: Entry[] = [];
  #at = 0;

  constructor(target: Writable) {
    this.#target = target;
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#at += bytes.length;
    await put(this.#target, bytes);
  }

  /** Adds a file of text that comes in pieces. */
  async add(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
    const entry = { name: Buffer.from(path), crc: 0, packed: 0, size: 0, offset: this.#at };
    const { name } = entry;
    const lead: [2 | 4, number][] = [
      [4, 0x04034b50],
      [2, 20],
      [2, flags],
      [2, deflated],
      [2, 0],
    ];
    await this.#put(fields(...lead, [2, date], [4, 0], [4, 0], [4, 0], [2, name.length], [2, 0]));
    await this.#put(name);
    const deflate = createDeflateRaw();
    const packing = async (): Promise<void> => {
      for await (const chunk of deflate) {
        entry.packed += (chunk as Buffer).length;
        await this.#put(chunk as Buffer);
      }
    };
    const feeding = async (): Promise<void> => {
      for await (const piece of pieces) {
        const bytes = Buffer.from(piece);
        entry.crc = crc32(bytes, entry.crc);
        entry.size += bytes.length;
        await put(deflate, bytes);
      }
      deflate.end();
    };
    const failed = (error: unknown): never => {
      deflate.destroy();
      throw error;
    };
    await Promise.all([packing().catch(failed), feeding().catch(failed)]);
    const { crc, packed, size } = entry;
    await this.#put(fields([4, 0x08074b50], [4, crc], [4, packed], [4, size]));
    this.#entries.push(entry);
  }

  async end(): Promise<void> {
    const start = this.#at;
    for (const { name, crc, packed, size, offset } of this.#entries) {
      const made: [2 | 4, number][] = [
        [4, 0x02014b50],
        [2, 20],
        [2, 20],
        [2, flags],
      ];
      const sizes: [2 | 4, number][] = [
        [4, crc],
        [4, packed],
        [4, size],
        [2, name.length],
      ];
      const rest: [2 | 4, number][] = [
        [2, 0],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, offset],
      ];
      await this.#put(fields(...made, [2, deflated], [2, 0], [2, date], ...sizes, ...rest));
      await this.#put(name);
    }
    const count = this.#entries.length;
    const length = this.#at - start;
    const last: [2 | 4, number][] = [
      [2, count],
      [2, count],
      [4, length],
      [4, start],
      [2, 0],
    ];
    await this.#put(fields([4, 0x06054b50], [2, 0], [2, 0], ...last));
    this.#target.end();
  }
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const sheets = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const links = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';

/** As the styles below follow each other; a number has that of the sheet itself. */
const looks: Look[] = ['number', 'plain', 'head', 'lead', 'fault', 'guarded'];
const styleOf = (look: Look): number => looks.indexOf(look);

/** Number format 49 is text. */
const formats = [
  [0, 0, 0],
  [49, 0, 0],
  [49, 1, 2],
  [49, 0, 2],
  [49, 0, 3],
  [49, 0, 0, 1],
]
  .map(
    ([format, font, fill, quoted = 0]) => `<xf numFmtId="${format}" fontId="${font}"
    fillId="${fill}" borderId="0" xfId="0" quotePrefix="${quoted}" applyNumberFormat="1"
    applyFont="1" applyFill="1"/>`,
  )
  .join('');

const solid = (argb: string): string =>
  `<fill><patternFill patternType="solid"><fgColor rgb="${argb}"/></patternFill></fill>`;

const styles = `${declaration}<styleSheet xmlns="${sheets}">
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="4"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill>${solid('FFF2F3F5')}${solid('FFFFE2DE')}</fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="6">${formats}</cellXfs></styleSheet>`;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What a cell holds at most; what is longer can only be mended as CSV. */
const cellMost = 32_767;

/** Characters XML has no place for stand as `_xHHHH_` (ECMA-376 22.9.2.19). */
const escaped = (text: string): string =>
  (text.length > cellMost ? `${text.slice(0, cellMost - 1)}…` : text)
    .replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? sign)
    .replaceAll(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g,
      (sign) => `_x${sign.charCodeAt(0).toString(16).padStart(4, '0')}_`,
    );

/** A, B ... Z, AA ... from 0. */
function letters(at: number): string {
  const rest = Math.floor(at / 26);
  return `${rest > 0 ? letters(rest - 1) : ''}${String.fromCharCode(65 + (at % 26))}`;
}

function cellXml({ value, look }: Cell, at: string): string {
  if (value === '') return '';
  const lead = `<c r="${at}" s="${styleOf(look)}"`;
  return look === 'number'
    ? `${lead}><v>${value}</v></c>`
    : `${lead} t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
}

const rowXml = (cells: Cell[], names: string[], row: number): string => {
  const all = cells.map((cell, at) => cellXml(cell, `${names[at] ?? letters(at)}${row}`));
  return `<row r="${row}">${all.join('')}</row>`;
};

/** Rows a sheet holds, the head among them. */
const sheetMost = 1_048_576;
/** Rows put together before they are compressed. */
const batchRows = 200;

/** The first row and some columns stay in sight. */
const paneXml = (frozen: number): string =>
  frozen === 0
    ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    : `<pane xSplit="${frozen}" ySplit="1" topLeftCell="${letters(frozen)}2"
activePane="bottomRight" state="frozen"/>`;

async function* sheetXml(
  book: Workbook,
  rows: Iterator<Cell[]> | AsyncIterator<Cell[]>,
): AsyncGenerator<string> {
  const { widths, frozen, head } = book;
  const cols = widths.map(
    (width, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${width}" style="1" customWidth="1"/>`,
  );
  yield `${declaration}<worksheet xmlns="${sheets}"><sheetViews><sheetView workbookViewId="0">
${paneXml(frozen)}</sheetView></sheetViews><cols>${cols.join('')}</cols><sheetData>`;
  const names = widths.map((_, at) => letters(at));
  let batch = [rowXml(head, names, 1)];
  for (let row = 2; row <= sheetMost; row += 1) {
    const next = await rows.next();
    if (next.done) break;
    batch.push(rowXml(next.value, names, row));
    if (batch.length < batchRows) continue;
    yield batch.join('');
    batch = [];
  }
  yield `${batch.join('')}</sheetData></worksheet>`;
}

/** Writes the workbook and ends the target. @throws what the rows give; when the reader has left */
export async function writeWorkbook(target: Writable, book: Workbook): Promise<void> {
  const count = Math.max(Math.ceil(book.total / (sheetMost - 1)), 1);
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const zip = new Zip(target);
  const part = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const override = (name: string, kind: string): string =>
    `<Override PartName="/xl/${name}" ContentType="${part}.${kind}+xml"/>`;
  await zip.add('[Content_Types].xml', [
    `${declaration}<Types xmlns="${packages}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>${override('workbook.xml', 'sheet.main')}
${override('styles.xml', 'styles')}
${numbers.map((at) => override(`worksheets/sheet${at}.xml`, 'worksheet')).join('')}</Types>`,
  ]);
  const relation = (id: number, kind: string, to: string): string =>
    `<Relationship Id="rId${id}" Type="${links}/${kind}" Target="${to}"/>`;
  const relations = (all: string[]): string[] => [
    `${declaration}<Relationships xmlns="${packages}/relationships">${all.join('')}</Relationships>`,
  ];
  await zip.add('_rels/.rels', relations([relation(1, 'officeDocument', 'xl/workbook.xml')]));
  const named = numbers.map((at) => {
    const name = escaped(at === 1 ? book.title : `${book.title} ${at}`);
    return `<sheet name="${name}" sheetId="${at}" r:id="rId${at}"/>`;
  });
  await zip.add('xl/workbook.xml', [
    `${declaration}<workbook xmlns="${sheets}" xmlns:r="${links}"><sheets>${named.join('')}</sheets></workbook>`,
  ]);
  const all = numbers.map((at) => relation(at, 'worksheet', `worksheets/sheet${at}.xml`));
  const last = relation(count + 1, 'styles', 'styles.xml');
  await zip.add('xl/_rels/workbook.xml.rels', relations([...all, last]));
  await zip.add('xl/styles.xml', [styles]);
  const { rows: given } = book;
  const rows =
    Symbol.asyncIterator in given ? given[Symbol.asyncIterator]() : given[Symbol.iterator]();
  for (const at of numbers) await zip.add(`xl/worksheets/sheet${at}.xml`, sheetXml(book, rows));
  await zip.end();
}
