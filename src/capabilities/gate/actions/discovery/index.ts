/** Discovery: what is sensitive in values, columns and datasets, and what people say to it. */
export { type Finding, findSensitive, type Reason } from './find/index.ts';
export {
  type CellFinding,
  findInColumn,
  type Judged,
  type JudgeOptions,
  judgeColumn,
  type Seen,
  type Value,
} from './judge.ts';
export { maskedExample } from './masks.ts';
export { discoveryOptions } from './settings.ts';
