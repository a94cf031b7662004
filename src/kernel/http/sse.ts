import type { FastifyReply } from 'fastify';

export interface EventStream {
  /** Sends one event; resolves when the client's buffer has room again. */
  send(event: string, data: unknown, id?: string): Promise<void>;
  /** Aborted when the client leaves or the server closes. */
  closed: AbortSignal;
  close(): void;
}

/** Turns the reply into a stream of server-sent events with heartbeats. Use in routes with `stream: true`. */
export function sse(_reply: FastifyReply): EventStream {
  throw new Error('http: landing within the hour');
}
