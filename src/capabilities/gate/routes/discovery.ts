/** Routes of grading: lists, runs, what is put forward and what is decided. */
import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import * as discovery from '../actions/discovery/index.ts';
import * as model from '../model.ts';

const run = z.strictObject({ id: z.uuid().describe('Id of the run') });
const look = 'gate.grades';

export const discoveryRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/grades',
    summary: { zh: '信息项的分类分级', en: 'Types and grades of items' },
    access: look,
    query: model.gradesInput,
    response: model.gradesPage,
    handler: (ctx, { query }) => discovery.listGrades(ctx, query),
  }),
  route({
    method: 'GET',
    path: '/grades/summary',
    summary: { zh: '分类分级进度', en: 'How far grading is' },
    access: look,
    response: model.gradesSummary,
    handler: (ctx) => discovery.gradesOverview(ctx),
  }),
  route({
    method: 'GET',
    path: '/grades/rights',
    summary: { zh: '本人可以提出还是确认', en: 'Whether I may put forward or confirm' },
    access: look,
    response: z.strictObject({
      discover: z.boolean().describe('May look and put forward'),
      confirm: z.boolean().describe('May confirm and refuse'),
    }),
    handler: async (ctx) => discovery.gradingRights(ctx),
  }),
  route({
    method: 'GET',
    path: '/grades/:dataset/:item/steps',
    summary: { zh: '一个信息项的定级经过', en: 'How an item was graded' },
    access: look,
    params: z.strictObject({
      dataset: z.string().min(1).describe('Name of the dataset'),
      item: z.string().min(1).describe('Name of the item'),
    }),
    response: z.strictObject({ steps: z.array(model.discoveryStep) }),
    handler: async (ctx, { params }) => ({ steps: await discovery.gradeSteps(ctx, params) }),
  }),
  route({
    method: 'POST',
    path: '/grades/submit',
    summary: { zh: '提出分类分级', en: 'Put types and grades forward' },
    access: discovery.discoverPermission,
    body: model.submitInput,
    response: model.decidedItems,
    handler: (ctx, { body }) => discovery.submitGrades(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/grades/decide',
    summary: { zh: '确认或不采纳', en: 'Confirm or refuse' },
    access: discovery.confirmPermission,
    body: model.decideInput,
    response: model.decidedItems,
    handler: (ctx, { body }) => discovery.decideGrades(ctx, body),
  }),
  route({
    method: 'GET',
    path: '/discovery',
    summary: { zh: '识别任务', en: 'Runs of discovery' },
    access: look,
    response: z.strictObject({ runs: z.array(model.discoveryRun) }),
    handler: async (ctx) => ({ runs: await discovery.discoveryRuns(ctx) }),
  }),
  route({
    method: 'POST',
    path: '/discovery',
    summary: { zh: '开始识别', en: 'Start looking' },
    access: discovery.discoverPermission,
    body: model.discoverInput,
    response: model.discoveryRun,
    handler: (ctx, { body }) => discovery.startDiscovery(ctx, body),
  }),
  route({
    method: 'DELETE',
    path: '/discovery/:id',
    summary: { zh: '停止识别', en: 'Stop looking' },
    access: discovery.discoverPermission,
    params: run,
    response: model.discoveryRun,
    handler: (ctx, { params }) => discovery.cancelDiscovery(ctx, params.id),
  }),
];
