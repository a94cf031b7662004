import { z } from 'zod';
import { caseDetail, storePhoto } from '#cases';
import { type Route, route } from '#kernel/http';
import { componentsNear, dispatch, suggestDispatch } from './actions/dispatch.ts';
import { eventOf, findReports, followed, sign, similar, viewEvent } from './actions/events.ts';
import { deskOf, handsIn, takeReport } from './actions/intake.ts';
import { join, suggestJoins } from './actions/join.ts';
import { rate } from './actions/rating.ts';
import { hubErrors } from './errors.ts';
import {
  component,
  dispatchSuggestion,
  eventView,
  followedReport,
  joinSuggestion,
  report,
  reportInput,
} from './model.ts';

const eventParam = z.strictObject({ event: z.string().min(1).describe('Case id of the event') });
const done = z.strictObject({ event: eventView });
const version = z.number().int().optional().describe('Version of the case that was seen');

const reportRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/reports',
    summary: { zh: '登记一件群众反映', en: 'Enter a report' },
    access: 'hub.report',
    body: reportInput,
    response: z.strictObject({ report }),
    handler: async (ctx, { body }) => ({ report: await takeReport(ctx, body, 'form') }),
  }),
  route({
    method: 'POST',
    path: '/photos',
    summary: { zh: '上传一张报件的照片', en: 'Upload a photo of a report' },
    access: 'hub.report',
    multipart: true,
    response: z.strictObject({ sha256: z.string().describe('To name in the report') }),
    handler: async (ctx, { request }) => {
      const part = await request.file();
      if (!part) throw hubErrors.make('photo_missing');
      const { sha256 } = await storePhoto(
        ctx,
        { name: part.filename, stream: part.file },
        'hub.report',
      );
      return { sha256 };
    },
  }),
  route({
    method: 'GET',
    path: '/reports',
    summary: { zh: '按渠道编号查反映', en: 'A report by its number in the channel' },
    access: 'hub.read',
    query: z.strictObject({
      channel: z.string().min(1).describe('Channel'),
      ref: z.string().min(1).max(64).describe('Number in the channel'),
    }),
    response: z.strictObject({ reports: z.array(report) }),
    handler: async (ctx, { query }) => ({
      reports: await findReports(ctx, query.channel, query.ref),
    }),
  }),
  route({
    method: 'GET',
    path: '/reports/mine',
    summary: {
      zh: '我反映的事：进展、答复、评价',
      en: 'What I reported: progress, answer, rating',
    },
    access: 'hub.follow',
    response: z.strictObject({ reports: z.array(followedReport) }),
    handler: async (ctx) => ({ reports: await followed(ctx) }),
  }),
  route({
    method: 'POST',
    path: '/push',
    summary: { zh: '外部系统推送一件反映', en: 'Another system pushes a report' },
    access: 'hub.push',
    body: reportInput,
    response: z.strictObject({ report }),
    handler: async (ctx, { body }) => ({ report: await takeReport(ctx, body, 'push') }),
  }),
  route({
    method: 'POST',
    path: '/reports/:report/rating',
    summary: { zh: '评价一件反映的办理', en: 'Rate how a report was dealt with' },
    access: 'hub.rate',
    params: z.strictObject({ report: z.string().min(1).describe('Id of the report') }),
    body: z.strictObject({ rating: z.number().int().min(1).max(5).describe('1 to 5') }),
    response: z.strictObject({ rated: z.literal(true) }),
    handler: async (ctx, { params, body }) => {
      await rate(ctx, params.report, body.rating);
      return { rated: true as const };
    },
  }),
];

const channelView = z.strictObject({
  name: z.string(),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  icon: z.string(),
  ways: z.array(z.string()),
  mine: z.boolean().describe('Takes reports from this actor'),
});

const similarEvent = z.strictObject({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
  hostName: z.string().nullable(),
  metres: z.number(),
  inTime: z.boolean().nullable(),
});

const eventRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/channels',
    summary: { zh: '渠道', en: 'Channels of reports' },
    access: 'session',
    response: z.strictObject({
      channels: z.array(channelView),
      caseType: z.string().describe('Case type that an event runs'),
      actions: z
        .record(z.string(), z.string())
        .describe('Actions of the case that the desk does by its own verbs'),
    }),
    handler: async (ctx) => {
      const desk = await deskOf(ctx);
      return {
        channels: Object.entries(desk.channels).map(([name, channel]) => ({
          name,
          title: channel.title,
          icon: channel.icon,
          ways: channel.ways,
          mine: handsIn(channel, ctx.actor),
        })),
        caseType: desk.case_type,
        actions: desk.actions,
      };
    },
  }),
  route({
    method: 'GET',
    path: '/events/:event',
    summary: { zh: '一件事件：报件、位置、派遣理由', en: 'An event: reports, place, dispatch' },
    access: 'hub.read',
    params: eventParam,
    response: done,
    handler: async (ctx, { params }) => {
      // The case decides who may see it.
      await caseDetail(ctx, params.event);
      return { event: await viewEvent(ctx, params.event) };
    },
  }),
  route({
    method: 'GET',
    path: '/events/:event/suggestions',
    summary: { zh: '并案与派遣建议及理由', en: 'What to join and whom to dispatch, with reasons' },
    access: 'hub.dispatch',
    params: eventParam,
    response: z.strictObject({
      joins: z.array(joinSuggestion),
      dispatch: dispatchSuggestion,
      components: z.array(component),
    }),
    handler: async (ctx, { params }) => {
      await caseDetail(ctx, params.event);
      const event = await eventOf(ctx, params.event);
      const [joins, proposed, components] = await Promise.all([
        suggestJoins(ctx, event),
        suggestDispatch(ctx, event),
        componentsNear(ctx, event),
      ]);
      return { joins, dispatch: proposed, components };
    },
  }),
  route({
    method: 'GET',
    path: '/events/:event/similar',
    summary: { zh: '附近的同类事件', en: 'Similar events near it' },
    access: 'hub.read',
    params: eventParam,
    query: z.strictObject({ metres: z.coerce.number().min(10).max(2000).optional() }),
    response: z.strictObject({ events: z.array(similarEvent) }),
    handler: async (ctx, { params, query }) => {
      await caseDetail(ctx, params.event);
      return { events: await similar(ctx, params.event, query.metres) };
    },
  }),
];

const deskRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/events/:event/sign',
    summary: { zh: '平台签收', en: 'Sign for a report' },
    access: 'hub.sign',
    params: eventParam,
    body: z.strictObject({ version }),
    response: done,
    handler: async (ctx, { params, body }) => {
      await sign(ctx, params.event, body.version);
      return { event: await viewEvent(ctx, params.event) };
    },
  }),
  route({
    method: 'POST',
    path: '/events/:event/join',
    summary: { zh: '并案', en: 'Join events into this one' },
    access: 'hub.join',
    params: eventParam,
    body: z.strictObject({ others: z.array(z.string().min(1)).min(1).max(50) }),
    response: done,
    handler: async (ctx, { params, body }) => {
      await join(ctx, params.event, body.others);
      return { event: await viewEvent(ctx, params.event) };
    },
  }),
  route({
    method: 'POST',
    path: '/events/:event/dispatch',
    summary: { zh: '派遣', en: 'Dispatch' },
    access: 'hub.dispatch',
    params: eventParam,
    body: z.strictObject({
      host: z.string().optional().describe('Unit that handles'),
      cohost: z.string().optional().describe('Unit that guards the spot'),
      reason: z.string().max(1000).optional(),
      version,
    }),
    response: done,
    handler: async (ctx, { params, body }) => {
      await dispatch(ctx, { event: params.event, ...body });
      return { event: await viewEvent(ctx, params.event) };
    },
  }),
];

export const hubRoutes: Route[] = [...reportRoutes, ...eventRoutes, ...deskRoutes];
