/**
 * One request to the identity provider: only to hosts the settings name and to addresses the guard
 * lets through, over TLS but on this machine itself; no redirect, no long answer, no long wait.
 */
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { IdentityFailure } from '#kernel/auth';
import type { Settings } from '#kernel/config';
import { type Guard, guardOf } from '../guard.ts';

const longestAnswer = 262_144;

type Named = Pick<Settings, 'oidc_issuer' | 'oidc_hosts' | 'oidc_networks'>;

/** The issuer's own host, and those named beside it. */
const guardFor = (settings: Named): Guard =>
  guardOf({
    hosts: [new URL(settings.oidc_issuer).hostname, settings.oidc_hosts].join(','),
    networks: settings.oidc_networks,
    refuse: (why, host) => new IdentityFailure('away', `${why}: ${host}`),
  });

const here = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * An address the browser or this machine goes to.
 * @throws IdentityFailure when it is none, or not over TLS
 */
export function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlainHere = url?.protocol === 'http:' && here.test(url.hostname);
  if (url !== undefined && (url.protocol === 'https:' || isPlainHere)) return url;
  throw new IdentityFailure('away', 'an address of the provider is not over TLS');
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer) {
    pieces.push(piece as Buffer);
    bytes += (piece as Buffer).length;
    if (bytes > longestAnswer) throw new IdentityFailure('away', 'the answer is too long');
  }
  return Buffer.concat(pieces).toString('utf8');
}

export interface Asking {
  /** A form to be posted; absent for a GET. */
  form?: URLSearchParams;
  /** Value of `authorization`. */
  authorization?: string;
}

function send(settings: Named & Pick<Settings, 'oidc_time_limit_ms'>, url: URL, asking: Asking) {
  const guard = guardFor(settings);
  guard.check(url.hostname);
  const body = asking.form?.toString();
  const make = url.protocol === 'https:' ? tlsRequest : plainRequest;
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = make(url, {
      method: body === undefined ? 'GET' : 'POST',
      // A connection of its own: one kept alive could have been checked for another name.
      agent: false,
      lookup: guard.lookup,
      signal: AbortSignal.timeout(settings.oidc_time_limit_ms),
      headers: {
        accept: 'application/json',
        'user-agent': 'guantong',
        ...(asking.authorization === undefined ? {} : { authorization: asking.authorization }),
        ...(body === undefined
          ? {}
          : {
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': Buffer.byteLength(body),
            }),
      },
    });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
    });
    asked.end(body);
  });
}

/**
 * Asks for JSON.
 * @throws IdentityFailure: `denied` for a refusal (400, 401, 403), `away` for all else
 */
export async function askJson(
  settings: Named & Pick<Settings, 'oidc_time_limit_ms'>,
  url: URL,
  asking: Asking = {},
): Promise<unknown> {
  const { status, text } = await send(settings, url, asking).catch((error: unknown) => {
    if (error instanceof IdentityFailure) throw error;
    const { code, name } = error as NodeJS.ErrnoException;
    throw new IdentityFailure('away', `${url.hostname}: ${code ?? name}`);
  });
  if ([400, 401, 403].includes(status)) {
    throw new IdentityFailure('denied', `${url.pathname} answered ${status}`);
  }
  if (status !== 200) throw new IdentityFailure('away', `${url.pathname} answered ${status}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new IdentityFailure('away', `${url.pathname} answered no JSON`);
  }
}
