/** What a road does for a run. */
import type { Ctx } from '#kernel/context';
import type { DeliverResult, GivenFile } from '../../../model.ts';
import type { StoredRun } from '../../../store/runs.ts';

/** How far fetching has come. */
export interface Seen {
  rows: number;
  bytes: number;
  bytesAll: number | null;
  /** 0 to 1 of what is to be fetched; null when nobody knows. */
  part: number | null;
}

export interface Hands {
  signal: AbortSignal;
  progress: (seen: Seen) => void;
}

export interface Fetched {
  files: GivenFile[];
  /** JSON the road wants back in `settled` and `after`, kept with the run. */
  keep?: unknown;
  /** Removes scratch; called whatever happens. */
  dispose(): Promise<void>;
}

/** A run that did its work; `result` is null when there was nothing new to deliver. */
export interface Settled {
  run: StoredRun;
  result: DeliverResult | null;
  /** The source itself said that what is here is what it has. */
  isConfirmed?: boolean;
}

export interface Road {
  /** Part of the whole work that is left once the files are here, 0 to 1. */
  share: number;
  /**
   * Brings the files; `confirmed` when the source has nothing but what was taken from it, null when
   * there is nothing to take and it did not say so.
   */
  fetch(ctx: Ctx, run: StoredRun, hands: Hands): Promise<Fetched | 'confirmed' | null>;
  /** Remembers how far it got, in the transaction that ends the run. */
  settled(ctx: Ctx, settled: Settled): Promise<void>;
  /**
   * Tidies up behind a run that has ended, landed or not; may be called twice, or late after a
   * crash.
   */
  after(ctx: Ctx, settled: Settled): Promise<void>;
}
