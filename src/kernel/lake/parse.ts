/** Placeholder signature; body follows. */
import type { JsonScalar } from './model.ts';

/** A node of the engine's own parse tree, as `json_serialize_sql` writes it. */
export type TreeNode = { [key: string]: unknown };

export interface ParsedQuery {
  /** The checked tree; this is what runs, never the text. */
  tree: TreeNode;
  /** Names of the given relations the query reads, sorted, each once. */
  relations: string[];
  /** Names of the parameters `$name`. */
  params: string[];
}

export type QueryParams = Record<string, JsonScalar>;

/**
 * Parses SQL of a person or a pack and refuses everything that is not on the allow-list.
 * @throws lake.sql_refused with all faults found, each with its line
 */
export declare function parseQuery(sql: string): Promise<ParsedQuery>;
