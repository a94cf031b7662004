/**
 * HTTP of the organisation. Units, roles and boundaries are open to whoever is signed in; people
 * are not.
 */
import { z } from 'zod';
import { type Route, receiveFiles, route } from '#kernel/http';
import {
  acceptInvite,
  accountRates,
  bindIdentity,
  boundariesUnder,
  changePassword,
  confirmIdentity,
  confirmRoles,
  findUnit,
  identityClaims,
  invite,
  inviteOf,
  listAccounts,
  myAccount,
  openAccount,
  openMany,
  proposeRoles,
  rejectIdentity,
  rejectRoles,
  resetFactor,
  roleChanges,
  rolesKnown,
  setClosed,
  unitOf,
} from './actions/index.ts';
import { organisationErrors } from './errors.ts';
import {
  accountSchema,
  heldRoleSchema,
  identityClaimSchema,
  loginPattern,
  longestName,
  roleChangeSchema,
  roleSchema,
  unitLevelSchema,
  unitRateSchema,
  unitSchema,
} from './model.ts';
import { englishNames, unitsWhere } from './store.ts';

/** Without the members that were not given. */
const given = <T extends object>(query: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

const code = z.strictObject({ code: z.string() });
const inviteToken = z.string().min(20).max(100).describe('What the link carries');
const accountParams = z.strictObject({ account: z.string() });

const unitRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/units',
    summary: { zh: '单位：某单位之下、某一级、某上级的直属，或按名称查', en: 'Units, filtered' },
    access: 'session',
    query: z.strictObject({
      under: z.string().optional().describe('Every unit below this code'),
      parent: z.string().optional().describe('Units directly below this code'),
      level: unitLevelSchema.optional(),
      search: z.string().max(64).optional().describe('Part of a name or code'),
    }),
    response: z.strictObject({ units: z.array(unitSchema) }),
    handler: async (ctx, { query: { under, parent, level, search } }) => ({
      units: await unitsWhere(ctx, {
        ...(under === undefined ? {} : { below: (await unitOf(ctx, under)).path }),
        ...(parent === undefined ? {} : { parent }),
        ...(level === undefined ? {} : { level }),
        ...(search === undefined ? {} : { search }),
      }),
    }),
  }),
  route({
    method: 'GET',
    path: '/units/:code',
    summary: { zh: '一个单位和它的上级', en: 'A unit and the units above it' },
    access: 'session',
    params: code,
    response: z.strictObject({ unit: unitSchema, above: z.array(unitSchema) }),
    handler: async (ctx, { params }) => {
      const unit = await unitOf(ctx, params.code);
      const codes = unit.path.split('/').slice(0, -1);
      const above = await unitsWhere(ctx, { codes });
      return { unit, above: above.sort((a, b) => a.path.length - b.path.length) };
    },
  }),
  route({
    method: 'GET',
    path: '/boundaries',
    summary: { zh: '单位边界（GeoJSON）', en: 'Boundaries of units (GeoJSON)' },
    access: 'session',
    query: z.strictObject({
      under: z.string().describe('At or below this unit'),
      level: unitLevelSchema,
    }),
    response: z.strictObject({
      type: z.literal('FeatureCollection'),
      features: z.array(
        z.strictObject({
          type: z.literal('Feature'),
          properties: z.strictObject({
            code: z.string(),
            name: z.string(),
            nameEn: z.string().nullable(),
            zone: z.boolean(),
            label: z.tuple([z.number(), z.number()]).nullable(),
            generated: z.boolean().describe('示意: made up, not surveyed'),
          }),
          geometry: z.unknown(),
        }),
      ),
    }),
    handler: (ctx, { query }) => boundariesUnder(ctx, query.under, query.level),
  }),
  route({
    method: 'GET',
    path: '/names',
    summary: { zh: '单位的英文名', en: 'English names of units' },
    access: 'session',
    response: z.strictObject({
      names: z.record(z.string(), z.string()).describe('English name by Chinese name'),
    }),
    handler: async (ctx) => ({ names: await englishNames(ctx) }),
  }),
  route({
    method: 'GET',
    path: '/roles',
    summary: { zh: '角色', en: 'Roles' },
    access: 'session',
    response: z.strictObject({ roles: z.array(roleSchema) }),
    handler: async (ctx) => ({ roles: await rolesKnown(ctx) }),
  }),
];

const identityBody = z.strictObject({
  identity: z.string().trim().min(6).max(64).describe('Number of the document; hashed at once'),
});
const identityState = z.strictObject({
  state: z.enum(['claimed', 'bound']).describe('`claimed`: a second person has to say the same'),
});

const accountRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/me',
    summary: { zh: '我的账号、单位和角色', en: 'My account, units and roles' },
    access: 'session',
    response: z.strictObject({ account: accountSchema, units: z.array(unitSchema) }),
    handler: async (ctx) => {
      const found = await Promise.all(ctx.actor.roles.map((held) => findUnit(ctx, held.unit)));
      const units = new Map(found.flatMap((unit) => (unit ? [[unit.code, unit]] : [])));
      return { account: await myAccount(ctx), units: [...units.values()] };
    },
  }),
  route({
    method: 'GET',
    path: '/accounts',
    summary: { zh: '本单位及下级的账号', en: 'Accounts of my units' },
    access: 'organisation.read',
    query: z.strictObject({
      search: z.string().max(64).optional(),
      unit: z.string().optional().describe('A unit, its subtree included'),
      role: z.string().optional(),
      state: z.enum(['open', 'invited', 'closed']).optional(),
      after: z.string().optional().describe('Id of the last account of the page before'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.strictObject({ accounts: z.array(accountSchema), next: z.string().nullable() }),
    handler: (ctx, { query }) => listAccounts(ctx, given(query)),
  }),
  route({
    method: 'POST',
    path: '/accounts',
    summary: { zh: '开通账号', en: 'Open an account' },
    access: 'organisation.manage',
    body: z.strictObject({
      id: z.string().regex(loginPattern).describe('Login name'),
      name: z.string().min(1).max(longestName),
      unit: z.string(),
    }),
    response: accountSchema,
    handler: (ctx, { body }) => openAccount(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/accounts/:account/invite',
    summary: { zh: '发设密链接', en: 'Make a link to set the password' },
    access: 'organisation.manage',
    proof: true,
    params: accountParams,
    response: z.strictObject({
      token: z.string().describe('Shown once; only its hash is kept'),
      expiresAt: z.iso.datetime(),
    }),
    handler: async (ctx, { params }) => {
      const { token, expiresAt } = await invite(ctx, params.account);
      return { token, expiresAt: expiresAt.toISOString() };
    },
  }),
  route({
    method: 'POST',
    path: '/invites/look',
    summary: { zh: '看设密链接是谁的、是否还有效', en: 'Look at a link without using it up' },
    access: 'public',
    body: z.strictObject({ token: inviteToken }),
    response: z.strictObject({
      account: z.string().describe('Login name'),
      name: z.string().describe('Masked'),
      unitName: z.string(),
      unitNameEn: z.string().nullable(),
      expiresAt: z.iso.datetime(),
      passwordLength: z.int().describe('Fewest characters of a password'),
    }),
    handler: async (ctx, { body }) => {
      const held = await inviteOf(ctx, body.token);
      return { ...held, expiresAt: held.expiresAt.toISOString() };
    },
  }),
  route({
    method: 'POST',
    path: '/invites',
    summary: { zh: '用设密链接设密码', en: 'Set the password by the link' },
    access: 'public',
    body: z.strictObject({
      token: inviteToken,
      password: z.string().max(256),
    }),
    response: z.strictObject({ account: z.string() }),
    handler: (ctx, { body }) => acceptInvite(ctx, body),
  }),
  route({
    method: 'PUT',
    path: '/accounts/:account/closed',
    summary: { zh: '停用或恢复账号', en: 'Close an account or open it again' },
    access: 'organisation.manage',
    params: accountParams,
    body: z.strictObject({ version: z.int(), closed: z.boolean() }),
    response: accountSchema,
    handler: (ctx, { params, body }) => setClosed(ctx, { ...params, ...body }),
  }),
  route({
    method: 'PUT',
    path: '/accounts/:account/roles',
    summary: { zh: '提出角色变更，待安全管理员确认', en: 'Propose roles, to be confirmed' },
    access: 'organisation.manage',
    params: accountParams,
    body: z.strictObject({
      version: z.int(),
      roles: z.array(heldRoleSchema).max(50),
      reason: z.string().trim().min(1).max(500).describe('Why'),
    }),
    response: roleChangeSchema,
    handler: (ctx, { params, body }) => proposeRoles(ctx, { ...params, ...body }),
  }),
  route({
    method: 'PUT',
    path: '/accounts/:account/identity',
    summary: { zh: '账号实名（只存加密摘要），待第二人确认', en: 'Say whose account it is' },
    access: 'organisation.manage',
    proof: true,
    params: accountParams,
    body: identityBody,
    response: identityState,
    handler: (ctx, { params, body }) => bindIdentity(ctx, { ...params, ...body }),
  }),
  route({
    method: 'POST',
    path: '/accounts/:account/identity/confirm',
    summary: { zh: '确认账号实名：再录一次证件号码', en: 'Confirm whose account it is' },
    access: 'organisation.grant',
    proof: true,
    params: accountParams,
    body: identityBody,
    response: identityState,
    handler: (ctx, { params, body }) => confirmIdentity(ctx, { ...params, ...body }),
  }),
  route({
    method: 'POST',
    path: '/accounts/:account/identity/reject',
    summary: { zh: '退回待确认的账号实名', en: 'Turn down whose account it is said to be' },
    // Whoever said it takes it back too: the verb asks who.
    access: 'organisation.read',
    params: accountParams,
    body: z.strictObject({
      reason: z.string().trim().min(1).max(500).describe('Why; the audit keeps it'),
    }),
    handler: (ctx, { params, body }) => rejectIdentity(ctx, { ...params, ...body }),
  }),
  route({
    method: 'GET',
    path: '/identity-claims',
    summary: { zh: '待第二人确认的账号实名', en: 'Accounts whose person a second has to see' },
    access: 'organisation.read',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    response: z.strictObject({ claims: z.array(identityClaimSchema) }),
    handler: async (ctx, { query }) => ({ claims: await identityClaims(ctx, query.limit) }),
  }),
];

const manyRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/accounts/bulk',
    summary: { zh: '用名单批量开通账号（CSV、Excel）', en: 'Open many accounts from a list' },
    access: 'organisation.manage',
    proof: true,
    multipart: true,
    response: z.strictObject({
      batch: z.uuid(),
      opened: z
        .array(
          z.strictObject({
            account: z.string(),
            unit: z.string(),
            token: z.string().describe('Of the link to set the password; shown once'),
            expiresAt: z.iso.datetime(),
          }),
        )
        .describe('Accounts opened'),
      proposed: z.int().describe('Roles that wait for the security administrator'),
    }),
    handler: async (ctx, { request }) => {
      const received = await receiveFiles(ctx, request);
      try {
        const [file] = received.files;
        if (file === undefined) throw organisationErrors.make('bad_list', { detail: '-' });
        return await openMany(ctx, file);
      } finally {
        await received.dispose();
      }
    },
  }),
  route({
    method: 'GET',
    path: '/rates',
    summary: { zh: '开通率、活跃率', en: 'Accounts open and active, by unit' },
    access: 'organisation.read',
    query: z.strictObject({ under: z.string().describe('Units directly below this one') }),
    response: z.strictObject({ units: z.array(unitRateSchema) }),
    handler: async (ctx, { query }) => ({ units: await accountRates(ctx, query.under) }),
  }),
  route({
    method: 'POST',
    path: '/accounts/:account/factor-reset',
    summary: {
      zh: '手机丢失：解除他人的动态验证码',
      en: 'Remove the second factor of who lost it',
    },
    access: 'organisation.manage',
    proof: true,
    params: accountParams,
    handler: (ctx, { params }) => resetFactor(ctx, params.account),
  }),
  route({
    method: 'PUT',
    path: '/me/password',
    summary: { zh: '修改我的密码', en: 'Change my password' },
    access: 'session',
    body: z.strictObject({
      old: z.string().min(1).max(500).describe('The password so far'),
      password: z.string().max(256).describe('The new one'),
      code: z.string().trim().max(40).optional().describe('One-time code, with a second factor'),
    }),
    handler: (ctx, { body }) => changePassword(ctx, body),
  }),
];

const changeId = z.strictObject({ id: z.uuid().describe('Change of roles') });

const roleChangeRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/role-changes',
    summary: { zh: '角色变更：待确认的在前', en: 'Changes of roles, those that wait first' },
    access: 'organisation.read',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    response: z.strictObject({ changes: z.array(roleChangeSchema) }),
    handler: async (ctx, { query }) => ({ changes: await roleChanges(ctx, query.limit) }),
  }),
  route({
    method: 'POST',
    path: '/role-changes/:id/confirm',
    summary: { zh: '确认角色变更', en: 'Confirm a change of roles' },
    access: 'organisation.grant',
    proof: true,
    params: changeId,
    response: accountSchema,
    handler: (ctx, { params }) => confirmRoles(ctx, params.id),
  }),
  route({
    method: 'POST',
    path: '/role-changes/:id/reject',
    summary: { zh: '驳回角色变更', en: 'Turn a change of roles down' },
    access: 'organisation.grant',
    params: changeId,
    body: z.strictObject({ answer: z.string().trim().min(1).max(500).describe('Why not') }),
    handler: (ctx, { params, body }) => rejectRoles(ctx, params.id, body.answer),
  }),
];

export const organisationRoutes: Route[] = [
  ...unitRoutes,
  ...accountRoutes,
  ...manyRoutes,
  ...roleChangeRoutes,
];
