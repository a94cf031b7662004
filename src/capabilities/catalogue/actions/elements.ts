/**
 * Elements of a resource and attributes of its items, each with what stands there: 13 of the
 * national guide, the province's own, 7 basic and 10 extended attributes of DB33/T 2426-2022.
 */
import type { Ctx } from '#kernel/context';
import { findUnit, type Unit } from '#organisation';
import type { CodesFile, Contract, Elements, Item, Provider } from '../model.ts';
import { highestGrade } from '../model.ts';
import { currentContract, firstApplied, listOf } from '../store.ts';
import { knowable, mayKnow } from './known.ts';
import { standingOf } from './standing.ts';
import { themeWords } from './themes.ts';
import {
  collectionWords,
  cycleWords,
  formatWords,
  modeWords,
  openWords,
  scopeWords,
  shareWords,
} from './words.ts';

type Bilingual = { zh: string; en: string };
type Given = Elements['resource'][number];

/** Names of a class code, from the whole to the part: 类 / 项 / 目. */
async function classPath(ctx: Pick<Ctx, 'db'>, code: string): Promise<Bilingual> {
  const tables = await listOf<CodesFile>(ctx, 'codes');
  const classes = tables.find(({ name }) => name === 'resource_classes')?.body.codes ?? {};
  const names = [1, 3, 6, code.length].flatMap((end) => classes[code.slice(0, end)] ?? []);
  const path = (language: 'zh' | 'en'): string =>
    [code, [...new Set(names.map((one) => one[language]))].join(' / ')].filter(Boolean).join(' ');
  return { zh: path('zh'), en: path('en') };
}

/** The provider of a unit, as the packs have it; null when none is declared. */
export async function providerOf(ctx: Pick<Ctx, 'db'>, unit: string): Promise<Provider | null> {
  const all = await listOf<Provider>(ctx, 'providers');
  return all.find(({ body }) => body.unit === unit)?.body ?? null;
}

/** Day of publication: the one said, else that of the first version. */
export const publishedOn = async (ctx: Ctx, contract: Contract): Promise<string | null> => {
  const said = contract.catalogue?.published_on;
  if (said !== undefined) return said;
  const first = await firstApplied(ctx, contract.name);
  // sv-SE writes YYYY-MM-DD.
  return first?.toLocaleDateString('sv-SE', { timeZone: ctx.settings.time_zone }) ?? null;
};

const reasonOf = (one: Contract['share'] | Contract['open']): string =>
  one.type === 'none' ? one.clause : one.type === 'conditional' ? one.condition : '';

/** The same in both languages: names, codes, numbers. */
const same = (value: string | null | undefined): Bilingual | null =>
  value === null || value === undefined || value === '' ? null : { zh: value, en: value };

/** A word of a closed list, with its reason behind it. */
const because = (word: Bilingual, reason: string): Bilingual => ({
  zh: [word.zh, reason].filter(Boolean).join('：'),
  en: [word.en, reason].filter(Boolean).join(': '),
});

const wordOf = (word: Bilingual | undefined): Bilingual | null =>
  word === undefined ? null : { zh: word.zh, en: word.en };

function sharing({ share }: Contract): Bilingual {
  const said = because(shareWords[share.type], reasonOf(share));
  if (share.type === 'none') return said;
  const modes = share.mode.map((one) => modeWords[one]);
  return {
    zh: `${said.zh}；${modes.map(({ zh }) => zh).join('、')}`,
    en: `${said.en}; ${modes.map(({ en }) => en).join(', ')}`,
  };
}

const unitWords = (unit: Unit | undefined): Bilingual | null => {
  if (unit === undefined) return null;
  const zh = unit.fullName ?? unit.name;
  return { zh, en: unit.nameEn ?? zh };
};

const given = (
  title: readonly [zh: string, en: string],
  value: Bilingual | null,
  number = 0,
): Given => ({
  number: number === 0 ? '' : String(number),
  title: { zh: title[0], en: title[1] },
  // Every element of the guide but the related resources.
  required: number > 0 && number < 13,
  value,
});

/** Resources by their titles; those the viewer may not know of are left out. */
async function titled(ctx: Ctx, names: readonly string[] = []): Promise<Bilingual | null> {
  const found = await Promise.all(names.map((name) => currentContract(ctx, name)));
  const known = mayKnow(ctx.actor);
  const titles = found.flatMap((one) => (one !== null && known(knowable(one)) ? [one.title] : []));
  if (titles.length === 0) return null;
  const joined = (lang: 'zh' | 'en', comma: string) =>
    titles.map((title) => title[lang]).join(comma);
  return { zh: joined('zh', '、'), en: joined('en', ', ') };
}

async function national(ctx: Ctx, contract: Contract): Promise<Given[]> {
  const { catalogue: said, items, open } = contract;
  const [unit, provider] = await Promise.all([
    findUnit(ctx, contract.owner),
    providerOf(ctx, contract.owner),
  ]);
  const path = said === null ? null : await classPath(ctx, said.class);
  const count = { zh: `${items.length} 项`, en: `${items.length} items` };
  const values: [readonly [string, string], Bilingual | null][] = [
    [['信息资源分类', 'Class'], path],
    [['信息资源名称', 'Name'], contract.title],
    [['信息资源代码', 'Code'], same(contract.code)],
    [['信息资源提供方', 'Provider'], unitWords(unit)],
    [['提供方代码', 'Provider code'], same(provider?.uscc)],
    [['信息资源摘要', 'Abstract'], contract.description],
    [['信息资源格式', 'Format'], said === null ? null : wordOf(formatWords[said.format])],
    [['信息项信息', 'Items'], items.length === 0 ? null : count],
    [['共享属性', 'Sharing'], sharing(contract)],
    [['开放属性', 'Opening'], because(openWords[open.type], reasonOf(open))],
    [['更新周期', 'Update cycle'], wordOf(cycleWords[contract.cycle])],
    [['发布日期', 'Published on'], same(await publishedOn(ctx, contract))],
    [['关联资源', 'Related resources'], await titled(ctx, said?.related)],
  ];
  return values.map(([title, value], at) => given(title, value, at + 1));
}

async function provincial(ctx: Ctx, contract: Contract): Promise<Given[]> {
  const { catalogue: said } = contract;
  const [standing, provider] = await Promise.all([
    standingOf(ctx, contract),
    providerOf(ctx, contract.owner),
  ]);
  const collected =
    standing.rows === null
      ? { zh: '未归集', en: 'Not collected' }
      : { zh: '已归集', en: 'Collected' };
  const contact =
    provider === null || provider.contact_zh === ''
      ? null
      : { zh: provider.contact_zh, en: provider.contact_en || provider.contact_zh };
  const rows = standing.rows?.toLocaleString('en-US');
  const count = rows === undefined ? null : { zh: `${rows} 行`, en: `${rows} rows` };
  const themes = await themeWords(ctx);
  const { scope, collection } = said ?? {};
  return [
    given(['数源系统', 'Source system'], same(contract.source?.system)),
    given(['英文表名', 'Table name'], same(contract.name)),
    given(['数据领域', 'Field'], same(said?.domain)),
    given(['数据主题', 'Theme'], {
      zh: contract.theme,
      en: themes[contract.theme] ?? contract.theme,
    }),
    given(['数据范围', 'Area'], wordOf(scope === undefined ? undefined : scopeWords[scope])),
    given(['敏感级别', 'Grade'], same(highestGrade(contract.items))),
    given(
      ['归集方式', 'Collected by'],
      wordOf(collection === undefined ? undefined : collectionWords[collection]),
    ),
    given(['归集状态', 'Collection'], collected),
    given(['数据量', 'Rows'], count),
    given(['最近更新', 'Last delivery'], same(standing.asOf)),
    given(['联系岗位', 'Contact'], said?.contact ?? contact),
    given(['权责事项', 'Statutory matter'], same(said?.duty)),
    given(['依据', 'Legal basis'], same(said?.basis)),
    given(['多元校核单位', 'Verifying units'], same(said?.verifiers?.join('、'))),
    given(['版本', 'Version'], same(String(contract.version))),
  ];
}

type Attribute = [title: Bilingual, value: (item: Item) => unknown];

const basic: readonly Attribute[] = [
  [{ zh: '标识符', en: 'Identifier' }, (item) => item.name],
  [{ zh: '中文名称', en: 'Chinese name' }, (item) => item.title.zh],
  [{ zh: '英文名称', en: 'English name' }, (item) => item.title.en],
  [{ zh: '定义', en: 'Definition' }, (item) => item.meaning],
  [{ zh: '数据类型', en: 'Data type' }, (item) => item.type],
  [{ zh: '数据格式', en: 'Form' }, (item) => item.element?.format],
  [
    { zh: '值域', en: 'Values' },
    ({ codes, pattern, min, max, semantic }) => codes ?? pattern ?? min ?? max ?? semantic,
  ],
];

const extended: readonly Attribute[] = [
  [{ zh: '对象类词', en: 'Object class word' }, (item) => item.element?.object],
  [{ zh: '表示词', en: 'Representation word' }, (item) => item.element?.representation],
  [{ zh: '敏感级别', en: 'Grade' }, (item) => item.grade],
  [{ zh: '计量单位', en: 'Unit of measure' }, (item) => item.unit],
  [{ zh: '关系', en: 'Relation' }, (item) => item.element?.relation],
  [{ zh: '来源机构', en: 'Source unit' }, (item) => item.element?.source_unit],
  [{ zh: '所属应用', en: 'Application' }, (item) => item.element?.application],
  [{ zh: '备注', en: 'Note' }, (item) => item.element?.note],
  [{ zh: '版本', en: 'Version' }, (item) => item.element?.version],
  [{ zh: '发布日期', en: 'Published on' }, (item) => item.element?.published_on],
];

function itemElements(item: Item): Elements['items'][number] {
  const given = ([, value]: Attribute): boolean => value(item) !== undefined;
  return {
    name: item.name,
    basic: basic.filter(given).length,
    extended: extended.filter(given).length,
    missing: [...basic, ...extended].filter((one) => !given(one)).map(([title]) => title),
  };
}

/** Every element of the standards, with what stands there; absent ones are said to be absent. */
export async function elementsOf(ctx: Ctx, contract: Contract): Promise<Elements> {
  const resource = [...(await national(ctx, contract)), ...(await provincial(ctx, contract))];
  return {
    resource,
    missing: resource
      .filter(({ required, value }) => required && value === null)
      .map(({ title }) => title),
    items: contract.items.map(itemElements),
  };
}
