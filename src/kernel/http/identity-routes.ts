/** Signing in by an identity provider: the way there, the way back, and the own link to it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type Arrived,
  beginWay,
  endWay,
  giveCode,
  identityProviders,
  myIdentities,
  unlinkIdentity,
} from '#kernel/auth';
import { GuantongError } from '#kernel/errors';
import { bilingual, setCookie } from './cookies.ts';
import { type Route, route } from './route.ts';

/** What a browser on its way is known by. */
const wayCookie = 'gt_way';

/** Lax: the way back begins on another site. */
function setWayCookie(reply: FastifyReply, browser: string, maxAge: number): void {
  reply.setCookie(wayCookie, browser, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge,
    secure: reply.request.protocol === 'https',
  });
}

const browserOf = (request: FastifyRequest): string | undefined => request.cookies[wayCookie];
const agentOf = (request: FastifyRequest): string => request.headers['user-agent'] ?? '';

const provider = z.strictObject({
  provider: z.string().min(1).max(50).describe('Name of the identity provider'),
});

const providerShape = {
  name: z.string().describe('Name'),
  title: bilingual.describe('Title for people'),
};

/** Mistakes on the way are shown by the page of signing in, in the reader's language. */
async function orBack(reply: FastifyReply, work: () => Promise<string>): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store');
  try {
    return reply.redirect(await work(), 303);
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    return reply.redirect(`/signin?problem=${encodeURIComponent(error.code)}`, 303);
  }
}

/** Each once, in bounds: what else a provider sends along is left alone. */
const answerShape = z.object({
  state: z.string().max(200),
  code: z.string().max(4000).optional(),
  iss: z.string().max(2000).optional(),
  error: z.string().max(200).optional(),
});

function answerOf(request: FastifyRequest): Record<string, string> {
  const parsed = answerShape.safeParse(request.query);
  if (!parsed.success) return {};
  const said = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Record<string, string>;
}

/** Where the browser goes on, its session in a cookie if it has one now. */
function goOn(reply: FastifyReply, arrived: Arrived): string {
  if (arrived.kind === 'code') return '/signin?step=code';
  reply.clearCookie(wayCookie, { path: '/' });
  if (arrived.kind === 'signed_in') setCookie(reply, arrived.session);
  return arrived.back;
}

const wayRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/providers',
    summary: { zh: '可用的统一身份认证', en: 'Identity providers one may sign in by' },
    access: 'public',
    response: z.strictObject({
      providers: z.array(z.strictObject(providerShape)).describe('None when none is set up'),
    }),
    handler: async ({ settings }) => ({
      providers: identityProviders(settings).map(({ name, title }) => ({ name, title })),
    }),
  }),
  route({
    method: 'GET',
    path: '//auth/via/:provider',
    summary: { zh: '去统一身份认证登录', en: 'Go to an identity provider to sign in' },
    access: 'public',
    params: provider,
    query: z.strictObject({
      back: z.string().max(2000).optional().describe('Page to go on to, a path of this platform'),
    }),
    stream: true,
    handler: (ctx, { params, query, request }, reply) =>
      orBack(reply, async () => {
        const { url, browser, maxAge } = await beginWay(ctx, params.provider, {
          browser: browserOf(request),
          back: query.back,
          link: false,
        });
        setWayCookie(reply, browser, maxAge);
        return url;
      }),
  }),
  route({
    method: 'GET',
    path: '//auth/via/:provider/back',
    summary: { zh: '从统一身份认证回来', en: 'Back from an identity provider' },
    access: 'public',
    params: provider,
    stream: true,
    handler: (ctx, { params, request }, reply) =>
      orBack(reply, async () => {
        const browser = browserOf(request);
        const agent = agentOf(request);
        const answer = answerOf(request);
        return goOn(reply, await endWay(ctx, params.provider, { browser, answer, agent }));
      }),
  }),
  route({
    method: 'POST',
    path: '/via/code',
    summary: { zh: '统一身份认证之后的动态验证码', en: 'The second factor after a provider' },
    access: 'public',
    body: z.strictObject({
      code: z.string().trim().min(1).max(40).describe('One-time or recovery code'),
    }),
    response: z.strictObject({ back: z.string().describe('Page to go on to') }),
    handler: async (ctx, { body, request }, reply) => {
      const given = { browser: browserOf(request), code: body.code, agent: agentOf(request) };
      const { session, back } = await giveCode(ctx, given);
      setCookie(reply, session);
      reply.clearCookie(wayCookie, { path: '/' });
      return { back };
    },
  }),
];

const linkRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/link',
    summary: { zh: '我的账号绑定了哪些统一身份', en: 'Providers my account is linked to' },
    access: 'session',
    response: z.strictObject({
      providers: z
        .array(
          z.strictObject({
            ...providerShape,
            since: z.iso.datetime().nullable().describe('Linked since; null when it is not'),
          }),
        )
        .describe('None when none is set up'),
    }),
    handler: async (ctx) => ({
      providers: (await myIdentities(ctx)).map(({ provider: { name, title }, since }) => ({
        name,
        title,
        since: since?.toISOString() ?? null,
      })),
    }),
  }),
  route({
    method: 'POST',
    path: '/link/:provider',
    summary: { zh: '绑定统一身份', en: 'Link my account to an identity provider' },
    access: 'session',
    proof: true,
    params: provider,
    response: z.strictObject({ url: z.string().describe('Where the browser goes now') }),
    handler: async (ctx, { params, request }, reply) => {
      const { url, browser, maxAge } = await beginWay(ctx, params.provider, {
        browser: browserOf(request),
        back: '/account',
        link: true,
      });
      setWayCookie(reply, browser, maxAge);
      return { url };
    },
  }),
  route({
    method: 'DELETE',
    path: '/link/:provider',
    summary: { zh: '解除统一身份的绑定', en: 'Take the link to a provider away' },
    access: 'session',
    proof: true,
    params: provider,
    handler: (ctx, { params }) => unlinkIdentity(ctx, params.provider),
  }),
];

export const identityRoutes: Route[] = [...wayRoutes, ...linkRoutes];
