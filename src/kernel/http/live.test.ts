/** What only a real socket shows: streams, uploads, files, the end. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { issueToken, openSession, revokeToken, setActorSource } from '#kernel/auth';
import type { Capability } from '#kernel/capability';
import { buildServer, type EventStream, receiveFiles, route, sse } from '#kernel/http';
import { actor, type TestWorld, testWorld } from '#testing';

let streams: EventStream[] = [];
let begun = 0;
let finished = 0;

const received = z.strictObject({
  files: z.array(z.strictObject({ name: z.string(), bytes: z.number(), path: z.string() })),
  fields: z.record(z.string(), z.string()),
});

const probe: Capability = {
  name: 'probe',
  routes: [
    route({
      method: 'GET',
      path: '/stream',
      summary: { zh: '推送', en: 'Events' },
      access: 'session',
      stream: true,
      handler: async (_ctx, _input, reply) => {
        const stream = sse(reply);
        streams.push(stream);
        await stream.send('hello', { line: 'a\nb' }, '7');
      },
    }),
    route({
      method: 'POST',
      path: '/files',
      summary: { zh: '上传', en: 'Upload' },
      access: 'session',
      multipart: true,
      response: received,
      handler: async (ctx, { request }) => {
        const { files, fields, dispose } = await receiveFiles(ctx, request);
        await dispose();
        return { files: files.map(({ name, bytes, path }) => ({ name, bytes, path })), fields };
      },
    }),
    route({
      method: 'GET',
      path: '/slow',
      summary: { zh: '慢', en: 'Slow' },
      access: 'public',
      handler: async () => {
        begun += 1;
        await pause(300);
        finished += 1;
      },
    }),
  ],
};

const caps = { sse_streams_per_session: 2, sse_streams_per_account: 3 };

let world: TestWorld;
let app: FastifyInstance;
let url: string;
let headers: Record<string, string>;
/** Where the account holds its role. */
let unit = '330109';

beforeEach(async () => {
  streams = [];
  unit = '330109';
  begun = 0;
  finished = 0;
  const settings = {
    ...caps,
    sse_heartbeat_ms: 100,
    session_cache_ms: 50,
    delivery_max_bytes: 100_000,
    http_drain_ms: 10_000,
  };
  world = await testWorld({ settings });
  setActorSource({
    byAccount: async (_ctx, id) => ({ ...actor('builder', unit), id }),
    login: async () => undefined,
    demoAccounts: async () => [],
  });
  const webRoot = join(world.ctx.settings.home, 'dist');
  await mkdir(join(webRoot, 'assets'), { recursive: true });
  await writeFile(join(webRoot, 'index.html'), '<title>贯通</title>');
  await writeFile(join(webRoot, 'assets', 'main-1a2b3c4d.js'), 'export {};');
  await writeFile(join(webRoot, 'assets', 'main-1a2b3c4d.js.br'), 'packed');
  const { log } = world.ctx;
  app = await buildServer({
    settings: world.ctx.settings,
    log,
    capabilities: [probe],
    makeCtx: (request) => ({ ...world.ctx, ...request }),
    webRoot,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const session = await openSession(world.ctx, 'a1');
  headers = { cookie: `gt_session=${session.token}`, 'x-csrf-token': session.csrf };
});

afterEach(async () => {
  await app.close();
  await world.close();
});

const home = (): Promise<string[]> => readdir(join(world.ctx.settings.home, 'tmp')).catch(() => []);

describe('too many streams', () => {
  const open = (over = headers) => fetch(`${url}/api/probe/stream`, { headers: over });
  const refused = async (over = headers): Promise<void> => {
    const answer = await open(over);
    expect([answer.status, (await answer.json()).error.code]).toEqual([
      429,
      'http.too_many_streams',
    ]);
  };

  it('of a session, of an account: coded; one that ends makes room', async () => {
    const first = new AbortController();
    const answers = [await fetch(`${url}/api/probe/stream`, { headers, signal: first.signal })];
    answers.push(await open());
    await refused();
    const second = await openSession(world.ctx, 'a1');
    const other = { cookie: `gt_session=${second.token}` };
    answers.push(await open(other));
    await refused(other);
    const somebody = await openSession(world.ctx, 'a2');
    answers.push(await open({ cookie: `gt_session=${somebody.token}` }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    first.abort();
    await expect.poll(() => streams[0]?.closed.aborted).toBe(true);
    expect((await open(other)).status).toBe(200);
    await refused();
  });
});

describe('uploads refused', () => {
  const form = (bytes: number): FormData => {
    const body = new FormData();
    body.append('note', '六月');
    body.append('files', new Blob(['x'.repeat(bytes)]), '../../etc/passwd');
    return body;
  };

  it('too large: coded, nothing left on the disk', async () => {
    const answer = await fetch(`${url}/api/probe/files`, {
      method: 'POST',
      headers,
      body: form(200_000),
    });
    expect(answer.status).toBe(413);
    expect((await answer.json()).error.code).toBe('kernel.too_large');
    expect(await home()).toEqual([]);
  });

  it('broken off or not multipart: coded, nothing left on the disk', async () => {
    const type = 'multipart/form-data; boundary=x';
    for (const [contentType, body] of [
      [type, '--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhalf'],
      ['application/json', '{}'],
    ] as const) {
      const answer = await fetch(`${url}/api/probe/files`, {
        method: 'POST',
        headers: { ...headers, 'content-type': contentType },
        body,
      });
      expect([400, 415]).toContain(answer.status);
      expect((await answer.json()).error.code).toMatch(/^http\.(bad_upload|unsupported_media)$/);
    }
    expect(await home()).toEqual([]);
  });

  it('a name never leads out of the folder', async () => {
    const answer = await fetch(`${url}/api/probe/files`, {
      method: 'POST',
      headers,
      body: form(9),
    });
    const { files, fields } = (await answer.json()) as z.infer<typeof received>;
    expect(files).toHaveLength(1);
    expect(files[0]?.bytes).toBe(9);
    expect(files[0]?.path).toMatch(/\/tmp\/upload-[0-9a-f-]+\/0$/);
    expect(fields).toEqual({ note: '六月' });
  });
});

describe('streams', () => {
  const open = async (over = headers) => {
    const answer = await fetch(`${url}/api/probe/stream`, { headers: over });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (reader === undefined) throw new Error('no body');
    let text = '';
    const until = async (wanted: string): Promise<string> => {
      while (!text.includes(wanted)) {
        const { done, value } = await reader.read();
        if (done) return `${text}[end]`;
        text += value;
        if (text.split(': beat').length > 50) return `${text}[still open]`;
      }
      return text;
    };
    return { answer, until, reader };
  };

  it('carry events, heartbeats and the security headers', async () => {
    const { answer, until } = await open();
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await until('beat')).toContain('id: 7\nevent: hello\ndata: {"line":"a\\nb"}\n\n');
  });

  it('end when the session does', async () => {
    const { until } = await open();
    await until('hello');
    world.clock.advance(9 * 3_600_000);
    expect(await until('never')).toContain('[end]');
    expect(streams[0]?.closed.aborted).toBe(true);
  });

  it('end when the token of a program is taken back', async () => {
    const issuer = world.as(actor('issuer', '330109', ['auth.tokens']));
    const { id, secret } = await issueToken(issuer, { account: 'program', title: '推送', days: 1 });
    const { until } = await open({ authorization: `Bearer ${secret}` });
    await until('hello');
    await revokeToken(issuer, id);
    expect(await until('never')).toContain('[end]');
  });

  it('end when whoever reads them holds other roles than he did', async () => {
    const { until } = await open();
    await until('hello');
    unit = '330109/330109004';
    expect(await until('never')).toContain('[end]');
  });

  it('end when the client leaves', async () => {
    const { until, reader } = await open();
    await until('hello');
    await reader.cancel();
    await expect.poll(() => streams[0]?.closed.aborted).toBe(true);
  });

  it('make a sender wait for its reader, and give up on one that reads nothing', async () => {
    const { until } = await open();
    await until('hello');
    const stream = streams[0];
    let sent = 0;
    const flood = async (): Promise<void> => {
      while (stream && !stream.closed.aborted && sent < 1000) {
        await stream.send('data', 'x'.repeat(1_000_000));
        sent += 1;
      }
    };
    await flood();
    expect(stream?.closed.aborted).toBe(true);
    expect(sent).toBeLessThan(100);
  });
});

describe('the web', () => {
  it('keeps hashed files for ever, packed when they are, and every page in one file', async () => {
    const asset = await fetch(`${url}/assets/main-1a2b3c4d.js`, {
      headers: { 'accept-encoding': 'identity' },
    });
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const packed = await app.inject({
      url: '/assets/main-1a2b3c4d.js',
      headers: { 'accept-encoding': 'br' },
    });
    expect(packed.headers['content-encoding']).toBe('br');
    expect(packed.headers['content-type']).toContain('javascript');
    for (const path of ['/', '/hub/events/1', '/catalogue?search=a.b']) {
      const page = await fetch(url + path);
      expect([page.status, await page.text()]).toEqual([200, '<title>贯通</title>']);
      expect(page.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('gives no file outside of its folder', async () => {
    for (const path of [
      '/../pg/password',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
    ]) {
      const answer = await app.inject({ url: path });
      expect(answer.body).not.toContain('root:');
      expect([200, 400, 403, 404]).toContain(answer.statusCode);
      if (answer.statusCode === 200) expect(answer.body).toBe('<title>贯通</title>');
    }
  });
});

it('closes cleanly: what is under way is answered, streams end, then nothing listens', async () => {
  const stream = await fetch(`${url}/api/probe/stream`, { headers });
  const slow = fetch(`${url}/api/probe/slow`);
  await expect.poll(() => begun).toBe(1);
  const began = performance.now();
  const closed = app.close();
  expect((await slow).status).toBe(204);
  expect(finished).toBe(1);
  await closed;
  expect(performance.now() - began).toBeLessThan(9_000);
  expect(await stream.text()).toContain('hello');
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});
