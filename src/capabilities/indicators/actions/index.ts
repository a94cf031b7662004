/** Verbs of indicators. */
export { compute, computeByClock, computeReaders, summingSql } from './compute.ts';
export { drill, listIndicators } from './drill.ts';
export { explain, measured, stateFor, type ValuesInput, values } from './values.ts';
