import { z } from 'zod';
import { type Route, route } from '#kernel/http';
import * as rules from './actions/index.ts';
import * as model from './model.ts';

const access = 'rules.read';
const named = z.strictObject({ rule: z.string().min(1).describe('Name of the rule') });
const page = z.strictObject({
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('Rows skipped'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Rows of a page'),
});

export const ruleRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/',
    summary: { zh: '现行监督模型', en: 'Rules in force' },
    access,
    response: z.strictObject({ rules: z.array(model.ruleView) }),
    handler: async (ctx) => ({ rules: await rules.listRules(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/:rule',
    summary: { zh: '一个监督模型', en: 'One rule' },
    access,
    params: named,
    response: model.ruleView,
    handler: (ctx, { params }) => rules.getRule(ctx, params.rule),
  }),
  route({
    method: 'GET',
    path: '/:rule/title',
    summary: { zh: '监督模型的名称', en: 'Title of a rule that opens cases' },
    access: 'cases.read',
    params: named,
    response: z.strictObject({ title: model.ruleView.shape.title }),
    handler: async (ctx, { params }) => ({ title: await rules.titleOf(ctx, params.rule) }),
  }),
  route({
    method: 'GET',
    path: '/:rule/runs',
    summary: { zh: '运行历史', en: 'Runs of a rule' },
    access,
    params: named,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(200).default(50).describe('Runs at most'),
    }),
    response: z.strictObject({ runs: z.array(model.run) }),
    handler: async (ctx, { params, query }) => ({
      runs: await rules.runsOf(ctx, params.rule, query.limit),
    }),
  }),
  route({
    method: 'GET',
    path: '/:rule/rows',
    summary: { zh: '现在找到的对象', en: 'What a rule finds now' },
    access,
    params: named,
    query: page,
    response: model.findings,
    handler: (ctx, { params, query }) => rules.findingsOf(ctx, params.rule, query),
  }),
  route({
    method: 'POST',
    path: '/:rule/backtest',
    summary: { zh: '用旧数据回测', en: 'Try a rule on old snapshots' },
    access: 'rules.manage',
    params: named,
    body: z.strictObject({ asOf: z.iso.datetime().describe('The moment, UTC') }),
    response: model.backtest,
    handler: (ctx, { params, body }) =>
      rules.backtest(ctx, params.rule, { asOf: new Date(body.asOf) }),
  }),
];
