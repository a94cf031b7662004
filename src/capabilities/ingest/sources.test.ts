/** Sources: what a pack may declare, watched folders, files behind addresses, schedules. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { getDataset, summaryOf } from '#catalogue';
import type { GuantongError } from '#kernel/errors';
import { type ArrivalWorld, arrivalWorld } from '#testing';
import { openAddress } from './actions/arrival/roads/http.ts';
import {
  cancelRun,
  getRun,
  getSource,
  listRuns,
  listSources,
  pauseSource,
  pullSource,
  recoverRuns,
  returnedRows,
} from './actions/index.ts';

let world: ArrivalWorld;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: IncomingMessage[];
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(async () => {
  asked = [];
  world = await arrivalWorld({
    pull_hosts: '127.0.0.1, *.example.test',
    pull_networks: '127.0.0.0/8',
    arrival_retry_ms: 1000,
    arrival_attempts: 2,
    pull_connect_ms: 2000,
  });
  process.env.GUANTONG_SECRET_TRIAL = 'open sesame';
});
afterEach(async () => {
  await world.end();
  delete process.env.GUANTONG_SECRET_TRIAL;
});

const title = 'title: {zh: 试, en: Trial}\n';
const httpSource = (path = '/covers.csv', more = ''): string =>
  `${title}dataset: covers\nroad: http\n${more}options:\n  url: http://127.0.0.1:${port}${path}\n` +
  '  headers: {authorization: {secret: TRIAL}}\n';
const folderSource = (more = ''): string =>
  `${title}dataset: covers\nroad: folder\noptions: {path: zhzf${more}}\n`;

const runs = async () => (await listRuns(world.officer, { limit: 50 })).runs;
const states = async () => (await runs()).map(({ state }) => state);
const codes = async () => (await runs()).map(({ error }) => error?.code ?? null);

test('all faults of all sources of a pack at once, with their lines', async () => {
  const applied = world.apply({
    'sources/a.yaml': `${title}dataset: none\nroad: folder\nschedule: {cron: "61 * * * *"}\noptions: {path: ../etc}\n`,
    'sources/b.yaml': `${title}dataset: covers\nroad: http\nschedule: {cron: "* * * * *", every_minutes: 5}\noptions: {url: "https://me:word@h.example.test/x"}\n`,
    'datasets/whole.yaml': 'nothing: of use\n',
    'sources/c.yaml': `${title}dataset: covers\nroad: postgres\noptions: {host: h, database: d, user: u, password: word, table: t}\n`,
  });
  const refusal = (await applied.catch((error: unknown) => error)) as GuantongError;
  expect(refusal.code).toBe('packs.refused');
  const found = refusal.faults.map(
    ({ code, file, line }) => `${code} ${file?.split('/').at(-1)} ${line}`,
  );
  for (const code of [
    ...['ingest.source_dataset a.yaml 2', 'ingest.source_cron a.yaml 4'],
    ...['ingest.source_path a.yaml 5', 'ingest.source_schedule b.yaml 4'],
    'ingest.source_userinfo b.yaml 5',
  ]) {
    expect(found).toContain(code);
  }
  expect(found.some((one) => one.includes('c.yaml'))).toBe(true);
  expect(await listSources(world.officer)).toEqual([]);
});

test('departments see and move their own sources only', async () => {
  await world.apply({ 'sources/zhzf.yaml': folderSource() });
  expect(await listSources(world.stranger)).toEqual([]);
  await expect(listSources(world.nobody)).rejects.toThrow(/auth\.not_signed_in/);
  await expect(pullSource(world.stranger, 'zhzf')).rejects.toThrow(/auth\.not_in_unit/);
  await expect(pauseSource(world.stranger, 'zhzf', true)).rejects.toThrow(/auth\.not_in_unit/);
  await expect(pullSource(world.officer, 'none')).rejects.toThrow(/ingest\.no_source/);
  expect((await getSource(world.officer, 'zhzf')).paused).toBe(false);
});

/** Puts a file into the watched folder, at rest since so many seconds. */
function put(name: string, text: string, seconds = 60): string {
  const folder = join(world.ctx.settings.home, 'inbox/zhzf');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  const at = new Date(world.clock.now().getTime() - seconds * 1000);
  utimesSync(path, at, at);
  return path;
}
const inside = (folder: string): string[] =>
  readdirSync(join(world.ctx.settings.home, 'inbox/zhzf', folder)).map((name) =>
    name.replace(/^\d{8}T\d{6}Z-/, ''),
  );

test('a watched folder: files at rest land in order and go to done, with what came back', async () => {
  await world.apply({ 'sources/zhzf.yaml': folderSource(', match: "*.csv"') });
  put('b.csv', 'id,area\n1,2\n,9\n');
  put('a.csv', 'id,area\n1,1\n2,2\n');
  put('young.csv', 'id,area\n7,7\n', 3);
  put('.hidden.csv', 'id,area\n8,8\n');
  put('growing.csv.part', 'id,area\n8,8\n');
  put('other.txt', 'id,area\n8,8\n');
  symlinkSync(
    put('outside.dat', 'id,area\n9,9\n'),
    join(world.ctx.settings.home, 'inbox/zhzf/link.csv'),
  );
  world.clock.advance(60_000);
  utimesSync(put('young.csv', 'id,area\n7,7\n', 0), world.clock.now(), world.clock.now());
  await world.drain();
  expect(await world.rows()).toEqual(['1=2.000', '2=2.000']);
  expect(inside('done').toSorted()).toEqual(['a.csv', 'b.csv']);
  expect(inside('returned')).toEqual(['b.csv-退回数据.csv']);
  expect(inside('.')).toEqual(
    expect.arrayContaining([
      'young.csv',
      '.hidden.csv',
      'growing.csv.part',
      'other.txt',
      'link.csv',
    ]),
  );
  expect(inside('.taken')).toEqual([]);
  world.clock.advance(60_000);
  await world.drain();
  expect(await world.rows()).toEqual(['1=2.000', '2=2.000', '7=7.000']);
});

test('a file that does not fit goes to returned with the reason beside it', async () => {
  await world.apply({ 'sources/zhzf.yaml': folderSource() });
  put('wrong.csv', 'number,size\n1,2\n');
  world.clock.advance(60_000);
  await world.drain();
  expect(await states()).toEqual(['refused']);
  expect(inside('returned').toSorted()).toEqual(['wrong.csv', 'wrong.csv.原因.txt']);
  const folder = join(world.ctx.settings.home, 'inbox/zhzf/returned');
  const reason = readdirSync(folder).find((name) => name.endsWith('.txt')) ?? '';
  expect(readFileSync(join(folder, reason), 'utf8')).toContain('不在约定里');
  world.clock.advance(60_000);
  await world.drain();
  expect(await runs()).toHaveLength(1);
});

test('a file taken by a run that was then cancelled, or whose process died, is put aside', async () => {
  await world.apply({ 'sources/zhzf.yaml': folderSource() });
  put('done.csv', 'id,area\n1,1\n,2\n');
  world.clock.advance(60_000);
  await world.drain();
  const [done] = await runs();
  const home = join(world.ctx.settings.home, 'inbox/zhzf');
  const taken = join(home, '.taken', done?.id ?? '');
  // As it was the instant before its process died: landed, and not put aside yet.
  mkdirSync(taken);
  for (const name of readdirSync(join(home, 'done'))) {
    renameSync(join(home, 'done', name), join(taken, 'done.csv'));
  }
  rmSync(join(home, 'returned'), { recursive: true });
  await recoverRuns(world.ctx);
  expect([inside('done'), inside('returned')]).toEqual([['done.csv'], ['done.csv-退回数据.csv']]);
  // The second attempt of a run waits while its file is out of the way.
  put('waits.csv', 'id,area\n3,3\n');
  world.clock.advance(60_000);
  await pullSource(world.officer, 'zhzf');
  const [waits] = await runs();
  mkdirSync(join(home, '.taken', waits?.id ?? ''));
  renameSync(join(home, 'waits.csv'), join(home, '.taken', waits?.id ?? '', 'waits.csv'));
  await cancelRun(world.officer, waits?.id ?? '');
  expect(inside('returned')).toEqual(
    expect.arrayContaining(['waits.csv', 'waits.csv.原因.txt', 'done.csv-退回数据.csv']),
  );
  expect(inside('.taken')).toEqual([]);
});

test('a file that grows after it was seen is left alone until it rests', async () => {
  await world.apply({ 'sources/zhzf.yaml': folderSource() });
  const path = put('slow.csv', 'id,area\n1,1\n');
  await pullSource(world.officer, 'zhzf');
  appendFileSync(path, '2,2\n');
  await world.drain();
  expect(await world.rows()).toEqual([]);
  expect(await states()).toEqual(['queued']);
  expect(await codes()).toEqual(['ingest.source_moving']);
  expect(existsSync(path)).toBe(true);
});

test('a folder that leaves the watched root through a link is refused', async () => {
  await world.apply({ 'sources/zhzf.yaml': folderSource() });
  mkdirSync(join(world.ctx.settings.home, 'inbox'), { recursive: true });
  symlinkSync(world.folder, join(world.ctx.settings.home, 'inbox/zhzf'));
  world.file('id,area\n1,1\n');
  await expect(pullSource(world.officer, 'zhzf')).rejects.toThrow(/ingest\.source_folder/);
  expect(await runs()).toEqual([]);
  // By itself it is said at the source, once, however often it is looked at.
  for (let minute = 0; minute < 3; minute += 1) {
    world.clock.advance(60_000);
    await world.drain();
  }
  expect(await codes()).toEqual(['ingest.source_folder']);
  expect(await world.rows()).toEqual([]);
});

/** A source whose server sends a body only when it is another than before; how it is pulled. */
async function unchanging(body: () => string): Promise<() => Promise<void>> {
  answer = (request, response) => {
    const etag = `"${body().replaceAll('\n', '|')}"`;
    if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
    return response.writeHead(200, { etag, 'content-length': body().length }).end(body());
  };
  await world.apply({ 'sources/web.yaml': httpSource() });
  return async () => {
    await pullSource(world.officer, 'web');
    await world.drain();
  };
}

test('fetched only when it changed, the secret sent and never shown', async () => {
  let body = 'id,area\n1,1\n';
  const pull = await unchanging(() => body);
  await pull();
  await pull();
  body = 'id,area\n1,1\n2,2\n';
  await pull();
  expect(await world.rows()).toEqual(['1=1.000', '2=2.000']);
  expect((await runs()).map(({ state, accepted }) => `${state} ${accepted}`)).toEqual([
    ...['done 2', 'done 0', 'done 1'],
  ]);
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('open sesame'));
  const shown = JSON.stringify([await listSources(world.officer), await runs()]);
  expect(shown).not.toContain('sesame');
  await pullSource(world.officer, 'web', true);
  await world.drain();
  expect(asked.at(-1)?.headers['if-none-match']).toBeUndefined();
});

test('a source that has nothing new is in time; nothing arrived, and that is said', async () => {
  let body = 'id,area\n1,1\n';
  const pull = await unchanging(() => body);
  await pull();
  const arrived = world.clock.now().toISOString();
  const { cycle } = await getDataset(world.ctx, 'covers');
  expect(cycle).toBe('daily');
  const standing = () => summaryOf(world.officer, 'covers');
  expect(await standing()).toMatchObject({ asOf: arrived, confirmed: null, fresh: 'on_time' });
  world.clock.advance(20 * 86_400_000);
  expect((await standing()).fresh).toBe('late');
  await pull();
  const asked = world.clock.now().toISOString();
  expect(await standing()).toMatchObject({ asOf: arrived, confirmed: asked, fresh: 'on_time' });
  // A file that is refused is not fetched again before it changes: that confirms nothing.
  body = 'a,b\n1,2\n';
  await pull();
  expect((await states()).at(0)).toBe('refused');
  world.clock.advance(20 * 86_400_000);
  await pull();
  expect((await states()).at(0)).toBe('done');
  expect(await standing()).toMatchObject({ asOf: arrived, confirmed: asked, fresh: 'late' });
});

test('a missing secret, a refusal and a file that does not fit are said and not repeated', async () => {
  answer = (request, response) =>
    request.url === '/closed'
      ? response.writeHead(403).end()
      : response.writeHead(200, { etag: '"1"' }).end('a,b\n1,2\n');
  await world.apply({ 'sources/web.yaml': httpSource('/closed') });
  delete process.env.GUANTONG_SECRET_TRIAL;
  await pullSource(world.officer, 'web');
  await world.drain();
  expect(asked).toHaveLength(0);
  process.env.GUANTONG_SECRET_TRIAL = 'x';
  await pullSource(world.officer, 'web');
  await world.drain();
  await world.apply({ 'sources/web.yaml': httpSource('/odd.csv') });
  await pullSource(world.officer, 'web');
  await world.drain();
  expect(await codes()).toEqual(['ingest.bad_columns', 'ingest.source_denied', 'ingest.no_secret']);
  expect(await states()).toEqual(['refused', 'refused', 'refused']);
});

test('a far end that dies half-way: nothing landed, tried again, and said', async () => {
  let broken = true;
  answer = (_request, response) => {
    const body = 'id,area\n1,1\n2,2\n';
    response.writeHead(200, { 'content-length': body.length });
    if (!broken) return response.end(body);
    response.write(body.slice(0, 12));
    return setTimeout(() => response.destroy(), 50);
  };
  await world.apply({ 'sources/web.yaml': httpSource() });
  await pullSource(world.officer, 'web');
  await world.drain();
  expect(await world.rows()).toEqual([]);
  expect(await codes()).toEqual(['ingest.source_broke_off']);
  expect(await states()).toEqual(['queued']);
  broken = false;
  world.clock.advance(1000);
  await world.drain();
  expect(await states()).toEqual(['done']);
  expect(await world.rows()).toEqual(['1=1.000', '2=2.000']);
});

test('cancelled while it comes, at many moments: nothing lands, nothing stays behind', async () => {
  const pieces = 12;
  let at = 0;
  let cancel: (() => Promise<unknown>) | null = null;
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/csv' });
    response.write('id,area\n');
    const send = (piece: number): void => {
      if (response.destroyed) return;
      if (piece === at) void cancel?.();
      if (piece === pieces) return void response.end();
      response.write(`${piece},${piece}\n`);
      setTimeout(send, 10, piece + 1);
    };
    send(0);
  };
  await world.apply({ 'sources/web.yaml': httpSource() });
  for (at = 0; at < pieces; at += 3) {
    const [run] = await pullSource(world.officer, 'web', true);
    const id = run?.id ?? '';
    cancel = () => cancelRun(world.officer, id);
    await world.drain();
    expect([at, (await getRun(world.officer, id)).state]).toEqual([at, 'cancelled']);
  }
  expect(await world.rows()).toEqual([]);
  const left = readdirSync(join(world.ctx.settings.home, 'lake'), { recursive: true });
  expect(left.filter((name) => /\.(csv|part|download)$/.test(String(name)))).toEqual([]);
  cancel = null;
  await pullSource(world.officer, 'web', true);
  await world.drain();
  expect((await states())[0]).toBe('done');
  expect(await world.rows()).toHaveLength(pieces);
});

test('more than the limit, silence, and endless redirects end the fetch', async () => {
  const { ctx } = world;
  const input = (path: string) => ({
    ...{ url: `http://127.0.0.1:${port}${path}`, headers: {}, known: {}, place: 'x' },
    signal: new AbortController().signal,
  });
  answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
  await expect(openAddress(ctx.settings, input('/'))).rejects.toThrow(/ingest\.source_redirects/);
  expect(asked).toHaveLength(6);
  answer = () => undefined;
  const impatient = { ...ctx.settings, pull_connect_ms: 100 };
  await expect(openAddress(impatient, input('/'))).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('a forbidden host, address, name or redirect is never connected to', async () => {
  answer = (_request, response) =>
    response.writeHead(302, { location: `http://evil.example.test:${port}/` }).end();
  const strict = { ...world.ctx.settings, pull_networks: '' };
  const at = (url: string, settings = strict, resolve?: LookupFunction) =>
    openAddress(settings, {
      ...{ url, headers: {}, known: {}, place: 'x', signal: new AbortController().signal },
      ...(resolve === undefined ? {} : { resolve }),
    });
  const to =
    (...addresses: string[]): LookupFunction =>
    (_host, _options, done) =>
      done(null, addresses.map((address) => ({ address, family: 4 })) as never, 4);
  await expect(at('http://elsewhere.test/')).rejects.toThrow(/ingest\.host_not_listed/);
  await expect(at(`http://127.0.0.1:${port}/`)).rejects.toThrow(/ingest\.address_forbidden/);
  await expect(at(`http://2130706433:${port}/`)).rejects.toThrow(/ingest\.address_forbidden/);
  // A name that leads home, and one with a good address beside the bad one.
  const named = `http://a.example.test:${port}/`;
  await expect(at(named, strict, to('127.0.0.1'))).rejects.toThrow(/address_forbidden/);
  await expect(at(named, strict, to('93.184.216.34', '127.0.0.1'))).rejects.toThrow(
    /address_forbidden/,
  );
  expect(asked).toHaveLength(0);
  // Allowed at first, then sent to a name that leads to another private network.
  let looks = 0;
  const rebinding: LookupFunction = (host, options, done) => {
    looks += 1;
    to('10.0.0.1')(host, options, done);
  };
  await expect(at(`http://127.0.0.1:${port}/`, world.ctx.settings, rebinding)).rejects.toThrow(
    /address_forbidden/,
  );
  expect([asked.length, looks]).toEqual([1, 1]);
});

test('looked at when due, not while paused, never twice at once', async () => {
  answer = (_request, response) => response.writeHead(200).end('id,area\n1,1\n');
  await world.apply({
    'sources/web.yaml': httpSource('/covers.csv', 'schedule: {every_minutes: 30}\n'),
  });
  const next = async () => (await getSource(world.officer, 'web')).nextAt;
  const first = await next();
  expect(Date.parse(first ?? '') - world.clock.now().getTime()).toBe(30 * 60_000);
  world.clock.advance(30 * 60_000);
  await world.drain();
  expect(await states()).toEqual(['done']);
  await pauseSource(world.officer, 'web', true);
  expect(await getSource(world.officer, 'web')).toMatchObject({ nextAt: null, state: 'paused' });
  world.clock.advance(3 * 3_600_000);
  await world.drain();
  expect(await runs()).toHaveLength(1);
  await pauseSource(world.officer, 'web', false);
  await pullSource(world.officer, 'web');
  expect(await pullSource(world.officer, 'web')).toEqual([]);
  await world.drain();
  expect(await runs()).toHaveLength(2);
  await world.apply({});
  expect(await listSources(world.officer)).toEqual([]);
  await expect(
    returnedRows(world.stranger, (await runs())[0]?.batch ?? '', { offset: 0, limit: 1 }),
  ).rejects.toThrow(/auth/);
});
