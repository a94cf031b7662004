/** Verbs of rules. */
export { type Finding, runRule, withdrawFindings } from './run.ts';
export { backtest, findingsOf, getRule, listRules, runsOf, titleOf } from './view.ts';
