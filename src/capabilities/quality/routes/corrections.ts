/** Routes of corrections: the page, its rows, the file to mend, and 校核. */
import { z } from 'zod';
import { type Route, route, sendTable, tableFormat } from '#kernel/http';
import {
  challenge,
  correctionDetail,
  correctionFile,
  correctionRows,
} from '../actions/corrections/index.ts';
import * as model from '../model.ts';

const ofCase = z.strictObject({
  case: z.string().min(1).max(60).describe('Id or number of the case'),
});

export const correctionRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/corrections/:case',
    summary: { zh: '一张整改单', en: 'A correction' },
    access: 'cases.read',
    params: ofCase,
    response: model.correction,
    handler: (ctx, { params }) => correctionDetail(ctx, params.case),
  }),
  route({
    method: 'GET',
    path: '/corrections/:case/rows',
    summary: { zh: '整改单的问题数据样例', en: 'Faulty rows of a correction' },
    access: 'cases.read',
    params: ofCase,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(200).default(20).describe('Rows at most'),
    }),
    response: model.correctionRows,
    handler: (ctx, { params, query }) => correctionRows(ctx, params.case, query.limit),
  }),
  route({
    method: 'GET',
    path: '/corrections/:case/file',
    summary: { zh: '下载待改数据', en: 'The faulty rows as a file' },
    access: 'cases.read',
    params: ofCase,
    query: z.strictObject({
      format: tableFormat,
      lang: z.enum(['zh', 'en']).default('zh').describe('Language of the head'),
      notes: z.stringbool().default(false).describe('With a last column that says what is wrong'),
    }),
    stream: true,
    handler: async (ctx, { params, query: { format, ...asked } }, reply) => {
      const { table, more } = await correctionFile(ctx, params.case, asked);
      return sendTable(reply.header('x-guantong-truncated', String(more)), table, format);
    },
  }),
  route({
    method: 'POST',
    path: '/challenges',
    summary: { zh: '校核：指出一个不对的值', en: 'Say that a value is wrong' },
    access: 'gate.read',
    body: model.newChallenge,
    response: model.challengeMade,
    handler: (ctx, { body }) => challenge(ctx, body),
  }),
];
