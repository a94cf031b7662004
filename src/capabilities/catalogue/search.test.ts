/** Search of the catalogue: refusals, what is found, in which order, and who may know of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue, searchDatasets } from '#catalogue';
import { GuantongError } from '#kernel/errors';
import { organisation } from '#organisation';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import { searchInput } from './model.ts';

const capabilities = [organisation, catalogue];
let world: TestWorld;

const units = (
  bureau: string,
) => `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,测试
330109-mz,${bureau},,,department,330109,,,,测试
330109-jw,区纪委,,,department,330109,,,,测试
`;

interface Trial {
  title: string;
  description?: string;
  owner?: string;
  theme?: string;
  items?: Record<string, string>;
  more?: string;
  open?: string;
}

const dataset = ({ title, description, owner, theme, items, more, open }: Trial): string =>
  `title: {zh: ${title}, en: ${title}}
description: {zh: ${description ?? '说明'}, en: Said}
owner: ${owner ?? '330109-mz'}
theme: ${theme ?? '社会救助'}
layer: standard
share: {type: conditional, condition: 履职, mode: [api]}
open: ${open ?? '{type: none, clause: 测试}'}
cycle: daily
mode: full
${more ?? ''}
items:
${Object.entries(items ?? { id: '编号' })
  .map(([name, zh]) => `  ${name}: {title: {zh: ${zh}, en: ${name}}, type: text, grade: L2}`)
  .join('\n')}
`;

const files = (bureau = '区民政局'): Record<string, string> => ({
  'units/all.csv': units(bureau),
  'synonyms/words.yaml': `title: {zh: 词, en: Words}
source: 测试
groups: [[井盖, 窨井盖], [低保, 最低生活保障]]
`,
  'datasets/covers.yaml': dataset({ title: '窨井盖登记', theme: '城市治理' }),
  'datasets/aid.yaml': dataset({
    title: '最低生活保障对象',
    items: { person_id: '居民身份证号', bank: '开户银行' },
  }),
  'datasets/homes.yaml': dataset({ title: '养老机构', items: { aid_kind: '保障类别' } }),
  'datasets/visits.yaml': dataset({ title: '走访记录', description: '走访生活保障家庭的记录' }),
  'datasets/sealed.yaml': dataset({
    title: '保障线索',
    owner: '330109-jw',
    theme: '监督',
    more: 'sealed_for: [supervisor]',
  }),
  'datasets/parks.yaml': dataset({
    title: '公园绿地',
    theme: '城市治理',
    open: '{type: unconditional}',
  }),
});

beforeAll(async () => {
  world = await testWorld({ capabilities });
  await applyFiles(world.ctx, capabilities, files());
  await world.drain();
});
afterAll(() => world.close());

const officer = actor('source_officer', '330109', ['catalogue.read']);

const names = async (q: string, who = officer): Promise<string[]> => {
  const found = await searchDatasets(world.as(who), searchInput.parse({ q }));
  return found.resources.map(({ name }) => name);
};

test('a page mark that is none is refused', async () => {
  const input = searchInput.parse({ after: "x' or 1=1" });
  const refused = searchDatasets(world.as(officer), input);
  await expect(refused).rejects.toBeInstanceOf(GuantongError);
  await expect(refused).rejects.toMatchObject({ code: 'catalogue.bad_page' });
});

test('synonyms of one character, or twice the same, are refused', async () => {
  const groups = (text: string) => ({
    ...files(),
    'synonyms/words.yaml': `title: {zh: 词, en: W}\nsource: 测试\ngroups: ${text}\n`,
  });
  const twice = applyFiles(world.ctx, capabilities, groups('[[井盖, 井盖]]'));
  await expect(twice).rejects.toThrow(/catalogue\.synonym_twice/);
  await expect(applyFiles(world.ctx, capabilities, groups('[[井, 盖子]]'))).rejects.toThrow();
  expect(await names('井盖')).toEqual(['covers']);
});

test('a sealed resource exists for nobody but the roles it names, in no count either', async () => {
  const all = await searchDatasets(world.as(officer), searchInput.parse({}));
  expect(all.resources.map(({ name }) => name)).not.toContain('sealed');
  expect(all.total).toBe(5);
  expect(all.facets.theme.map(({ value }) => value)).not.toContain('监督');
  expect(all.facets.owner.map(({ value }) => value)).not.toContain('330109-jw');
  expect(await names('保障线索')).toEqual([]);
  const supervisor = actor('supervisor', '330109', ['catalogue.read']);
  expect(await names('保障线索', supervisor)).toEqual(['sealed']);
});

test('who works for no department finds what is opened, and nothing else', async () => {
  const citizen = actor('citizen', '330109');
  expect(await names('', citizen)).toEqual(['parks']);
  expect(await names('低保', citizen)).toEqual([]);
});

test('two characters, parts of a title, full and half width', async () => {
  expect(await names('养老')).toEqual(['homes']);
  expect(await names('绿地')).toEqual(['parks']);
  expect(await names('ＡＩＤ_ＫＩＮＤ')).toEqual(['homes']);
});

test('initials and pinyin, cut short, of words with several readings', async () => {
  expect(await names('yljg')).toEqual(['homes']);
  expect(await names('yanglao')).toEqual(['homes']);
  expect(await names('gongyuanlvd')).toEqual(['parks']);
  expect(await names('kaihuyinhang')).toEqual(['aid']);
  expect(await names('anglao')).toEqual([]);
});

test('a word finds what means the same, also inside a longer word', async () => {
  expect(await names('井盖')).toEqual(['covers']);
  expect(await names('低保')).toEqual(['aid']);
  expect(await names('井盖登记')).toEqual(['covers']);
});

test('title before item before description', async () => {
  expect(await names('保障')).toEqual(['aid', 'homes', 'visits']);
});

test('every word must occur; words that stand nowhere whole fall into known parts', async () => {
  expect(await names('保障 银行')).toEqual(['aid']);
  expect(await names('低保银行')).toEqual(['aid']);
  expect(await names('低保火箭')).toEqual([]);
});

test('facets count what each value would give beside the other filters', async () => {
  const input = searchInput.parse({ theme: '城市治理' });
  const found = await searchDatasets(world.as(officer), input);
  expect(found.resources.map(({ name }) => name)).toEqual(['covers', 'parks']);
  const counts = found.facets.theme.map(({ value, count }) => [value, count]);
  expect(counts).toEqual([
    ['社会救助', 3],
    ['城市治理', 2],
  ]);
  expect(found.facets.owner).toEqual([{ value: '330109-mz', title: '区民政局', count: 2 }]);
});

test('pages follow one another without gap or repetition', async () => {
  const seen: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const input = searchInput.parse({ q: '保障', limit: 1, after });
    const page = await searchDatasets(world.as(officer), input);
    expect(page.total).toBe(3);
    seen.push(...page.resources.map(({ name }) => name));
    after = page.next;
  }
  expect(seen).toEqual(['aid', 'homes', 'visits']);
});

test('marks stand where the word is, in the text as it is shown', async () => {
  const marked = async (q: string): Promise<string[]> => {
    const { resources } = await searchDatasets(world.as(officer), searchInput.parse({ q }));
    return (resources[0]?.hits ?? []).flatMap(({ field, text, ranges }) =>
      ranges.map(([from, to]) => `${field}:${text.slice(from, to)}`),
    );
  };
  expect(await marked('低保')).toContain('title:最低生活保障');
  expect(await marked('yhang')).toEqual([]);
  expect(await marked('yinhang')).toEqual(['item:银行']);
  expect(await marked('ylj')).toEqual(['title:养老机', 'title:养老机']);
});

test('what changes is found at once: a new title, a renamed unit, a resource taken back', async () => {
  await applyFiles(world.ctx, capabilities, {
    ...files('区民政与老龄局'),
    'datasets/homes.yaml': dataset({ title: '敬老院' }),
    'datasets/visits.yaml': '',
  }).catch(() => undefined);
  const { 'datasets/visits.yaml': _, ...left } = files('区民政与老龄局');
  await applyFiles(world.ctx, capabilities, {
    ...left,
    'datasets/homes.yaml': dataset({ title: '敬老院' }),
  });
  await world.drain();
  expect(await names('敬老院')).toEqual(['homes']);
  expect(await names('养老')).toEqual([]);
  expect(await names('走访')).toEqual([]);
  expect(await names('老龄局')).toEqual(['aid', 'covers', 'homes', 'parks']);
});

test('words of codes are found, in Chinese, by pinyin and initials, and the item is named', async () => {
  const lives = dataset({ title: '入户' }).replace(
    'type: text, grade: L2',
    'type: text, grade: L2, codes: {"1": {zh: 与子女同住, en: With children}}',
  );
  expect(lives).toContain('codes:');
  await applyFiles(world.ctx, capabilities, { ...files(), 'datasets/lives.yaml': lives });
  for (const q of ['同住', 'zinv', 'yznt']) {
    expect(await names(q), q).toContain('lives');
  }
  const input = searchInput.parse({ q: '同住' });
  const { resources } = await searchDatasets(world.as(officer), input);
  expect(resources[0]?.hits).toMatchObject([{ field: 'item', text: '与子女同住' }]);
  await applyFiles(world.ctx, capabilities, files());
});
