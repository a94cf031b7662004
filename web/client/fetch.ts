/** The one road to the server: credentials, CSRF header, JSON, and refusals as `ApiError`. */
import type { ErrorShape } from '#kernel/errors';
import type { Bilingual } from './i18n.ts';
import { learnServerTime } from './time.ts';

export type Fault = ErrorShape['error']['faults'][number];

/** A refusal of the server, or of the way to it (`web.offline`). */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly text: Bilingual;
  readonly faults: Fault[];

  constructor(shape: ErrorShape['error']) {
    super(`${shape.code}: ${shape.message.en}`);
    this.name = 'ApiError';
    this.code = shape.code;
    this.status = shape.status;
    this.text = shape.message;
    this.faults = shape.faults;
  }
}

const offline = (): ApiError =>
  new ApiError({
    code: 'web.offline',
    status: 0,
    message: {
      zh: '连不上服务，请检查网络',
      en: 'The service cannot be reached; check the network',
    },
    faults: [],
  });

const unreadable = (status: number): ApiError =>
  new ApiError({
    code: 'web.unreadable_answer',
    status,
    message: {
      zh: `服务的答复读不懂（${status}），请联系系统管理员`,
      en: `The answer of the service could not be read (${status}); contact the administrator`,
    },
    faults: [],
  });

let csrf = '';

/** `GET /api/auth/me` gives the token; the session keeps it here for every write. */
export const setCsrf = (token: string): void => {
  csrf = token;
};

export const csrfToken = (): string => csrf;

type Query = Record<string, string | number | boolean | undefined>;

/** Adds the query of a request: undefined and empty values are left out. */
export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

const isErrorShape = (value: unknown): value is ErrorShape =>
  typeof value === 'object' && value !== null && 'error' in value;

/** Reads a refusal out of an answer's text. */
export function errorOf(status: number, text: string): ApiError {
  try {
    const parsed: unknown = JSON.parse(text);
    return isErrorShape(parsed) ? new ApiError(parsed.error) : unreadable(status);
  } catch {
    return unreadable(status);
  }
}

/**
 * Sends one request and gives its JSON.
 * @throws ApiError with the code of the server, `web.offline` or `web.unreadable_answer`.
 */
export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET' && csrf !== '') headers['x-csrf-token'] = csrf;
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body !== undefined) init.body = JSON.stringify(body);
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch {
    throw offline();
  }
  const date = answer.headers.get('date');
  if (date !== null) learnServerTime(Date.parse(date));
  const text = await answer.text();
  if (!answer.ok) throw errorOf(answer.status, text);
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw unreadable(answer.status);
  }
}

export const get = <T>(path: string, query?: Query): Promise<T> =>
  request<T>('GET', withQuery(path, query));

export const post = <T>(path: string, body: unknown = {}): Promise<T> =>
  request<T>('POST', path, body);

export const put = <T>(path: string, body: unknown = {}): Promise<T> =>
  request<T>('PUT', path, body);

export const del = <T>(path: string): Promise<T> => request<T>('DELETE', path);

/**
 * Sends a piece of a file as it is.
 * @throws ApiError; `web.offline` when the way to the server broke
 */
export async function sendBytes<T>(
  path: string,
  bytes: ArrayBuffer,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<T> {
  const token: Record<string, string> = csrf === '' ? {} : { 'x-csrf-token': csrf };
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: 'PATCH',
      headers: { ...headers, ...token, accept: 'application/json' },
      credentials: 'same-origin',
      body: bytes,
      signal,
    });
  } catch {
    signal.throwIfAborted();
    throw offline();
  }
  const text = await answer.text();
  if (!answer.ok) throw errorOf(answer.status, text);
  return JSON.parse(text) as T;
}

/**
 * Uploads files with progress (0..1). `fields` travel before the files, so that the server knows
 * them first.
 * @returns the JSON answer; `cancel()` aborts.
 */
export function upload<T>(
  path: string,
  files: readonly File[],
  options: { fields?: Record<string, string>; onProgress?: (part: number) => void } = {},
): { done: Promise<T>; cancel: () => void } {
  const form = new FormData();
  for (const [name, value] of Object.entries(options.fields ?? {})) form.append(name, value);
  for (const file of files) form.append('files', file, file.name);
  const xhr = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    xhr.open('POST', path);
    xhr.setRequestHeader('accept', 'application/json');
    if (csrf !== '') xhr.setRequestHeader('x-csrf-token', csrf);
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.(event.loaded / event.total);
    };
    xhr.onerror = () => reject(offline());
    xhr.onabort = () => reject(offline());
    xhr.onload = () => {
      if (xhr.status >= 400) return reject(errorOf(xhr.status, xhr.responseText));
      try {
        resolve(JSON.parse(xhr.responseText) as T);
      } catch {
        reject(unreadable(xhr.status));
      }
    };
    xhr.send(form);
  });
  return { done, cancel: () => xhr.abort() };
}
