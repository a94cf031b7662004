/** Masks of organisations and vehicles. */
import { choose, ends, hide, type Mask } from './entry.ts';

export const bodies = {
  credit_2_4: {
    title: { zh: '信用代码留前二后四', en: 'First two and last four kept' },
    how: 'masked',
    example: { from: '91330109MA2ABCD13L', to: '91************D13L' },
    source: '2.7, after ID_6_4',
    sql: (text) => ends(text, { first: 2, last: 4, atLeast: 15, usual: 18 }),
  },
  credit_kind: {
    title: { zh: '信用代码留登记机关和类别', en: 'Kind of the body kept' },
    how: 'generalised',
    example: { from: '91330109MA2ABCD13L', to: '91***' },
    source: '2.7, after ID_3_1',
    sql: (text, to) =>
      choose([[to.matches(text, '[0-9A-Z]{18}'), `left(${text}, 2) || '***'`]], hide(text)),
  },
  code_ends: {
    title: { zh: '编码留首尾', en: 'Both ends of the code kept' },
    how: 'masked',
    example: { from: 'HZ2611200758', to: 'HZ********58' },
    source: '2.7, after ID_6_4',
    sql: (text) => ends(text, { first: 2, last: 2, atLeast: 8, usual: 12 }),
  },
  body_ends: {
    title: { zh: '机构名称留首尾', en: 'Both ends of the name kept' },
    how: 'masked',
    example: { from: '萧山示例建设有限公司', to: '萧山***公司' },
    source: '2.7, after NAME_KEEP_SURNAME',
    sql: (text) =>
      choose(
        [[`length(${text}) between 6 and 60`, `left(${text}, 2) || '***' || right(${text}, 2)`]],
        hide(text),
      ),
  },
  plate_2_2: {
    title: { zh: '车牌留前二后二', en: 'First two and last two kept' },
    how: 'masked',
    example: { from: '浙A12345', to: '浙A***45' },
    source: '2.7, after ID_6_4',
    sql: (text) => ends(text, { first: 2, last: 2, atLeast: 7, usual: 7 }),
  },
  plate_region: {
    title: { zh: '车牌留归属地', en: 'Where it is registered' },
    how: 'generalised',
    example: { from: '浙A12345', to: '浙A***' },
    source: '2.7, after ID_3_1',
    sql: (text, to) =>
      choose(
        [[to.matches(text, '[一-鿿][A-Z][0-9A-Z一-鿿]{5,6}'), `left(${text}, 2) || '***'`]],
        hide(text),
      ),
  },
} satisfies Record<string, Mask>;
