/** Verbs of cases. */
export { act, lockCases } from './act.ts';
export { isWorkday } from './calendar.ts';
export { clockFired, ladderFired } from './clocks.ts';
export { openPhoto, storePhoto } from './files.ts';
export { openCase } from './open.ts';
export { rebuild } from './project.ts';
export { caseDetail, caseList, getCase, taskList, typeForm } from './read.ts';
export { clockTimer, ladderTimer } from './save.ts';
