/** Verbs of quality. */
export { faultFile } from './faultfile.ts';
export { faultyRows } from './faults.ts';
export { runNow, runPermission } from './now.ts';
export { paperTypes, rankingFile } from './publish/index.ts';
export { freezeMonths, monthNow, rankingMonths, rankingOf, readPermission } from './ranking.ts';
export {
  checkJob,
  checkOne,
  onDeclared,
  onRefreshed,
  round,
  scoreAll,
  scoreJob,
} from './rounds.ts';
export { runChecks } from './run.ts';
export { scoreUnits } from './score.ts';
export { overviewOf, qualityOf, runsOf, scoringInForce } from './view.ts';
