/**
 * Every reading of graded data is recorded. A canary lies in every item of every dataset; every
 * route is asked by those who see most. Whatever answer shows a value above L1 must have left,
 * before it was given, a record of that very request with the dataset, the purpose, the count and
 * what was asked by: a subject, a predicate, or the two states that were compared.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { capabilities } from '#app';
import { type Actor, openSession, setActorSource } from '#kernel/auth';
import { servedRoutes } from '#kernel/http';
import { applyPacks, declaredBy } from '#kernel/packs';
import { actor, type TestWorld, testWorld } from '#testing';
import { type Ask, asksOf, type Known } from './asks.ts';
import { type Canary, datasets, pack, plant } from './plant.ts';

const readers = [
  ['data_admin', '330109'],
  ['source_officer', '330109/330109-zhzf'],
  ['duty_seat', '330109'],
] as const;

const routes = servedRoutes(capabilities).filter(({ access }) => access !== 'public');
const canaries = new Map<string, Canary>();
const headers = new Map<string, Record<string, string>>();
let world: TestWorld;
let people: Actor[];

const permissionsOf = (role: string): string[] =>
  (parse(readFileSync(join(pack, 'roles', `${role}.yaml`), 'utf8')) as { permissions: string[] })
    .permissions;

beforeAll(async () => {
  world = await testWorld({
    capabilities,
    settings: { http_requests_per_minute: 1_000_000 },
  });
  people = readers.map(([role, path]) => actor(role, path, permissionsOf(role)));
  setActorSource({
    byAccount: async (_ctx, id) => people.find((one) => one.id === id),
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  await applyPacks(world.ctx, { packs: [pack], ...declaredBy(capabilities) });
  for (const derived of [false, true]) {
    for (const [at, dataset] of datasets.entries()) {
      if (dataset.derived !== derived) continue;
      for (const canary of await plant(world.ctx, dataset, at)) canaries.set(canary.token, canary);
    }
    if (!derived) await world.drainFailures();
  }
  for (const who of people) {
    const { token, csrf } = await openSession(world.ctx, who.id);
    headers.set(who.id, { cookie: `gt_session=${token}`, 'x-csrf-token': csrf });
  }
}, 300_000);

afterAll(() => world.close());

/** Stands in for a parameter nothing is known of: the route answers that it is not there. */
const anything = new Proxy({} as Known['params'], { get: () => ['1'] });

const keyOf = (name: string): string => {
  const dataset = datasets.find((one) => one.name === name);
  const values = (dataset?.key ?? []).map(
    (item) =>
      [...canaries.values()].find((one) => one.dataset.name === name && one.item === item)?.token,
  );
  return values.length === 1 ? (values[0] ?? '1') : JSON.stringify(values);
};

interface Shown {
  route: string;
  request: string;
  datasets: string[];
}

const shape = /cnry-\d\d-\d\d-\d-[0-9a-f]{8}/g;

/** Datasets of which an answer shows a value above L1. */
const shownIn = (body: string): string[] => [
  ...new Set(
    (body.match(shape) ?? []).flatMap((token) => {
      const canary = canaries.get(token);
      return canary === undefined || canary.grade === 'L1' ? [] : [canary.dataset.name];
    }),
  ),
];

async function ask(who: Actor, one: Ask): Promise<Shown | undefined> {
  const answer = await world.app.inject({
    method: one.method,
    url: one.url,
    headers: headers.get(who.id) ?? {},
    ...(one.payload === undefined ? {} : { payload: one.payload as object }),
  });
  const names = answer.statusCode < 400 ? shownIn(answer.body) : [];
  if (names.length === 0) return undefined;
  const route = `${one.method} ${one.url}`;
  return { route, request: String(answer.headers['x-request-id']), datasets: names };
}

interface Left {
  request: string;
  actor: string;
  dataset: string | null;
  purpose: string | null;
  rows: number | null;
  asked: boolean;
}

test('whatever shows graded data has left a record of that request', async () => {
  const shown: (Shown & { who: string })[] = [];
  for (const [at, who] of people.entries()) {
    // Each reader asks about another part of the datasets, all together about every one.
    const part = datasets.filter((_, nth) => nth % people.length === at);
    for (const route of routes) {
      for (const one of asksOf(route, { params: anything, datasets: part, keyOf })) {
        const seen = await ask(who, one);
        if (seen !== undefined) shown.push({ ...seen, who: who.id });
      }
    }
  }
  // Rows, single rows, queries, downloads: a walk that saw none of them would prove nothing.
  const kinds = new Set(shown.map(({ route }) => route.replace(/\?.*/, '').split('/')[5] ?? route));
  expect(kinds.size).toBeGreaterThan(2);
  expect(shown.length).toBeGreaterThan(50);
  const { rows: records } = await sql<Left>`
    select request_id as request, actor, dataset, purpose, row_count as rows,
      (subject is not null or detail ? 'predicate' or detail ? 'from') as asked
    from audit_records`.execute(world.ctx.db);
  const unrecorded = shown.flatMap(({ route, request, who, datasets: names }) =>
    names
      .filter(
        (name) =>
          !records.some(
            (one) =>
              one.request === request &&
              one.actor === who &&
              one.dataset === name &&
              one.purpose !== null &&
              one.rows !== null &&
              one.asked,
          ),
      )
      .map((name) => `${route}: ${name}`),
  );
  expect([...new Set(unrecorded)].slice(0, 30)).toEqual([]);
}, 600_000);
