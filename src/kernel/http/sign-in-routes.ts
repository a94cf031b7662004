/** Signing in and out over HTTP: `/api/auth/...` and the one-time link of the demo. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  authErrors,
  demoAccounts,
  login,
  logout,
  openDemoLink,
  sessionCookie,
  switchDemoAccount,
} from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { bilingual, setCookie } from './cookies.ts';
import { identityRoutes } from './identity-routes.ts';
import { linkUsedPage } from './link-page.ts';
import { mineRoutes } from './mine-routes.ts';
import { type Route, route } from './route.ts';
import { stateOf } from './state.ts';
import { tokenRoutes } from './token-routes.ts';

const me = z.strictObject({
  actor: z
    .strictObject({
      kind: z.enum(['account', 'client', 'system', 'anonymous']).describe('What asks'),
      id: z.string().describe('Id of the account or client'),
      name: z.string().describe('Name'),
      roles: z
        .array(
          z.strictObject({
            role: z.string().describe('Name of the role'),
            unit: z.string().describe('Code of the unit it is held in'),
            path: z.string().describe('Path of the unit; a subtree is a prefix'),
            unitName: z.string().describe('Name of the unit'),
          }),
        )
        .describe('Roles in units'),
      permissions: z.array(z.string()).describe('Union of the permissions of the roles'),
    })
    .nullable()
    .describe('Who is signed in; null when nobody is'),
  mustEnrol: z.boolean().describe('A second factor has to be set up before anything else'),
  csrf: z.string().nullable().describe('Value of `x-csrf-token` on every write'),
  demo: z.boolean().describe('Whether the role switcher is there'),
  district: z
    .strictObject({
      code: z.string().describe('Division code'),
      name: z.string().describe('Name'),
      timeZone: z.string().describe('Local time zone'),
    })
    .describe('The district this platform serves'),
});

const loginInput = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('Sign-in name'),
  password: z.string().min(1).max(500).describe('Password'),
  code: z.string().trim().max(40).optional().describe('One-time or recovery code'),
});

const demoAccount = z.strictObject({
  id: z.string().describe('Account'),
  role: z.string().describe('Role it stands for'),
  title: bilingual.describe('Title of the role'),
  name: z.string().describe('Name of the person, invented'),
  unitName: z.string().describe('Unit the role is held in'),
});

const switchInput = z.strictObject({
  account: z.string().min(1).max(200).describe('Id of a demo account'),
});

const tokenOf = (request: FastifyRequest): string => request.cookies[sessionCookie] ?? '';

const districtOf = (ctx: Ctx) => ({
  code: ctx.settings.county_code,
  name: ctx.settings.county_name,
  timeZone: ctx.settings.time_zone,
});

function meOf(ctx: Ctx, csrf: string | null, mustEnrol = false): z.input<typeof me> {
  const { kind, id, name, roles, permissions } = ctx.actor;
  const actor =
    kind === 'anonymous' ? null : { kind, id, name, roles, permissions: [...permissions].sort() };
  return { actor, mustEnrol, csrf, demo: ctx.settings.demo, district: districtOf(ctx) };
}

const meRoute = route({
  method: 'GET',
  path: '/me',
  summary: { zh: '我是谁：身份、角色、权限', en: 'Who I am: roles, permissions, CSRF token' },
  access: 'public',
  response: me,
  handler: async (ctx, { request }) => {
    const { csrf, mustEnrol } = stateOf(request).caller;
    return meOf(ctx, csrf ?? null, mustEnrol);
  },
});

const loginRoute = route({
  method: 'POST',
  path: '/login',
  summary: { zh: '账号密码登录', en: 'Sign in by name and password' },
  access: 'public',
  body: loginInput,
  handler: async (ctx, { body, request }, reply) => {
    const agent = request.headers['user-agent'];
    setCookie(reply, await login(ctx, { ...body, agent }));
  },
});

const logoutRoute = route({
  method: 'POST',
  path: '/logout',
  summary: { zh: '退出登录', en: 'Sign out' },
  access: 'session',
  enrolling: true,
  handler: async (ctx, { request }, reply) => {
    await logout(ctx, tokenOf(request));
    reply.clearCookie(sessionCookie, { path: '/' });
  },
});

const demoAccountsRoute = route({
  method: 'GET',
  path: '/demo-accounts',
  summary: { zh: '演示账号', en: 'Accounts of the demo' },
  access: 'session',
  response: z.array(demoAccount),
  handler: (ctx) => demoAccounts(ctx),
});

const switchRoute = route({
  method: 'POST',
  path: '/switch',
  summary: { zh: '切换演示角色', en: 'Switch the role of the demo' },
  access: 'session',
  body: switchInput,
  response: me,
  handler: async (ctx, { body, request }, reply) => {
    const session = await switchDemoAccount(ctx, body.account, tokenOf(request));
    setCookie(reply, session);
    return meOf({ ...ctx, actor: session.actor }, session.csrf);
  },
});

const demoLinkRoute = route({
  method: 'GET',
  path: '//demo/:token',
  summary: { zh: '演示登录链接，只能用一次', en: 'One-time sign-in link of the demo' },
  access: 'public',
  params: z.strictObject({ token: z.string().max(200).describe('Token of the link') }),
  stream: true,
  handler: async (ctx, { params, request }, reply) => {
    reply.header('cache-control', 'no-store');
    // Opened again by whoever it signed in: a reload, or a second click in the terminal.
    const signedIn = stateOf(request).caller.session === 'live' && ctx.settings.demo;
    try {
      setCookie(reply, await openDemoLink(ctx, params.token));
    } catch (error) {
      const used = error instanceof GuantongError && error.code === 'auth.link_used';
      if (!used) throw error;
      if (signedIn) return reply.redirect('/', 303);
      const page = linkUsedPage(authErrors.entries.link_used);
      return reply.status(401).type('text/html; charset=utf-8').send(page);
    }
    return reply.redirect('/', 303);
  },
});

const routes: Route[] = [
  meRoute,
  loginRoute,
  logoutRoute,
  demoAccountsRoute,
  switchRoute,
  demoLinkRoute,
  ...identityRoutes,
  ...mineRoutes,
  ...tokenRoutes,
];

/** Sign-in as the server sees it: the part of a capability that the kernel plays itself. */
export const signInRoutes: Capability = {
  name: 'auth',
  routes,
  permissions: {
    'auth.tokens': {
      zh: '发放和收回访问令牌',
      en: 'Issue and take back access tokens',
      duties: ['security'],
    },
    'packs.apply': { zh: '应用场景包', en: 'Apply packs', duties: ['system', 'business'] },
    'system.metrics': {
      zh: '查看运行指标',
      en: 'Read the metrics of operation',
      duties: ['system'],
    },
  },
};
