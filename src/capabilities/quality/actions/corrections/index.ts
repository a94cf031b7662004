/** Corrections 整改单: challenged, shown, delivered again, rechecked. */
export { challenge } from './challenge.ts';
export { correctionDetail } from './detail.ts';
export { appeal, myObjections, takeBack, tellPerson } from './follow.ts';
export { myData, objectTo, ownPhoto } from './own.ts';
export { correctionClosed, correctionsRefreshed } from './recheck.ts';
export { correctionFile, correctionRows } from './rows.ts';
