/** Masks of amounts, counts, times, diagnoses and running text. */
import type { Dialect } from './dialect.ts';
import { choose, hide, type Mask } from './entry.ts';

const numeric = '-?[0-9]{1,24}([.][0-9]{1,10})?';

/** Counts of one to below `k` are not told; none is. */
const smallCount =
  (k: number): Mask['sql'] =>
  (text, to) => {
    const count = `cast(${text} as bigint)`;
    const told = `abs(${count}) >= ${k} or ${count} = 0`;
    return `case when ${to.matches(text, '-?[0-9]{1,18}')}
    then case when ${told} then ${count} end end`;
  };

/** Bands by powers of ten, so that neither a wage nor a debt is told. */
const bands: [below: string, words: string][] = [
  ['1000', '1000 以下'],
  ['10000', '1000–9999'],
  ['100000', '1 万–10 万'],
  ['1000000', '10 万–100 万'],
  ['10000000', '100 万–1000 万'],
];

/**
 * Chapters of ICD-10 (GB/T 14396-2016) by the category's first sign, and the last category of the
 * first chapter where two share the sign.
 */
const chapters: [signs: string, chapter: string][] = [
  ['AB', 'I'],
  ['E', 'IV'],
  ['F', 'V'],
  ['G', 'VI'],
  ['I', 'IX'],
  ['J', 'X'],
  ['K', 'XI'],
  ['L', 'XII'],
  ['M', 'XIII'],
  ['N', 'XIV'],
  ['O', 'XV'],
  ['P', 'XVI'],
  ['Q', 'XVII'],
  ['ST', 'XIX'],
  ['VWXY', 'XX'],
  ['Z', 'XXI'],
  ['U', 'XXII'],
];

function icdChapter(text: string, to: Dialect): string {
  const sign = `left(${text}, 1)`;
  const category = `left(${text}, 3)`;
  const halves: [string, string][] = [
    [`${category} between 'C00' and 'D48'`, "'ICD-10 II'"],
    [`${category} between 'D50' and 'D89'`, "'ICD-10 III'"],
    [`${category} between 'H00' and 'H59'`, "'ICD-10 VII'"],
    [`${category} between 'H60' and 'H95'`, "'ICD-10 VIII'"],
  ];
  const whole = chapters.map(([signs, chapter]): [string, string] => [
    `strpos('${signs}', ${sign}) > 0`,
    `'ICD-10 ${chapter}'`,
  ]);
  const shape = to.matches(text, '[A-Z][0-9]{2}([.][0-9A-Zx]{1,6})?([*+][A-Z0-9.]{0,8})?');
  return choose([[shape, choose([...halves, ...whole], hide(text))]], hide(text));
}

const dated = '[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?';

export const values = {
  hidden: {
    title: { zh: '隐去', en: 'Hidden' },
    how: 'masked',
    example: { from: '路边井盖塌了半边', to: '***' },
    source: '2.7, where nothing else fits',
    sql: (text) => hide(text),
  },
  text_digits: {
    title: { zh: '文字隐去数字', en: 'Digits of a text struck out' },
    how: 'masked',
    example: { from: '请回电13800138000', to: '请回电***********' },
    source: '2.7, after MOBILE_3_4',
    sql: (text, to) => to.replaceAll(text, '[0-9０-９]', '*'),
  },
  icd_chapter: {
    title: { zh: '诊断到章', en: 'Chapter of the diagnosis' },
    how: 'generalised',
    example: { from: 'I10.x02', to: 'ICD-10 IX' },
    source: '2.7 ICD_CHAPTER',
    sql: icdChapter,
  },
  small_5: {
    title: { zh: '小于五的数不显示', en: 'Counts below five not told' },
    how: 'masked',
    example: { from: '4', to: null },
    source: '2.7 K_ANON(5)',
    gives: 'integer',
    sql: smallCount(5),
  },
  small_10: {
    title: { zh: '小于十的数不显示', en: 'Counts below ten not told' },
    how: 'generalised',
    example: { from: '12', to: '12' },
    source: '2.7 K_ANON(10)',
    gives: 'integer',
    sql: smallCount(10),
  },
  amount_band: {
    title: { zh: '金额到数量级', en: 'Amount to its magnitude' },
    how: 'generalised',
    example: { from: '1280.50', to: '1000–9999' },
    source: '2.7, after DOB_*',
    sql: (text, to) => {
      const size = `abs(${to.number(text)})`;
      const each = bands.map(([below, words]): [string, string] => [
        `${size} < ${below}`,
        `'${words}'`,
      ]);
      return choose([[to.matches(text, numeric), choose(each, "'1000 万以上'")]], hide(text));
    },
  },
  day: {
    title: { zh: '到日', en: 'To the day' },
    how: 'masked',
    example: { from: '2026-11-20T07:41:00.000000Z', to: '2026-11-20' },
    source: '2.7 DOB_*',
    sql: (text, to) => choose([[to.matches(text, dated), `left(${text}, 10)`]], hide(text)),
    typed: { date: (value) => `cast(${value} as varchar)` },
  },
  month: {
    title: { zh: '到月', en: 'To the month' },
    how: 'generalised',
    example: { from: '2026-11-20', to: '2026-11' },
    source: '2.7 DOB_*',
    sql: (text, to) =>
      choose([[to.matches(text, `${dated}|[0-9]{4}-[0-9]{2}`), `left(${text}, 7)`]], hide(text)),
    typed: { date: (value) => `left(cast(${value} as varchar), 7)` },
  },
  year: {
    title: { zh: '到年', en: 'To the year' },
    how: 'generalised',
    example: { from: '2026-11-20', to: '2026' },
    source: '2.7 DOB_*',
    sql: (text, to) =>
      choose([[to.matches(text, `${dated}|[0-9]{4}-[0-9]{2}`), `left(${text}, 4)`]], hide(text)),
  },
} satisfies Record<string, Mask>;
