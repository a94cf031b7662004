/** The roads by which a table arrives, and what a test may ask of them. */
import type { ArrivalWorld } from './arrival.ts';

export const roads = ['upload', 'folder', 'http', 'push', 'postgres', 'mysql'] as const;
export type Road = (typeof roads)[number];

/** A table as a department has it. */
export interface Table {
  /** Of the file. */
  name: string;
  bytes: Buffer;
  /** Column names where it comes as rows: items when it is pushed, else any header. */
  names: string[];
  rows: (string | null)[][];
}

/** How a run ended; what was pushed was taken, every row. */
export interface Arrived {
  state: string;
  rows: number;
  accepted: number;
  returned: number;
  /** Of the delivery, where there is one. */
  batch: string | null;
}

/** The YAML of a contract, and by which roads its rows will come. */
export interface Declared {
  yaml: string;
  by: readonly Road[];
}

export interface Roads {
  world: ArrivalWorld;
  /** Roads that cannot be gone here: a server that is not installed. */
  closed: ReadonlySet<Road>;
  /**
   * Declares a dataset of its own for each road, `datasetOf`, and its source.
   * @param contracts by name; the YAML is owned by `330109-zhzf`
   * @param more other files of the pack
   */
  declare(contracts: Record<string, Declared>, more?: Record<string, string>): Promise<void>;
  /** @throws when the server refuses a request */
  bring(road: Road, dataset: string, table: Table): Promise<Arrived>;
  /** Rows, and a sum over all their values that is the same in any order. */
  contentOf(road: Road, dataset: string): Promise<{ rows: number; content: string }>;
  end(): Promise<void>;
}

export const datasetOf = (road: Road, dataset: string): string => `${dataset}_${road}`;
