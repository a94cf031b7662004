/** What a reading found of a file, in words that people and programs share. */
import { withoutNul } from '../../model.ts';
import type { Reading } from './index.ts';

/** How a file is written and where its table stands. */
export interface FoundDialect {
  encoding: Reading['encoding'];
  delimiter: string;
  /** Null when nothing quotes. */
  quote: string | null;
  /** What stands before a quote inside quotes; null when nothing does. */
  escape: string | null;
  newline: '\n' | '\r\n' | '\r' | 'mixed';
  preambleRows: number;
  headerRows: number;
  footerRows: number;
}

export const foundDialect = (reading: Reading): FoundDialect => ({
  encoding: reading.encoding,
  delimiter: reading.dialect.delimiter,
  quote: reading.dialect.quote || null,
  escape: reading.dialect.escape || null,
  newline: reading.mixedNewlines ? 'mixed' : reading.newline,
  preambleRows: reading.preambleRows,
  headerRows: reading.headerRows,
  footerRows: reading.footerRows,
});

/** The same with what was passed over, for whoever delivered the file; NUL can be kept as ␀. */
export interface FoundFile extends FoundDialect {
  /** Sheet of a workbook that was read; null of other files. */
  sheet: string | null;
  /** `macros`, `links`, `hidden_sheets`, `other_sheets`, `nested`. */
  ignored: string[];
}

export function foundFile(reading: Reading): FoundFile {
  const { excel, nested } = reading;
  const others = excel !== null && excel.sheets.length > 1 ? ['other_sheets'] : [];
  const flattened = nested > 0 ? ['nested'] : [];
  const ignored = [...(excel?.ignored ?? []), ...others, ...flattened];
  const found = foundDialect(reading);
  return {
    ...found,
    delimiter: withoutNul(found.delimiter),
    escape: found.escape === null ? null : withoutNul(found.escape),
    sheet: excel?.sheet ?? null,
    ignored,
  };
}
