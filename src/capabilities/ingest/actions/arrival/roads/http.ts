/**
 * A file behind an address: only fetched when it changed since (ETag, Last-Modified). Every hop is
 * checked by the guard; size and time are capped.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../../../errors.ts';
import type { SourceFile } from '../../../model/source.ts';
import type { StoredRun } from '../../../store/runs.ts';
import type { Memory } from '../../../store/sources.ts';
import { safeName } from '../../reading/index.ts';
import { type Guard, guardOf, requireAddress } from '../sources/guard.ts';
import { placeOfSource } from '../sources/place.ts';
import { secretOf } from '../sources/secrets.ts';
import { rememberKept, sourceOfRun, untilLimit } from './database.ts';
import { farEndError } from './far-end.ts';
import type { Hands, Road } from './road.ts';

const mostHops = 5;

export interface HttpInput {
  url: string;
  headers: Record<string, string>;
  /** ETag and Last-Modified of what is here already. */
  known: { etag?: string | undefined; modified?: string | undefined };
  place: string;
  signal: AbortSignal;
  /** How names become addresses; the system's when absent. */
  resolve?: LookupFunction;
}

type Settings = Ctx['settings'];

function ask(settings: Settings, guard: Guard, url: URL, input: HttpInput) {
  const { signal, known } = input;
  const make = url.protocol === 'https:' ? secure : plain;
  return new Promise<IncomingMessage>((resolve, reject) => {
    const asked = make(url, {
      lookup: guard.lookup,
      // A connection of its own: one kept alive could have been checked for another name.
      agent: false,
      signal,
      headers: {
        'user-agent': 'guantong',
        accept: '*/*',
        'accept-encoding': 'identity',
        ...input.headers,
        ...(known.etag === undefined ? {} : { 'if-none-match': known.etag }),
        ...(known.modified === undefined ? {} : { 'if-modified-since': known.modified }),
      },
    });
    asked.setTimeout(settings.pull_connect_ms, () => {
      asked.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    });
    asked.on('socket', (socket) => {
      socket.once('connect', () => {
        try {
          requireAddress(settings, url.hostname, socket.remoteAddress ?? '');
        } catch (refusal) {
          asked.destroy(refusal as Error);
        }
      });
    });
    asked.on('response', resolve);
    asked.on('error', reject);
    asked.end();
  });
}

const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Follows redirects, each checked like the first; what is secret goes to the first host only.
 * @throws ingest.host_not_listed, ingest.address_forbidden, ingest.source_redirects
 */
export async function openAddress(
  settings: Settings,
  input: HttpInput,
): Promise<{ answer: IncomingMessage; url: URL }> {
  const guard = guardOf(settings, input.resolve);
  let url = new URL(input.url);
  let headers = input.headers;
  for (let hop = 0; hop <= mostHops; hop += 1) {
    guard.check(url.hostname);
    const answer = await ask(settings, guard, url, { ...input, headers });
    const to = answer.headers.location;
    if (!redirects.has(answer.statusCode ?? 0) || to === undefined) return { answer, url };
    answer.destroy();
    const next = new URL(to, url);
    if (next.protocol !== 'http:' && next.protocol !== 'https:') break;
    if (next.origin !== url.origin) headers = {};
    url = next;
  }
  throw ingestErrors.make('source_redirects', { place: input.place, limit: mostHops });
}

function refuseStatus(place: string, status: number): void {
  if (status === 200) return;
  const reason = `HTTP ${status}`;
  if (status >= 500 || status === 429 || status === 408) {
    throw ingestErrors.make('source_unreachable', { place, reason });
  }
  throw ingestErrors.make('source_denied', { place, reason });
}

/** Counts what passes, refuses what is too much, gives up on a far end that says nothing more. */
function counted(ctx: Ctx, place: string, all: number | null, hands: Hands): Transform {
  const limit = ctx.settings.delivery_max_bytes;
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) return done(ingestErrors.make('source_too_large', { place, limit }));
      const part = all === null || all === 0 ? null : bytes / all;
      hands.progress({ rows: 0, bytes, bytesAll: all, part });
      return done(null, chunk);
    },
  });
}

/** The name the far end gives the file, else the last part of the address. */
function nameOf(answer: IncomingMessage, url: URL): string {
  const said = String(answer.headers['content-disposition'] ?? '');
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(said)?.[1];
  const given = /filename="?([^";]+)"?/i.exec(said)?.[1];
  const last = url.pathname.split('/').at(-1) ?? '';
  try {
    const name = safeName(
      encoded === undefined ? (given ?? decodeURIComponent(last)) : decodeURIComponent(encoded),
    );
    return name === '' ? 'download' : name;
  } catch {
    return 'download';
  }
}

async function fetchAddress(ctx: Ctx, run: StoredRun, hands: Hands) {
  const source = await sourceOfRun(ctx, run);
  const declared = source.declared as Extract<SourceFile, { road: 'http' }>;
  const place = placeOfSource(declared);
  const signal = untilLimit(ctx, hands.signal, place);
  const headers = Object.fromEntries(
    Object.entries(declared.options.headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : secretOf(value),
    ]),
  );
  const { etag, modified } = run.work.whole === true ? ({} as Memory) : source.memory;
  const path = ctx.lake.stage('fetched');
  const dispose = () => rm(path, { force: true });
  try {
    const { url: address } = declared.options;
    const input: HttpInput = { url: address, headers, known: { etag, modified }, place, signal };
    const { answer, url } = await openAddress(ctx.settings, input);
    if (answer.statusCode === 304) {
      answer.destroy();
      // What did not change may be what was refused: then nothing of it is here.
      return source.memory.refused === undefined ? ('confirmed' as const) : null;
    }
    // Nobody reads what comes with a refusal; unread it would hold the connection.
    if (answer.statusCode !== 200) answer.destroy();
    refuseStatus(place, answer.statusCode ?? 0);
    const length = Number(answer.headers['content-length'] ?? Number.NaN);
    const all = Number.isFinite(length) ? length : null;
    answer.socket.setTimeout(ctx.settings.pull_connect_ms, () => {
      answer.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' }));
    });
    const through = counted(ctx, place, all, hands);
    await pipeline(answer, through, createWriteStream(path, { mode: 0o600 }), { signal });
    const memory: Memory = {};
    if (answer.headers.etag !== undefined) memory.etag = answer.headers.etag;
    const changed = answer.headers['last-modified'];
    if (changed !== undefined) memory.modified = changed;
    const files = [{ name: nameOf(answer, url), path }];
    return { files, keep: { digest: source.digest, memory }, dispose };
  } catch (error) {
    await dispose();
    if (signal.aborted) throw signal.reason;
    throw error instanceof GuantongError ? error : farEndError(error, place);
  }
}

export const http: Road = {
  share: 0.5,
  fetch: fetchAddress,
  settled: (ctx, { run }) => rememberKept(ctx, run),
  after: async (ctx, { run }) => {
    // A file that was refused is not fetched again before it changes.
    if (run.state === 'refused') await rememberKept(ctx, run, { refused: 'yes' });
  },
};
