/** Verbs of cases. */
export { act, lockCases } from './act.ts';
export { isWorkday } from './calendar.ts';
export { clockFired, ladderFired } from './clocks.ts';
export { candidates, delegate, myDelegations, revokeDelegation } from './delegate.ts';
export { previewType, typeDetail, typeFigures, typeList } from './figures.ts';
export { openPhoto, storePhoto } from './files.ts';
export { actMany } from './many.ts';
export { openCase } from './open.ts';
export { rebuild } from './project.ts';
export { caseDetail, caseList, getCase, taskList, typeForm } from './read.ts';
export { applyType, typeApplied } from './retype.ts';
export { clockTimer, ladderTimer } from './save.ts';
export { canTell, openCasesWith, tell } from './tell.ts';
