/**
 * Asks one thing as one person and looks for canaries in everything that comes back: status line,
 * headers, body. Who was answered how is counted by route and role.
 */
import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { ServedRoute } from '#kernel/http';
import { canariesIn, piecesIn } from './find.ts';
import { type Canary, datasets } from './plant.ts';
import { seesPlain } from './sees.ts';
import type { Reader, Stage } from './stage.ts';

export interface SentFile {
  name: string;
  content: Buffer;
}

export interface Ask {
  /** `GET /api/gate/datasets/:dataset/rows` */
  route: string;
  method: ServedRoute['method'];
  url: string;
  /** Sent as JSON. */
  payload?: unknown;
  /** Sent as a form with a file. */
  form?: { fields: Record<string, string>; file: SentFile };
  /** Sent as a piece of an upload. */
  octets?: Buffer;
  headers?: Record<string, string>;
  /** What the grant it is asked under opens: items of one dataset, rows of these units. */
  granted?: { dataset: string; items: readonly string[]; units: readonly string[] };
}

export interface Told {
  who: Reader;
  ask: Ask;
  status: number;
  body: Buffer;
  /** Id of the request, as the audit has it. */
  request: string;
  /** What was told and is not his to know. */
  leaks: string[];
  /** Graded canaries he was rightly told. */
  rightly: string[];
}

export const labelOf = ({ method, url }: Pick<ServedRoute, 'method' | 'url'>): string =>
  `${method} ${url}`;

function formOf({ fields, file }: NonNullable<Ask['form']>): [type: string, body: Buffer] {
  const boundary = `canary-${randomUUID()}`;
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const name = encodeURIComponent(file.name);
  const head =
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n` +
    'content-type: application/octet-stream\r\n\r\n';
  const body = [Buffer.from(parts.join('') + head), file.content];
  return [
    `multipart/form-data; boundary=${boundary}`,
    Buffer.concat([...body, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  ];
}

function sent({ method, url, payload, form, octets, headers }: Ask, who: Reader): InjectOptions {
  const all = { ...who.headers, ...headers };
  const base = { method, url };
  if (form !== undefined) {
    const [type, body] = formOf(form);
    return { ...base, headers: { ...all, 'content-type': type }, payload: body };
  }
  if (octets !== undefined) {
    const type = 'application/offset+octet-stream';
    return { ...base, headers: { ...all, 'content-type': type }, payload: octets };
  }
  if (payload === undefined) return { ...base, headers: all };
  const json = { ...all, 'content-type': 'application/json' };
  return { ...base, headers: json, payload: JSON.stringify(payload) };
}

const nameOf = ({ dataset, item, grade, token }: Canary): string =>
  `${dataset.name}.${item} ${grade} ${token}`;

/**
 * What he may be told beside the policy: by the grant he names, of himself, as the audit has it.
 */
function isOpened({ route, granted }: Ask, who: Reader, canary: Canary, stage: Stage): boolean {
  const { dataset, item, unit, grade, row } = canary;
  const { person } = stage;
  return (
    (granted?.dataset === dataset.name &&
      granted.items.includes(item) &&
      granted.units.some((code) => unit?.startsWith(code))) ||
    (who.login === person.login && dataset.name === person.dataset && row === person.row) ||
    // A record names its subject in plain where that is open to everybody who is signed in.
    (route.startsWith('GET /api/audit/') && grade === 'L1')
  );
}

/** Beginnings of canaries in a refusal, which has no business with any that he does not see. */
function piecesOf(body: string, who: Reader, one: Ask, stage: Stage): string[] {
  const asked = new Set(piecesIn(`${decodeURIComponent(one.url)} ${JSON.stringify(one.payload)}`));
  return [...new Set(piecesIn(body))].flatMap((piece) => {
    const [dataset, item] = piece.split('-').map(Number);
    const name = Object.keys(datasets[dataset ?? -1]?.items ?? {})[item ?? -1];
    const of = [...stage.canaries.values()].filter(
      (canary) => canary.dataset === datasets[dataset ?? -1] && canary.item === name,
    );
    if (asked.has(piece) || of.some((canary) => seesPlain(who, canary))) return [];
    return [`a piece of ${datasets[dataset ?? -1]?.name}.${name}`];
  });
}

/** Asks; reads the whole answer. @throws Error when something in it cannot be opened */
export async function ask(stage: Stage, who: Reader, one: Ask): Promise<Told> {
  const answer = await stage.world.app.inject(sent(one, who));
  const { statusCode: status, rawPayload: body } = answer;
  const isKnown = (token: string): boolean => stage.canaries.has(token);
  const encoding = String(answer.headers['content-encoding'] ?? '');
  const head = Buffer.from(JSON.stringify(answer.headers));
  const tokens = [
    ...(await canariesIn(body, isKnown, { where: one.route, encoding })),
    ...(await canariesIn(head, isKnown, { where: `${one.route} headers` })),
  ];
  const found = tokens.map((token) => stage.canaries.get(token) as Canary);
  const leaks = found
    .filter((canary) => !seesPlain(who, canary) && !isOpened(one, who, canary, stage))
    .map(nameOf);
  if (status >= 400) leaks.push(...piecesOf(body.toString('utf8'), who, one, stage));
  const rightly = found
    .filter((canary) => canary.grade !== 'L1' && seesPlain(who, canary))
    .map(({ token }) => token);
  const request = String(answer.headers['x-request-id'] ?? '');
  return { who, ask: one, status, body, request, leaks, rightly };
}

/** Does all of it, so much at once, and gives the answers in order. */
export async function inParallel<T>(
  works: readonly (() => Promise<T>)[],
  atOnce: number,
): Promise<T[]> {
  const done: T[] = [];
  const left = works.entries();
  const hand = async (): Promise<void> => {
    for (const [at, work] of left) done[at] = await work();
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
  return done;
}

/** Who was answered how: route -> role -> statuses. */
export type Reached = Map<string, Map<string, Set<number>>>;

export function reachedBy(told: readonly Told[]): Reached {
  const reached: Reached = new Map();
  for (const { who, ask: one, status } of told) {
    const roles = reached.get(one.route) ?? new Map<string, Set<number>>();
    reached.set(one.route, roles);
    for (const { role } of who.roles) {
      const statuses = roles.get(role) ?? new Set<number>();
      roles.set(role, statuses.add(status));
    }
  }
  return reached;
}
