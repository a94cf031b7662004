/**
 * CSV of packs (RFC 4180): small tables written by hand, so every fault stops the file and says its
 * line.
 */
import type { Bilingual } from '#kernel/errors';

export interface CsvTable {
  rows: Record<string, string>[];
  /** 1-based line on which each row begins. */
  lines: number[];
}

export interface CsvFault extends Bilingual {
  line: number;
}

interface Split {
  records: string[][];
  lines: number[];
  fault?: CsvFault;
}

/** @returns rows by the names of the header, or all faults of the table */
export function parseCsv(text: string): CsvTable | CsvFault[] {
  const { records, lines, fault } = split(text.replace(/^\uFEFF/, ''));
  if (fault) return [fault];
  const [header, ...body] = records;
  if (header === undefined) return [{ line: 1, zh: '文件是空的', en: 'the file is empty' }];
  const faults = [...headerFaults(header), ...widthFaults(header.length, body, lines)];
  if (faults.length > 0) return faults;
  const rows = body.map((record) =>
    Object.fromEntries(header.map((name, at) => [name, record[at] ?? ''])),
  );
  return { rows, lines: lines.slice(1) };
}

function headerFaults(header: string[]): CsvFault[] {
  const twice = header.filter((name, at) => header.indexOf(name) !== at);
  return [...new Set(twice)].map((name) => ({
    line: 1,
    zh: `列“${name}”出现了两次`,
    en: `the column "${name}" stands twice`,
  }));
}

const widthFaults = (width: number, body: string[][], lines: number[]): CsvFault[] =>
  body.flatMap((record, at) =>
    record.length === width
      ? []
      : [
          {
            line: lines[at + 1] ?? 1,
            zh: `应有 ${width} 列，这里有 ${record.length} 列`,
            en: `${width} columns are expected, ${record.length} are here`,
          },
        ],
  );

const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

function split(text: string): Split {
  const records: string[][] = [];
  const lines: number[] = [];
  let record: string[] = [];
  let line = 1;
  let begins = 1;
  field.lastIndex = 0;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) {
      const fault = { line, zh: '引号没有配对', en: 'a quote is not closed' };
      return { records, lines, fault };
    }
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    line += countBreaks(match[0]);
    if (match[3] === ',' && field.lastIndex < text.length) continue;
    if (match[3] === ',') record.push('');
    if (record.length > 1 || record[0] !== '') {
      records.push(record);
      lines.push(begins);
    }
    record = [];
    begins = line;
  }
  return { records, lines };
}

const countBreaks = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;
