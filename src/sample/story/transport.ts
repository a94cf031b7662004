/** The two ways a person's request travels: inside the process, or over HTTP from outside. */
import type { FastifyInstance } from 'fastify';
import type { Transport } from './drive.ts';

/** Requests that never leave the process. */
export const injected =
  (app: FastifyInstance): Transport =>
  async ({ method, url, headers, payload }) => {
    const answer = await app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  };

/** Requests over HTTP to a server at `base`, `http://127.0.0.1:8330`. */
export const fetched =
  (base: string): Transport =>
  async ({ method, url, headers, payload }) => {
    const body = typeof payload === 'string' ? payload : payload && new Uint8Array(payload);
    const answer = await fetch(`${base}${url}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const cookie = answer.headers.get('set-cookie') ?? '';
    return { status: answer.status, headers: { 'set-cookie': cookie }, body: await answer.text() };
  };
