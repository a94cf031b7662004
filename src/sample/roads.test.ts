/**
 * The sample district by every road: what departments send as files, as they send it, and the same
 * rows pushed or held in their own databases, all end in the same content.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { returnedRows } from '#ingest';
import { type Road, type Roads, roads, sixRoads, type Table } from '#testing';
import { generateRegisters, generateSample, readRegistersTruth, readTruth } from './index.ts';
import { packFolder } from './units.ts';

const now = new Date('2026-11-20T01:00:00Z');
const owner = '330109-zhzf';
/**
 * All roads for every dataset with `GUANTONG_ALL_ROADS=1`; else one beside the upload for every
 * other.
 */
const isWhole = process.env.GUANTONG_ALL_ROADS === '1';
const others = roads.filter((road) => road !== 'upload');

const waysOf = (at: number): readonly Road[] =>
  isWhole ? others : others.slice(at % others.length, (at % others.length) + 1);

interface Contract {
  mode?: string;
  headers?: Record<string, string>;
  items: Record<string, { title: { zh: string } }>;
}

interface Sent extends Table {
  dataset: string;
  contract: Contract;
  /** The numbers of `rows` among the records of the file, from 1. */
  numbers: number[];
}

/**
 * Records of text in quotes doubled inside, after and with the first that is a head; nothing of the
 * code under test reads here. A row in `stray` was given a quote that nothing closes: its line is no
 * row of a table, and no pattern can know where it ends without being told.
 */
function recordsOf(
  text: string,
  delimiter: string,
  isHead: (record: readonly string[]) => boolean,
  stray: ReadonlySet<number>,
): string[][] {
  const field = `(?:"((?:[^"]|"")*)"|([^"${delimiter}\\r\\n][^${delimiter}\\r\\n]*|))`;
  const pattern = new RegExp(`${field}(${delimiter === '|' ? '\\|' : delimiter}|\\r?\\n|$)`, 'y');
  const records: string[][] = [];
  let record: string[] = [];
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const found = stray.has(records.length) && record.length === 0 ? null : pattern.exec(text);
    if (found === null) {
      pattern.lastIndex = text.indexOf('\n', at) + 1 || text.length;
      if (records.length > 0) records.push([]);
      record = [];
      continue;
    }
    record.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === delimiter) continue;
    if (records.length > 0 || isHead(record)) records.push(record);
    record = [];
  }
  return records;
}

async function sheetOf(path: string): Promise<string[][]> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path);
  const records: string[][] = [];
  book.worksheets[0]?.eachRow((row) => {
    const cells = row.values as (string | undefined)[];
    records.push(Array.from(cells, (cell) => cell ?? '').slice(1));
  });
  return records;
}

function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return iconv.decode(bytes, 'utf16le');
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? iconv.decode(bytes, 'gb18030') : text.replace(/^\uFEFF/, '');
}

function delimiterOf(text: string): string {
  const count = (one: string): number => text.slice(0, 4000).split(one).length;
  return [',', ';', '\t', '|'].toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}

async function tableOf(dataset: string, path: string, stray: ReadonlySet<number>): Promise<Sent> {
  const bytes = readFileSync(path);
  const contract = parse(
    readFileSync(join(packFolder, 'datasets', `${dataset}.yaml`), 'utf8'),
  ) as Contract;
  const itemOf = new Map([
    ...Object.entries(contract.items).map(([name, { title }]) => [title.zh, name] as const),
    ...Object.entries(contract.headers ?? {}),
    ...Object.keys(contract.items).map((name) => [name, name] as const),
  ]);
  const text = path.endsWith('.xlsx') ? '' : textOf(bytes);
  const isHead = (record: readonly string[]): boolean =>
    record.length > 1 && record.every((it) => itemOf.has(it));
  const records =
    text === '' ? await sheetOf(path) : recordsOf(text, delimiterOf(text), isHead, stray);
  const head = records.findIndex(isHead);
  const names = (records[head] ?? []).map((header) => itemOf.get(header) ?? header);
  const all = records.slice(head + 1).map((cells, at) => ({ cells, number: at + 1 }));
  const whole = all.filter(({ cells }) =>
    path.endsWith('.xlsx') ? cells.length <= names.length : cells.length === names.length,
  );
  return {
    ...{ dataset, contract, name: basename(path), bytes, names },
    rows: whole.map(({ cells }) => names.map((_, at) => cells[at] || null)),
    numbers: whole.map(({ number }) => number),
  };
}

/** The contract with the one department of the trial for its owner, without later stations. */
function trialContract({ contract }: Sent): string {
  const later = new Set(['catalogue', 'set_checks', 'address_library']);
  const own = Object.entries(contract).filter(([name]) => !later.has(name));
  return stringify({ ...Object.fromEntries(own), owner });
}

let dir: string;
let six: Roads;
let sent: Sent[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sample-roads-'));
  const written = [
    await generateSample({ dir, now, scale: 0.02 }),
    await generateRegisters({ dir, now, scale: 0.02, people: 400 }),
  ];
  sent = [];
  const files = written.flatMap(({ files }) => files);
  expect(files).toHaveLength(40);
  const told = (await Promise.all([readTruth(dir), readRegistersTruth(dir)])).flatMap(
    ({ deliveries }) => deliveries,
  );
  for (const { dataset, path } of files.filter((_, at) => isWhole || at % 2 === 0)) {
    const dirty = told.find((one) => one.dataset === dataset)?.dirty ?? [];
    const stray = dirty.flatMap(({ kind, row }) => (kind === 'stray_quote' ? [row] : []));
    sent.push(await tableOf(dataset, path, new Set(stray)));
  }
  six = await sixRoads();
  const codes = join(packFolder, 'codes');
  const lists = readdirSync(codes).map((name) => [
    `codes/${name}`,
    readFileSync(join(codes, name), 'utf8'),
  ]);
  const contracts = sent.map((one, at) => [
    one.dataset,
    { yaml: trialContract(one), by: ['upload', ...waysOf(at)] },
  ]);
  await six.declare(Object.fromEntries(contracts), Object.fromEntries(lists));
}, 180_000);
afterAll(async () => {
  await six?.end();
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
});

/** What the file brought is what each other road brings. */
async function byOthers(one: Sent, ways: readonly Road[]): Promise<void> {
  const { dataset, contract, numbers } = one;
  const file = await six.bring('upload', dataset, one);
  expect({ dataset, ...file }).toMatchObject({
    state: 'done',
    rows: file.accepted + file.returned,
  });
  const content = await six.contentOf('upload', dataset);
  const back = new Set<number>();
  if (file.returned > 0 && file.batch !== null) {
    const page = await returnedRows(six.world.officer, file.batch, { offset: 0, limit: 10_000 });
    for (const { row } of page.rows) back.add(row);
  }
  const structural = file.rows - one.rows.length;
  for (const road of ways) {
    if (six.closed.has(road)) continue;
    const label = `${dataset} by ${road}`;
    if (road === 'push') {
      // A program pushes what is right; a whole replacement is no matter of rows.
      const right = one.rows.filter((_, at) => !back.has(numbers[at] ?? 0));
      const pushing = six.bring(road, dataset, { ...one, rows: right });
      if (contract.mode === 'full') await expect(pushing, label).rejects.toThrow('push_full');
      else expect({ label, ...(await pushing) }).toMatchObject({ accepted: file.accepted });
      if (contract.mode === 'full') continue;
    } else {
      const lost = road === 'folder' || road === 'http' ? 0 : structural;
      expect({ label, ...(await six.bring(road, dataset, one)) }).toMatchObject({
        ...{ state: 'done', rows: file.rows - lost },
        ...{ accepted: file.accepted, returned: file.returned - lost },
      });
    }
    expect({ label, ...(await six.contentOf(road, dataset)) }).toEqual({ label, ...content });
  }
}

test('datasets end in the same rows by every road', {
  timeout: isWhole ? 3_600_000 : 900_000,
}, async () => {
  for (const [at, one] of sent.entries()) {
    await byOthers(one, waysOf(at));
  }
});
