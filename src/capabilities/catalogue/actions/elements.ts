/**
 * Elements of a resource and attributes of its items, each with what stands there: 13 of the
 * national guide, the province's own, 7 basic and 10 extended attributes of DB33/T 2426-2022.
 */
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import type { CodesFile, Contract, Elements, Item, Provider } from '../model.ts';
import { highestGrade } from '../model.ts';
import { firstApplied, listOf } from '../store.ts';
import { standingOf } from './standing.ts';
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

/** Names of class codes, from the longest known beginning: 类 / 项 / 目. */
async function classPath(ctx: Pick<Ctx, 'db'>, code: string): Promise<string> {
  const tables = await listOf<CodesFile>(ctx, 'codes');
  const classes = tables.find(({ name }) => name === 'resource_classes')?.body.codes ?? {};
  const names = [1, 3, 6, code.length].flatMap((end) => classes[code.slice(0, end)]?.zh ?? []);
  return names.length === 0 ? code : `${code} ${[...new Set(names)].join(' / ')}`;
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

const joined = (parts: readonly string[]): string => parts.filter(Boolean).join('：');

const sharing = ({ share }: Contract): string => {
  const mode = 'mode' in share ? share.mode.map((one) => modeWords[one].zh).join('、') : '';
  return [joined([shareWords[share.type].zh, reasonOf(share)]), mode].filter(Boolean).join('；');
};

async function national(ctx: Ctx, contract: Contract): Promise<Given[]> {
  const { catalogue: said, items, open } = contract;
  const [unit, provider] = await Promise.all([
    findUnit(ctx, contract.owner),
    providerOf(ctx, contract.owner),
  ]);
  const given = (
    number: number,
    zh: string,
    en: string,
    value: string | null,
    required = true,
  ) => ({
    number: String(number),
    title: { zh, en },
    required,
    value: value === '' ? null : value,
  });
  const path = said === null ? null : await classPath(ctx, said.class);
  const structured = `${items.length} 项`;
  return [
    given(1, '信息资源分类', 'Class', path),
    given(2, '信息资源名称', 'Name', contract.title.zh),
    given(3, '信息资源代码', 'Code', contract.code),
    given(4, '信息资源提供方', 'Provider', unit?.fullName ?? unit?.name ?? null),
    given(5, '提供方代码', 'Provider code', provider?.uscc ?? null),
    given(6, '信息资源摘要', 'Abstract', contract.description.zh),
    given(7, '信息资源格式', 'Format', said === null ? null : formatWords[said.format].zh),
    given(8, '信息项信息', 'Items', items.length === 0 ? null : structured),
    given(9, '共享属性', 'Sharing', sharing(contract)),
    given(10, '开放属性', 'Opening', joined([openWords[open.type].zh, reasonOf(open)])),
    given(11, '更新周期', 'Update cycle', cycleWords[contract.cycle].zh),
    given(12, '发布日期', 'Published on', await publishedOn(ctx, contract)),
    given(13, '关联资源', 'Related resources', said?.related?.join('、') ?? null, false),
  ];
}

async function provincial(ctx: Ctx, contract: Contract): Promise<Given[]> {
  const { catalogue: said } = contract;
  const [standing, provider] = await Promise.all([
    standingOf(ctx, contract),
    providerOf(ctx, contract.owner),
  ]);
  const given = (zh: string, en: string, value: string | null | undefined): Given => ({
    number: '',
    title: { zh, en },
    required: false,
    value: value === undefined || value === '' ? null : value,
  });
  const collected = standing.rows === null ? '未归集' : '已归集';
  const scope = said?.scope === undefined ? null : scopeWords[said.scope].zh;
  const how = said?.collection === undefined ? null : collectionWords[said.collection].zh;
  return [
    given('数源系统', 'Source system', contract.source?.system),
    given('英文表名', 'Table name', contract.name),
    given('数据领域', 'Field', said?.domain),
    given('数据主题', 'Theme', contract.theme),
    given('数据范围', 'Area', scope),
    given('敏感级别', 'Grade', highestGrade(contract.items)),
    given('归集方式', 'Collection', how),
    given('归集状态', 'Collected', collected),
    given('数据量', 'Rows', standing.rows === null ? null : String(standing.rows)),
    given('最近更新', 'Last delivery', standing.asOf),
    given('联系岗位', 'Contact', said?.contact?.zh ?? provider?.contact_zh),
    given('权责事项', 'Statutory matter', said?.duty),
    given('依据', 'Legal basis', said?.basis),
    given('多元校核单位', 'Verifying units', said?.verifiers?.join('、')),
    given('版本', 'Version', String(contract.version)),
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
      .map(({ title }) => title.zh),
    items: contract.items.map(itemElements),
  };
}
