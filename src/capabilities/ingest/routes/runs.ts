/** Routes of runs: follow them, cancel them, try them again. */
import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import { cancelRun, deliverPermission, getRun, listRuns, retryRun } from '../actions/index.ts';
import { run, runListInput, runPage } from '../model.ts';

const ofRun = z.strictObject({ run: z.string().max(64).describe('Id of the run') });

export const runRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/runs',
    summary: { zh: '本单位的归集任务', en: 'Runs of my units' },
    access: deliverPermission,
    query: runListInput,
    response: runPage,
    handler: (ctx, { query }) => listRuns(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/runs/:run',
    summary: { zh: '一次归集任务的进度', en: 'How far a run is' },
    access: deliverPermission,
    params: ofRun,
    response: run,
    handler: (ctx, { params }) => getRun(ctx, params.run),
  }),
  route({
    method: 'POST',
    path: '/runs/:run/cancel',
    summary: { zh: '取消一次归集任务', en: 'Cancel a run' },
    access: deliverPermission,
    params: ofRun,
    response: run,
    handler: (ctx, { params }) => cancelRun(ctx, params.run),
  }),
  route({
    method: 'POST',
    path: '/runs/:run/retry',
    summary: { zh: '重试一次归集任务', en: 'Try a run again' },
    access: deliverPermission,
    params: ofRun,
    response: run,
    handler: (ctx, { params }) => retryRun(ctx, params.run),
  }),
];
