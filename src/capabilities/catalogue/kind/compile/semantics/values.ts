/** Meanings of plain values: times, amounts, codes, identifiers, free text. */
import type { Semantic } from './entry.ts';

export const values = {
  instant: { title: { zh: '时间', en: 'Instant' }, example: '2026-11-20 07:41:00', grade: 'L1' },
  year_month: {
    title: { zh: '年月', en: 'Year and month' },
    standard: 'GB/T 7408',
    example: '2026-11',
    grade: 'L1',
    type: 'text',
    known: {
      shape: '(?:19|20)\\d{2}(?:[-/.]?(?:0?[1-9]|1[0-2])|年(?:0?[1-9]|1[0-2])月)',
      header: /年月|月份|账期|所属期|month/i,
      hinted: 0.8,
    },
  },
  amount: {
    title: { zh: '金额', en: 'Amount' },
    example: '1280.50',
    grade: 'L2',
    known: {
      shape: '[¥￥]?[+-]?\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|[¥￥]?[+-]?\\d+(?:\\.\\d+)?',
      header:
        /金额|费用|[^经]费$|款项|工资|薪|补贴|补助|单价|价格|总价|租金|税额|营收|产值|amount|price/i,
      never: /编号|编码|日期|单位/,
      hinted: 0.8,
    },
  },
  quantity: { title: { zh: '数量', en: 'Quantity' }, example: '12', grade: 'L1' },
  code: { title: { zh: '代码', en: 'Code' }, example: '01', grade: 'L1', type: 'text' },
  identifier: {
    title: { zh: '标识', en: 'Identifier' },
    example: 'HZ2611200758',
    grade: 'L1',
    type: 'text',
  },
  free_text: {
    title: { zh: '自由文本', en: 'Free text' },
    example: '路边井盖塌了半边',
    grade: 'L2',
    type: 'text',
  },
} satisfies Record<string, Semantic>;
