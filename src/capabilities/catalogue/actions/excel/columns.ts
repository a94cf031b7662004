/** The layout: a sheet of resources, one of items, and what hangs on both; headers of the guide. */
import {
  collectionWords,
  cycleWords,
  deliveryWords,
  formatWords,
  layerWords,
  modeWords,
  openWords,
  scopeWords,
  shareWords,
} from '../words.ts';
import { bound, type Codec, list, oneOf, rest, someOf, text, textOrList, yes } from './cells.ts';

export interface ColumnSpec {
  header: string;
  /** Where the value stands in the contract, or in the item. */
  path: readonly string[];
  codec: Codec;
  width: number;
}

const column = (header: string, path: string, codec: Codec = text, width = 16): ColumnSpec => ({
  header,
  path: path.split('.'),
  codec,
  width,
});

/** Names rows; stands in every sheet. */
export const nameHeader = '资源英文名';
export const itemHeader = '信息项英文名';
/** Shown for people, never read back. */
export const shownHeaders = [
  '平台赋码（只读）',
  '提供方名称（只读）',
  '提供方代码（只读）',
] as const;
export const restHeader = '其他（平台用）';

export const sheets = {
  resources: '信息资源',
  items: '信息项',
  codes: '值域代码',
  checks: '行校验',
  headers: '列名对照',
} as const;

export const resourceColumns: readonly ColumnSpec[] = [
  column('信息资源分类', 'catalogue.class'),
  column('信息资源名称', 'title.zh', text, 24),
  column('信息资源英文名称', 'title.en', text, 24),
  column('信息资源代码', 'catalogue.code'),
  column('信息资源提供方', 'owner'),
  column('信息资源摘要', 'description.zh', text, 40),
  column('信息资源英文摘要', 'description.en', text, 40),
  column('信息资源格式', 'catalogue.format', oneOf(formatWords)),
  column('共享类型', 'share.type', oneOf(shareWords)),
  column('共享条件', 'share.condition', text, 24),
  column('不予共享依据', 'share.clause', text, 24),
  column('共享方式', 'share.mode', someOf(modeWords)),
  column('开放类型', 'open.type', oneOf(openWords)),
  column('开放条件', 'open.condition', text, 24),
  column('禁止开放依据', 'open.clause', text, 24),
  column('更新周期', 'cycle', oneOf(cycleWords), 10),
  column('发布日期', 'catalogue.published_on'),
  column('关联资源', 'catalogue.related', list),
  column('数源系统', 'source.system'),
  column('来源说明', 'source.note', text, 24),
  column('数据主题', 'theme'),
  column('数据领域', 'catalogue.domain'),
  column('数据层', 'layer', oneOf(layerWords), 10),
  column('数据范围', 'catalogue.scope', oneOf(scopeWords), 10),
  column('归集方式', 'catalogue.collection', oneOf(collectionWords), 10),
  column('更新方式', 'mode', oneOf(deliveryWords), 10),
  column('主键', 'key', list),
  column('权责事项', 'catalogue.duty'),
  column('数据依据', 'catalogue.basis'),
  column('联系岗位', 'catalogue.contact.zh'),
  column('联系岗位英文', 'catalogue.contact.en'),
  column('多元校核单位', 'catalogue.verifiers', list),
  column('数据时段起', 'catalogue.period.from'),
  column('数据时段止', 'catalogue.period.to'),
  column('辖区编码项', 'unit_item'),
  column('数据主体项', 'subject'),
  column('时区', 'time_zone'),
  column('知悉角色', 'sealed_for', list),
  column('不取的列', 'ignore_headers', list),
];

export const itemColumns: readonly ColumnSpec[] = [
  column('中文名称', 'title.zh', text, 20),
  column('英文名称', 'title.en', text, 20),
  column('标识符', 'element.identifier'),
  column('定义', 'meaning.zh', text, 30),
  column('定义英文', 'meaning.en', text, 30),
  column('数据类型', 'type', text, 14),
  column('数据格式', 'element.format', text, 10),
  column('语义类型', 'semantic', text, 14),
  column('敏感级别', 'grade', text, 10),
  column('必填', 'required', yes, 8),
  column('取值规则', 'pattern', text, 20),
  column('代码表', 'code_table', text, 14),
  column('所述之人', 'subject', text, 14),
  column('最小值', 'min', bound, 10),
  column('最大值', 'max', bound, 10),
  column('日期格式', 'format', textOrList, 12),
  column('计量单位', 'unit.zh', text, 10),
  column('计量单位英文', 'unit.en', text, 10),
  column('示例', 'example'),
  column('共享类型', 'share.type', oneOf(shareWords)),
  column('共享条件', 'share.condition'),
  column('不予共享依据', 'share.clause'),
  column('开放类型', 'open.type', oneOf(openWords)),
  column('开放条件', 'open.condition'),
  column('禁止开放依据', 'open.clause'),
  column('对象类词', 'element.object', text, 10),
  column('表示词', 'element.representation', text, 10),
  column('关系', 'element.relation', text, 10),
  column('来源机构', 'element.source_unit', text, 10),
  column('所属应用', 'element.application', text, 10),
  column('备注', 'element.note'),
  column('版本', 'element.version', text, 8),
  column('发布日期', 'element.published_on', text, 12),
];

export const codeColumns: readonly ColumnSpec[] = [
  column('代码含义', 'zh'),
  column('代码英文', 'en'),
];
export const codeHeader = '代码';

export const checkColumns: readonly ColumnSpec[] = [
  column('条件', 'sql', text, 50),
  column('要求', 'expected.zh', text, 30),
  column('要求英文', 'expected.en', text, 30),
  column('所在信息项', 'item'),
];
export const checkHeader = '校验名';

export const sentHeader = '来文列名';
export const targetHeader = '对应信息项';

export const restColumn = column(restHeader, 'rest', rest, 20);
