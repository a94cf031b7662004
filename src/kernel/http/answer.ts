/**
 * One request through one route: who asks, may he, is the input whole, act, wait for the audit,
 * answer.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '#kernel/audit';
import {
  type Actor,
  anonymous,
  authErrors,
  authenticate,
  type Caller,
  type Credentials,
  requireCsrf,
  requirePermission,
  sessionCookie,
} from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { isConflict } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { httpErrors } from './errors.ts';
import type { RateLimit } from './limits.ts';
import { type ServedRoute, setState, stateOf } from './state.ts';
import type { StreamCap } from './streams.ts';
import { parseInput } from './validate.ts';

export type MakeCtx = (request: { actor: Actor; requestId: string }) => Ctx;

const bearer = /^Bearer\s+(\S+)$/i;

const credentialsOf = (request: FastifyRequest) => ({
  cookie: request.cookies[sessionCookie],
  bearer: bearer.exec(request.headers.authorization ?? '')?.[1],
});

/**
 * Everything recorded is waited for before the answer leaves, also what a handler did not wait for.
 */
function watched(audit: Audit): { audit: Audit; settled: () => Promise<void> } {
  const pending: Promise<void>[] = [];
  let failed: { error: unknown } | undefined;
  return {
    audit: {
      gather: (ctx) => audit.gather(ctx),
      record: (ctx, entry) => {
        const written = audit.record(ctx, entry);
        pending.push(
          written.catch((error: unknown) => {
            // A transaction that lost is run again and records again: what it recorded is gone.
            if (!isConflict(error)) failed ??= { error };
          }),
        );
        return written;
      },
      seal: () => audit.seal(),
      close: () => audit.close(),
    },
    settled: async () => {
      await Promise.all(pending);
      if (failed !== undefined) throw failed.error;
    },
  };
}

const writes = ({ method }: ServedRoute): boolean => method !== 'GET' && method !== 'OPTIONS';

/** A piece of an upload, as tus and the IETF's resumable uploads name it. */
export const octetTypes = ['application/offset+octet-stream', 'application/partial-upload'];

function requireMedia(route: ServedRoute, request: FastifyRequest): void {
  const type = request.headers['content-type'] ?? '';
  if (octetTypes.some((one) => type.startsWith(one)) !== (route.octets === true)) {
    const expected = route.octets ? octetTypes.join(', ') : 'application/json';
    throw httpErrors.make('unsupported_media', { expected });
  }
  if (type.startsWith('multipart/') !== (route.multipart === true) && type !== '') {
    const expected = route.multipart ? 'multipart/form-data' : 'application/json';
    throw httpErrors.make('unsupported_media', { expected });
  }
}

/** The declared row of the authorisation matrix. */
function requireAccess(route: ServedRoute, caller: Caller): void {
  if (route.access === 'public') return;
  if (caller.session === 'expired') throw authErrors.make('session_expired');
  if (caller.session === 'none') throw authErrors.make('not_signed_in');
  if (caller.mustEnrol && !route.enrolling) throw authErrors.make('factor_missing');
  if (route.access !== 'session') requirePermission({ actor: caller.actor }, route.access);
}

/** A program's token is its proof; a person proves who he is from time to time. */
function requireProved(route: ServedRoute, caller: Caller, now: Date): void {
  if (!route.proof || caller.provedUntil === undefined) return;
  if (caller.provedUntil < now) throw authErrors.make('prove_first');
}

interface Served {
  makeCtx: MakeCtx;
  limit: RateLimit;
  streams: StreamCap;
  closing: AbortSignal;
}

/** A session is counted by itself once it is known; a made-up cookie counts for its address. */
function limiter(limit: RateLimit): (request: FastifyRequest, caller?: Caller) => void {
  return (request, caller) => {
    const known =
      caller !== undefined && (caller.session === 'live' || caller.session === 'client');
    limit.take(known ? `actor ${caller.actor.id} ${request.ip}` : `address ${request.ip}`);
  };
}

const rolesOf = ({ actor }: Caller): string =>
  JSON.stringify(actor.roles.map(({ role, path }) => [role, path]));

/** Whether the credentials still let in the same person in the same roles. */
async function isStill(ctx: Ctx, credentials: Credentials, caller: Caller): Promise<boolean> {
  try {
    const now = await authenticate(ctx, { ...credentials, passive: true });
    return now.session === caller.session && rolesOf(now) === rolesOf(caller);
  } catch (error) {
    // A token that was taken back is refused, where a session is told to be over.
    if (error instanceof GuantongError && error.status === 401) return false;
    throw error;
  }
}

/** Before the body is read: limits, credentials, access, CSRF. */
export function entrance(served: Served, route: ServedRoute) {
  const take = limiter(served.limit);
  return async (request: FastifyRequest): Promise<void> => {
    const asNobody = served.makeCtx({ actor: anonymous(request.ip), requestId: request.id });
    const credentials = credentialsOf(request);
    const caller = await authenticate(asNobody, credentials).catch((error: unknown) => {
      take(request);
      throw error;
    });
    take(request, caller);
    const { audit, settled } = watched(asNobody.audit);
    setState(request, {
      ctx: { ...asNobody, actor: caller.actor, audit },
      caller,
      startedAt: performance.now(),
      settled,
      stillSignedIn: () => isStill(asNobody, credentials, caller),
      closing: served.closing,
      openStream: () => served.streams.take(caller, request.ip),
    });
    requireAccess(route, caller);
    if (!writes(route)) return;
    if (request.headers['sec-fetch-site'] === 'cross-site') throw httpErrors.make('cross_site');
    const csrf = request.headers['x-csrf-token'];
    requireCsrf(caller, Array.isArray(csrf) ? csrf[0] : csrf);
    requireProved(route, caller, asNobody.clock.now());
    requireMedia(route, request);
  };
}

/**
 * After the body is read. The answer goes through its schema, so that nothing undeclared gets out.
 */
export function handle(route: ServedRoute) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { ctx, settled } = stateOf(request);
    const input = parseInput(route, request);
    const result = await route.handler(ctx, { ...input, request }, reply);
    await settled();
    if (route.stream || reply.sent) return reply.sent ? reply : result;
    if (route.response === undefined) return reply.status(204).send();
    const answer = route.response.parse(result);
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
  };
}
