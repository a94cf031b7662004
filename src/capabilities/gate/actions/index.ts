/** Verbs of the gate. */
export { checkSql } from './check.ts';
export { compileView } from './compile.ts';
export { blockCtes, blockFactor } from './counting/index.ts';
export { type DiffOptions, diffRows } from './diff.ts';
export { figuresLeast } from './figures.ts';
export { grantFound, listGrants, previewGrant } from './granted.ts';
export { issueGrant, revokeGrant, standingGrants } from './grants.ts';
export { refreshHot } from './hot.ts';
export { columnLineage } from './lineage/dataset.ts';
export { type Trace, traceQuery } from './lineage/index.ts';
export { looksAtMe } from './looks.ts';
export { type Materialised, type MaterialiseInput, materialise } from './materialise.ts';
export { type Download, download, page } from './page.ts';
export {
  editPolicy,
  exportPolicy,
  policyHistory,
  policyPermission,
  policyTable,
  rollBackPolicy,
} from './policies.ts';
export { type ReadOptions, read } from './read.ts';
export { type ReadOneOptions, readOne } from './row.ts';
export { simulate } from './simulate.ts';
export {
  markJob,
  markPersons,
  type OwnRecords,
  ownPurpose,
  ownRecords,
  wantMarks,
} from './subject/index.ts';
export { datasetReads, type Uses } from './uses.ts';
export { policyLines, viewAs, viewOf, viewOfDraft } from './view.ts';
