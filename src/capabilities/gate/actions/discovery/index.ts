/** Discovery: what is sensitive in values, columns and datasets, and what people say to it. */

export {
  confirmPermission,
  decideGrades,
  gradeSteps,
  gradingRights,
  submitGrades,
} from './decide.ts';
export { driftJob, lookForDrift, wantDrift } from './drift.ts';
export {
  cutWords,
  type Example,
  examplesOf,
  type Finding,
  findSensitive,
  isHistoric,
  type Reason,
} from './find/index.ts';
export { gradesOverview, listGrades } from './grades.ts';
export {
  type CellFinding,
  findInColumn,
  type Judged,
  type JudgeOptions,
  judgeColumn,
  type Seen,
  type Value,
} from './judge.ts';
export { lookAt } from './look.ts';
export { maskedExample } from './masks.ts';
export {
  cancelDiscovery,
  discoverJob,
  discoverPermission,
  discoveryRuns,
  runDiscovery,
  startDiscovery,
} from './runs.ts';
export { discoveryOptions } from './settings.ts';
