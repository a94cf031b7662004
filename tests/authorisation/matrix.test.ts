/**
 * The authorisation matrix: every route of every capability, asked by nobody, by an expired
 * session, by every role that does not hold its permission, and without the token of the page. Each
 * must be refused with its code, and no table may have gained or lost a row by it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { capabilities } from '#app';
import { openSession, setActorSource } from '#kernel/auth';
import { kernelCapabilities, type ServedRoute, servedRoutes } from '#kernel/http';
import { actor, type TestWorld, testWorld } from '#testing';

const rolesFolder = resolve(import.meta.dirname, '../../packs/district/roles');
const roleFile = z.object({ permissions: z.array(z.string()) });

/** Role -> permissions, as the district's pack declares them. */
const roles = new Map(
  readdirSync(rolesFolder).map((file) => [
    basename(file, '.yaml'),
    roleFile.parse(parse(readFileSync(join(rolesFolder, file), 'utf8'))).permissions,
  ]),
);

const routes = servedRoutes(capabilities);
const guarded = routes.filter((route) => route.access !== 'public');
const label = (route: ServedRoute): string => `${route.method} ${route.url}`;
const titled = (list: readonly ServedRoute[]): [string, ServedRoute][] =>
  list.map((route) => [label(route), route]);

let world: TestWorld;
const sessions = new Map<string, { cookie: string; csrf: string }>();
let expired: string;

beforeAll(async () => {
  world = await testWorld({ capabilities, settings: { http_requests_per_minute: 1_000_000 } });
  setActorSource({
    byAccount: async (_ctx, id) => actor(id, '330109', roles.get(id)),
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  const old = await openSession(world.ctx, 'data_admin');
  expired = `gt_session=${old.token}`;
  world.clock.advance(25 * 3_600_000);
  for (const role of roles.keys()) {
    const { token, csrf } = await openSession(world.ctx, role);
    sessions.set(role, { cookie: `gt_session=${token}`, csrf });
  }
});

afterAll(() => world.close());

/** Rows of every table of the database. */
async function rowsOfAll(): Promise<Record<string, number>> {
  const tables = await sql<{ name: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
    from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    order by 1`.execute(world.ctx.db);
  const counts: Record<string, number> = {};
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from ${sql.raw(name)}`.execute(world.ctx.db);
    counts[name] = rows[0]?.n ?? -1;
  }
  return counts;
}

interface Refusal {
  status: number;
  code: string;
}

async function ask(route: ServedRoute, headers: Record<string, string>): Promise<Refusal> {
  const url = route.url.replace(/:\w+/g, '1');
  const answer = await world.app.inject({ method: route.method, url, headers });
  const shape = answer.json<{ error: { code: string; message: { zh: string; en: string } } }>();
  expect(shape.error.message.zh).toMatch(/[\u4e00-\u9fff]/);
  expect(shape.error.message.en).not.toBe('');
  return { status: answer.statusCode, code: shape.error.code };
}

/** What `fn` asks must leave every table as it was. */
async function changingNothing(fn: () => Promise<void>): Promise<void> {
  const before = await rowsOfAll();
  await fn();
  expect(await rowsOfAll()).toEqual(before);
}

const headersOf = (role: string, csrf = true): Record<string, string> => {
  const session = sessions.get(role);
  if (session === undefined) throw new Error(`no session of ${role}`);
  return { cookie: session.cookie, ...(csrf ? { 'x-csrf-token': session.csrf } : {}) };
};

describe('declared', () => {
  it.each(titled(routes))('%s says in both languages what it does', (_label, route) => {
    expect(route.summary.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(route.summary.en).toMatch(/^[\x20-\x7e\u2019]+$/);
    expect(route.access).toMatch(/^(public|session|[a-z]+(\.[a-z_]+)+)$/);
  });

  it('every permission of a route is declared and held by some role, and no other is held', () => {
    const declared = new Set(
      [...kernelCapabilities, ...capabilities].flatMap((one) => Object.keys(one.permissions ?? {})),
    );
    const held = new Set([...roles.values()].flat());
    const asked = new Set(
      guarded.map((route) => route.access).filter((name) => name !== 'session'),
    );
    expect({
      undeclared: [...asked].filter((name) => !declared.has(name)),
      heldByNobody: [...asked].filter((name) => !held.has(name)),
      heldUndeclared: [...held].filter((name) => !declared.has(name)),
    }).toEqual({ undeclared: [], heldByNobody: [], heldUndeclared: [] });
  });

  it('the public routes are these, each for a reason of its own', () => {
    expect(routes.filter((route) => route.access === 'public').map(label)).toEqual([
      'GET /api/auth/me',
      'POST /api/auth/login',
      'GET /demo/:token',
      // By an identity provider: what there is, the way there and back, the code that is left.
      'GET /api/auth/providers',
      'GET /auth/via/:provider',
      'GET /auth/via/:provider/back',
      'POST /api/auth/via/code',
      'POST /api/organisation/invites/look',
      'POST /api/organisation/invites',
      // The open part of the catalogue is for the world to harvest.
      'GET /catalog.jsonld',
      // How the resumable upload is spoken: version, largest size; no data (tus 1.0, OPTIONS).
      'OPTIONS /api/ingest/uploads',
    ]);
  });
});

describe('enforced, and nothing is written', () => {
  it('nobody signed in', () =>
    changingNothing(async () => {
      for (const route of guarded) {
        const refusal = await ask(route, {});
        expect({ route: label(route), ...refusal }).toEqual({
          route: label(route),
          status: 401,
          code: 'auth.not_signed_in',
        });
      }
    }));

  it('an expired session', () =>
    changingNothing(async () => {
      for (const route of guarded) {
        const refusal = await ask(route, { cookie: expired });
        expect({ route: label(route), ...refusal }).toEqual({
          route: label(route),
          status: 401,
          code: 'auth.session_expired',
        });
      }
    }));

  it.each([...roles])('role %s, on every route it does not hold', (role, permissions) =>
    changingNothing(async () => {
      const closed = guarded.filter(
        ({ access }) => access !== 'session' && !permissions.includes(access),
      );
      expect(closed.length).toBeGreaterThan(0);
      for (const route of closed) {
        const refusal = await ask(route, headersOf(role));
        expect({ route: label(route), ...refusal }).toEqual({
          route: label(route),
          status: 403,
          code: 'auth.not_allowed',
        });
      }
    }),
  );

  it('a write without the token of the page, by a role that holds the permission', () =>
    changingNothing(async () => {
      for (const route of guarded.filter(({ method }) => method !== 'GET')) {
        const holder = [...roles].find(
          ([, permissions]) => route.access === 'session' || permissions.includes(route.access),
        )?.[0];
        if (holder === undefined) continue;
        for (const token of [undefined, 'made-up']) {
          const headers = headersOf(holder, false);
          const refusal = await ask(route, token ? { ...headers, 'x-csrf-token': token } : headers);
          expect({ route: label(route), ...refusal }).toEqual({
            route: label(route),
            status: 403,
            code: 'auth.csrf',
          });
        }
      }
    }));
});
