/** The cookie of a session, and what routes of signing in share. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type NewSession, sessionCookie } from '#kernel/auth';

export const bilingual = z.strictObject({
  zh: z.string().describe('In Chinese'),
  en: z.string().describe('In English'),
});

/**
 * Strict: no other site can make the browser send it. Not `Secure`: many county networks end TLS
 * before us.
 */
export function setCookie(reply: FastifyReply, session: NewSession): void {
  const { token, maxAge } = session;
  reply.setCookie(sessionCookie, token, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    maxAge,
    secure: reply.request.protocol === 'https',
  });
}
