/**
 * Arriving at a server of its own, over HTTP: small deliveries a minute, and a big upload with the
 * memory it costs the server.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openPlatform } from '#app';
import { actorSource, openSession } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import type { Row } from './row.ts';

const root = join(import.meta.dirname, '..');
const pushes = 1000;
const atOnce = 20;
const uploadBytes = 2 ** 30;
const pieceBytes = 8 * 2 ** 20;

const packFiles: Record<string, string> = {
  'pack.yaml': 'title: {zh: 试, en: Trial}\nowner: "330109"\n',
  'units/all.csv':
    'code,name,name_en,level,parent,source\n330109,萧山区,Xiaoshan,district,,bench\n',
  'roles/source_officer.yaml':
    'title: {zh: 数据员, en: Officer}\ndescription: {zh: 交数据, en: delivers}\n' +
    'levels: [district]\npermissions: [ingest.deliver]\n',
  'people/trial.yaml':
    'people:\n  sun: {name: 孙, unit: "330109", roles: [{role: source_officer, unit: "330109"}]}\n',
  'datasets/readings.yaml': `title: {zh: 读数, en: Readings}
description: {zh: 测速用, en: for the bench}
owner: "330109"
theme: 测速
layer: raw
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测速}
cycle: realtime
mode: merge
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  value: {title: {zh: 值, en: Value}, type: 'decimal(12,3)', grade: L1}
`,
};

interface Site {
  url: string;
  headers: Record<string, string>;
  server: ChildProcess;
}

async function start(home: string): Promise<Site> {
  const pack = join(home, 'trial');
  for (const [path, text] of Object.entries(packFiles)) {
    await mkdir(dirname(join(pack, path)), { recursive: true });
    await writeFile(join(pack, path), text);
  }
  const server = spawn(join(root, 'bin/guantong'), ['start'], {
    cwd: root,
    env: {
      ...process.env,
      ...{ GUANTONG_HOME: home, GUANTONG_PORT: '0', GUANTONG_PACKS: pack },
      GUANTONG_HTTP_REQUESTS_PER_MINUTE: '1000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of server.stdout) {
    said += String(chunk);
    if (/http:\/\/127\.0\.0\.1:\d+/.test(said)) break;
  }
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
  if (url === undefined) throw new Error('the server did not start');
  const platform = await openPlatform(loadSettings({}, { home, log_level: 'silent' }), {
    role: 'command',
  });
  try {
    const account = await actorSource().login(platform.ctx(), 'sun');
    const { token, csrf } = await openSession(platform.ctx(), account?.id ?? '');
    return { url, server, headers: { cookie: `gt_session=${token}`, 'x-csrf-token': csrf } };
  } finally {
    await platform.close();
  }
}

async function send<T>(site: Site, method: string, path: string, init: RequestInit): Promise<T> {
  const headers = { ...site.headers, ...(init.headers as Record<string, string>) };
  const answer = await fetch(`${site.url}/api/ingest/${path}`, { ...init, method, headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const json = { 'content-type': 'application/json' };

/** Each push is a request of its own, answered when its row is in. @returns how many a minute */
async function pushing(site: Site): Promise<number> {
  let next = 0;
  const push = (n: number) =>
    send(site, 'POST', 'rows/readings', {
      headers: json,
      body: JSON.stringify({ rows: [{ id: `r${n}`, value: '1.5' }] }),
    });
  await push(-1);
  const began = performance.now();
  const sender = async (): Promise<void> => {
    for (let n = next++; n < pushes; n = next++) await push(n);
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return (pushes / (performance.now() - began)) * 60_000;
}

/** Resident megabytes of the server, its database left out. */
async function residentMb({ server }: Site): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function uploading(site: Site): Promise<{ mbPerSecond: number; grownMb: number }> {
  const piece = Buffer.alloc(pieceBytes, 'id,value\n1,2\n');
  const digest = `sha-256=:${createHash('sha256').update(piece).digest('base64')}:`;
  const { id } = await send<{ id: string }>(site, 'POST', 'uploads', {
    headers: json,
    body: JSON.stringify({ name: 'big.csv', bytes: uploadBytes }),
  });
  const before = await residentMb(site);
  let most = before;
  const began = performance.now();
  for (let at = 0; at < uploadBytes; at += pieceBytes) {
    await send(site, 'PATCH', `uploads/${id}`, {
      headers: {
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(at),
        'content-digest': digest,
      },
      body: piece,
    });
    most = Math.max(most, await residentMb(site));
  }
  const seconds = (performance.now() - began) / 1000;
  return { mbPerSecond: uploadBytes / 2 ** 20 / seconds, grownMb: most - before };
}

/** The same pieces written to a file and made durable, by nobody's leave. @returns MB a second */
async function bareWriting(home: string): Promise<number> {
  const piece = Buffer.alloc(pieceBytes, 'id,value\n1,2\n');
  const handle = await open(join(home, 'bare.part'), 'w');
  const began = performance.now();
  for (let at = 0; at < uploadBytes; at += pieceBytes) {
    await handle.write(piece, 0, pieceBytes, at);
    await handle.datasync();
  }
  await handle.close();
  return uploadBytes / 2 ** 20 / ((performance.now() - began) / 1000);
}

/** Marks of the work order: a thousand small deliveries a minute; a gigabyte without growing. */
export async function bench(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'guantong-bench-arrival-'));
  const site = await start(home);
  try {
    const perMinute = Math.round(await pushing(site));
    const { mbPerSecond, grownMb } = await uploading(site);
    const bare = await bareWriting(home);
    const round = (value: number): number => Number(value.toFixed(2));
    const grown = Math.round(grownMb);
    return [
      {
        ...{ name: 'small deliveries (1 row each)', ours: perMinute, bare: 1000 },
        ...{ ratio: round(perMinute / 1000), unit: 'a minute (mark: 1000)' },
      },
      {
        ...{
          name: 'upload of 1 GB in pieces',
          ours: Math.round(mbPerSecond),
          bare: Math.round(bare),
        },
        ...{ ratio: round(mbPerSecond / bare), unit: 'MB/s (bare: write and sync)' },
      },
      {
        ...{ name: 'server memory grown by it', ours: grown, bare: 200 },
        ...{ ratio: round(200 / Math.max(grown, 1)), unit: 'MB (mark: 200)' },
      },
    ];
  } finally {
    site.server.kill('SIGTERM');
    await once(site.server, 'exit');
    await rm(home, { recursive: true, force: true });
  }
}
