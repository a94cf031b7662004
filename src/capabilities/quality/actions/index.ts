/** Verbs of quality. */
export { faultyRows } from './faults.ts';
export { freezeMonths, monthNow, rankingMonths, rankingOf, readPermission } from './ranking.ts';
export { checkJob, checkOne, onDeclared, onRefreshed, round } from './rounds.ts';
export { runChecks } from './run.ts';
export { scoreUnits } from './score.ts';
export { overviewOf, qualityOf, runsOf, scoringInForce } from './view.ts';
