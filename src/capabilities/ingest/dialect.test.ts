/** How files are read: looked at before they are delivered, said otherwise, kept for next time. */
import { createHash } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import iconv from 'iconv-lite';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { type ArrivalWorld, actor, arrivalWorld } from '#testing';
import {
  appendUpload,
  createUpload,
  deliverNow,
  deliverUploads,
  getDelivery,
  getRun,
  previewUpload,
  proposeUpload,
  pullSource,
  readUpload,
  returnedFile,
} from './actions/index.ts';
import { type DialectInput, dialectInput, newRun } from './model.ts';
import { usualDialect } from './store/dialects.ts';

let world: ArrivalWorld;
let officer: Ctx;
beforeAll(async () => {
  world = await arrivalWorld();
  officer = world.officer;
});
afterAll(() => world?.end());

async function come(content: string | Buffer, name = 'covers.csv', ctx = officer) {
  const bytes = Buffer.from(content as string);
  const { id } = await createUpload(ctx, { name, bytes: bytes.length });
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  await appendUpload(ctx, id, { offset: 0, sha256, body: Readable.from([bytes]) });
  return id;
}

const look = async (content: string | Buffer, dialect?: DialectInput, dataset = 'covers') =>
  previewUpload(officer, await come(content), {
    dataset,
    ...(dialect === undefined ? {} : { dialect }),
  });

const counted = async (table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${sql.table(table)}`.execute(world.ctx.db);
  return Number(rows[0]?.n ?? -1);
};

test('nobody, and no other department, looks at a file or for a dataset', async () => {
  const id = await come('id,area\n1,2\n');
  const input = { dataset: 'covers' };
  await expect(previewUpload(world.nobody, id, input)).rejects.toThrow(/auth\.not_signed_in/);
  await expect(previewUpload(world.stranger, id, input)).rejects.toThrow(/ingest\.no_upload/);
  const own = await come('id,area\n1,2\n', 'x.csv', world.stranger);
  await expect(previewUpload(world.stranger, own, input)).rejects.toThrow(/auth\.not_in_unit/);
  const { id: half } = await createUpload(officer, { name: 'a.csv', bytes: 9 });
  await expect(previewUpload(officer, half, input)).rejects.toThrow(/ingest\.upload_incomplete/);
  const gone = await come('id,area\n1,2\n');
  await readUpload(officer, gone, ({ path }) => rm(path));
  await expect(previewUpload(officer, gone, input)).rejects.toThrow(/ingest\.no_upload/);
  expect(await counted('ingest_run')).toBe(0);
  expect(await counted('ingest_delivery')).toBe(0);
});

test('shows what was found, where columns go, and which first rows would go back', async () => {
  const found = await look('台账;;\n\nid;面积;备注\nA-1;2,5;x\nA-2;x;y\nA-3;3\n');
  expect(found).toMatchObject({
    ...{ encoding: 'utf-8', delimiter: ';', quote: '"', newline: '\n' },
    ...{ preambleRows: 2, headerRows: 1, footerRows: 0, sheet: null, said: {}, usual: null },
    above: ['台账;;', ''],
    missing: [],
    looked: 3,
  });
  expect(found.columns.map(({ header, item }) => [header, item])).toEqual([
    ['id', 'id'],
    ['面积', 'area'],
    ['备注', null],
  ]);
  expect(found.faults.map(({ code }) => code)).toEqual(['ingest.unknown_column']);
  expect(found.rows.map(({ fields }) => fields[0])).toEqual(['A-1', 'A-2', 'A-3']);
  expect(found.rows[1]?.faults).toMatchObject([{ item: 'area' }]);
  expect(found.rows[2]?.faults[0]?.text.en).toContain('3 are expected, 2 are here');
  const before = await counted('ingest_run');
  expect(before).toBe(0);
});

test('what a person says changes it; what is wrong with that is told', async () => {
  const text = 'A-1|2\nA-2|3\n';
  const free = await look(text);
  expect(free.faults.map(({ code }) => code)).toEqual(['ingest.no_header']);
  const ordered = await look(text, { headerRows: 0 });
  expect(ordered.faults).toEqual([]);
  expect(ordered.columns.map(({ item }) => item)).toEqual(['id', 'area']);
  const placed = await look('2|x|A-1\n', { headerRows: 0, columns: ['area', null, 'id'] });
  expect(placed.faults).toEqual([]);
  expect(placed.columns.map(({ item }) => item)).toEqual(['area', null, 'id']);
  const wrong = await look('2|x|A-1\n', { headerRows: 0, columns: ['area', 'nothing', 'id'] });
  expect(wrong.faults.map(({ code }) => code)).toEqual(['ingest.column_item']);
  const few = await look('2|x|A-1\n', { headerRows: 0 });
  expect(few.faults.map(({ code }) => code)).toEqual(['ingest.columns_count']);
  const named = await look('number,size\nA-1,2\n', { columns: ['id', 'area'] });
  expect(named.faults).toEqual([]);
  const gbk = iconv.encode('id,area\n甲-1,2\n', 'gb18030');
  expect((await look(gbk, { encoding: 'latin-1' })).rows[0]?.fields[0]).not.toBe('甲-1');
  expect((await look(gbk)).rows[0]?.fields[0]).toBe('甲-1');
});

test('a file without a header lands by position, and its rows come back with titles', async () => {
  const id = await come('A-1,2\nA-2,x\n');
  const refused = await deliverUploads(officer, { dataset: 'covers', uploads: [id] });
  await world.drain();
  expect((await getRun(officer, refused.id)).error).toMatchObject({ code: 'ingest.bad_columns' });
  expect(await usualDialect(world.ctx, 'covers')).toBe(null);
  const said = { headerRows: 0 };
  const run = await deliverUploads(officer, {
    ...{ dataset: 'covers', uploads: [await come('A-1,2\nA-2,x\n')] },
    ...{ dialect: said, keepDialect: true },
  });
  await world.drain();
  const landed = await getRun(officer, run.id);
  expect(landed).toMatchObject({ state: 'done', rows: 2, accepted: 1, returned: 1 });
  expect(await world.rows()).toEqual(['A-1=2.000']);
  expect(await usualDialect(world.ctx, 'covers')).toEqual(said);
  const { files } = await getDelivery(officer, String(landed.batch));
  expect(files[0]?.headers).toEqual(['编号', '面积']);
  const file = await returnedFile(officer, String(landed.batch), { format: 'csv', lang: 'zh' });
  const out = new PassThrough();
  const [back] = await Promise.all([textOf(out), file.write(out)]);
  const mended = back.replace(/(A-2"?,"?)x/, '$15');
  expect(mended).not.toBe(back);
  // Our own file has a header, whatever is usual.
  const sent = await deliverUploads(officer, { dataset: 'covers', uploads: [await come(mended)] });
  await world.drain();
  expect(await getRun(officer, sent.id)).toMatchObject({ state: 'done', accepted: 1 });
  expect(await world.rows()).toEqual(['A-1=2.000', 'A-2=5.000']);
});

test('next month is read the same, until somebody has it found again', async () => {
  expect((await look('A-3,4\n')).usual).toEqual({ headerRows: 0 });
  const { path, name } = world.file('A-3,4\n');
  expect(await deliverNow(officer, { dataset: 'covers', files: [{ path, name }] })).toMatchObject({
    accepted: 1,
  });
  const again = world.file('id,area\nA-4,4\n');
  const anew = { dataset: 'covers', files: [again], dialect: {} };
  expect(await deliverNow(officer, anew)).toMatchObject({ accepted: 1 });
  const run = await deliverUploads(officer, {
    ...{ dataset: 'covers', uploads: [await come('id,area\nA-5,4\n')] },
    ...{ dialect: {}, keepDialect: true },
  });
  await world.drain();
  expect(await getRun(officer, run.id)).toMatchObject({ state: 'done', accepted: 1 });
  expect(await usualDialect(world.ctx, 'covers')).toBe(null);
});

test('a source reads its files as it declares', async () => {
  const source = `
title: {zh: 井盖, en: Covers}
dataset: lids
road: folder
dialect: {headerRows: 0, columns: [area, id]}
options: {path: lids, rest_seconds: 0}
`;
  await world.apply({ 'sources/lids.yaml': source });
  const folder = join(world.ctx.settings.home, 'inbox/lids');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'a.csv');
  writeFileSync(path, '7;B-1\n8;B-2\n');
  const atRest = new Date(world.clock.now().getTime() - 60_000);
  utimesSync(path, atRest, atRest);
  const runs = await pullSource(officer, 'lids');
  await world.drain();
  expect(runs).toHaveLength(1);
  expect(await getRun(officer, runs[0]?.id ?? '')).toMatchObject({ state: 'done', accepted: 2 });
  expect(await world.rows('lids')).toEqual(['B-1=7.000', 'B-2=8.000']);
});

test('on the wire: one request takes it as a field, and tells everything wrong with it', async () => {
  const { token, csrf } = await openSession(world.ctx, officer.actor.id);
  const send = (dialect: string, field = 'dialect', others: Record<string, string> = {}) => {
    const form = new FormData();
    form.set('dataset', 'rims');
    form.set(field, dialect);
    form.append('files', new Blob(['2,C-1\n']), 'rims.csv');
    for (const [name, text] of Object.entries(others)) form.append('files', new Blob([text]), name);
    const body = new Response(form);
    return body.arrayBuffer().then((payload) =>
      world.app.inject({
        ...{ method: 'POST', url: '/api/ingest/deliveries', payload: Buffer.from(payload) },
        headers: {
          ...{ cookie: `gt_session=${token}`, 'x-csrf-token': csrf },
          'content-type': body.headers.get('content-type') ?? '',
        },
      }),
    );
  };
  const before = await counted('ingest_delivery');
  const wrong = await send('{"headerRows":-1,"delimeter":","}');
  expect(wrong.json().error).toMatchObject({ code: 'ingest.bad_dialect', status: 422 });
  expect(
    wrong
      .json()
      .error.faults.map(({ item }: { item: string }) => item)
      .toSorted(),
  ).toEqual(['dialect.delimeter', 'dialect.headerRows']);
  expect((await send('{')).json().error.code).toBe('ingest.bad_dialect');
  expect(await counted('ingest_delivery')).toBe(before);
  const taken = await send('{"headerRows":0,"columns":["area","id"]}');
  expect(taken.json()).toMatchObject({ accepted: 1 });
  expect(await world.rows('rims')).toEqual(['C-1=2.000']);
  const odd = await send('{"rims.csv":{"delimeter":","}}', 'dialects');
  expect(odd.json().error.faults[0].item).toBe('dialects.rims.csv.delimeter');
  const own = '{"rims.csv":{"headerRows":0,"columns":["area","id"]}}';
  const both = await send(own, 'dialects', { constructor: 'id,area\nC-2,3\n' });
  expect(both.json()).toMatchObject({ rows: 2, returned: 0 });
  expect(new Set(await world.rows('rims'))).toEqual(new Set(['C-1=2.000', 'C-2=3.000']));
});

test('several files: each is read as is said of it, the others as is usual', async () => {
  const before = await counted('ingest_run');
  const bare = await come('D-1,2\n', 'bare.csv');
  const named = await come('area|id\n3|D-2\n', 'named.csv');
  const run = { dataset: 'lids', uploads: [bare, named] };
  const dialects = { [bare]: { headerRows: 0 } };
  const faults = (input: object) => newRun.safeParse(input).error?.issues.map(({ path }) => path);
  expect(faults({ ...run, dialects: { other: {} } })).toEqual([['dialects']]);
  expect(faults({ ...run, dialects, keepDialect: true })).toEqual([['keepDialect']]);
  expect(await counted('ingest_run')).toBe(before);
  const { id } = await deliverUploads(officer, newRun.parse({ ...run, dialects }));
  await world.drain();
  expect(await getRun(officer, id)).toMatchObject({ state: 'done', rows: 2, accepted: 2 });
  expect(await world.rows('lids')).toEqual(expect.arrayContaining(['D-1=2.000', 'D-2=3.000']));
  expect(await usualDialect(world.ctx, 'lids')).toBe(null);
  // The same bytes said otherwise are another delivery.
  const again = {
    dataset: 'lids',
    uploads: [await come('D-1,2\n'), await come('area|id\n3|D-2\n')],
  };
  const other = await deliverUploads(officer, again);
  await world.drain();
  expect(await getRun(officer, other.id)).toMatchObject({ state: 'refused' });
});

test('a file that has come is proposed as a dataset, read as it is said', async () => {
  const id = await come('A-1|2\nA-2|3\n', 'lids.csv');
  await expect(proposeUpload(world.nobody, { name: 'a', path: '/' })).rejects.toThrow(
    /auth\.not_signed_in/,
  );
  const where = async (file: { name: string; path: string }) => file;
  await expect(readUpload(world.stranger, id, where)).rejects.toThrow(/ingest\.no_upload/);
  const may = ['ingest.deliver', 'gate.read'];
  const reader = world.as({
    ...actor('source_officer', '330109/330109-zhzf', may),
    id: officer.actor.id,
  });
  const file = await readUpload(reader, id, where);
  const owner = '330109-zhzf';
  const found = await proposeUpload(reader, { ...file, owner });
  expect(found).toMatchObject({ rows: 2, dialect: { delimiter: '|', headerRows: 0 } });
  const said = await proposeUpload(reader, { ...file, owner, dialect: { headerRows: 1 } });
  expect(said).toMatchObject({ rows: 1, dialect: { headerRows: 1, sheet: null, sheets: [] } });
});

test('NUL between cells: found, delivered, kept; the sign for it can be said', async () => {
  const text = 'id\0面积\nN-1\x002\nN-2\x003\nN-3\0"4"\n';
  const found = await look(text, undefined, 'lids');
  expect(found).toMatchObject({ delimiter: '␀', faults: [], bad: 0 });
  expect(dialectInput.safeParse({ delimiter: '\0' }).success).toBe(false);
  expect(dialectInput.safeParse({ escape: '中' }).success).toBe(false);
  const run = await deliverUploads(officer, {
    ...{ dataset: 'lids', uploads: [await come(text)] },
    ...{ dialect: { delimiter: '␀' }, keepDialect: true },
  });
  await world.drain();
  expect(await getRun(officer, run.id)).toMatchObject({ state: 'done', accepted: 3 });
  const kept = await usualDialect(world.ctx, 'lids');
  expect(kept).toEqual({ delimiter: '␀' });
});
