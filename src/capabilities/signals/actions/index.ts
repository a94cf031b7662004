/** Verbs of signals. */
export {
  acknowledge,
  confirm,
  dismiss,
  getSignal,
  signalList,
  silence,
  sourceScores,
} from './handle.ts';
export { caseClosed, clear, raise } from './raise.ts';
