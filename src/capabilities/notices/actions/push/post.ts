/** One POST of JSON to a guarded host: no redirect is followed, no long answer is read. */
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Settings } from '#kernel/config';
import { GuantongError } from '#kernel/errors';
import { ChannelFailure, pushGuard } from './channel.ts';

const longestAnswer = 65_536;

export interface Answered {
  status: number;
  text: string;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer) {
    pieces.push(piece as Buffer);
    bytes += (piece as Buffer).length;
    if (bytes > longestAnswer) break;
  }
  return Buffer.concat(pieces).subarray(0, longestAnswer).toString('utf8');
}

async function ask(
  settings: Settings,
  url: URL,
  body: string,
  headers: Record<string, string>,
): Promise<Answered> {
  const guard = pushGuard(settings);
  guard.check(url.hostname);
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const asked = send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        ...headers,
      },
      lookup: guard.lookup,
      signal: AbortSignal.timeout(settings.push_time_limit_ms),
    });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
    });
    asked.end(body);
  });
}

/** What went wrong, without the address: it may hold a token. */
const reasonOf = (error: unknown): string => {
  if (error instanceof GuantongError) return error.code;
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
};

/**
 * Posts JSON.
 * @throws ChannelFailure: `down` for what may pass, `refused` for what will not
 */
export async function postJson(
  settings: Settings,
  url: URL,
  body: string,
  headers: Record<string, string>,
): Promise<Answered> {
  const answer = await ask(settings, url, body, headers).catch((error: unknown) => {
    const isOurs = error instanceof GuantongError;
    throw new ChannelFailure(isOurs ? 'refused' : 'down', reasonOf(error));
  });
  if (answer.status >= 200 && answer.status < 300) return answer;
  if (answer.status === 429) throw new ChannelFailure('busy', 'HTTP 429');
  const mayPass = answer.status >= 500 || answer.status === 408;
  throw new ChannelFailure(mayPass ? 'down' : 'refused', `HTTP ${answer.status}`);
}
