/** Verbs of signals. */
export {
  acknowledge,
  confirm,
  dismiss,
  getSignal,
  scoreOf,
  signalList,
  silence,
  sourceScores,
} from './handle.ts';
export { caseClosed, clear, raise, stillSo } from './raise.ts';
