/** Corrections 整改单: challenged, shown, delivered again, rechecked. */
export { challenge } from './challenge.ts';
export { correctionDetail } from './detail.ts';
export { correctionClosed, correctionsRefreshed } from './recheck.ts';
export { correctionFile, correctionRows } from './rows.ts';
