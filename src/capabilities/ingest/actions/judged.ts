/** What judging a delivery starts from and what it leaves, for those who read it. */
import { type CompiledContract, type Contract, ident, literal } from '#catalogue';
import { type Lead, restored } from './returned/lead.ts';
import type { Scratch } from './scratch.ts';
import { field, type Staged } from './stage.ts';

export interface CheckInput {
  contract: Contract;
  compiled: CompiledContract;
  scratch: Scratch;
  signal: AbortSignal | undefined;
}

/**
 * A judged file: Parquet of the items, typed; `#good`, whether every rule is kept; `#gone`, whether
 * the row removes the row of its key; and of a row that breaks a rule, `#faults` (their numbers)
 * and `#fields` (the text as it came).
 */
export interface Judged extends Staged {
  lead: Lead | null;
}

export const parquet = (path: string): string => `read_parquet(${literal(path)})`;

/** With `file_row_number`, the number among the good records from 0. */
export const numbered = (path: string): string =>
  `read_parquet(${literal(path)}, file_row_number = true)`;

/** The department's own fields of a file, as they came. */
export function fieldsOf(headers: readonly string[], lead: Lead | null): string[] {
  const own = headers.flatMap((_, at) => (lead?.places.has(at) ? [] : [ident(field(at))]));
  return lead === null ? own : own.map(restored);
}
