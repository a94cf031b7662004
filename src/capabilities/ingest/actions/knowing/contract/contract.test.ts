/**
 * Contracts proposed from the sample's files beside those that were written by hand in the pack:
 * the truth is the pack's, the files are the generator's, neither comes from what is scored.
 */
import { readFileSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { capabilities } from '#app';
import { type Item, normalHeader } from '#catalogue';
import { checkPacks, declaredBy } from '#kernel/packs';
import { generateRegisters, generateSample, type SampleFile } from '#sample';
import { type TestWorld, testWorld } from '#testing';
import { readingLimits } from '../../reading/limits.ts';
import { knowOptions } from '../settings.ts';
import { type ProposedFile, proposeFile } from './file.ts';
import { pieces } from './lexicon.ts';
import { distinct, identifier, resourceTitle } from './names.ts';
import { proposalYaml } from './yaml.ts';

const district = resolve(import.meta.dirname, '../../../../../../packs/district');
const now = new Date('2026-11-20T01:00:00Z');

let world: TestWorld;
let dir: string;
let proposed: { dataset: string; path: string; found: ProposedFile }[];

const propose = ({ path }: SampleFile): Promise<ProposedFile> =>
  proposeFile(
    { path, file: basename(path), owner: '330109', limits: readingLimits(world.ctx.settings) },
    { engine: world.ctx.lake.engine, options: knowOptions(world.ctx) },
  );

beforeAll(async () => {
  world = await testWorld({ clock: now });
  dir = await mkdtemp(join(tmpdir(), 'contracts-'));
  const written = [
    await generateSample({ dir, now, scale: 0.1 }),
    await generateRegisters({ dir, now, scale: 0.1, people: 3000 }),
  ];
  proposed = [];
  for (const file of written.flatMap((one) => one.files)) {
    proposed.push({ ...file, found: await propose(file) });
  }
}, 180_000);
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

interface HandWritten {
  items: Record<string, Pick<Item, 'title' | 'type' | 'semantic'>>;
  headers?: Record<string, string>;
  key?: string[];
}

const handWritten = (dataset: string): HandWritten =>
  parse(readFileSync(join(district, 'datasets', `${dataset}.yaml`), 'utf8'));

function itemsByHeader({ items, headers = {} }: HandWritten): Map<string, string> {
  const titles = Object.entries(items).map(([name, { title }]) => [normalHeader(title.zh), name]);
  const others = Object.entries(headers).map(([header, name]) => [normalHeader(header), name]);
  return new Map([...titles, ...others] as [string, string][]);
}

const family = (type: string): string => type.replace(/\(.*/, '');

/** A meaning that says more than the pack's does: money is counted too. */
const narrower: Record<string, string> = { amount: 'quantity', landline: 'phone' };
const agrees = (found: string | null, truth: string): boolean =>
  found === truth || (found !== null && narrower[found] === truth);

describe('beside the contracts written by hand', () => {
  test('types and meanings agree in 95 of 100 columns', () => {
    const tally = { types: [0, 0], meanings: [0, 0] };
    const differs: string[] = [];
    for (const { dataset, found } of proposed) {
      const truth = handWritten(dataset);
      const known = itemsByHeader(truth);
      for (const column of found.columns) {
        const item = truth.items[known.get(normalHeader(column.name)) ?? ''];
        if (item === undefined) throw new Error(`${dataset}: no item for ${column.name}`);
        const typed = family(item.type) === family(column.type);
        tally.types = [(tally.types[0] ?? 0) + Number(typed), (tally.types[1] ?? 0) + 1];
        if (!typed) differs.push(`${dataset}.${column.name}: ${item.type} / ${column.type}`);
        if (item.semantic === undefined) continue;
        const meant = agrees(column.semanticType, item.semantic);
        tally.meanings = [(tally.meanings[0] ?? 0) + Number(meant), (tally.meanings[1] ?? 0) + 1];
        if (!meant)
          differs.push(`${dataset}.${column.name}: ${item.semantic} / ${column.semanticType}`);
      }
    }
    const share = ([hit = 0, all = 1]: number[]): number => hit / all;
    process.stdout.write(
      `types ${tally.types.join(' of ')}, meanings ${tally.meanings.join(' of ')}\n${differs.join('\n')}\n`,
    );
    expect(tally.types[1]).toBeGreaterThan(150);
    expect(tally.meanings[1]).toBeGreaterThan(100);
    expect(share(tally.types)).toBeGreaterThanOrEqual(0.95);
    expect(share(tally.meanings)).toBeGreaterThanOrEqual(0.95);
  });

  test('the key is the key of the pack in most', () => {
    const right = proposed.filter(({ dataset, found }) => {
      const truth = handWritten(dataset);
      const known = itemsByHeader(truth);
      const headers = new Map(
        found.proposal.contract.items.map(({ name, title }) => [name, title.zh]),
      );
      const key = (found.proposal.contract.key ?? []).map((name) =>
        known.get(normalHeader(headers.get(name) ?? '')),
      );
      return JSON.stringify(key) === JSON.stringify(truth.key);
    });
    expect(right.length / proposed.length).toBeGreaterThanOrEqual(0.9);
  });
});

test('every proposal passes the check as it is, beside the district', async () => {
  const pack = join(dir, 'packs', 'proposed');
  await mkdir(join(pack, 'datasets'), { recursive: true });
  await writeFile(
    join(pack, 'pack.yaml'),
    'title: {zh: 试, en: Try}\nowner: "330109-sjj"\nplatform: ">=0.1"\nneeds: [district]\n',
  );
  const names = distinct(proposed.map(({ found }) => `try_${found.proposal.name}`));
  for (const [at, { found }] of proposed.entries()) {
    await writeFile(join(pack, 'datasets', `${names[at]}.yaml`), proposalYaml(found.proposal));
  }
  const target = join(dir, 'packs', 'district');
  await cp(district, target, { recursive: true });
  const { faults } = await checkPacks(world.ctx, {
    packs: [target, pack],
    ...declaredBy(capabilities),
  });
  expect(faults).toEqual([]);
});

test('no value of a sensitive column stands in a proposal', () => {
  for (const { found } of proposed) {
    const yaml = proposalYaml(found.proposal);
    const invented = found.proposal.contract.items.flatMap(({ example }) => example ?? []);
    for (const column of found.columns) {
      if (column.grade === 'L1' || column.grade === 'L2') continue;
      for (const value of column.examples) {
        if (invented.includes(value) || value.length < 3) continue;
        expect(yaml, `${column.name} of ${found.proposal.name}`).not.toContain(value);
      }
    }
  }
});

test('proposed twice, it is the same to the byte', async () => {
  for (const { path, dataset, found } of proposed.slice(0, 4)) {
    const again = await propose({ path, dataset });
    expect(proposalYaml(again.proposal)).toBe(proposalYaml(found.proposal));
  }
});

describe('names', () => {
  test.each([
    ['部件编号', 'component_no'],
    ['联系电话', 'phone'],
    ['CompID', 'comp_id'],
    ['功率(kW)', 'power_kw'],
    ['2026年产值', 'n_2026_nian_output'],
    ['？？', 'column_1'],
    ['氺沝淼', 'shuizhuimiao'],
  ])('%s is called %s', (header, name) => {
    expect(identifier(header, 'column_1')).toBe(name);
  });

  test('are allowed and different whatever the headers', () => {
    const odd = [
      '',
      '，',
      'a'.repeat(200),
      '名称',
      '名称',
      '名 称',
      'SELECT',
      '😀',
      '1',
      '-',
      '中文 abc 12',
    ];
    const names = distinct(odd.map((header, at) => identifier(header, `column_${at + 1}`)));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,62}$/);
  });

  test('pieces of a text put together are the text without its fillers', () => {
    for (const text of ['与户主关系', '是否独居老人', '新建ABC项目编号', '甲乙丙丁']) {
      expect(
        pieces(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }
  });

  test.each([
    ['区综合执法局-城市部件.csv', '城市部件'],
    ['新塘街道-公共充电桩台账2026.xlsx', '公共充电桩台账'],
    ['台账 (3).xlsx', '台账'],
    ['充电桩建设台账2026Q3.xlsx', '充电桩建设台账'],
    ['充电桩台账2026年第三季度.xlsx', '充电桩台账'],
    ['../../etc/低保对象_20260301.csv', '低保对象'],
    ['data.csv', 'data'],
  ])('the resource of %s is %s', (file, title) => {
    expect(resourceTitle(file)).toBe(title);
  });
});
