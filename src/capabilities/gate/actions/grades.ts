/**
 * Grades that follow where data comes from: an item made from others is at least as high as they
 * are, a set at least as high as what decides over its rows, unless somebody approved less.
 */
import { contractsStood, loosened, type Stood } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { GuantongError } from '#kernel/errors';
import { parseQuery } from '#kernel/lake';
import type { PackFile, PackIndex } from '#kernel/packs';
import { gateErrors } from '../errors.ts';
import type { Grade, GradesSection, National } from '../model.ts';
import { type ItemRef, type Trace, traceQuery } from './lineage/index.ts';
import { momentOf } from './moment.ts';
import { sealFaults } from './sealing.ts';

/** What of a contract's file grades are decided by. */
interface Graded {
  items: Record<string, { grade?: Grade }>;
  grades?: GradesSection;
  sealed_for?: string[];
}

/** What of a set may be lowered beside its items. */
const ofSet: ReadonlySet<string> = new Set(['rows', 'national', 'sealed_for']);

const dataOf = (file: PackFile): Graded => file.data as Graded;

const order: readonly Grade[] = ['L1', 'L2', 'L3', 'L4'];
const nationalOrder: readonly National[] = ['general', 'important', 'core'];

export const highestGrade = (grades: readonly Grade[]): Grade =>
  order[Math.max(0, ...grades.map((grade) => order.indexOf(grade)))] ?? 'L1';

const nationalOf = (file: PackFile): National => dataOf(file).grades?.national ?? 'general';

/** The grade of a set: its highest item, or what it is declared to tell beyond. */
export const setGrade = (items: readonly { grade: Grade }[], least: Grade | null): Grade =>
  highestGrade([...items.map(({ grade }) => grade), ...(least === null ? [] : [least])]);

const isBelow = (one: Grade, other: Grade): boolean => order.indexOf(one) < order.indexOf(other);

interface Sources {
  file: PackFile;
  trace: Trace;
  /** Grade of every item read, by `dataset.item`. */
  grades: ReadonlyMap<ItemRef, Grade>;
  read: PackFile[];
}

async function sourcesOf(file: PackFile, index: PackIndex): Promise<Sources | null> {
  try {
    const parsed = await parseQuery(file.sql ?? '');
    const read = parsed.relations.flatMap((name) => index.find('datasets', name, file) ?? []);
    if (read.length < parsed.relations.length) return null;
    const items = read.map((one) => [one.name, Object.keys(dataOf(one).items)] as const);
    const grades = new Map(
      read.flatMap((one) =>
        Object.entries(dataOf(one).items).map(([item, { grade = 'L4' }]): [ItemRef, Grade] => [
          `${one.name}.${item}`.toLowerCase(),
          grade,
        ]),
      ),
    );
    return { file, trace: traceQuery(parsed.tree, new Map(items)), grades, read };
  } catch (error) {
    // The catalogue tells what is wrong with the SQL itself.
    if (error instanceof GuantongError) return null;
    throw error;
  }
}

const gradeOf = ({ grades }: Sources, refs: Iterable<ItemRef> | null): Grade =>
  refs === null
    ? highestGrade([...grades.values()])
    : highestGrade([...refs].map((ref) => grades.get(ref) ?? 'L4'));

const placed = (
  file: PackFile,
  path: (string | number)[],
): Pick<Fault, 'file' | 'item' | 'line'> => {
  const line = file.lineOf(path);
  return {
    file: `${file.pack}/${file.file}`,
    item: path.join('.'),
    ...(line === undefined ? {} : { line }),
  };
};

/** Whether an approved lowering reaches down to a grade on a day. */
const isLowered = (file: PackFile, item: string, day: string): boolean => {
  const approved = dataOf(file).grades?.lowered?.[item];
  return approved !== undefined && approved.until >= day;
};

function itemFaults(sources: Sources, day: string): Fault[] {
  const { file, trace } = sources;
  return Object.entries(dataOf(file).items).flatMap(([item, { grade = 'L4' }]) => {
    const column = trace.columns?.find(({ name }) => name === item);
    const made = gradeOf(sources, column?.from?.keys() ?? null);
    if (!isBelow(grade, made) || isLowered(file, item, day)) return [];
    const at = placed(file, ['items', item, 'grade']);
    return [gateErrors.fault('grade_below', at, { item, grade, made })];
  });
}

/** Filters, join keys and groups tell of items that no column shows. */
function setFaults(sources: Sources, day: string): Fault[] {
  const { file, trace } = sources;
  const { items, grades } = dataOf(file);
  const rows = gradeOf(sources, trace.rows.isUnknown ? null : trace.rows.items.keys());
  const all = Object.values(items).map(({ grade = 'L4' }) => ({ grade }));
  const set = setGrade(all, grades?.least ?? null);
  if (!isBelow(set, rows) || isLowered(file, 'rows', day)) return [];
  return [gateErrors.fault('set_grade_below', placed(file, ['grades']), { set, rows })];
}

function nationalFaults({ file, read }: Sources, day: string): Fault[] {
  const above = read
    .map(nationalOf)
    .toSorted((a, b) => nationalOrder.indexOf(b) - nationalOrder.indexOf(a))[0];
  const own = nationalOf(file);
  if (above === undefined || nationalOrder.indexOf(own) >= nationalOrder.indexOf(above)) return [];
  if (isLowered(file, 'national', day)) return [];
  return [gateErrors.fault('national_below', placed(file, ['grades']), { own, above })];
}

/**
 * A source kept less strictly than it stood: lower items, or known to more. What is made from
 * others follows them, whatever it was.
 */
function laxerFaults(file: PackFile, stood: Stood | undefined, day: string): Fault[] {
  if (stood === undefined || file.sql !== undefined) return [];
  const { items, sealed_for: roles } = dataOf(file);
  const next = Object.entries(items).map(([name, { grade = 'L4' }]) => ({ name, grade }));
  const lower = loosened(stood.items, next).flatMap(({ item, what, was, grade }) =>
    what !== 'grade' || isLowered(file, item, day)
      ? []
      : [
          gateErrors.fault('grade_lowered', placed(file, ['items', item, 'grade']), {
            ...{ item, was },
            grade: grade ?? '-',
          }),
        ],
  );
  const before = stood.sealedFor;
  const isWider = before !== null && roles?.every((role) => before.includes(role)) !== true;
  if (!isWider || isLowered(file, 'sealed_for', day)) return lower;
  const at = placed(file, ['sealed_for']);
  return [...lower, gateErrors.fault('seal_widened', at, { roles: before.join(', ') })];
}

/** A lowering names an item of the file, is not over yet, and was approved before it is over. */
function loweredFaults(file: PackFile, day: string): Fault[] {
  const { items, grades } = dataOf(file);
  return Object.entries(grades?.lowered ?? {}).flatMap(([item, { on, until }]) => {
    const at = placed(file, ['grades', 'lowered', item]);
    const isKnown = ofSet.has(item) || item in items;
    return [
      ...(isKnown ? [] : [gateErrors.fault('item_unknown', at, { item })]),
      ...(until >= day && on <= until
        ? []
        : [gateErrors.fault('lowering_over', at, { item, until })]),
    ];
  });
}

/**
 * Faults of the grades and the seals of every dataset: of what it is made from, and of how strictly
 * it stood. Without a policy nobody sees
 * anything, so it is checked with the policies: what they decide by must be true.
 */
export async function gradeFaults(ctx: Ctx, index: PackIndex): Promise<Fault[]> {
  const day = String(momentOf(ctx, undefined).today);
  const files = index.all('datasets');
  const stood = await contractsStood(
    ctx,
    files.map(({ name }) => name),
  );
  const found = await Promise.all(
    files.map(async (file) => {
      const sources = file.sql === undefined ? null : await sourcesOf(file, index);
      const inherited = sources
        ? [
            ...itemFaults(sources, day),
            ...setFaults(sources, day),
            ...nationalFaults(sources, day),
            ...sealFaults(file, sources.read),
          ]
        : [];
      const laxer = laxerFaults(file, stood.get(file.name), day);
      return [...inherited, ...laxer, ...loweredFaults(file, day)];
    }),
  );
  return found.flat();
}
