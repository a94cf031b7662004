/**
 * The disk of the lake full, at every moment of a delivery and while a file is fetched. The disk is
 * a file system of its own with a ballast in it; where none may be mounted there is no such test.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GuantongError } from '#kernel/errors';
import { type ArrivalWorld, arrivalWorld, contractOf } from '#testing';
import { deliver } from './actions/deliver.ts';
import { listRuns, pullSource } from './actions/index.ts';

const megabyte = 2 ** 20;

let world: ArrivalWorld;
/** Folder of the lake, on the small disk. */
let root: string;
let isSmall: boolean;

beforeEach(async () => {
  world = await arrivalWorld({
    pull_hosts: '127.0.0.1',
    pull_networks: '127.0.0.0/8',
    arrival_retry_ms: 1000,
    arrival_attempts: 1,
  });
  root = dirname(dirname(world.ctx.lake.stage('x')));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', root]);
  isSmall = mounted.status === 0;
  if (isSmall) for (const name of ['data', 'stage', 'spill']) mkdirSync(join(root, name));
});

afterEach(async () => {
  if (isSmall) spawnSync('umount', ['-l', root]);
  await world.end();
});

const ballast = (): string => join(root, 'ballast');

/** Leaves so many bytes free. */
function leave(free: number): void {
  rmSync(ballast(), { force: true });
  const { bavail, bsize } = statfsSync(root);
  writeFileSync(ballast(), Buffer.alloc(Math.max(0, bavail * bsize - free)));
}

const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Rows that do not compress; the last cannot be taken. */
function textOf(rows: number): string {
  const id = (at: number): string => createHash('sha256').update(`${at}`).digest('hex');
  const lines = Array.from({ length: rows }, (_, at) => `${id(at)},${at % 1000}`);
  return `id,area\n${lines.join('\n')}\nlast,none\n`;
}

test.for(['full', 'merge'])(
  'at every moment of a delivery (%s) it is refused whole; with room again it lands',
  {
    timeout: 300_000,
  },
  async (mode) => {
    if (!isSmall) return;
    await world.apply({ 'datasets/covers.yaml': contractOf(mode) });
    await deliver(world.officer, { dataset: 'covers', files: [world.file('id,area\n1,1\n')] });
    const before = filesOf('data');
    const file = world.file(textOf(40_000));
    const give = () => deliver(world.officer, { dataset: 'covers', files: [file] });
    let refusals = 0;
    for (let free = 0; ; free += megabyte / 2) {
      leave(free);
      const error = await give().then(
        () => null,
        (cause: GuantongError) => cause,
      );
      if (error === null) break;
      refusals += 1;
      expect(['ingest.disk_full', 'lake.write_failed']).toContain(error.code);
      expect(error.status).toBe(507);
      expect(String(error)).not.toContain(root);
      expect(filesOf('stage')).toEqual([]);
      expect(filesOf('data')).toEqual(before);
      expect(await world.rows()).toEqual(['1=1.000']);
    }
    // The judged rows, the file of the lake and the room between them: more than one moment.
    expect(refusals).toBeGreaterThan(3);
    expect(await world.rows()).toHaveLength(mode === 'full' ? 40_000 : 40_001);
    expect(filesOf('stage')).toEqual([]);
  },
);

test('while a file is fetched: the run says so, nothing stays, and later it is fetched', async (context) => {
  if (!isSmall) return context.skip('no right to mount a small file system here');
  const body = textOf(40_000);
  const server: Server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/covers.csv`;
    const source = `title: {zh: 试, en: Trial}\ndataset: covers\nroad: http\noptions:\n  url: ${url}\n`;
    await world.apply({ 'sources/web.yaml': source });
    leave(megabyte);
    await pullSource(world.officer, 'web');
    await world.drain();
    const [failed] = (await listRuns(world.officer, { limit: 1 })).runs;
    expect(failed?.error?.code).toBe('ingest.disk_full');
    expect(failed?.state).not.toBe('done');
    expect(filesOf('stage')).toEqual([]);
    expect(await world.rows()).toEqual([]);
    rmSync(ballast());
    world.clock.advance(60_000);
    await pullSource(world.officer, 'web');
    await world.drain();
    const { runs } = await listRuns(world.officer, { limit: 10 });
    expect(runs.map(({ state, accepted }) => [state, accepted])).toContainEqual(['done', 40_000]);
    expect(await world.rows()).toHaveLength(40_000);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
