/**
 * The scores of a loaded table against the true one, as the Pollock benchmark defines them: loaded
 * at all; header, record and cell precision, recall and F1, each over the multiset of names, of
 * rows in the order of their columns, of cells. Ten figures of 0 to 1; their averages over all
 * files are added up, so that 10 is the most (Vitagliano and others, PVLDB 16, 2023).
 */

export interface Loaded {
  headers: readonly string[];
  records: readonly (readonly string[])[];
}

interface Measure {
  precision: number;
  recall: number;
  f1: number;
}

export interface Score {
  success: number;
  header: Measure;
  record: Measure;
  cell: Measure;
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Precision, recall and F1 of a multiset; two empty ones are the same. */
function measure(got: readonly string[], expected: readonly string[]): Measure {
  if (got.length === 0 && expected.length === 0) return { precision: 1, recall: 1, f1: 1 };
  const wanted = countsOf(expected);
  let hits = 0;
  for (const [value, count] of countsOf(got)) hits += Math.min(count, wanted.get(value) ?? 0);
  if (hits === 0) return { precision: 0, recall: 0, f1: 0 };
  const precision = hits / got.length;
  const recall = hits / expected.length;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

const none: Measure = { precision: 0, recall: 0, f1: 0 };

/** @param loaded null when the file could not be loaded */
export function scoreOf(loaded: Loaded | null, truth: Loaded): Score {
  if (loaded === null) return { success: 0, header: none, record: none, cell: none };
  const rows = ({ records }: Loaded): string[] => records.map((record) => JSON.stringify(record));
  return {
    success: 1,
    header: measure(loaded.headers, truth.headers),
    record: measure(rows(loaded), rows(truth)),
    cell: measure(loaded.records.flat(), truth.records.flat()),
  };
}

/** Sum of the ten averages, 0 to 10. */
export function totalOf(scores: readonly Score[]): number {
  const sum = scores.reduce(
    (all, { success, header, record, cell }) =>
      all +
      success +
      [header, record, cell].reduce((part, one) => part + one.precision + one.recall + one.f1, 0),
    0,
  );
  return sum / Math.max(scores.length, 1);
}
