/** The lake: immutable columnar snapshots under a manifest in PostgreSQL, and SQL over them. */

export type { LakeOptions } from './lake.ts';
export { createLake } from './lake.ts';
export type * from './model.ts';
export type { ParsedQuery, QueryParams, TreeNode } from './parse.ts';
export { parseQuery } from './parse.ts';
