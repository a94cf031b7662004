/** The lake: immutable columnar snapshots under a manifest in PostgreSQL, and SQL over them. */

export { lakeErrors } from './errors.ts';
export { rowGroupSql } from './file.ts';
export { aggregateFunctions } from './functions.ts';
export { keepJob, lakeKeeping, startKeeping } from './jobs.ts';
export type { LakeOptions } from './lake.ts';
export { createLake } from './lake.ts';
export type * from './model.ts';
export type { ParsedQuery, TreeNode } from './parse.ts';
export { parseQuery, writeQuery } from './parse.ts';
