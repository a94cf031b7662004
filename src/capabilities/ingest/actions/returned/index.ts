/** Returned rows (退回数据): out with their reasons, back mended, and the account of what is out. */

export { returnedFile } from './file.ts';
export { openFaults, returnedOverview } from './overview.ts';
export { deliveredDatasets, getDelivery, listDeliveries, returnedRows } from './read.ts';
