/** What the server keeps of a request while it is served. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Route } from './route.ts';

export interface ServedRoute extends Route {
  capability: string;
  /** Path as it is served, `/api/<capability>/...`. */
  url: string;
}

export interface RequestState {
  ctx: Ctx;
  caller: Caller;
  startedAt: number;
  /** Resolves when every audit record the request caused is durable. */
  settled: () => Promise<void>;
  /**
   * Whether the credentials of the request still sign in the same person in the same roles; asked
   * by long streams.
   */
  stillSignedIn: () => Promise<boolean>;
  /** Aborted when the server closes. */
  closing: AbortSignal;
  /** Counts one more open stream of this session; gives it back. @throws http.too_many_streams */
  openStream: () => () => void;
}

/**
 * A field of the request itself: a weak map of requests is paid for in every garbage collection.
 */
const field = Symbol('state');

type Stated = FastifyRequest & { [field]?: RequestState | null };

/** Gives every request its field. */
export function carryState(app: FastifyInstance): void {
  app.decorateRequest(field, null);
}

export const setState = (request: FastifyRequest, state: RequestState): void => {
  (request as Stated)[field] = state;
};

/** @throws Error outside of a declared route: a fault of assembly. */
export function stateOf(request: FastifyRequest): RequestState {
  const state = findState(request);
  if (state === undefined) throw new Error(`no state for ${request.url}`);
  return state;
}

export const findState = (request: FastifyRequest): RequestState | undefined =>
  (request as Stated)[field] ?? undefined;

export const stateOfReply = (reply: FastifyReply): RequestState => stateOf(reply.request);
