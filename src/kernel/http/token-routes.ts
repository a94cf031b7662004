/** Access tokens of programs over HTTP: `/api/auth/tokens`. */
import { z } from 'zod';
import { issueToken, listTokens, revokeToken, type Token, tokensPermission } from '#kernel/auth';
import { type Route, route } from './route.ts';

const token = z.strictObject({
  id: z.uuid().describe('Id of the token'),
  account: z.string().describe('Service account it acts as'),
  title: z.string().describe('What it is for'),
  createdAt: z.iso.datetime().describe('When it was issued'),
  expiresAt: z.iso.datetime().describe('When it ends'),
  revokedAt: z.iso.datetime().nullable().describe('When it was taken back'),
});

const issued = token.extend({
  secret: z.string().describe('Value of `Authorization: Bearer`; shown this once'),
});

const toWire = (one: Token): z.input<typeof token> => ({
  id: one.id,
  account: one.account,
  title: one.title,
  createdAt: one.createdAt.toISOString(),
  expiresAt: one.expiresAt.toISOString(),
  revokedAt: one.revokedAt?.toISOString() ?? null,
});

export const tokenRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/tokens',
    summary: { zh: '访问令牌', en: 'Access tokens' },
    access: tokensPermission,
    response: z.strictObject({ tokens: z.array(token).describe('Newest first') }),
    handler: async (ctx) => ({ tokens: (await listTokens(ctx)).map(toWire) }),
  }),
  route({
    method: 'POST',
    path: '/tokens',
    summary: { zh: '发放访问令牌', en: 'Issue an access token' },
    access: tokensPermission,
    proof: true,
    body: z.strictObject({
      account: z.string().min(1).max(200).describe('Service account it acts as'),
      title: z.string().trim().min(1).max(200).describe('What it is for'),
      days: z.number().int().min(1).max(366).describe('Days until it ends'),
    }),
    response: issued,
    handler: async (ctx, { body }) => {
      const made = await issueToken(ctx, body);
      return { ...toWire(made), secret: made.secret };
    },
  }),
  route({
    method: 'DELETE',
    path: '/tokens/:id',
    summary: { zh: '收回访问令牌', en: 'Take an access token back' },
    access: tokensPermission,
    params: z.strictObject({ id: z.uuid().describe('Id of the token') }),
    handler: (ctx, { params }) => revokeToken(ctx, params.id),
  }),
];
