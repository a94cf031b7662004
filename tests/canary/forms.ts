/**
 * A secret in every form in which an answer could carry it off: what the hunt has to find. Made by
 * the libraries people use, and by hand where none is at hand; never by what the hunt reads with.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { Document, Packer, Paragraph, TextRun } from 'docx';
import exceljs from 'exceljs';
import iconv from 'iconv-lite';
import { tableStream } from '#kernel/http';

type Made = Buffer | Promise<Buffer>;

async function sheet(text: string, shared: boolean): Promise<Buffer> {
  const book = new exceljs.Workbook();
  const page = book.addWorksheet('表');
  const half = Math.ceil(text.length / 2);
  // Half of it in bold: one word in two runs.
  const richText = [
    { text: text.slice(0, half) },
    { font: { bold: true }, text: text.slice(half) },
  ];
  page.addRow(['编号', shared ? text : { richText }]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

async function noted(text: string): Promise<Buffer> {
  const book = new exceljs.Workbook();
  book.creator = text;
  book.addWorksheet('表').getCell('A1').note = '看批注';
  return Buffer.from(await book.xlsx.writeBuffer());
}

async function ours(text: string): Promise<Buffer> {
  const columns = [{ title: '内容', isNumber: false }];
  const stream = tableStream({ name: 'x', title: '表', columns, rows: [[text]] }, 'xlsx');
  return buffer(stream);
}

async function word(text: string): Promise<Buffer> {
  const half = Math.ceil(text.length / 2);
  const runs = [text.slice(0, half), text.slice(half)].map(
    (part, at) => new TextRun({ text: part, bold: at === 1 }),
  );
  const document = new Document({ sections: [{ children: [new Paragraph({ children: runs })] }] });
  return Packer.toBuffer(document);
}

async function parquet(text: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'guantong-forms-'));
  try {
    const path = join(folder, 'x.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `copy (select 7 as id, '${text}' as name) to '${path}' (format parquet, compression zstd)`,
    );
    connection.closeSync();
    instance.closeSync();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const pdf = (stream: Buffer, filter: string): Buffer =>
  Buffer.concat([
    Buffer.from(`%PDF-1.4\n1 0 obj\n<< /Length ${stream.length}${filter} >>\nstream\n`),
    stream,
    Buffer.from('\nendstream\nendobj\ntrailer\n<< >>\n%%EOF\n'),
  ]);

/** Kerned as printers do: the word in pieces, one of them in hexadecimal. */
const kerned = (text: string): Buffer =>
  Buffer.from(
    `BT [(${text.slice(0, 6)}) -20 <${Buffer.from(text.slice(6)).toString('hex')}>] TJ ET`,
  );

const csv = (text: string): string => `编号,姓名\r\n1,"${text}"\r\n`;
const escaped = (text: string): string =>
  [...text].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

export const forms: Record<string, (text: string) => Made> = {
  'plain text': (text) => Buffer.from(`name is ${text}.`),
  'csv in utf-8': (text) => Buffer.from(csv(text)),
  'csv in gbk': (text) => iconv.encode(csv(text), 'gbk'),
  'csv in utf-16 little endian': (text) => iconv.encode(csv(text), 'utf-16le', { addBOM: true }),
  'csv in utf-16 big endian': (text) => iconv.encode(csv(text), 'utf-16be', { addBOM: true }),
  'csv in utf-16 without its mark': (text) => iconv.encode(`id,name\r\n1,${text}\r\n`, 'utf-16le'),
  json: (text) => Buffer.from(JSON.stringify({ rows: [[text]] })),
  'json, every sign escaped': (text) => Buffer.from(`{"a":"${escaped(text)}"}`),
  'json in json': (text) => Buffer.from(JSON.stringify({ a: JSON.stringify({ b: `"${text}"` }) })),
  'json in json, escaped': (text) => Buffer.from(JSON.stringify({ a: `{"b":"${escaped(text)}"}` })),
  'base64 in json': (text) =>
    Buffer.from(JSON.stringify({ next: Buffer.from(`["王","${text}"]`).toString('base64') })),
  'base64url cursor': (text) =>
    Buffer.from(`{"next":"${Buffer.from(`[1,"${text}"]`).toString('base64url')}"}`),
  'base64 behind a word': (text) =>
    Buffer.from(`cursor_v${Buffer.from(`{"after":"${text}"}`).toString('base64')}`),
  'base64 twice': (text) =>
    Buffer.from(Buffer.from(Buffer.from(`is ${text}`).toString('base64')).toString('base64')),
  'base64 of gzip': (text) => Buffer.from(gzipSync(csv(text)).toString('base64')),
  hexadecimal: (text) => Buffer.from(`x=${Buffer.from(text).toString('hex')}`),
  'percent signs': (text) =>
    Buffer.from([...text].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join('')),
  'html entities': (text) =>
    Buffer.from(`<p>${[...text].map((sign) => `&#${sign.charCodeAt(0)};`).join('')}</p>`),
  'quoted-printable': (text) => Buffer.from(`x =E7=8E=8B ${text.slice(0, 9)}=\r\n${text.slice(9)}`),
  gzip: (text) => gzipSync(csv(text)),
  'gzip in gzip': (text) => gzipSync(gzipSync(csv(text))),
  'excel, shared strings': (text) => sheet(text, true),
  'excel, one word in two runs': (text) => sheet(text, false),
  'excel, its author': noted,
  'excel, strings in the cells': ours,
  'excel in gzip': async (text) => gzipSync(await sheet(text, true)),
  'word, one word in two runs': word,
  parquet,
  pdf: (text) => pdf(Buffer.from(`BT (${text}) Tj ET`), ''),
  'pdf, packed and kerned': (text) => pdf(deflateSync(kerned(text)), ' /Filter /FlateDecode'),
  picture: (text) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe1]), Buffer.from(text)]),
};

/** The same, packed as the head of the answer says. */
export const brotli = (text: string): Buffer => brotliCompressSync(csv(text));
