/**
 * What would be less strict than it stands: that is declassification, with an approval of its own,
 * by whatever way a contract changes. The one rule for packs, workbooks and files handed in.
 */
import type { Grade } from '../model.ts';

/** As much of an item as says how strictly it is kept. */
export interface Kept {
  name: string;
  grade: Grade;
  /** What it means decides how it is struck out. */
  semantic?: string | undefined;
}

export interface Loosened {
  item: string;
  /** Graded lower; of the same grade and another meaning; not there any more. */
  what: 'grade' | 'meaning' | 'gone';
  was: Grade;
  /** Null when it is gone. */
  grade: Grade | null;
}

function howLoosened(stood: Kept, next: Kept | undefined): Loosened['what'] | null {
  if (stood.grade === 'L1') return null;
  if (next === undefined) return 'gone';
  if (next.grade < stood.grade) return 'grade';
  return next.grade === stood.grade && next.semantic !== stood.semantic ? 'meaning' : null;
}

/**
 * Items that stood graded and would be kept less strictly.
 * @param stood each as it stood last, also those that are in no contract any more
 */
export function loosened(stood: readonly Kept[], next: readonly Kept[]): Loosened[] {
  const after = new Map(next.map((item) => [item.name, item]));
  return stood.flatMap((item): Loosened[] => {
    const found = after.get(item.name);
    const what = howLoosened(item, found);
    if (what === null) return [];
    return [{ item: item.name, what, was: item.grade, grade: found?.grade ?? null }];
  });
}
