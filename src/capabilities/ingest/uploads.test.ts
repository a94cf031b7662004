/** Uploads in pieces: refused, resumed, checked, expired; what is acknowledged stays. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSession } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { type ArrivalWorld, arrivalWorld } from '#testing';
import { uploadPath } from './actions/arrival/uploads.ts';
import {
  appendUpload,
  createUpload,
  deliverUploads,
  dropUpload,
  getRun,
  getUpload,
  listUploads,
  sweepUploads,
} from './actions/index.ts';

let world: ArrivalWorld;
let officer: Ctx;
beforeAll(async () => {
  world = await arrivalWorld({ upload_quota_bytes: 100_000, upload_keep_hours: 2 });
  officer = world.officer;
});
afterAll(() => world?.end());
beforeEach(async () => {
  for (const { id } of await listUploads(officer)) await dropUpload(officer, id);
});

const base64 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');
const whole = Buffer.from(
  `id,area\n${Array.from({ length: 500 }, (_, n) => `${n},2`).join('\n')}\n`,
);
const announce = (bytes = whole.length) => createUpload(officer, { name: '../井盖.csv', bytes });

const send = (id: string, from: number, to: number, bytes = whole, ctx = officer) => {
  const piece = bytes.subarray(from, to);
  const body = Readable.from([piece.subarray(0, 7), piece.subarray(7)]);
  return appendUpload(ctx, id, { offset: from, sha256: base64(piece), body });
};

const uploads = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ingest_upload`.execute(
    world.ctx.db,
  );
  return rows[0]?.n ?? -1;
};

test('nobody begins one; another account does not even learn that it is there', async () => {
  await expect(createUpload(world.nobody, { name: 'a.csv', bytes: 1 })).rejects.toThrow(
    /auth\.not_signed_in/,
  );
  expect(await uploads()).toBe(0);
  const { id } = await announce();
  await expect(getUpload(world.stranger, id)).rejects.toThrow(/ingest\.no_upload/);
  await expect(send(id, 0, 9, whole, world.stranger)).rejects.toThrow(/ingest\.no_upload/);
  await expect(dropUpload(world.stranger, id)).rejects.toThrow(/ingest\.no_upload/);
  await send(id, 0, whole.length);
  await expect(
    deliverUploads(world.stranger, { dataset: 'covers', uploads: [id] }),
  ).rejects.toThrow(/auth\.not_in_unit/);
  expect((await getUpload(officer, id)).run).toBe(null);
});

test('too large, and more than an account may hold, are refused before a byte comes', async () => {
  const tooLarge = world.ctx.settings.delivery_max_bytes + 1;
  await expect(createUpload(officer, { name: 'a', bytes: tooLarge })).rejects.toThrow(
    /ingest\.file_too_large/,
  );
  await announce(90_000);
  await expect(announce(10_001)).rejects.toThrow(/ingest\.upload_quota/);
  await announce(10_000);
  expect(await uploads()).toBe(2);
});

test('goes on where it stands, and nowhere else; damage and too much are not taken', async () => {
  const { id, name } = await announce();
  expect(name).toBe('井盖.csv');
  await send(id, 0, 100);
  await expect(send(id, 0, 50)).rejects.toThrow(/ingest\.upload_offset/);
  await expect(send(id, 200, 300)).rejects.toThrow(/ingest\.upload_offset/);
  const wrong = { offset: 100, sha256: base64(Buffer.from('other')) };
  await expect(
    appendUpload(officer, id, { ...wrong, body: Readable.from([whole.subarray(100, 200)]) }),
  ).rejects.toThrow(/ingest\.upload_digest/);
  const tooMuch = Buffer.concat([whole, whole]);
  await expect(send(id, 100, tooMuch.length, tooMuch)).rejects.toThrow(/ingest\.upload_overrun/);
  expect((await getUpload(officer, id)).received).toBe(100);
  await expect(deliverUploads(officer, { dataset: 'covers', uploads: [id] })).rejects.toThrow(
    /ingest\.upload_incomplete/,
  );
  await send(id, 100, whole.length);
  expect(readFileSync(uploadPath(world.ctx, id)).equals(whole)).toBe(true);
});

test('a broken connection keeps what came; with a digest, nothing of the piece', async () => {
  const { id } = await announce();
  async function* broken(from: number, to: number): AsyncGenerator<Buffer> {
    yield whole.subarray(from, to);
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  }
  const cut = (sha256: string | null, offset: number) =>
    appendUpload(officer, id, { offset, sha256, body: Readable.from(broken(offset, 64)) });
  await expect(cut(base64(whole), 0)).rejects.toThrow(/ingest\.upload_broken/);
  expect((await getUpload(officer, id)).received).toBe(0);
  await expect(cut(null, 0)).rejects.toThrow(/ingest\.upload_broken/);
  expect((await getUpload(officer, id)).received).toBe(64);
  await send(id, 64, whole.length);
  expect(readFileSync(uploadPath(world.ctx, id)).equals(whole)).toBe(true);
});

test('a full disk refuses the piece; the upload goes on when there is room', async () => {
  const { id } = await announce();
  const path = uploadPath(world.ctx, id);
  symlinkSync('/dev/full', path);
  await expect(send(id, 0, 100)).rejects.toThrow(/ingest\.disk_full/);
  expect((await getUpload(officer, id)).received).toBe(0);
  rmSync(path);
  await send(id, 0, whole.length);
  expect((await getUpload(officer, id)).received).toBe(whole.length);
});

test('bytes written but never acknowledged are written over', async () => {
  const { id } = await announce();
  await send(id, 0, 100);
  const path = uploadPath(world.ctx, id);
  truncateSync(path, 5000);
  await send(id, 100, whole.length);
  expect(readFileSync(path).equals(whole)).toBe(true);
});

test('a later piece ends an earlier one whose connection is dead', async () => {
  const { id } = await announce();
  const dead = new Readable({ read: () => undefined });
  dead.push(whole.subarray(0, 10));
  const first = appendUpload(officer, id, { offset: 0, sha256: null, body: dead });
  first.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(send(id, 0, 100)).rejects.toThrow(/ingest\.upload_offset/);
  await expect(first).rejects.toThrow(/ingest\.upload_broken/);
  const { received } = await getUpload(officer, id);
  expect(received).toBe(10);
  await send(id, 10, whole.length);
});

test('of two pieces that wait for a dead one, one is taken, and its bytes stand', async () => {
  const { id } = await announce(3000);
  const dead = new Readable({ read: () => undefined });
  const first = appendUpload(officer, id, { offset: 0, sha256: null, body: dead });
  first.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const piece = (letter: string) => {
    const body = Readable.from([Buffer.alloc(3000, letter)]);
    return appendUpload(officer, id, { offset: 0, sha256: null, body });
  };
  const letters = ['a', 'b'];
  const ends = await Promise.allSettled(letters.map(piece));
  const taken = letters.filter((_, at) => ends[at]?.status === 'fulfilled');
  expect(taken).toHaveLength(1);
  expect(readFileSync(uploadPath(world.ctx, id), 'utf8')).toBe(String(taken[0]).repeat(3000));
});

test('delivered by a run, once; the files go when they have landed', async () => {
  const { id } = await announce();
  await send(id, 0, whole.length);
  const run = await deliverUploads(officer, { dataset: 'covers', uploads: [id], note: '三月' });
  expect(run).toMatchObject({ state: 'queued', files: ['井盖.csv'], bytesAll: whole.length });
  await expect(deliverUploads(officer, { dataset: 'covers', uploads: [id] })).rejects.toThrow(
    /ingest\.upload_taken/,
  );
  await expect(dropUpload(officer, id)).rejects.toThrow(/ingest\.upload_taken/);
  await world.drain();
  expect(await getRun(officer, run.id)).toMatchObject({ state: 'done', accepted: 500 });
  expect(await world.rows()).toHaveLength(500);
  expect(existsSync(uploadPath(world.ctx, id))).toBe(false);
  await expect(getUpload(officer, id)).rejects.toThrow(/ingest\.no_upload/);
});

test('thrown away when its time is over, counted from the last piece; strays are swept', async () => {
  const { id } = await announce();
  world.clock.advance(3_600_000 * 1.5);
  await send(id, 0, 100);
  world.clock.advance(3_600_000);
  await world.drain();
  expect((await getUpload(officer, id)).received).toBe(100);
  world.clock.advance(3_600_000 * 1.5);
  await world.drain();
  await expect(getUpload(officer, id)).rejects.toThrow(/ingest\.no_upload/);
  expect(existsSync(uploadPath(world.ctx, id))).toBe(false);
  const stray = await announce();
  await send(stray.id, 0, 10);
  await sql`delete from ingest_upload where id = ${stray.id}`.execute(world.ctx.db);
  world.clock.set(new Date(Date.now() + 2 * world.ctx.settings.lake_sweep_grace_ms));
  expect(await sweepUploads(world.ctx)).toBe(1);
});

test('on the wire: announced, asked, gone on with, as headers say', async () => {
  const { token, csrf } = await openSession(world.ctx, officer.actor.id);
  const headers = { cookie: `gt_session=${token}`, 'x-csrf-token': csrf };
  const made = await world.app.inject({
    ...{ method: 'POST', url: '/api/ingest/uploads', headers },
    payload: { name: 'a.csv', bytes: whole.length },
  });
  const url = String(made.headers.location);
  expect(made.headers).toMatchObject({ 'upload-offset': '0', 'upload-complete': '?0' });
  const patch = (more: Record<string, string>, payload: Buffer) =>
    world.app.inject({ method: 'PATCH', url, headers: { ...headers, ...more }, payload });
  const type = { 'content-type': 'application/offset+octet-stream' };
  expect((await patch({ 'content-type': 'application/json' }, whole)).statusCode).toBe(415);
  expect((await patch(type, whole)).json()).toMatchObject({
    error: { code: 'ingest.upload_header' },
  });
  const digest = `sha-256=:${base64(whole)}:`;
  const sent = await patch({ ...type, 'upload-offset': '0', 'content-digest': digest }, whole);
  expect(sent.headers).toMatchObject({ 'upload-complete': '?1' });
  const asked = await world.app.inject({ method: 'GET', url, headers });
  expect(asked.json()).toMatchObject({ received: whole.length, name: 'a.csv' });
});

test('a program that speaks tus: what it can, announce, ask by HEAD after a break, go on', async () => {
  const { token, csrf } = await openSession(world.ctx, officer.actor.id);
  const headers = {
    ...{ cookie: `gt_session=${token}`, 'x-csrf-token': csrf },
    'tus-resumable': '1.0.0',
  };
  const uploads = '/api/ingest/uploads';
  const can = await world.app.inject({ method: 'OPTIONS', url: uploads });
  expect(can.statusCode).toBe(204);
  expect(can.headers).toMatchObject({ 'tus-version': '1.0.0' });
  expect(can.headers['tus-extension']).toContain('expiration');
  const announced = (more: Record<string, string>) =>
    world.app.inject({ method: 'POST', url: uploads, headers: { ...headers, ...more } });
  expect((await announced({ 'upload-length': '-1' })).json().error.code).toBe(
    'ingest.upload_announced',
  );
  const name = `filename ${Buffer.from('井盖.csv').toString('base64')}`;
  const size = { 'upload-length': String(whole.length), 'upload-metadata': name };
  const made = await announced(size);
  expect(made.statusCode).toBe(201);
  const url = String(made.headers.location);
  const send = (from: number, to: number) =>
    world.app.inject({
      ...{ method: 'PATCH', url, payload: whole.subarray(from, to) },
      headers: {
        ...{ ...headers, 'upload-offset': String(from) },
        'content-type': 'application/offset+octet-stream',
      },
    });
  await send(0, 300);
  expect((await world.app.inject({ method: 'HEAD', url })).statusCode).toBe(401);
  const asked = await world.app.inject({ method: 'HEAD', url, headers });
  expect(asked).toMatchObject({ statusCode: 200, body: '' });
  expect(asked.headers).toMatchObject({
    ...{ 'upload-offset': '300', 'upload-length': String(whole.length) },
    ...{ 'tus-resumable': '1.0.0', 'cache-control': 'no-store' },
  });
  expect(Date.parse(String(asked.headers['upload-expires']))).toBeGreaterThan(
    world.clock.now().getTime(),
  );
  expect((await send(0, 10)).statusCode).toBe(409);
  const last = await send(300, whole.length);
  expect(last.headers).toMatchObject({ 'upload-offset': String(whole.length) });
});
