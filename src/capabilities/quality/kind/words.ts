/** Names of checks that say none themselves, made of kind and items. */
import type { Bilingual, CheckKind, SetCheck } from '../model.ts';

/** What items of the dataset, and other datasets, are called. */
export interface Titles {
  item: (name: string) => Bilingual;
  dataset: (name: string) => Bilingual;
}

/** Items a check is about, in its own order. */
export function itemsOf(check: SetCheck): string[] {
  if ('items' in check) return [...check.items];
  if (check.kind === 'drift') return [check.of];
  if (check.item !== undefined) return [check.item];
  return check.kind === 'named' ? [...new Set(Object.values(check.with))] : [];
}

type Words = Record<CheckKind, { title: Bilingual; expected: Bilingual }>;

/** `{items}` stands for the titles of the items, `{to}` for what is referred to. */
const words: Words = {
  unique: {
    title: { zh: '{items}不重复', en: '{items} unique' },
    expected: { zh: '{items}只出现一次', en: '{items} stands once only' },
  },
  reference: {
    title: { zh: '{items}有据可查', en: '{items} known' },
    expected: { zh: '{items}在{to}中存在', en: '{items} stands in {to}' },
  },
  complete: {
    title: { zh: '{items}齐全', en: '{items} filled' },
    expected: { zh: '{items}有值', en: '{items} has a value' },
  },
  holds: {
    title: { zh: '条件成立', en: 'Condition holds' },
    expected: { zh: '满足：{sql}', en: 'holds: {sql}' },
  },
  named: {
    title: { zh: '公用规则', en: 'Named check' },
    expected: { zh: '符合公用规则', en: 'as the named check asks' },
  },
  volume: {
    title: { zh: '数据量平稳', en: 'Volume steady' },
    expected: { zh: '行数与以往相近', en: 'about as many rows as before' },
  },
  drift: {
    title: { zh: '{items}分布平稳', en: 'Distribution of {items} steady' },
    expected: { zh: '{items}的分布与以往相近', en: '{items} spread as before' },
  },
  fresh: {
    title: { zh: '按周期更新', en: 'Updated in time' },
    expected: { zh: '在更新周期和宽限期内更新', en: 'delivered within cycle and grace' },
  },
  available: {
    title: { zh: '数据可读取', en: 'Data can be read' },
    expected: { zh: '现行版本能打开且行数相符', en: 'the snapshot opens and has its rows' },
  },
};

function filled(text: Bilingual, check: SetCheck, titles: Titles): Bilingual {
  const items = itemsOf(check).map(titles.item);
  const to = check.kind === 'reference' ? targetOf(check, titles) : { zh: '', en: '' };
  const sql = check.kind === 'holds' ? check.sql : '';
  const fill = (template: string, names: string[], between: string, lang: 'zh' | 'en'): string =>
    template
      .replaceAll('{items}', names.join(between))
      .replaceAll('{to}', to[lang])
      .replaceAll('{sql}', sql);
  return {
    zh: fill(
      text.zh,
      items.map(({ zh }) => zh),
      '、',
      'zh',
    ),
    en: fill(
      text.en,
      items.map(({ en }) => en),
      ', ',
      'en',
    ),
  };
}

const unitWords: Record<string, Bilingual> = {
  any: { zh: '组织机构', en: 'the units' },
  town: { zh: '镇街', en: 'the towns' },
  village: { zh: '村社', en: 'the villages' },
  grid: { zh: '网格', en: 'the grids' },
  department: { zh: '部门', en: 'the departments' },
};

type Reference = Extract<SetCheck, { kind: 'reference' }>;

function targetOf({ to }: Reference, titles: Titles): Bilingual {
  if ('units' in to) return unitWords[to.units] ?? { zh: to.units, en: to.units };
  const { zh, en } = titles.dataset(to.dataset);
  return { zh: `“${zh}”`, en: `"${en}"` };
}

/** Another dataset a check speaks of. */
export const datasetOf = (check: SetCheck): string[] =>
  check.kind === 'reference' && 'dataset' in check.to ? [check.to.dataset] : [];

/** What a check is called and what it expects, its own words first. */
export function wordsOf(
  check: SetCheck,
  titles: Titles,
  named?: { title: Bilingual; expected: Bilingual } | undefined,
): { title: Bilingual; expected: Bilingual } {
  const standard = named ?? words[check.kind];
  return {
    title: check.title ?? filled(standard.title, check, titles),
    expected: check.expected ?? filled(standard.expected, check, titles),
  };
}
