/** Why a derived dataset is made again whole, in words. */
import type { Why } from './shape.ts';

export const reasons: Record<Why, { zh: string; en: string }> = {
  no_key: { zh: '结果没有主键', en: 'the result has no key' },
  not_one_select: {
    zh: '查询不是单个 SELECT（含 WITH、UNION 等）',
    en: 'the query is not a single SELECT (it has WITH, UNION and the like)',
  },
  clock: { zh: '查询用到当前时间', en: 'the query asks the clock' },
  chance: { zh: '查询用到随机值或抽样', en: 'the query uses chance or a sample' },
  subquery: { zh: '查询含子查询', en: 'the query has a subquery' },
  window: { zh: '查询用到窗口函数', en: 'the query uses a window function' },
  cut: { zh: '查询限制了行数', en: 'the query limits its rows' },
  distinct: { zh: '查询去重', en: 'the query removes doubles' },
  source: { zh: '来源不是登记的数据集', en: 'it reads something that is no plain dataset' },
  source_full: {
    zh: '来源是整份交付的，看不出变化了哪些行',
    en: 'a source is delivered whole, so that what changed cannot be told',
  },
  join: {
    zh: '关联不是按对方完整主键的内关联或左关联',
    en: 'a join is no inner or left join by the whole key of the other side',
  },
  key_not_handed_on: {
    zh: '来源的主键没有原样成为结果的主键',
    en: 'the key of the source is not handed on as the key of the result',
  },
  group_not_key: {
    zh: '分组依据与结果的主键不一致',
    en: 'what it groups by is not the key of the result',
  },
  aggregate: {
    zh: '汇总函数的结果与行的先后有关',
    en: 'an aggregate depends on the order of rows',
  },
  more_rows: { zh: '一行展开成多行', en: 'one row becomes several' },
};
