/** Door of ingest: files of departments into the lake, returned rows, derived datasets. */
import type { Capability } from '#kernel/capability';

export { deliver } from './actions/index.ts';
export { ingestErrors } from './errors.ts';
export type { DeliverInput, DeliverResult, Delivery } from './model.ts';

export const ingest: Capability = {
  name: 'ingest',
  permissions: {
    'ingest.deliver': { zh: '归集本单位的数据', en: 'Deliver the data of my unit' },
  },
  publishes: {
    'ingest.delivered': 'A delivery landed, with its counts',
  },
};
