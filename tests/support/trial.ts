/** Contracts for the tests of arriving. */
/** A contract of `id` and `area`, merged by `id` unless said otherwise. */
export const contractOf = (mode = 'merge', more = ''): string => `title: {zh: 井盖, en: Covers}
description: {zh: 井盖登记, en: Register of covers}
owner: 330109-zhzf
theme: 城市治理
layer: raw
share: {type: unconditional, mode: [api]}
open: {type: none, clause: 测试}
cycle: daily
mode: ${mode}
key: [id]
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true}
  area: {title: {zh: 面积, en: Area}, type: 'decimal(12,3)', grade: L1}
${more}`;

/** Every type that a careless road would change on its way. */
export const oddContract = contractOf(
  'merge',
  `  money: {title: {zh: 金额, en: Money}, type: 'decimal(38,10)', grade: L1}
  seen: {title: {zh: 时刻, en: Seen}, type: timestamp, grade: L1}
  day: {title: {zh: 日期, en: Day}, type: date, grade: L1}
  flag: {title: {zh: 是否, en: Flag}, type: boolean, grade: L1}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1}
  big: {title: {zh: 大数, en: Big}, type: integer, grade: L1}
  exact: {title: {zh: 浮点, en: Exact}, type: text, grade: L1}
  bytes: {title: {zh: 字节, en: Bytes}, type: text, grade: L1}
`,
);
