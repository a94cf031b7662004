/** Door of ingest: files of departments into the lake, returned rows, derived datasets. */
import type { Capability } from '#kernel/capability';
import {
  armKeeping,
  forgetInterrupted,
  onContract,
  onRefreshDue,
  onRefreshed,
  recoverRuns,
  refreshDue,
  sweepKept,
  sweepPushKeys,
  sweepReturned,
  sweepUploads,
} from './actions/index.ts';
import { ingestJobs, ingestTimers } from './jobs.ts';
import { ingestKinds } from './kind.ts';
import { ingestRoutes } from './routes.ts';

export {
  cancelRun,
  deliverNow as deliver,
  getDelivery,
  getRun,
  type Inspected,
  inspectFile,
  type KnownColumn,
  type KnowOptions,
  knowColumns,
  knowOptions,
  listDeliveries,
  listSources,
  openFaults,
  type Preview,
  type PushedRow,
  previewFile,
  proposalYaml,
  proposeFile,
  pullSource,
  pushRows,
  readingLimits,
  refreshDerived,
  refreshPlan,
  returnedFile,
  returnedRows,
} from './actions/index.ts';
export { ingestErrors } from './errors.ts';
export type {
  DeliverInput,
  DeliverResult,
  Delivery,
  ReturnedPage,
  ReturnedRow,
  Run,
} from './model.ts';

export const ingest: Capability = {
  name: 'ingest',
  kinds: ingestKinds,
  routes: ingestRoutes,
  on: {
    'dataset.refreshed': (ctx, event) => onRefreshed(ctx, event.payload),
    'catalogue.contract_applied': (ctx, event) => onContract(ctx, event.payload),
    [refreshDue]: (ctx, event) => onRefreshDue(ctx, event.payload),
  },
  jobs: ingestJobs,
  timers: ingestTimers,
  permissions: {
    'ingest.deliver': { zh: '归集本单位的数据', en: 'Deliver the data of my unit' },
  },
  publishes: {
    'ingest.delivered': 'A delivery landed, with its counts',
    [refreshDue]: 'A derived dataset has to follow what it reads: {dataset}',
    'ingest.run_moved': 'A run went on, waits again or ended',
  },
  start: async (ctx) => {
    await forgetInterrupted(ctx);
    await recoverRuns(ctx);
    await sweepReturned(ctx);
    await sweepUploads(ctx);
    await sweepPushKeys(ctx);
    await sweepKept(ctx);
    await armKeeping(ctx);
  },
};
