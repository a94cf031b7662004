/** The one way to data: governed reads. */
import type { Ctx } from '#kernel/context';
import type { JsonScalar } from '#kernel/lake';
import type { DatasetView, ReadResult, RowResult } from './model.ts';

export interface ReadOptions {
  /** Why the data is read: a code a policy line may name, or words for the audit. */
  purpose: string;
  /** Grant under which it is read. */
  grant?: string | undefined;
  /** Rows at most; the setting's default when absent. */
  limit?: number | undefined;
  /** Snapshots as of this instant. */
  asOf?: Date | undefined;
  /** Values of `$name` in the SQL; bound, never pasted. */
  params?: Record<string, JsonScalar> | undefined;
}

/**
 * Runs one SELECT over datasets as this actor may see them, counts and audits it.
 * @throws gate.dataset_not_found, gate.item_not_granted, gate.query_failed, lake.sql_refused
 */
export declare function read(ctx: Ctx, sql: string, options: ReadOptions): Promise<ReadResult>;

/** One row by its key, from the hot copy where there is one. Key values in the order of the contract's key. */
export declare function readOne(
  ctx: Ctx,
  dataset: string,
  key: string | JsonScalar[],
  options: { purpose: string; grant?: string | undefined },
): Promise<RowResult>;

/** What this actor sees of each item of a dataset and which policy line decided. */
export declare function viewOf(
  ctx: Ctx,
  dataset: string,
  options?: { purpose?: string | undefined; grant?: string | undefined },
): Promise<DatasetView>;
