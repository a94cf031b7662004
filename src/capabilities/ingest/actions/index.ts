export { armKeeping, keepingDue, keepingTimer, sweepKept } from './arrival/keeping.ts';
export { previewUpload } from './arrival/preview.ts';
export { pump, recoverRuns } from './arrival/pump.ts';
export { pushTogether, sweepPushKeys } from './arrival/pushing.ts';
export { isCron } from './arrival/sources/cron.ts';
export {
  applySource,
  getSource,
  listSources,
  lookByItself,
  lookJob,
  pauseSource,
  pullSource,
  sourceDue,
  sourceTimer,
  withdrawSource,
} from './arrival/sources/look.ts';
export { arriveJob } from './arrival/tell.ts';
export {
  appendUpload,
  createUpload,
  deliverUploads,
  dropUpload,
  expireUpload,
  getUpload,
  listUploads,
  readUpload,
  sweepUploads,
  uploadTimer,
} from './arrival/uploads.ts';
export {
  cancelRun,
  deliveredResources,
  deliverNow,
  getRun,
  listRuns,
  retryRun,
} from './arrival/watch.ts';
export { proposeFile } from './knowing/contract/file.ts';
export { proposalYaml } from './knowing/contract/index.ts';
export { type KnownColumn, type KnowOptions, knowColumns } from './knowing/index.ts';
export { checkProposal, proposeUpload, saveProposal } from './knowing/proposals.ts';
export { knowOptions } from './knowing/settings.ts';
export { deliverPermission } from './owner.ts';
export { type PushedRow, pushRows } from './push.ts';
export { type Inspected, inspectFile, type Preview, previewFile } from './reading/inspect.ts';
export { readingLimits } from './reading/limits.ts';
export { forgetInterrupted, sweepReturned } from './recover.ts';
export {
  onContract,
  onRefreshDue,
  onRefreshed,
  refreshDerived,
  refreshDue,
  refreshPlan,
} from './refreshing/index.ts';
export {
  deliveredDatasets,
  getDelivery,
  listDeliveries,
  openFaults,
  returnedFile,
  returnedOverview,
  returnedRows,
} from './returned/index.ts';
export { departmentWarehouses, warehousePermission } from './warehouses/departments.ts';
export { departmentSheet, townSheet } from './warehouses/sheets.ts';
export { townWarehouses } from './warehouses/towns.ts';
