/**
 * Server-sent events: heartbeats, back-pressure, an end when the client, the session or the server
 * goes.
 */
import type { FastifyReply } from 'fastify';
import { type RequestState, stateOfReply } from './state.ts';

export interface EventStream {
  /**
   * Sends one event; resolves when the client's buffer has room again. Nothing happens once closed.
   */
  send(event: string, data: unknown, id?: string): Promise<void>;
  /** Aborted when the client leaves, its session ends or the server closes. */
  closed: AbortSignal;
  close(): void;
}

const head = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Nothing else can use the connection before the stream ends; then it is to end too.
  connection: 'close',
  // Reverse proxies of the nginx family hold answers back unless told not to.
  'x-accel-buffering': 'no',
};

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');

const frame = (event: string, data: unknown, id: string | undefined): string =>
  `${id === undefined ? '' : `id: ${oneLine(id)}\n`}event: ${oneLine(event)}\n` +
  `data: ${JSON.stringify(data ?? null)}\n\n`;

class Stream implements EventStream {
  readonly closed: AbortSignal;
  readonly #raw: FastifyReply['raw'];
  readonly #state: RequestState;
  readonly #ending = new AbortController();
  readonly #beat: NodeJS.Timeout;
  #stuckBeats = 0;
  readonly #giveBack: () => void;

  constructor(reply: FastifyReply) {
    this.#state = stateOfReply(reply);
    this.#raw = reply.raw;
    this.closed = this.#ending.signal;
    // Before the answer begins: a refusal is an ordinary one.
    this.#giveBack = this.#state.openStream();
    reply.hijack();
    this.#raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...head });
    this.#raw.write(': open\n\n');
    this.#raw.on('close', () => this.close());
    this.#raw.on('error', () => this.close());
    this.#state.closing.addEventListener('abort', () => this.close(), { signal: this.closed });
    const everyMs = this.#state.ctx.settings.sse_heartbeat_ms;
    this.#beat = setInterval(() => void this.#heartbeat(), everyMs);
    if (this.#state.closing.aborted) this.close();
  }

  async send(event: string, data: unknown, id?: string): Promise<void> {
    if (this.closed.aborted) return;
    if (this.#raw.write(frame(event, data, id))) return;
    await new Promise<void>((resolve) => {
      this.#raw.once('drain', resolve);
      this.closed.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  close(): void {
    if (this.closed.aborted) return;
    clearInterval(this.#beat);
    this.#giveBack();
    this.#ending.abort();
    this.#raw.end();
  }

  async #heartbeat(): Promise<void> {
    // A client that reads nothing for two beats is gone; its queue must not fill our memory.
    this.#stuckBeats = this.#raw.writableNeedDrain ? this.#stuckBeats + 1 : 0;
    if (this.#stuckBeats >= 2) {
      this.#raw.destroy();
      return;
    }
    const live = await this.#state.stillSignedIn().catch(() => true);
    if (!live) this.close();
    else if (!this.closed.aborted) this.#raw.write(': beat\n\n');
  }
}

/**
 * Turns the reply into a stream of server-sent events. Use in routes with `stream: true`.
 * @throws http.too_many_streams
 */
export const sse = (reply: FastifyReply): EventStream => new Stream(reply);
