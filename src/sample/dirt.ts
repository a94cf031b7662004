/** Dirt in declared proportions, and the truth of what was spoiled where. */
import { z } from 'zod';
import type { Random } from './random.ts';
import type { Row } from './reports.ts';

/** What may be spoiled in a delivery. `stray_quote` and `ragged` exist in delimited text only. */
export const dirtKinds = [
  'missing',
  'bad_date',
  'wrong_code',
  'ragged',
  'duplicate_key',
  'stray_quote',
  'wrong_check',
] as const;
export type DirtKind = (typeof dirtKinds)[number];

/**
 * Share of the rows of a delivery spoiled in each way; never less than one row where the way
 * applies.
 */
export const dirtShares: Record<DirtKind, number> = {
  missing: 0.0015,
  bad_date: 0.0012,
  wrong_code: 0.0018,
  ragged: 0.0006,
  duplicate_key: 0.0006,
  stray_quote: 0.0003,
  wrong_check: 0.0008,
};

export const dirtyRow = z.strictObject({
  row: z.int().min(1).describe('1-based record of the file, header not counted'),
  kind: z.enum(dirtKinds),
  item: z.string().optional(),
  first: z.int().optional().describe('The row whose key it repeats'),
});
export type DirtyRow = z.output<typeof dirtyRow>;

/** One record as it is written: cells, or a line that no writer would make. */
export type WrittenRow = { cells: string[] } | { line: string };

export interface Spoiled {
  records: WrittenRow[];
  dirty: DirtyRow[];
}

export interface DirtPlan {
  /** Items in the order of the file. */
  items: readonly string[];
  /** Items that may be left empty, made a wrong date, made a wrong code, by kind. */
  required: readonly string[];
  dates: readonly string[];
  codes: readonly string[];
  /** Identifiers with a check sign, which may be made wrong. */
  checked: readonly string[];
  /** A text that may begin with a stray quote. */
  text: string;
  key: string;
  delimited: boolean;
  /** Comma when absent. */
  delimiter?: string;
  /** Keys of rows that stay clean. */
  keep: ReadonlySet<string>;
}

const badDates = ['2026-13-45', '二〇二六年三月', '2025-02-30', '0000-00-00', '昨天上午'];
const badCodes = ['不详', '待定', '其它（自填）', '33O109OO4'];

/** Spoils some of `rows`; the same random stream spoils the same. */
export function spoil(random: Random, rows: readonly Row[], plan: DirtPlan): Spoiled {
  const chosen = chooseRows(random, rows, plan);
  const records: WrittenRow[] = [];
  const dirty: DirtyRow[] = [];
  const rowOf = new Map<number, number>();
  for (const [at, row] of rows.entries()) {
    const cells = plan.items.map((item) => row[item] ?? '');
    const kind = chosen.get(at);
    const number = records.length + 1;
    rowOf.set(at, number);
    if (kind === undefined || kind === 'duplicate_key') records.push({ cells });
    else {
      const { record, item } = spoilOne(random, kind, cells, plan);
      records.push(record);
      dirty.push({ row: number, kind, ...(item === undefined ? {} : { item }) });
    }
    if (kind === 'duplicate_key') {
      records.push({ cells });
      dirty.push({ row: number + 1, kind, item: plan.key, first: number });
    }
  }
  return { records, dirty };
}

/** Which rows are spoiled how: every row once at most. */
function chooseRows(random: Random, rows: readonly Row[], plan: DirtPlan): Map<number, DirtKind> {
  const chosen = new Map<number, DirtKind>();
  for (const kind of dirtKinds) {
    if (!applies(kind, plan)) continue;
    const wanted = Math.max(1, Math.round(rows.length * dirtShares[kind]));
    for (let made = 0; made < Math.min(wanted, rows.length / 8); ) {
      const at = random.whole(0, rows.length - 1);
      if (chosen.has(at) || plan.keep.has(rows[at]?.[plan.key] ?? '')) continue;
      chosen.set(at, kind);
      made += 1;
    }
  }
  return chosen;
}

function applies(kind: DirtKind, plan: DirtPlan): boolean {
  if (kind === 'ragged' || kind === 'stray_quote') return plan.delimited;
  if (kind === 'missing') return plan.required.length > 0;
  if (kind === 'bad_date') return plan.dates.length > 0;
  if (kind === 'wrong_code') return plan.codes.length > 0;
  if (kind === 'wrong_check') return plan.checked.length > 0;
  if (kind === 'duplicate_key') return plan.key !== '';
  return true;
}

function spoilOne(
  random: Random,
  kind: Exclude<DirtKind, 'duplicate_key'>,
  cells: string[],
  plan: DirtPlan,
): { record: WrittenRow; item?: string } {
  const put = (item: string, value: string) => {
    const changed = cells.map((cell, at) => (plan.items[at] === item ? value : cell));
    return { record: { cells: changed }, item };
  };
  if (kind === 'missing') return put(random.pick(plan.required), '');
  if (kind === 'bad_date') return put(random.pick(plan.dates), random.pick(badDates));
  if (kind === 'wrong_code') return put(random.pick(plan.codes), random.pick(badCodes));
  if (kind === 'wrong_check') {
    const item = random.pick(plan.checked);
    return put(item, withWrongCheck(cells[plan.items.indexOf(item)] ?? ''));
  }
  if (kind === 'ragged') {
    const torn = random.chance(0.5) ? cells.slice(0, -2) : [...cells, '补登', ''];
    return { record: { cells: torn } };
  }
  const at = plan.items.indexOf(plan.text);
  const quoted = cells.map((cell, place) =>
    place === at ? `"${cell}` : quote(cell, plan.delimiter),
  );
  return { record: { line: quoted.join(plan.delimiter ?? ',') }, item: plan.text };
}

/** The last sign, which checks the others, moved on by one. */
const withWrongCheck = (code: string): string =>
  `${(code || '33010918880101001X').slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`;

/** A cell of a text file by RFC 4180, with a delimiter of its own. */
export const quote = (cell: string, delimiter = ','): string =>
  cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Rows of a first spoiling stand this far apart, so that no two spoilt lines touch. */
const firstApart = 5;

/**
 * The same in a stream, for rows nobody holds in memory: in every stretch of `1 / share` rows one
 * is spoiled, the first soon after the beginning.
 * @returns takes a row and whether it must stay clean; gives the records to write. What was spoiled
 * is added to `dirty`
 */
export function spoiler(
  random: Random,
  plan: Omit<DirtPlan, 'keep'>,
  dirty: DirtyRow[],
): (row: Row, clean: boolean) => WrittenRow[] {
  const kinds = dirtKinds.filter((kind) => applies(kind, { ...plan, keep: new Set() }));
  const due = kinds.map((kind, at) => ({
    kind,
    at: at * firstApart + random.whole(1, 3),
    round: 0,
  }));
  let seen = -1;
  let written = 0;
  let last = -2;
  return (row, clean) => {
    seen += 1;
    const cells = plan.items.map((item) => row[item] ?? '');
    const next = clean || seen - last < 2 ? undefined : due.find(({ at }) => at <= seen);
    written += 1;
    if (next === undefined) return [{ cells }];
    last = seen;
    next.round += 1;
    const stretch = 1 / dirtShares[next.kind];
    next.at = Math.floor((next.round + random.next()) * stretch);
    if (next.kind === 'duplicate_key') {
      dirty.push({ row: written + 1, kind: next.kind, item: plan.key, first: written });
      written += 1;
      return [{ cells }, { cells }];
    }
    const { record, item } = spoilOne(random, next.kind, cells, { ...plan, keep: new Set() });
    dirty.push({ row: written, kind: next.kind, ...(item === undefined ? {} : { item }) });
    return [record];
  };
}
