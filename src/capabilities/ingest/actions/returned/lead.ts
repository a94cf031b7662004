/**
 * The columns a file of returned rows has before the department's own. Sent back, they say which
 * delivery, file and row each row went back from.
 */
import { normalHeader } from '#catalogue';
import type { Lang } from '../../model.ts';

const kinds = ['batch', 'file', 'row', 'because'] as const;
type LeadKind = (typeof kinds)[number];

const titles: Record<LeadKind, Record<Lang, string>> = {
  batch: { zh: '退回批次', en: 'Returned in' },
  file: { zh: '退回文件', en: 'Returned file' },
  row: { zh: '退回行号', en: 'Returned row' },
  because: { zh: '退回原因', en: 'Returned because' },
};

/** The titles in their order. */
export const leadTitles = (lang: Lang): string[] => kinds.map((kind) => titles[kind][lang]);

const kindOf = new Map<string, LeadKind>(
  kinds.flatMap((kind) => [
    [normalHeader(titles[kind].zh), kind] as const,
    [normalHeader(titles[kind].en), kind] as const,
  ]),
);

/** A value as it was before it was made harmless to spreadsheets (see `harmless`). */
export const restored = (field: string): string =>
  `case when regexp_matches(${field}, '^''[=@+\\-\\t\\r\\n＝＠＋－]') then ${field}[2:]
   else ${field} end`;

/** Where the columns stand in the headers of a file. */
export interface Lead {
  batch: number;
  file: number;
  row: number;
  /** All places that are none of the department's own. */
  places: ReadonlySet<number>;
}

/**
 * @returns null when there are none of these columns; `cut` when they do not say any more where the
 * rows came from
 */
export function leadOf(headers: readonly string[]): Lead | 'cut' | null {
  const found = new Map<LeadKind, number>();
  const places = new Set<number>();
  for (const [at, header] of headers.entries()) {
    const kind = kindOf.get(normalHeader(header));
    if (kind === undefined) continue;
    found.set(kind, at);
    places.add(at);
  }
  if (places.size === 0) return null;
  const [batch, file, row] = [found.get('batch'), found.get('file'), found.get('row')];
  if (batch === undefined || file === undefined || row === undefined) return 'cut';
  return { batch, file, row, places };
}

/** Names of files as the column shows them: two of one name are told apart. */
export const shownNames = (files: readonly { name: string }[]): string[] =>
  files.map(({ name }, at) => {
    const before = files.slice(0, at).filter((other) => other.name === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
