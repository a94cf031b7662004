/**
 * Returned rows as a file to mend and send back: CSV with the records as they stood, or Excel. What
 * a spreadsheet would run as a formula is led by an apostrophe, and loses it when it comes back.
 */
import type { Writable } from 'node:stream';
import type { Ctx } from '#kernel/context';
import { type Cell, harmless, put, writeWorkbook } from '#kernel/http';
import type { Lang, ReturnedRow } from '../../model.ts';
import { mapColumns } from '../columns.ts';
import { cutFields, standard } from '../reading/index.ts';
import { leadTitles, shownNames } from './lead.ts';
import {
  auditRead,
  fileOf,
  type Owned,
  owned,
  type RawRow,
  rowOf,
  rowsOf,
  sightOf,
} from './read.ts';
import { reasonText } from './words.ts';

export interface ReturnedFile {
  name: string;
  contentType: string;
  write(target: Writable): Promise<void>;
}

interface Line {
  lead: string[];
  row: ReturnedRow;
  raw: RawRow;
  /** All fields of it may be shown. */
  isWhole: boolean;
}

const pageRows = 5000;

/** Rows of the file. */
const totalOf = ({ stored }: Owned): number =>
  stored.openFile === null ? stored.returned : stored.open;

async function* linesOf(ctx: Ctx, mine: Owned, lang: Lang): AsyncGenerator<Line> {
  const { stored } = mine;
  const sight = await sightOf(ctx, mine);
  const file = fileOf(stored);
  const batch = file.split('.')[0] ?? stored.batch;
  const names = shownNames(stored.files);
  const total = totalOf(mine);
  for (let from = 0; from < total; from += pageRows) {
    for (const raw of await rowsOf(ctx, file, { from, to: from + pageRows })) {
      const row = rowOf(raw, mine, sight);
      const sees = sight(raw.file, raw.fields.length);
      const isWhole = raw.fields.every((_, at) => sees(at));
      const lead = [batch, names[raw.file] ?? '', String(raw.row), reasonText(row, lang)];
      yield { lead, row, raw, isWhole };
    }
  }
}

const isExcel = (format: 'csv' | 'xlsx'): boolean => format === 'xlsx';
const excelType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const fileTitle: Record<Lang, string> = { zh: '退回数据', en: 'returned rows' };

/**
 * The rows of a delivery that are out (all that went back when none are out any more) as a file:
 * delivery, file, number, reasons, then the fields as they came.
 * @throws auth.*, ingest.no_delivery, ingest.no_returned
 */
export async function returnedFile(
  ctx: Ctx,
  batch: string,
  { format, lang }: { format: 'csv' | 'xlsx'; lang: Lang },
): Promise<ReturnedFile> {
  const mine = await owned(ctx, batch);
  const { stored, contract } = mine;
  fileOf(stored);
  await auditRead(ctx, stored, stored.open > 0 ? stored.open : stored.returned);
  const name = `${fileTitle[lang]}-${contract.title[lang]}-${batch.slice(0, 8)}.${format}`;
  const lines = linesOf(ctx, mine, lang);
  return {
    name: name.replaceAll(/[\\/:*?"<>|]/g, '_'),
    contentType: isExcel(format) ? excelType : 'text/csv; charset=utf-8',
    write: (target) =>
      isExcel(format) ? writeExcel(target, mine, lines, lang) : writeCsv(target, mine, lines, lang),
  };
}

const cell = (value: string): string => `"${value.replaceAll('"', '""')}"`;

const brokenQuotes: ReadonlySet<string> = new Set(['stray_quote', 'unclosed_quote']);

/** The record as it stood, unless it would mislead a reader or run as a formula. */
function recordOf({ raw, row, isWhole }: Line, ours: string, theirs: string | undefined): string {
  const values = row.values.map((value) => value ?? '');
  const isPlain =
    raw.text !== null &&
    isWhole &&
    theirs === ours &&
    values.every((value) => harmless(value) === value) &&
    !row.reasons.some(({ rule }) => brokenQuotes.has(rule));
  if (isPlain && raw.text !== null) {
    const fields = cutFields(raw.text, { ...standard, delimiter: ours });
    if (fields.length === values.length && fields.every((value, at) => value === values[at])) {
      return raw.text;
    }
  }
  return values.map((value) => cell(harmless(value))).join(ours);
}

/** Only what every reader takes for one is put between the fields. */
const delimiterOf = (theirs: string | undefined): string =>
  theirs !== undefined && [',', ';', '\t', '|'].includes(theirs) ? theirs : standard.delimiter;

async function writeCsv(
  target: Writable,
  { stored }: Owned,
  lines: AsyncIterable<Line>,
  lang: Lang,
): Promise<void> {
  const delimiter = delimiterOf(stored.files[0]?.delimiter);
  const headers = [...leadTitles(lang), ...(stored.files[0]?.headers ?? [])];
  const write = (line: string): Promise<void> => put(target, `${line}\r\n`);
  // The mark makes Excel read the file as UTF-8.
  await write(`\uFEFF${headers.map((header) => cell(harmless(header))).join(delimiter)}`);
  for await (const line of lines) {
    const lead = line.lead.map((value) => cell(harmless(value))).join(delimiter);
    const theirs = stored.files[line.raw.file]?.delimiter;
    await write(`${lead}${delimiter}${recordOf(line, delimiter, theirs)}`);
  }
  target.end();
}

const leadWidths = [14, 24, 10, 60];
const ownWidth = 18;

/** Places of the cells of a row that break a rule of their item. */
function faultyCells({ contract, stored }: Owned, line: Line): number[] {
  const headers = stored.files[line.raw.file]?.headers ?? [];
  if (line.raw.fields.length !== headers.length) return [];
  const { columns } = mapColumns(contract, headers, '');
  return line.row.reasons.flatMap(({ item }) => {
    const at = item === null ? undefined : columns.get(item);
    return at === undefined ? [] : [at];
  });
}

async function writeExcel(
  target: Writable,
  mine: Owned,
  lines: AsyncIterable<Line>,
  lang: Lang,
): Promise<void> {
  const { stored } = mine;
  const headers = [...leadTitles(lang), ...(stored.files[0]?.headers ?? [])];
  async function* rows(): AsyncGenerator<Cell[]> {
    for await (const line of lines) {
      const faulty = new Set(faultyCells(mine, line));
      yield [
        ...line.lead.map((value): Cell => ({ value: harmless(value), look: 'lead' })),
        ...line.row.values.map(
          (value, at): Cell => ({
            value: harmless(value ?? ''),
            look: faulty.has(at) ? 'fault' : 'plain',
          }),
        ),
      ];
    }
  }
  await writeWorkbook(target, {
    title: fileTitle[lang],
    widths: headers.map((_, at) => leadWidths[at] ?? ownWidth),
    frozen: leadWidths.length,
    head: headers.map((value) => ({ value: harmless(value), look: 'head' })),
    total: totalOf(mine),
    rows: rows(),
  });
}
