/** Columns of an answer: titles, grades and forms of what they were made from. */
import type { Contract } from '#catalogue';
import type { FencedResult } from '#kernel/lake';
import type { Grade, ReadColumn, Treatment } from '../model.ts';
import type { Trace, Traced } from './lineage/index.ts';
import { type ItemSight, isStricter } from './policy.ts';

/** One relation of a query as its reader sees it. */
export interface Opened {
  /** What the query calls it: the dataset, or its rows with their blocks. */
  name: string;
  contract: Contract;
  views: ItemSight[];
}

export const seenOf = ({ views }: Opened): string[] =>
  views.filter((view) => view.parts.length > 0).map((view) => view.item.name);

/** Marks of blocks are of no grade: they only decide whether an answer is given. */
const isMark = (ref: string): boolean => /\.#\d+$/.test(ref);

const orders: Record<Grade, number> = { L1: 1, L2: 2, L3: 3, L4: 4 };
const highest = (grades: readonly Grade[]): Grade =>
  grades.reduce<Grade>((high, one) => (orders[one] > orders[high] ? one : high), 'L1');

const strictest = (views: readonly (readonly Treatment[])[]): Treatment =>
  views.flat().reduce<Treatment>((most, one) => (isStricter(one, most) ? one : most), 'plain');

function titleOf(opened: readonly Opened[], traced: Traced | undefined, name: string) {
  const [dataset, item] = traced?.direct?.split('.') ?? [];
  const contract = opened.find((each) => each.name.toLowerCase() === dataset)?.contract;
  const title = contract?.items.find((each) => each.name === item)?.title;
  return title ?? { zh: name, en: name };
}

/**
 * Columns with the grade of what they were made from; what cannot be followed has the highest in
 * scope.
 */
export function columnsOf(
  opened: readonly Opened[],
  trace: Trace,
  answer: FencedResult,
): ReadColumn[] {
  const grades = new Map<string, Grade>(
    opened.flatMap(({ name, contract }) =>
      contract.items.map((item) => [`${name}.${item.name}`.toLowerCase(), item.grade]),
    ),
  );
  const inScope = opened.flatMap((each) =>
    each.views.filter((view) => view.parts.length > 0).map((view) => view.item.grade),
  );
  const views = new Map(
    opened.flatMap((each) =>
      each.views.map(({ item, parts }): [string, Treatment[]] => [
        `${each.name}.${item.name}`.toLowerCase(),
        parts.map(({ decision }) => decision.view),
      ]),
    ),
  );
  const traced = trace.columns?.length === answer.columns.length ? trace.columns : null;
  return answer.columns.map(({ name, type }, at) => {
    const column = traced?.[at];
    const from = column?.from ?? null;
    const refs = from && [...from.keys()].filter((ref) => !isMark(ref));
    const known = refs?.map((ref) => grades.get(ref) ?? 'L4');
    return {
      name,
      title: titleOf(opened, column, name),
      type,
      grade: highest(known ?? inScope),
      view: strictest(
        refs === null ? [...views.values()] : refs.map((ref) => views.get(ref) ?? []),
      ),
    };
  });
}
