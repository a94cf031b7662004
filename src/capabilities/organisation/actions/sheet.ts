/**
 * A list of people to open accounts for, as it was sent: CSV or Excel, headers in either language.
 */
import { readFile } from 'node:fs/promises';
import yauzl from 'yauzl';
import type { Ctx } from '#kernel/context';
import type { Fault, GuantongError } from '#kernel/errors';
import { parseCsv } from '#kernel/packs';
import { organisationErrors } from '../errors.ts';

export interface Line {
  /** Row of the file, 1-based, the header counted. */
  row: number;
  id: string;
  name: string;
  unit: string;
  /** Name or title of a role; empty for none. */
  role: string;
}

type Column = Exclude<keyof Line, 'row'>;

const headers: Record<string, Column> = {
  账号: 'id',
  login: 'id',
  姓名: 'name',
  name: 'name',
  单位编码: 'unit',
  unit: 'unit',
  角色: 'role',
  role: 'role',
};
const needed = { id: '账号', name: '姓名', unit: '单位编码' } as const;

/** Bytes all entries of a zip file unpack to; counted, not believed. */
function unpackedBytes(bytes: Buffer, limit: number): Promise<number> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      let total = 0;
      zip.on('error', reject);
      zip.on('end', () => resolve(total));
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          stream.on('error', reject);
          stream.on('end', () => zip.readEntry());
          stream.on('data', (piece: Buffer) => {
            total += piece.length;
            if (total <= limit) return;
            stream.destroy();
            zip.close();
            resolve(total);
          });
        });
      });
      zip.readEntry();
    });
  });
}

async function excelRows(bytes: Buffer, limit: number): Promise<string[][]> {
  const unreadable = organisationErrors.make('bad_list', { detail: 'Excel' });
  const size = await unpackedBytes(bytes, limit).catch(() => {
    throw unreadable;
  });
  if (size > limit) throw organisationErrors.make('list_too_large', { bytes: limit });
  // Read when it is needed: it takes longer than all else at the start.
  const { default: Excel } = await import('exceljs');
  const book = new Excel.Workbook();
  await book.xlsx.load(bytes as unknown as ArrayBuffer).catch(() => {
    throw unreadable;
  });
  const rows: string[][] = [];
  book.worksheets[0]?.eachRow({ includeEmpty: true }, (row, at) => {
    const cells: string[] = [];
    row.eachCell({ includeEmpty: true }, (cell, place) => {
      cells[place - 1] = cell.text.trim();
    });
    rows[at - 1] = cells;
  });
  return Array.from(rows, (row) => row ?? []);
}

function csvRows(bytes: Buffer): string[][] {
  const parsed = parseCsv(bytes.toString('utf8'));
  if (Array.isArray(parsed)) {
    const faults: Fault[] = parsed.map(({ line, zh, en }) =>
      organisationErrors.fault('bad_list', { line }, { detail: `${zh} / ${en}` }),
    );
    throw organisationErrors.make('bad_list', { detail: 'CSV' }, faults);
  }
  const [first] = parsed.rows;
  // A header alone: that nobody stands in the list is the fault, whatever the columns.
  if (first === undefined) return [Object.values(needed)];
  const names = Object.keys(first);
  const rows: string[][] = [names];
  for (const [at, row] of parsed.rows.entries()) {
    rows[(parsed.lines[at] ?? at + 2) - 1] = names.map((name) => (row[name] ?? '').trim());
  }
  return Array.from(rows, (row) => row ?? []);
}

/**
 * Reads the list.
 * @throws organisation.bad_list, organisation.list_too_large
 */
export async function readList(
  ctx: Pick<Ctx, 'settings'>,
  file: { path: string; name: string; bytes: number },
): Promise<Line[]> {
  const limit = ctx.settings.account_list_max_bytes;
  if (file.bytes > limit) throw organisationErrors.make('list_too_large', { bytes: limit });
  const bytes = await readFile(file.path);
  const isZip = bytes.subarray(0, 2).toString('latin1') === 'PK';
  const [header = [], ...body] = isZip ? await excelRows(bytes, limit) : csvRows(bytes);
  const places = header.map((name) => headers[name.trim().toLowerCase()] ?? headers[name.trim()]);
  const missing = Object.entries(needed).filter(([column]) => !places.includes(column as Column));
  if (missing.length > 0) throw missingColumns(missing.map(([, title]) => title));
  return body.flatMap((cells, at) => {
    if (cells.every((cell) => (cell ?? '') === '')) return [];
    const line: Line = { row: at + 2, id: '', name: '', unit: '', role: '' };
    for (const [place, column] of places.entries()) {
      if (column !== undefined) line[column] = cells[place] ?? '';
    }
    return [line];
  });
}

const missingColumns = (titles: string[]): GuantongError =>
  organisationErrors.make('bad_list', { detail: `缺少列 / missing columns: ${titles.join(', ')}` });
