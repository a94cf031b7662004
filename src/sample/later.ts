/**
 * The months after the first deliveries: what four departments send next, and what goes wrong in
 * the last of them. The truth stands aside, as ever.
 */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { z } from 'zod';
import type { FileFormat } from './files.ts';
import { type Random, randomOf } from './random.ts';
import { type Form, forms, type Register } from './registers/forms.ts';

/** Months in which all goes well, before the last. */
const steadyMonths = 4;

/** Of the rows of a month so many are there; when an export breaks off, so many. Invented. */
const usualShare = 0.985;
const brokenOffShare = 0.4;

const laterTruth = z.strictObject({
  months: z.int(),
  faults: z.array(
    z.strictObject({
      month: z.int().describe('1-based month from which it is so'),
      kind: z.enum(['volume_drop', 'drift', 'late']),
      dataset: z.string(),
      item: z.string().optional(),
    }),
  ),
});

/** What is true of the months after. */
export type LaterTruth = z.output<typeof laterTruth>;

const faults: LaterTruth['faults'] = [
  { month: 1, kind: 'late', dataset: 'deaths' },
  { month: steadyMonths + 1, kind: 'volume_drop', dataset: 'elder_allowance' },
  { month: steadyMonths + 1, kind: 'volume_drop', dataset: 'power_use' },
  { month: steadyMonths + 1, kind: 'drift', dataset: 'firm_credit', item: 'grade_name' },
];

const truthFile = 'later-truth.json';

/** A register as lines of text, without what stands above its rows. */
interface Lines {
  head: string[];
  rows: string[];
  form: Form;
}

async function linesOf(dir: string, register: Register): Promise<Lines> {
  const form: Form = forms[register];
  const bytes = await readFile(join(dir, form.file));
  const text = iconv.decode(bytes, form.format === 'gbk' ? 'gbk' : 'utf8');
  const lines = text.split(form.newline ?? '\r\n').slice(0, -1);
  const above = (form.preamble?.length ?? 0) + 1;
  return { head: lines.slice(0, above), rows: lines.slice(above), form };
}

const encoding = (format: FileFormat): string => (format === 'gbk' ? 'gbk' : 'utf8');

async function write(path: string, { head, form }: Lines, rows: readonly string[]): Promise<void> {
  const text = [...head, ...rows, ''].join(form.newline ?? '\r\n');
  await writeFile(path, iconv.encode(text, encoding(form.format)));
}

const most = (random: Random, rows: readonly string[]): string[] =>
  rows.filter(() => random.chance(usualShare));

/** The first rows only, as when an export ran into a limit. */
const brokenOff = (rows: readonly string[]): string[] =>
  rows.slice(0, Math.round(rows.length * brokenOffShare));

/** `202610` so many months on. */
function monthAfter(month: string, count: number): string {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(4)) - 1 + count;
  return `${Math.floor(at / 12)}${String((at % 12) + 1).padStart(2, '0')}`;
}

/** Rows of the newest month of energy, so many months later. */
function powerLater(rows: readonly string[], month: number): string[] {
  const months = rows.flatMap((row) => row.split(',')[1]?.match(/^\d{6}$/)?.[0] ?? []);
  const last = months.toSorted().at(-1) ?? '';
  return rows
    .filter((row) => row.split(',')[1] === last)
    .map((row) => row.replace(`,${last},`, `,${monthAfter(last, month)},`));
}

/** The scale was turned round: who was good is fair, who was fair is good. */
const turned: Record<string, string> = { A: 'C', B: 'D', C: 'A', D: 'B' };
const regraded = (row: string): string =>
  row.replace(/,([A-D]),/, (_, grade: string) => `,${turned[grade] ?? grade},`);

interface Month {
  month: number;
  files: { dataset: Register; path: string }[];
}

/**
 * Writes what comes in the months after the registers in `dir` were delivered, one folder a month,
 * and the truth aside. Of `births` the very same file comes every month, of `deaths` none.
 */
export async function generateLater(options: { dir: string; seed: string }): Promise<Month[]> {
  const { dir, seed } = options;
  const elders = await linesOf(dir, 'elder_allowance');
  const credit = await linesOf(dir, 'firm_credit');
  const power = await linesOf(dir, 'power_use');
  const months: Month[] = [];
  for (let month = 1; month <= steadyMonths + 1; month += 1) {
    const folder = join(dir, `later-${month}`);
    await mkdir(folder, { recursive: true });
    const random = randomOf(`${seed}/later/${month}`);
    const isLast = month > steadyMonths;
    const energy = powerLater(power.rows, month);
    const sent: [Register, Lines, string[]][] = [
      ['elder_allowance', elders, isLast ? brokenOff(elders.rows) : most(random, elders.rows)],
      ['firm_credit', credit, most(random, credit.rows).map(isLast ? regraded : String)],
      ['power_use', power, isLast ? brokenOff(energy) : most(random, energy)],
    ];
    const same = join(folder, forms.births.file);
    await copyFile(join(dir, forms.births.file), same);
    const files: Month['files'] = [{ dataset: 'births', path: same }];
    for (const [dataset, lines, rows] of sent) {
      const path = join(folder, lines.form.file);
      await write(path, lines, rows);
      files.push({ dataset, path });
    }
    months.push({ month, files });
  }
  const truth: LaterTruth = { months: months.length, faults };
  await writeFile(join(dir, truthFile), `${JSON.stringify(truth, null, 1)}\n`);
  return months;
}

/** The truth of the months written to `dir`. */
export const readLaterTruth = async (dir: string): Promise<LaterTruth> =>
  laterTruth.parse(JSON.parse(await readFile(join(dir, truthFile), 'utf8')));
