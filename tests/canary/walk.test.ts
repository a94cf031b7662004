/**
 * A canary in every item of every dataset of the district; every route as every role. None may
 * appear to whom the policy does not give it, in no answer, no error, no log line, no audit line.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { capabilities } from '#app';
import { gate } from '#gate';
import { type Actor, openSession, setActorSource } from '#kernel/auth';
import { deliverEvents } from '#kernel/events';
import { type ServedRoute, servedRoutes } from '#kernel/http';
import { createLog } from '#kernel/log';
import { applyPacks, declaredBy } from '#kernel/packs';
import { quality } from '#quality';
import { actor, type TestWorld, testWorld } from '#testing';
import { type Ask, asksOf, type Known, notAsked } from './asks.ts';
import { type Canary, datasets, pack, plant } from './plant.ts';
import { seesPlain } from './sees.ts';

/** Where each role is held; a role that is not here is held in the town. */
const homes: Record<string, string[]> = {
  citizen: ['330109/330109004/330109004223'],
  grid_worker: ['330109/330109004/330109004223/330109004223003'],
  village_secretary: ['330109/330109004/330109004223'],
  source_officer: ['330109/330109-zhzf'],
  handler: ['330109/330109-telecom'],
  leader: ['330109', '330109/330109004'],
};
const district = [
  'audit_admin',
  'security_admin',
  'system_admin',
  'data_admin',
  'supervisor',
  'duty_seat',
];

const roles = readdirSync(join(pack, 'roles')).map((file) => ({
  role: basename(file, '.yaml'),
  permissions: (parse(readFileSync(join(pack, 'roles', file), 'utf8')) as { permissions: string[] })
    .permissions,
}));

const people: Actor[] = roles.flatMap(({ role, permissions }) =>
  (homes[role] ?? [district.includes(role) ? '330109' : '330109/330109004']).map((path) =>
    actor(role, path, permissions),
  ),
);

const routes = servedRoutes(capabilities).filter(({ access }) => access !== 'public');
const lines: string[] = [];

let world: TestWorld;
const canaries = new Map<string, Canary>();
const headers = new Map<string, Record<string, string>>();
let params: Known['params'];

const texts = async (query: string): Promise<string[]> =>
  (await sql.raw<{ x: string }>(query).execute(world.ctx.db)).rows.map(({ x }) => x);

beforeAll(async () => {
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  world = await testWorld({
    capabilities,
    log: createLog({ log_level: 'debug' }, stream),
    settings: { http_requests_per_minute: 1_000_000 },
  });
  const known = new Map(people.map((who) => [who.id, who]));
  setActorSource({
    byAccount: async (_ctx, id) => known.get(id),
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  await applyPacks(world.ctx, { packs: [pack], ...declaredBy(capabilities) });
  // Sources first; what is made from them is then planted over, with canaries of its own.
  for (const derived of [false, true]) {
    for (const [at, dataset] of datasets.entries()) {
      if (dataset.derived !== derived) continue;
      for (const canary of await plant(world.ctx, dataset, at)) canaries.set(canary.token, canary);
    }
    // Hot copies, and what the checks of quality raise about the canaries.
    if (!derived) while ((await deliverEvents(world.ctx, [gate, quality])) > 0);
  }
  for (const who of people) {
    const { token, csrf } = await openSession(world.ctx, who.id);
    headers.set(who.id, { cookie: `gt_session=${token}`, 'x-csrf-token': csrf });
  }
  params = await paramsNow();
}, 300_000);

afterAll(() => world.close());

async function paramsNow(): Promise<Known['params']> {
  const cases = await texts(`select number x from case_file order by 1 limit 6`);
  const signals = await texts(`select id::text x from signal order by 1 limit 6`);
  return {
    id: [...cases.slice(0, 3), ...signals.slice(0, 3), '1'],
    case: [...cases, '1'],
    account: [people[0]?.id ?? '1'],
    code: ['330109004'],
    type: ['city-event', 'correction'],
    check: ['1'],
    list: ['demands', 'duties', 'negatives'],
    item: ['name', 'person_id'],
    month: ['2026-10'],
    rule: ['owner_disagrees'],
    indicator: ['open_events', 'handled_on_time'],
    pack: ['district'],
    name: ['grades'],
    batch: [...(await texts(`select batch x from ingest_delivery limit 4`)), '1'],
    format: ['csv', 'xlsx'],
    sha256: ['1'],
    run: ['1'],
    upload: ['1'],
    source: ['1'],
    event: ['1'],
    report: ['1'],
    token: ['1'],
  };
}

const label = ({ method, url }: ServedRoute): string => `${method} ${url}`;
const shape = /cnry-\d\d-\d\d-\d-[0-9a-f]{8}/g;
const others = (): Canary[] =>
  [...canaries.values()].filter(({ token }) => !token.startsWith('cnry'));

/** Canaries that were told to whom they may be: the hunt finds what is there. */
const rightly = new Set<string>();

/** Canaries of an answer that this person may not be told. */
function leaked(body: string, who: Actor): string[] {
  const found = new Set(body.match(shape) ?? []);
  const dates = new Set(body.match(/1[1-6]\d\d-\d\d-\d\d/g) ?? []);
  const numbers = new Set(body.match(/71\d{6,}(\.\d+)?|\d+\.\d{4,}/g) ?? []);
  return [...found, ...dates, ...numbers].filter((token) => {
    const canary = canaries.get(token);
    if (canary === undefined) return false;
    const isHis = seesPlain(who, canary);
    if (isHis) rightly.add(token);
    return !isHis;
  });
}

test('there is a canary in nearly every item; the rest have too few values to tell one', () => {
  const items = datasets.flatMap(({ items: all, unit_item }) =>
    Object.entries(all).filter(([name]) => name !== unit_item),
  );
  const without = items.filter(([, { type }]) => type === 'boolean' || type.startsWith('decimal'));
  expect(canaries.size).toBeGreaterThanOrEqual((items.length - without.length) * 3);
  expect(others().length).toBeGreaterThan(100);
});

test('every route has its way to be asked', () => {
  const known: Known = { params, datasets: datasets.slice(0, 1), keyOf: () => '1' };
  for (const route of routes) {
    const asks = asksOf(route, known);
    expect(asks.length > 0 || notAsked[label(route)] !== undefined, label(route)).toBe(true);
  }
  const made: ServedRoute = { ...(routes[0] as ServedRoute), url: '/api/new/:thing' };
  expect(() => asksOf(made, known)).toThrow(/does not know :thing/);
});

const keyOf = (name: string): string => {
  const at = datasets.findIndex((one) => one.name === name);
  const keys = datasets[at]?.key ?? [];
  const values = keys.map(
    (item) =>
      [...canaries.values()].find((one) => one.dataset.name === name && one.item === item)?.token,
  );
  return values.length === 1 ? (values[0] ?? '1') : JSON.stringify(values);
};

async function ask(who: Actor, one: Ask): Promise<{ status: number; body: string }> {
  const answer = await world.app.inject({
    method: one.method,
    url: one.url,
    headers: headers.get(who.id) ?? {},
    ...(one.payload === undefined ? {} : { payload: one.payload as object }),
  });
  return { status: answer.statusCode, body: answer.body };
}

let answered = 0;

interface Told {
  one: Ask;
  status: number;
  leaks: string[];
  body: string;
}

/** A few at a time: the engine's children work side by side. */
async function askAll(who: Actor, asks: readonly Ask[]): Promise<Told[]> {
  const told: Told[] = [];
  for (let at = 0; at < asks.length; at += 6) {
    const some = asks.slice(at, at + 6).map(async (one): Promise<Told> => {
      const { status, body } = await ask(who, one);
      return { one, status, leaks: leaked(body, who), body: body.slice(0, 200) };
    });
    told.push(...(await Promise.all(some)));
  }
  return told;
}

const said = ({ method, url }: Ask): string => `${method} ${url}`;

test.each(
  people.map((who, at) => [who.roles[0]?.role ?? '', who.roles[0]?.path ?? '', who, at] as const),
)(
  'no route tells %s of %s a canary that is not his',
  async (_role, _path, who, at) => {
    // In turns: three readers ask about each dataset at the roads of rows, one at the others.
    const every = { params, datasets: datasets.filter((_, nth) => (nth + at) % 6 === 0), keyOf };
    const some = { params, datasets: datasets.filter((_, nth) => (nth + at) % 24 === 0), keyOf };
    const asks = routes.flatMap((route) => {
      const isRows = /gate\/(datasets\/:dataset\/rows|rows\/)/.test(route.url);
      return asksOf(route, isRows ? every : some);
    });
    const told = await askAll(who, asks);
    answered += told.filter(({ status }) => status < 400).length;
    const leaks = told.flatMap(({ one, leaks: tokens }) =>
      tokens.map((token) => {
        const { dataset, item, grade } = canaries.get(token) as Canary;
        return `${said(one)}: ${dataset.name}.${item} ${grade} ${token}`;
      }),
    );
    const broken = told
      .filter(({ status }) => status >= 500)
      .map(({ one, status, body }) => `${status} ${said(one)} ${body}`);
    expect([...new Set(leaks)].slice(0, 20)).toEqual([]);
    expect(broken.slice(0, 20)).toEqual([]);
  },
  300_000,
);

test('no log line and no audit line holds a graded canary', async () => {
  expect(answered).toBeGreaterThan(people.length * 20);
  const graded = [...rightly].filter((token) => canaries.get(token)?.grade !== 'L1');
  expect(graded.length).toBeGreaterThan(20);
  await world.ctx.audit.seal();
  const audits = await texts(`select to_jsonb(r)::text x from audit_records r`);
  expect(audits.length).toBeGreaterThan(100);
  const isGraded = (token: string): boolean => (canaries.get(token)?.grade ?? 'L1') !== 'L1';
  const found = (where: readonly string[]): string[] =>
    where.flatMap((line) =>
      (line.match(shape) ?? []).filter(isGraded).map(() => line.slice(0, 300)),
    );
  expect(found(audits).slice(0, 5)).toEqual([]);
  expect(found(lines).slice(0, 5)).toEqual([]);
});
