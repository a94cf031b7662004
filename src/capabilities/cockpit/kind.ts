/**
 * What packs declare: a page names indicators and how they are laid out, its `.sql` gives the open
 * matters.
 */
import { checkSql } from '#gate';
import type { Fault } from '#kernel/errors';
import { type PackFile, type PackIndex, type PackKind, placeOf } from '#kernel/packs';
import { cockpitErrors } from './errors.ts';
import { liveColumns, type PageFile, pageFile } from './model.ts';
import * as store from './store.ts';

interface Used {
  indicator: string;
  path: (string | number)[];
}

const usedBy = (page: PageFile): Used[] => [
  ...page.numbers.map((indicator, at) => ({ indicator, path: ['numbers', at] })),
  { indicator: page.map.indicator, path: ['map', 'indicator'] },
  { indicator: page.ranking.indicator, path: ['ranking', 'indicator'] },
  { indicator: page.trend.indicator, path: ['trend', 'indicator'] },
];

const at = (file: PackFile, path: (string | number)[]) => {
  const line = file.lineOf(path);
  return { file: placeOf(file), item: path.join('.'), ...(line === undefined ? {} : { line }) };
};

interface Shape {
  levels?: string[];
  direction?: 'up' | 'down';
}

function indicatorFaults(file: PackFile<PageFile>, index: PackIndex): Fault[] {
  return usedBy(file.data).flatMap(({ indicator, path }): Fault[] => {
    const found = index.find('indicators', indicator, file);
    if (!found) return [cockpitErrors.fault('indicator_unknown', at(file, path), { indicator })];
    const { levels = [] } = found.data as Shape;
    return file.data.levels
      .filter((level) => !levels.includes(level))
      .map((level) => cockpitErrors.fault('indicator_level', at(file, path), { indicator, level }));
  });
}

function stepFaults(file: PackFile<PageFile>, index: PackIndex): Fault[] {
  const { indicator, steps } = file.data.map;
  const { direction } = (index.find('indicators', indicator, file)?.data ?? {}) as Shape;
  if (direction === undefined) return [];
  const ordered = steps.every((step, i) => {
    const before = steps[i - 1];
    return before === undefined || (direction === 'up' ? step < before : step > before);
  });
  if (ordered) return [];
  return [cockpitErrors.fault('steps_order', at(file, ['map', 'steps']), { indicator, direction })];
}

function levelFaults(file: PackFile<PageFile>, index: PackIndex): Fault[] {
  const others = index.all('pages').filter((other) => other !== file && other.name < file.name);
  return file.data.levels.flatMap((level, n) => {
    const taken = others.find((other) => (other.data as PageFile).levels?.includes(level));
    if (!taken) return [];
    return [
      cockpitErrors.fault('level_taken', at(file, ['levels', n]), { level, page: taken.name }),
    ];
  });
}

export const pagesKind: PackKind = {
  name: 'pages',
  title: { zh: '驾驶舱页面', en: 'Cockpit pages' },
  format: 'yaml',
  schema: pageFile,
  after: ['datasets', 'indicators'],
  async check(given, index) {
    const file = given as PackFile<PageFile>;
    const sql =
      file.sql === undefined
        ? [cockpitErrors.fault('sql_missing', { file: placeOf(file) })]
        : await checkSql(file, index, { columns: liveColumns });
    return [
      ...indicatorFaults(file, index),
      ...stepFaults(file, index),
      ...levelFaults(file, index),
      ...sql,
    ];
  },
  async apply(ctx, given) {
    const { pack, name, data, sql = '' } = given as PackFile<PageFile>;
    await store.savePage(ctx, pack, { name, declared: data, liveSql: sql });
  },
  remove: (ctx, { pack, name }) => store.removePage(ctx, pack, name),
};
