/** The nouns of reading: what a person says of files, and how a file looks under it. */
import { z } from 'zod';

const bilingual = z.strictObject({
  zh: z.string().describe('Chinese'),
  en: z.string().describe('English'),
});

/** Stands for NUL wherever that cannot be written or kept. */
const nulSign = '␀';
export const withNul = (sign: string): string => sign.replaceAll(nulSign, '\0');
export const withoutNul = (sign: string): string => sign.replaceAll('\0', nulSign);

const isEscape = (quote: string, before: string): boolean => {
  if (before.length <= 1 && (before <= '\x7f' || before === nulSign)) return true;
  if (quote === '') return /^[^\p{L}\p{N}]*$/u.test(before);
  return before === quote || (quote.length === 2 && before === quote[1]);
};

/** What a person says of a file; what he leaves out is found. */
export const dialectInput = z
  .strictObject({
    encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'latin-1']).describe('Encoding'),
    delimiter: z.string().min(1).max(8).describe('What separates fields'),
    quote: z
      .string()
      .max(4)
      .describe('What quotes fields; two different characters open and close; empty when none do'),
    escape: z
      .string()
      .max(4)
      .describe('What stands before a quote inside quotes: the quote again, another one, nothing'),
    newline: z.enum(['\n', '\r\n', '\r']).describe('What ends records'),
    preambleRows: z.number().int().min(0).max(1000).describe('Records above the header'),
    headerRows: z.number().int().min(0).max(20).describe('Records of the header; 0 when none'),
    footerRows: z.number().int().min(0).max(1000).describe('Records below the table'),
    sheet: z.string().max(255).describe('Sheet of a workbook'),
    columns: z
      .array(z.string().max(100).nullable())
      .max(10_000)
      .describe('Item of every column in the order of the file; null of one not taken'),
  })
  .partial()
  .refine(({ quote = '', escape: before = '' }) => isEscape(quote, before), {
    path: ['escape'],
    message: '应为后引号本身或一个 ASCII 字符 / the closing quote itself, or one ASCII character',
  })
  .refine((said) => !Object.values(said).some((part) => String(part).includes('\0')), {
    message: 'NUL 请写作 ␀（U+2400）/ write NUL as ␀ (U+2400)',
  })
  .describe('How files are to be read; what is left out is found; NUL is written as ␀ (U+2400)')
  .meta({ examples: [{ encoding: 'gb18030', headerRows: 0, columns: ['id', 'name', null] }] });
export type DialectInput = z.output<typeof dialectInput>;

export const previewInput = z
  .strictObject({
    dataset: z.string().min(1).max(63).optional().describe('Dataset the file is meant for'),
    dialect: dialectInput
      .optional()
      .describe('What the person says; what is usual for the dataset when absent'),
  })
  .describe('How a file that has come is to be looked at');
export type PreviewInput = z.output<typeof previewInput>;

const previewColumn = z
  .strictObject({
    header: z.string().describe('Header in the file; empty without one'),
    item: z.string().nullable().describe('Item it becomes; null when it is not taken'),
    title: bilingual.nullable().describe('Title of that item'),
    itemType: z.string().nullable().describe('Type of that item'),
    type: z.string().describe('Type its first values have'),
    semantic: bilingual.nullable().describe('What they seem to mean'),
    ignored: z.boolean().describe('The contract says that it is passed over'),
  })
  .describe('A column of the file');

const previewRow = z
  .strictObject({
    row: z.number().int().describe('Number of the row, header not counted'),
    fields: z
      .array(z.string().nullable())
      .describe('Its cells as they were cut; null where the reader may not see them'),
    faults: z
      .array(
        z.strictObject({
          item: z.string().nullable().describe('Item'),
          text: bilingual.describe('What is expected'),
        }),
      )
      .describe('Why it would go back; empty of a row that can be taken'),
  })
  .describe('A row as the platform reads it');

export const filePreview = z
  .strictObject({
    file: z.string().describe('Name of the file'),
    encoding: z.string().describe('Encoding, or what holds the table'),
    delimiter: z.string().describe('What separates fields'),
    quote: z.string().nullable().describe('What quotes fields; null when nothing does'),
    escape: z.string().nullable().describe('What stands before a quote inside quotes'),
    newline: z.enum(['\n', '\r\n', '\r']).describe('What ends records'),
    preambleRows: z.number().int().describe('Records above the header'),
    headerRows: z.number().int().describe('Records of the header'),
    footerRows: z.number().int().describe('Records below the table'),
    sheet: z.string().nullable().describe('Sheet of a workbook that is read'),
    sheets: z.array(z.string()).describe('All its sheets'),
    ignored: z.array(z.string()).describe('What is passed over: macros, links, hidden sheets'),
    said: dialectInput.describe('What was said; the rest was found'),
    usual: dialectInput.nullable().describe('How files of the dataset are usually read'),
    above: z.array(z.string()).describe('Text of the first records above the header'),
    columns: z.array(previewColumn).describe('Columns in the order of the file'),
    missing: z
      .array(z.strictObject({ name: z.string(), title: bilingual }))
      .describe('Items no column goes to'),
    faults: z
      .array(z.strictObject({ code: z.string(), message: bilingual }))
      .describe('Why it would be refused whole'),
    rows: z.array(previewRow).describe('First rows'),
    looked: z.number().int().describe('Rows that were looked at; faults are counted among them'),
    bad: z.number().int().describe('Of them, rows that would go back'),
    reasons: z
      .array(
        z.strictObject({
          item: z.string().nullable().describe('Item'),
          text: bilingual.describe('What is expected'),
          count: z.number().int().describe('Rows'),
        }),
      )
      .describe('Why, most rows first'),
  })
  .describe('A file as the platform would read it');
export type FilePreview = z.output<typeof filePreview>;
