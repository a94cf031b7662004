/**
 * A server killed in the midst of an upload and of a pull: the upload goes on where it was
 * acknowledged, the pull begins again by itself, nothing is lost or doubled.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlatform } from '#app';
import type { Run, Upload } from '#ingest/model';
import { actorSource, openSession } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { contractOf, removeHome, temporaryFolder } from '#testing';
import { type Running, staying } from './guantong.ts';

let home: string;
let packs: string;
let slow: Server;
let address: string;
let asked = 0;
let headers: Record<string, string>;

const units = 'code,name,name_en,level,parent,source\n330109,萧山区,Xiaoshan,district,,test\n';
const role = `title: {zh: 数据员, en: Officer}
description: {zh: 交数据, en: delivers}
levels: [district]
permissions: [ingest.deliver]
`;

const lines = (count: number): string =>
  `id,area\n${Array.from({ length: count }, (_, n) => `${n},1.5`).join('\n')}\n`;
const pulled = lines(5000);

const env = (): Record<string, string> => ({
  ...{ GUANTONG_HOME: home, GUANTONG_PORT: '0', GUANTONG_PACKS: packs },
  ...{ GUANTONG_PULL_HOSTS: '127.0.0.1', GUANTONG_PULL_NETWORKS: '127.0.0.0/8' },
});

async function start(): Promise<{ server: Running; url: string }> {
  const server = await staying(['start'], env());
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.line)?.[0];
  if (url === undefined) throw new Error(`no address: ${server.line} ${server.said.stderr}`);
  return { server, url };
}

beforeAll(async () => {
  home = await temporaryFolder('arrival');
  packs = join(await temporaryFolder('arrival-packs'), 'trial');
  // The first answer never ends; the next ones do.
  slow = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-length': Buffer.byteLength(pulled) });
    if (asked === 1) response.write(pulled.slice(0, 1000));
    else response.end(pulled);
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/pulled.csv`;
  const owned = (text: string): string => text.replace('330109-zhzf', '"330109"');
  const files: Record<string, string> = {
    'pack.yaml': 'title: {zh: 试, en: Trial}\nowner: "330109"\n',
    'units/all.csv': units,
    'roles/source_officer.yaml': role,
    'people/trial.yaml':
      'people:\n  sun: {name: 孙丽君, unit: "330109", roles: [{role: source_officer, unit: "330109"}]}\n',
    'datasets/covers.yaml': owned(contractOf()),
    'datasets/lids.yaml': owned(contractOf()),
    'sources/web.yaml':
      `title: {zh: 试, en: Trial}\ndataset: lids\nroad: http\nschedule: {cron: "0 0 1 1 *"}\n` +
      `options: {url: "${address}"}\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(packs, path, '..'), { recursive: true });
    writeFileSync(join(packs, path), text);
  }
});

afterAll(async () => {
  slow?.closeAllConnections();
  slow?.close();
  await removeHome(home);
  await removeHome(join(packs, '..'));
});

const settings = () => loadSettings({}, { home, log_level: 'silent', pull_hosts: '127.0.0.1' });

/** Looks at what the servers left, between them. */
async function between<T>(look: (rows: (dataset: string) => Promise<number>) => Promise<T>) {
  const platform = await openPlatform(settings(), { role: 'command' });
  const ctx = platform.ctx();
  try {
    return await look(async (dataset) => (await ctx.lake.latest(ctx, dataset))?.rows ?? 0);
  } finally {
    await platform.close();
  }
}

async function ask<T>(url: string, path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`${url}/api/ingest/${path}`, {
    ...init,
    headers: { ...headers, ...(init.headers as Record<string, string>) },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const append = (url: string, id: string, at: number, bytes: Buffer): Promise<Upload> =>
  ask(url, `uploads/${id}`, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(at),
      'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
    },
    body: new Uint8Array(bytes),
  });

async function ended(url: string, id: string): Promise<Run> {
  for (;;) {
    const run = await ask<Run>(url, `runs/${id}`);
    if (run.endedAt !== null) return run;
    await pause(200);
  }
}

/** An account of the district, signed in; its session outlives the servers. */
async function signIn(): Promise<void> {
  const platform = await openPlatform(settings(), { role: 'command' });
  try {
    const account = await actorSource().login(platform.ctx(), 'sun');
    if (account === undefined) throw new Error('the pack opened no account');
    const { token, csrf } = await openSession(platform.ctx(), account.id);
    headers = { cookie: `gt_session=${token}`, 'x-csrf-token': csrf };
  } finally {
    await platform.close();
  }
}

test('killed in the midst of an upload: it goes on from what was acknowledged', async () => {
  const bytes = Buffer.from(lines(200_000));
  const cut = 1 << 20;
  let { server, url } = await start();
  await signIn();
  const { id } = await ask<Upload>(url, 'uploads', json({ name: 'a.csv', bytes: bytes.length }));
  await append(url, id, 0, bytes.subarray(0, cut));
  // The next piece is on its way when the server dies.
  const lost = append(url, id, cut, bytes.subarray(cut)).catch(() => null);
  await server.end('SIGKILL');
  await lost;
  ({ server, url } = await start());
  const { received } = await ask<Upload>(url, `uploads/${id}`);
  expect([cut, bytes.length]).toContain(received);
  if (received < bytes.length) await append(url, id, received, bytes.subarray(received));
  const run = await ask<Run>(url, 'runs', json({ dataset: 'covers', uploads: [id] }));
  // And once more while it is delivered: the run is taken up by the next server.
  await server.end('SIGKILL');
  ({ server, url } = await start());
  expect(await ended(url, run.id)).toMatchObject({ state: 'done', accepted: 200_000 });
  await server.end('SIGTERM');
  await between(async (rows) => expect(await rows('covers')).toBe(200_000));
  expect(readdirSync(join(home, 'uploads'))).toEqual([]);
}, 240_000);

test('killed in the midst of a pull: nothing landed, the next server fetches it', async () => {
  let { server, url } = await start();
  const { runs } = await ask<{ runs: Run[] }>(url, 'sources/web/run', json({}));
  while (asked === 0) await pause(50);
  await pause(300);
  await server.end('SIGKILL');
  await between(async (rows) => expect(await rows('lids')).toBe(0));
  ({ server, url } = await start());
  const run = await ended(url, runs[0]?.id ?? '');
  expect(run).toMatchObject({ state: 'done', accepted: 5000 });
  await server.end('SIGTERM');
  await between(async (rows) => expect(await rows('lids')).toBe(5000));
}, 240_000);
