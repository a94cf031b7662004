import { Readable } from 'node:stream';
import { text as streamText } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Entry, fromBuffer } from 'yauzl';
import { cases } from '#cases';
import { catalogue } from '#catalogue';
import { gate } from '#gate';
import { ingest } from '#ingest';
import { notices } from '#notices';
import { organisation } from '#organisation';
import { signals } from '#signals';
import { actor, applyFiles, refusal, type TestWorld, testWorld } from '#testing';
import { freezeMonths, overviewOf, quality, qualityOf, rankingFile, rankingOf } from './index.ts';

/** A machine that does other things too. */
vi.setConfig({ testTimeout: 300_000 });

const capabilities = [organisation, notices, cases, signals, catalogue, gate, ingest, quality];

const units = `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109005,北干街道,,,town,330109,,,,试
330109-mzj,区民政局,Civil Affairs,,department,330109,,,,试
330109-wjj,区卫健局,Health,,department,330109,,,,试
`;

const scheme = `title: {zh: 办法, en: Scheme}
source: 测试依据
families:
  normativity: {title: {zh: 规范性, en: Normativity}, weight: 15}
  completeness: {title: {zh: 完整性, en: Completeness}, weight: 20}
  accuracy: {title: {zh: 准确性, en: Accuracy}, weight: 25}
  consistency: {title: {zh: 一致性, en: Consistency}, weight: 20}
  timeliness: {title: {zh: 时效性, en: Timeliness}, weight: 15}
  accessibility: {title: {zh: 可访问性, en: Accessibility}, weight: 5}
kinds: {unique: accuracy, reference: consistency, complete: completeness, holds: consistency,
  volume: completeness, drift: accuracy, fresh: timeliness, available: accessibility}
row_rules: {required: completeness, type: normativity, pattern: normativity, codes: normativity,
  semantic: normativity, min: accuracy, max: accuracy, check: consistency}
everywhere: {fresh: {kind: fresh}, available: {kind: available, raises: false}}
history: {source: 测试, last: 6, least: 3, limit: 3.5, band: 0.1, psi: 0.25}
signals: {severity: warn, confirm: person}
ranking: {title: {zh: 数据质量晾晒榜, en: Ranking}, unit: 区数据局, notes: [{zh: 注一, en: one}], least: 0.1}
`;

const contract = (owner: string, checks: string) => `
title: {zh: 登记, en: Register}
description: {zh: 登记, en: Register}
owner: ${owner}
theme: 民生
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: {type: none, clause: 试}
cycle: daily
mode: full
key: [no]
unit_item: town
items:
  no: {title: {zh: 编号, en: Number}, type: integer, grade: L1, required: true}
  town: {title: {zh: 镇街, en: Town}, type: text, grade: L1}
  kind: {title: {zh: 类别, en: Kind}, type: text, grade: L2}
  size: {title: {zh: 大小, en: Size}, type: integer, grade: L2}
set_checks:
${checks}`;

const files = {
  'units/all.csv': units,
  'scoring/one.yaml': scheme,
  'datasets/aid.yaml': contract(
    '330109-mzj',
    `  volume: {kind: volume}
  kinds: {kind: drift, of: kind}
  sizes: {kind: drift, of: size}
  small: {kind: holds, sql: size < 1000}
`,
  ),
  'datasets/care.yaml': contract('330109-wjj', '  small: {kind: holds, sql: size < 1000}\n'),
};

let world: TestWorld;
const reader = () =>
  world.as(actor('data_admin', '330109', ['quality.read', 'catalogue.read', 'gate.read']));

beforeEach(async () => {
  world = await testWorld({ capabilities, clock: '2026-10-29T01:00:00Z' });
  await applyFiles(world.ctx, capabilities, files);
  await world.drain();
});
afterEach(() => world.close());

/** So many rows; `kind` and `size` are SQL over `i`. */
async function deliver(dataset: string, rows: number, kind: string, size: string): Promise<void> {
  const held = `select i as no, case when i % 2 = 0 then '330109004' else '330109005' end as town,
    ${kind} as kind, ${size} as size from range(${rows}) as r(i)`;
  const batch = `b${world.clock.now().getTime()}`;
  await world.ctx.lake.commit(world.ctx, { dataset, sql: held, batch });
  await world.drain();
}

const hour = 3_600_000;
const usual = "case when i % 4 = 0 then '甲' else '乙' end";
const runs = async (dataset: string) => {
  const { checks } = await qualityOf(reader(), dataset);
  return new Map(checks.map(({ check, last }) => [check, last]));
};

describe('checks against own history', () => {
  test('wait until there is history, then tell what left it', async () => {
    for (const rows of [1000, 1003, 998]) {
      await deliver('aid', rows, usual, `i % 100 + ${rows} - ${rows}`);
      expect((await runs('aid')).get('volume')?.state).toBe('waiting');
      expect((await runs('aid')).get('kinds')?.state).toBe('waiting');
      world.clock.advance(hour);
    }
    await deliver('aid', 1001, usual, 'i % 100');
    const steady = await runs('aid');
    expect(['volume', 'kinds', 'sizes'].map((name) => steady.get(name)?.state)).toEqual([
      'passed',
      'passed',
      'passed',
    ]);
    world.clock.advance(hour);
    await deliver('aid', 500, "case when i % 4 = 0 then '乙' else '丙' end", 'i % 100 + 60');
    const left = await runs('aid');
    expect(['volume', 'kinds', 'sizes'].map((name) => left.get(name)?.state)).toEqual([
      'failed',
      'failed',
      'failed',
    ]);
    expect(left.get('volume')?.measure).toMatchObject({ value: 500, low: 900.45 });
  });

  test('a delivery that is late is late, and on time again with the next', async () => {
    await deliver('care', 10, usual, 'i');
    expect((await runs('care')).get('fresh')?.state).toBe('passed');
    world.clock.advance(30 * 24 * hour);
    await world.drain();
    const late = (await runs('care')).get('fresh');
    expect(late?.state).toBe('failed');
    expect(late?.measure?.value).toBeGreaterThan(20);
    await deliver('care', 11, usual, 'i');
    expect((await runs('care')).get('fresh')?.state).toBe('passed');
  });
});

describe('scores and the ranking', () => {
  test('are sum(weight x rate) over what was judged; what was not is said', async () => {
    await deliver('aid', 100, usual, 'case when i < 10 then 5000 else i end');
    const { dataset } = await qualityOf(reader(), 'aid');
    const rates = Object.fromEntries(dataset.families.map(({ family, rate }) => [family, rate]));
    // Deliveries have rules of two families here, none was broken; accuracy waits for history.
    expect(rates).toEqual({
      normativity: 1,
      completeness: 1,
      accuracy: null,
      consistency: 0.9,
      timeliness: 1,
      accessibility: 1,
    });
    expect(dataset.judged).toBe(75);
    expect(dataset.score).toBeCloseTo(((15 + 20 + 20 * 0.9 + 15 + 5) / 75) * 100, 4);
    expect(dataset.faulty).toBe(10);
  });

  test('ranks departments and towns, freezes the month once, and keeps it', async () => {
    await deliver('aid', 100, usual, 'case when i % 10 = 0 then 5000 else i end');
    await deliver('care', 100, usual, 'i');
    const october = await rankingOf(reader(), '2026-10');
    expect(october.state).toBe('provisional');
    expect(october.departments.map(({ unit, rank }) => [unit, rank])).toEqual([
      ['330109-wjj', 1],
      ['330109-mzj', 2],
    ]);
    // All faulty rows have even numbers: they lie in one town.
    const towns = new Map(october.towns.map((one) => [one.unit, one]));
    expect(towns.get('330109005')).toMatchObject({ rank: 1, faulty: 0, score: 100 });
    expect(towns.get('330109004')).toMatchObject({ rank: 2, faulty: 10 });
    world.clock.advance(5 * 24 * hour);
    await world.drain();
    const frozen = await rankingOf(reader(), '2026-10');
    expect(frozen).toMatchObject({ state: 'frozen', scheme: october.scheme });
    const changed = scheme.replace('weight: 15', 'weight: 10').replace('weight: 5}', 'weight: 10}');
    await applyFiles(world.ctx, capabilities, { ...files, 'scoring/one.yaml': changed });
    await deliver('aid', 100, usual, 'i');
    expect(await freezeMonths(world.ctx)).toEqual([]);
    expect(await rankingOf(reader(), '2026-10')).toEqual(frozen);
    const november = await rankingOf(reader(), '2026-11');
    expect(november.scheme.version).not.toBe(frozen.scheme.version);
    const aid = november.departments.find(({ unit }) => unit === '330109-mzj');
    const before = frozen.departments.find(({ unit }) => unit === '330109-mzj');
    expect(aid?.before).toBe(before?.score);
    expect(aid?.change).toBeCloseTo((aid?.score ?? 0) - (before?.score ?? 0), 2);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from quality_ranking`.execute(world.ctx.db);
    expect(rows[0]?.n).toBe(1);
  });
});

/** One part of a Word file as text. */
const partOf = (bytes: Buffer, name: string): Promise<string> =>
  new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (failed, zip) => {
      if (failed) return reject(failed);
      zip.on('end', () => reject(new Error(`no ${name}`)));
      zip.on('entry', (entry: Entry) => {
        if (entry.fileName !== name) return zip.readEntry();
        zip.openReadStream(entry, (broken, stream) => {
          if (broken) return reject(broken);
          streamText(stream).then(resolve, reject);
        });
      });
      zip.readEntry();
    });
  });

describe('the ranking', () => {
  test('is refused to who may not see it and for months nobody scored', async () => {
    const nobody = world.as(actor('citizen', '330109', []));
    expect((await refusal(rankingOf(nobody, '2026-10'))).code).toBe('auth.not_allowed');
    expect((await refusal(rankingOf(reader(), '2020-01'))).code).toBe('quality.no_month');
    expect((await refusal(overviewOf(nobody))).code).toBe('auth.not_allowed');
  });

  test('goes round as Word and Excel with title, date, tables and notes', async () => {
    await deliver('aid', 100, usual, 'i');
    const excel = await rankingFile(reader(), '2026-10', 'xlsx');
    expect(excel.name).toBe('2026年10月数据质量晾晒榜.xlsx');
    const book = new ExcelJS.Workbook();
    await book.xlsx.read(Readable.from(excel.bytes));
    const texts = (name: string): string[] =>
      (book.getWorksheet(name)?.getSheetValues() ?? []).map((row) => JSON.stringify(row ?? []));
    expect(book.worksheets.map(({ name }) => name)).toEqual(['部门', '镇街']);
    const all = texts('部门').join('\n');
    for (const part of [
      '2026年10月',
      '区民政局',
      '当月预排',
      '测试依据',
      '区数据局',
      '规范性（15）',
    ]) {
      expect(all).toContain(part);
    }
    const english = await rankingFile(reader(), '2026-10', 'xlsx', 'en');
    expect(english.name).toBe('Ranking, October 2026.xlsx');
    const other = new ExcelJS.Workbook();
    await other.xlsx.read(Readable.from(english.bytes));
    expect(other.worksheets.map(({ name }) => name)).toEqual(['Departments', 'Towns']);
    const cells = JSON.stringify(other.getWorksheet('Departments')?.getSheetValues());
    for (const part of [
      ...['Ranking, October 2026', '(provisional until the end of the month; data through'],
      ...['Civil Affairs', 'Normativity (15)', 'Resources judged', '1. one', '29 October 2026'],
    ]) {
      expect(cells).toContain(part);
    }
    // What packs give in one language stands as it is: who publishes it, what it goes by.
    expect(cells.replaceAll(/区数据局|测试依据/g, '')).not.toMatch(/\p{Script=Han}/u);
    for (const language of ['zh', 'en'] as const) {
      const made = await rankingFile(reader(), '2026-10', 'docx', language);
      const text = await partOf(made.bytes, 'word/document.xml');
      expect(text.includes('(provisional until')).toBe(language === 'en');
      expect(text.includes('当月预排')).toBe(language === 'zh');
    }
    const word = await rankingFile(reader(), '2026-10', 'docx');
    expect(word.bytes.subarray(0, 2).toString()).toBe('PK');
    expect(word.bytes.length).toBeGreaterThan(5000);
  });
});
