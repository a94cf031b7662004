/**
 * One line of the bench table: a ratio of two things done in the same run, or a time beside its
 * mark.
 */
export interface Row {
  name: string;
  ours: number;
  bare: number;
  /** Above 1 is better than the bare engine, or within the mark. */
  ratio: number;
  unit: string;
}
