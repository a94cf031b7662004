import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openSession, setActorSource } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import { route } from '#kernel/http';
import { createLog } from '#kernel/log';
import { actor, type TestWorld, testWorld } from '#testing';

const thing = z.strictObject({ name: z.string(), count: z.number().int() });
let handled = 0;

const probe: Capability = {
  name: 'probe',
  routes: [
    route({
      method: 'GET',
      path: '/things/:id',
      summary: { zh: '一个东西', en: 'One thing' },
      access: 'probe.read',
      params: z.strictObject({ id: z.coerce.number().int() }),
      query: z.strictObject({ limit: z.coerce.number().int().min(1).max(10).default(5) }),
      response: thing,
      handler: async (_ctx, { params, query }) => ({ name: `t${params.id}`, count: query.limit }),
    }),
    route({
      method: 'POST',
      path: '/things',
      summary: { zh: '新建东西', en: 'New thing' },
      access: 'session',
      body: thing,
      handler: async (ctx) => {
        handled += 1;
        await ctx.audit.record(ctx, { action: 'probe.make' });
      },
    }),
    route({
      method: 'POST',
      path: '/files',
      summary: { zh: '上传', en: 'Upload' },
      access: 'session',
      multipart: true,
      handler: async () => undefined,
    }),
    route({
      method: 'GET',
      path: '/broken',
      summary: { zh: '坏的', en: 'Broken' },
      access: 'public',
      handler: async () => {
        throw new Error('the secret is 42');
      },
    }),
    route({
      method: 'GET',
      path: '/fails/:how/:value',
      summary: { zh: '失败', en: 'Fails' },
      access: 'public',
      params: z.strictObject({ how: z.string(), value: z.string() }),
      query: z.strictObject({ filter: z.string() }),
      handler: async ({ db, lake }, { params: { how, value } }) => {
        if (how === 'engine') await lake.engine.rows(`select cast('${value}' as integer)`);
        if (how === 'cast') await sql`select cast(${value}::text as integer)`.execute(db);
        if (how === 'null') await sql`insert into probe_once values (${value}, null)`.execute(db);
        await sql`insert into probe_once values (${value}, 1), (${value}, 2)`.execute(db);
      },
    }),
    route({
      method: 'GET',
      path: '/leak',
      summary: { zh: '多给', en: 'Gives too much' },
      access: 'public',
      response: thing,
      handler: async () => ({ name: 'a', count: 1, password: 'p' }) as z.infer<typeof thing>,
    }),
  ],
};

let world: TestWorld;
const lines: string[] = [];
let cookie: string;
let csrf: string;

const person = actor('builder', '330109', ['probe.read']);

beforeAll(async () => {
  world = await testWorld({
    capabilities: [probe],
    log: createLog({ log_level: 'info' }, { write: (line) => void lines.push(line) }),
    settings: { http_requests_per_minute: 10_000, http_body_limit_bytes: 2048 },
  });
  setActorSource({
    byAccount: async (_ctx, id) => (id === 'a1' ? { ...person, id: 'a1' } : undefined),
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  await sql`create table probe_once (id text primary key, n int not null)`.execute(world.ctx.db);
  const session = await openSession(world.ctx, 'a1');
  cookie = `gt_session=${session.token}`;
  csrf = session.csrf;
});

afterAll(() => world.close());

const records = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from audit_seen`.execute(
    world.ctx.db,
  );
  return rows[0]?.n ?? -1;
};

describe('a fault of ours', () => {
  const value = '330109198001011234王某某';

  it.each(['engine', 'cast', 'null', 'twice'])(
    '%s: logs no value of a row or of a request',
    async (how) => {
      lines.length = 0;
      const path = `/api/probe/fails/${how}/${encodeURIComponent(value)}`;
      const answer = await world.app.inject({ url: `${path}?filter=${encodeURIComponent(value)}` });
      expect([answer.statusCode, answer.json().error.code]).toEqual([500, 'kernel.internal']);
      const line = lines.join('').replaceAll(encodeURIComponent('王某某'), '王某某');
      expect(line).toContain('/api/probe/fails/:how/:value');
      expect(line).not.toContain('330109198001011234');
      expect(line).not.toContain('王某某');
    },
  );
});

it('a sign that no database can hold is a fault of the request, and none of ours', async () => {
  lines.length = 0;
  const answer = await world.app.inject({ url: '/api/probe/fails/twice/a%00b?filter=x' });
  expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'http.bad_request']);
  expect(lines).toEqual([]);
});

describe('refusals, coded in both languages', () => {
  type Refusal = [
    title: string,
    method: 'GET' | 'DELETE',
    url: string,
    headers: Record<string, string>,
    status: number,
    code: string,
  ];
  const cases: Refusal[] = [
    ['nobody signed in', 'GET', '/api/probe/things/1', {}, 401, 'auth.not_signed_in'],
    [
      'a cookie that signs nobody in',
      'GET',
      '/api/probe/things/1',
      { cookie: 'gt_session=made-up' },
      401,
      'auth.session_expired',
    ],
    [
      'a token nobody issued',
      'GET',
      '/api/probe/things/1',
      { authorization: 'Bearer x' },
      401,
      'auth.bad_token',
    ],
    ['no such address', 'GET', '/api/probe/nothing', {}, 404, 'http.no_route'],
    ['a missing file', 'GET', '/assets/nothing.js', {}, 404, 'http.no_route'],
    ['a wrong method', 'DELETE', '/api/probe/things/1', {}, 405, 'http.method_not_allowed'],
  ];
  it.each(cases)('%s', async (_title, method, url, headers, status, code) => {
    const answer = await world.app.inject({ method, url, headers });
    expect(answer.statusCode).toBe(status);
    const { error } = answer.json();
    expect(error.code).toBe(code);
    expect(error.message.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(error.message.en).toMatch(/^[\x20-\x7e]+$/);
    expect(error.requestId).toBe(answer.headers['x-request-id']);
  });
});

describe('refused writes', () => {
  const post = (payload: string, headers: Record<string, string> = {}) =>
    world.app.inject({
      method: 'POST',
      url: '/api/probe/things',
      headers: { cookie, 'x-csrf-token': csrf, 'content-type': 'application/json', ...headers },
      payload,
    });
  const good = JSON.stringify({ name: 'x', count: 1 });

  it.each([
    ['a write without its token', good, { 'x-csrf-token': '' }, 403, 'auth.csrf'],
    ['a write with another token', good, { 'x-csrf-token': 'x' }, 403, 'auth.csrf'],
    ['a write from another site', good, { 'sec-fetch-site': 'cross-site' }, 403, 'http.cross_site'],
    ['another media type', good, { 'content-type': 'text/plain' }, 415, 'http.unsupported_media'],
    ['an upload', good, { 'content-type': 'multipart/form-data' }, 415, 'http.unsupported_media'],
    ['no JSON', '{"name":', {}, 400, 'http.bad_json'],
    ['a prototype', '{"__proto__":{"a":1}}', {}, 400, 'http.bad_json'],
    ['too much', `{"name":"${'x'.repeat(3000)}"}`, {}, 413, 'kernel.too_large'],
    ['wrong fields', '{"name":1}', {}, 400, 'kernel.bad_input'],
  ])('%s, and nothing was done', async (_title, payload, headers, status, code) => {
    const before = [handled, await records()];
    const answer = await post(payload, headers);
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code]);
    expect([handled, await records()]).toEqual(before);
  });

  it('names every fault of an input at once', async () => {
    const answer = await post('{"name":1,"count":1.5,"more":true,"most":1}');
    const { faults } = answer.json().error;
    expect(faults.map((fault: { item: string }) => fault.item).sort()).toEqual([
      'body.count',
      'body.more',
      'body.most',
      'body.name',
    ]);
    for (const { message } of faults) expect(message.zh).not.toBe(message.en);
  });
});

describe('refusals of all kinds', () => {
  it('refuses query and params together', async () => {
    const url = '/api/probe/things/one?limit=99&more=1';
    const answer = await world.app.inject({ url, headers: { cookie } });
    const items = answer.json().error.faults.map((fault: { item: string }) => fault.item);
    expect(items).toEqual(['params.id', 'query.limit', 'query.more']);
  });

  it('tells nothing of the inside', async () => {
    for (const url of ['/api/probe/broken', '/api/probe/leak']) {
      const answer = await world.app.inject({ url });
      expect([answer.statusCode, answer.json().error.code]).toEqual([500, 'kernel.internal']);
      expect(answer.body).not.toMatch(/secret|password|Error|\.ts/);
    }
  });

  it('holds each address to its allowance', async () => {
    const small = await testWorld({ settings: { http_requests_per_minute: 3 } });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const answer = await small.app.inject({
        url: '/api/auth/me',
        headers: { cookie: `gt_session=${i}` },
      });
      statuses.push(answer.statusCode);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    await small.close();
  });

  it('does not start a demo that other machines could reach', async () => {
    const open = testWorld({ settings: { demo: true, host: '0.0.0.0' } });
    await expect(open).rejects.toMatchObject({ code: 'auth.demo_not_loopback' });
  });
});

describe('served', () => {
  it('answers through the schema', async () => {
    const answer = await world.app.inject({
      url: '/api/probe/things/7?limit=3',
      headers: { cookie },
    });
    expect(answer.json()).toEqual({ name: 't7', count: 3 });
  });

  it('waits for the audit before it answers', async () => {
    const before = await records();
    const answer = await world.app.inject({
      method: 'POST',
      url: '/api/probe/things',
      headers: { cookie, 'x-csrf-token': csrf },
      payload: { name: 'x', count: 1 },
    });
    expect(answer.statusCode).toBe(204);
    expect(await records()).toBe(before + 1);
  });

  it('carries its security headers, also on refusals', async () => {
    for (const [url, source] of [
      ['/api/auth/me', 'none'],
      ['/api/nothing', 'none'],
      ['/healthz', 'self'],
      ['/', 'self'],
    ] as const) {
      const { headers } = await world.app.inject({ url });
      expect(headers['content-security-policy']).toContain(`default-src '${source}'`);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('describes every route in OpenAPI 3.1', async () => {
    const document = (await world.app.inject({ url: '/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    const one = document.paths['/api/probe/things/{id}'].get;
    expect(one['x-access']).toBe('probe.read');
    expect(one.parameters.map((p: { name: string; in: string }) => [p.name, p.in])).toEqual([
      ['id', 'path'],
      ['limit', 'query'],
    ]);
    expect(document.paths['/api/auth/login'].post.requestBody.required).toBe(true);
  });

  it('says how it is doing in OpenMetrics', async () => {
    const answer = await world.app.inject({ url: '/metrics' });
    expect(answer.headers['content-type']).toContain('application/openmetrics-text');
    expect(answer.body).toContain(
      'guantong_http_requests_total{method="GET",route="/api/probe/things/:id",status="200"}',
    );
    expect(answer.body.endsWith('# EOF\n')).toBe(true);
    const far = await world.app.inject({ url: '/metrics', remoteAddress: '10.1.1.1' });
    expect(far.statusCode).toBe(401);
  });

  it('tells nobody how it is doing through a proxy on the same machine', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'x-forwarded-host']) {
      const answer = await world.app.inject({ url: '/metrics', headers: { [name]: '10.1.1.1' } });
      expect({ name, status: answer.statusCode }).toEqual({ name, status: 401 });
      expect(answer.body).not.toContain('guantong_');
    }
    // One that writes no such header is known by the settings that name it.
    for (const settings of [
      { trusted_proxies: '127.0.0.1' },
      { public_url: 'https://gt.example.gov.cn' },
    ]) {
      const behind = await testWorld({ settings });
      const answer = await behind.app.inject({ url: '/metrics' });
      expect(answer.statusCode).toBe(401);
      await behind.close();
    }
  });
});
