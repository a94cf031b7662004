/**
 * Plays people over the public HTTP API: each signs in with name and password and acts in a session
 * of his own. The same script so runs in the first filling, in a replay before an audience and in
 * the tests.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  body: string;
}

/** Carries one request: `app.inject` in the same process, `fetch` from outside. */
export type Transport = (request: {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  payload?: string | Buffer;
}) => Promise<Answer>;

export interface UploadFile {
  name: string;
  type: string;
  content: Buffer;
}

export interface People {
  get<T>(login: string, url: string): Promise<T>;
  post<T>(login: string, url: string, body: unknown): Promise<T>;
  upload<T>(
    login: string,
    url: string,
    fields: Record<string, string>,
    file: UploadFile,
  ): Promise<T>;
}

interface Session {
  cookie: string;
  csrf: string;
}

/** A person was refused: the script stops here. The message names who, what and the code. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(who: string, what: string, answer: Answer) {
    const shape = parsed<{ error?: { code?: string } }>(answer);
    const code = shape?.error?.code ?? String(answer.status);
    super(`${who}: ${what} was refused: ${code} ${answer.body.slice(0, 600)}`);
    this.name = 'Refused';
    this.status = answer.status;
    this.code = code;
  }
}

function parsed<T>(answer: Answer): T | undefined {
  try {
    return JSON.parse(answer.body) as T;
  } catch {
    return undefined;
  }
}

const cookieOf = (answer: Answer): string => {
  const set = answer.headers['set-cookie'];
  const first = Array.isArray(set) ? set[0] : set;
  return String(first ?? '').split(';')[0] ?? '';
};

const json = { 'content-type': 'application/json' };

function multipart(fields: Record<string, string>, file: UploadFile): [string, Buffer] {
  const boundary = `guantong-${randomUUID()}`;
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\ncontent-type: ${file.type}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(parts.join('') + head),
    file.content,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return [`multipart/form-data; boundary=${boundary}`, body];
}

/** People who sign in over `transport` with the demonstration's password. */
export function people(transport: Transport, password: string): People {
  const sessions = new Map<string, Promise<Session>>();

  const signIn = async (login: string): Promise<Session> => {
    const payload = JSON.stringify({ name: login, password });
    const entered = await transport({
      method: 'POST',
      url: '/api/auth/login',
      headers: json,
      payload,
    });
    if (entered.status >= 300) throw new Refused(login, 'sign in', entered);
    const cookie = cookieOf(entered);
    const me = await transport({ method: 'GET', url: '/api/auth/me', headers: { cookie } });
    return { cookie, csrf: parsed<{ csrf: string }>(me)?.csrf ?? '' };
  };
  const sessionOf = (login: string): Promise<Session> => {
    const known = sessions.get(login) ?? signIn(login);
    sessions.set(login, known);
    return known;
  };
  const ask = async <T>(
    login: string,
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    payload?: string | Buffer,
  ): Promise<T> => {
    const { cookie, csrf } = await sessionOf(login);
    const answer = await transport({
      method,
      url,
      headers: { ...headers, cookie, 'x-csrf-token': csrf },
      ...(payload === undefined ? {} : { payload }),
    });
    if (answer.status >= 300) throw new Refused(login, `${method} ${url}`, answer);
    return parsed<T>(answer) as T;
  };
  return {
    get: (login, url) => ask(login, 'GET', url, {}),
    post: (login, url, body) => ask(login, 'POST', url, json, JSON.stringify(body)),
    upload: (login, url, fields, file) => {
      const [type, payload] = multipart(fields, file);
      return ask(login, 'POST', url, { 'content-type': type }, payload);
    },
  };
}

const againMs = 100;

/**
 * Does something that may not be possible yet, again and again until it is: what a moment waits for
 * is brought by the server's loops. A refusal is final.
 */
export async function arriving<T>(
  doing: () => Promise<T>,
  { patienceMs, stop }: { patienceMs: number; stop?: AbortSignal },
): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await doing();
    } catch (thrown) {
      const final = thrown instanceof Refused || stop?.aborted === true;
      if (final || performance.now() > until) throw thrown;
      await pause(againMs);
    }
  }
}

/** Local day of an instant, `2026-11-20`. */
export const dayIn = (at: Date, zone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: zone }).format(at);
