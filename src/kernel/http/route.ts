/**
 * The declaration of a route: one schema for validation, types, the OpenAPI document and the web
 * client.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodType, z } from 'zod';
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';

type Out<T> = T extends ZodType ? z.output<T> : undefined;

export interface RouteInput<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  request: FastifyRequest;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** Path below `/api/<capability>`, `:name` for parameters. Absolute when it starts with `//`. */
  path: string;
  summary: Bilingual;
  /**
   * Who may: `public` anyone; `session` anyone signed in; else the permission's name. The verb
   * checks again, with the unit; this is the row of the authorisation matrix.
   */
  access: string;
  /** Dangerous: the person proves who he is once more, within `step_up_minutes` before. */
  proof?: true;
  /** Open to who has yet to set up a second factor. */
  enrolling?: true;
  params?: ZodType;
  query?: ZodType;
  body?: ZodType;
  /** JSON answer; absent when `stream` is set. */
  response?: ZodType;
  /** The handler writes the reply itself (downloads, server-sent events, uploads). */
  stream?: boolean;
  /** Body limit in bytes when it differs from the setting `http_body_limit_bytes`. */
  bodyLimit?: number;
  /** Asked by HEAD too: the same headers, no body. */
  head?: boolean;
  /** Multipart upload: the handler reads `request.parts()`. */
  multipart?: boolean;
  /** A piece of a file as it is: the handler reads the stream `request.body` itself. */
  octets?: boolean;
  handler: (
    ctx: Ctx,
    input: RouteInput<unknown, unknown, unknown>,
    reply: FastifyReply,
  ) => Promise<unknown>;
}

interface TypedRoute<P, Q, B, R>
  extends Omit<Route, 'params' | 'query' | 'body' | 'response' | 'handler'> {
  params?: P;
  query?: Q;
  body?: B;
  response?: R;
  handler: (
    ctx: Ctx,
    input: RouteInput<Out<P>, Out<Q>, Out<B>>,
    reply: FastifyReply,
  ) => Promise<R extends ZodType ? z.input<R> : unknown>;
}

/** Keeps the types of the schemas while a route is written down. */
export const route = <
  P extends ZodType | undefined = undefined,
  Q extends ZodType | undefined = undefined,
  B extends ZodType | undefined = undefined,
  R extends ZodType | undefined = undefined,
>(
  declared: TypedRoute<P, Q, B, R>,
): Route => declared as unknown as Route;
