/** Why a derived dataset is made again whole, in words. */

export type Why =
  | 'no_key'
  | 'not_select'
  | 'clock'
  | 'chance'
  | 'subquery'
  | 'window'
  | 'cut'
  | 'distinct'
  | 'source'
  | 'join'
  | 'group_not_key'
  | 'aggregate'
  | 'not_bound';

/** A query, or a part of one, that cannot follow changes. */
export class Unfit extends Error {
  readonly why: Why;

  constructor(why: Why) {
    super(why);
    this.why = why;
  }
}

export const reasons: Record<Why, { zh: string; en: string }> = {
  no_key: { zh: '结果没有主键', en: 'the result has no key' },
  not_select: {
    zh: '查询用到 INTERSECT、EXCEPT、去重的 UNION 或递归',
    en: 'the query has INTERSECT, EXCEPT, a UNION that removes doubles, or recursion',
  },
  clock: { zh: '查询用到当前时间', en: 'the query asks the clock' },
  chance: { zh: '查询用到随机值或抽样', en: 'the query uses chance or a sample' },
  subquery: {
    zh: '条件或列里的子查询用到外层 WITH',
    en: 'a subquery in an expression uses a WITH of the query around it',
  },
  window: { zh: '查询用到窗口函数', en: 'the query uses a window function' },
  cut: { zh: '查询限制了行数', en: 'the query limits its rows' },
  distinct: { zh: '查询按部分列去重', en: 'the query removes doubles by some columns' },
  source: { zh: '没有来源数据集', en: 'it reads no dataset' },
  join: {
    zh: '用到右关联、全关联或嵌套的关联',
    en: 'it has a right, full or nested join',
  },
  group_not_key: {
    zh: '汇总没有分组，或分组看不出是哪些列',
    en: 'it aggregates without groups, or its groups cannot be told',
  },
  aggregate: {
    zh: '汇总函数的结果与行的先后有关',
    en: 'an aggregate depends on the order of rows',
  },
  not_bound: {
    zh: '关联的一边用到另一边的列',
    en: 'one side of a join uses columns of the other',
  },
};
