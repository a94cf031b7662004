/** Words of the lineage page. */
export const text = {
  title: { zh: '信息项血缘', en: 'Lineage, item by item' },
  catalogue: { zh: '数据目录', en: 'Catalogue' },
  lead: {
    zh: '从查询语句解析得出，不由人填写。',
    en: 'Read from the SQL, never typed by anybody.',
  },
  refresh: { zh: '如何更新', en: 'How it is kept up to date' },
  delivered: {
    zh: '由部门交付，不是由别的数据算出来的。',
    en: 'Delivered by its department; not made from other data.',
  },
  byRows: {
    zh: '来源变化了哪些行，就只更新哪些行。',
    en: 'Only the rows whose sources changed are made again.',
  },
  byGroups: {
    zh: '来源变化涉及哪些分组，就只更新哪些分组。',
    en: 'Only the groups whose sources changed are made again.',
  },
  and: { zh: '、', en: ', ' },
  pinned: {
    zh: '{what} 只在子查询里被查看：它们有变化时整份重算。',
    en: 'A subquery looks at {what}: when that changes the whole is made again.',
  },
  lastFollowed: { zh: '最近一次：只更新了变化的部分。', en: 'Last time: only what changed.' },
  lastRemade: { zh: '最近一次：整份重算。', en: 'Last time: made again whole.' },
  whole: { zh: '每次整份重算：{why}。', en: 'Made again whole each time: {why}.' },
  rows: { zh: '决定有哪些行', en: 'What decides over its rows' },
  rowsNone: { zh: '没有条件、关联和分组。', en: 'No condition, join or grouping.' },
  filter: { zh: '筛选条件', en: 'condition' },
  join: { zh: '关联', en: 'join' },
  group: { zh: '分组或去重', en: 'grouping' },
  order: { zh: '排序截取', en: 'order that is cut' },
  notFollowed: {
    zh: '{items}：看不出来自哪一项，按来自所有读到的信息项处理。',
    en: '{items}: not followed, and treated as made from every item that is read.',
  },
} as const;
