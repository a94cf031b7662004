/** Numbers that name somebody: ids, credit codes, cards, telephones. */
import { creditCode, isCard, isCitizenId, isOldCitizenId } from './checks.ts';
import type { Finding, FindOptions, Plain, Reason } from './model.ts';
import { otherNumbers } from './words.ts';

/** Words that say the number behind them is something else. */
const otherNumber = new RegExp(`(?:${otherNumbers})\\s*[:：为是]?\\s*$`, 'i');
const cardWords = /(?:卡号|银行卡|账号|帐号|账户|帐户|存折|卡)[^0-9]{0,12}$/;
const idWords = /(?:身份证|证件|公民身份|ID)[^0-9]{0,8}$/i;
const codeWords = /(?:信用代码|信用码|社会代码|税号|纳税人识别号)[^0-9A-Z]{0,6}$/i;
const phoneWords =
  /(?:电话|座机|固话|联系|热线|拨打|致电|来电|回电|传真|号码|TEL|PHONE)[^0-9]{0,8}$/i;

const before = (plain: Plain, start: number): string =>
  plain.text.slice(Math.max(0, start - 16), start);

const bare = (text: string): string =>
  text.replace(/[ \-·×]/g, (sign) => (sign === '×' ? 'X' : ''));

interface Pattern {
  shape: RegExp;
  take: (
    found: string,
    said: string,
    plain: Plain,
    at: number,
  ) => Pick<Finding, 'type' | 'reasons'> | null;
}

/** Labels in letters may stand right before a number, other letters make it part of a code. */
const left = [
  '(?<![0-9])',
  '(?<![0-9A-Z][-._/])',
  '(?<!(?<!\\b(?:TEL|PHONE|MOBILE|MOB|CELL|ID|SFZ|SFZH|CARD|DH|SJ|NO))[A-Z])',
].join('');
const right = '(?![0-9A-Z])(?![-./][0-9A-Z])';
const shaped = (inner: string): RegExp => new RegExp(`${left}(?:${inner})${right}`, 'g');

const citizen = (today: string): Pattern => ({
  shape: shaped('[1-9](?:[ -]?\\d){16}[ -]?[\\dX×]'),
  take: (found, said) =>
    isCitizenId(bare(found), today)
      ? { type: 'citizen_id', reasons: ['check', 'date', ...spoken(idWords, said)] }
      : null,
});

const oldCitizen = (today: string): Pattern => ({
  shape: shaped('[1-9]\\d{5}[ -]?\\d{6}[ -]?\\d{3}'),
  take: (found, said) =>
    isOldCitizenId(bare(found), today) && !otherNumber.test(said)
      ? { type: 'citizen_id_old', reasons: ['date', 'layout', ...spoken(idWords, said)] }
      : null,
});

const spoken = (words: RegExp, said: string): Reason[] =>
  words.test(said) ? ['words_before'] : [];

const credit: Pattern = {
  shape: shaped('[1-9ANY][1-59](?:[ -]?\\d){6}(?:[ -]?[0-9A-HJ-NP-RTUW-Y]){10}'),
  take(found, said) {
    const code = bare(found);
    const held = creditCode(code);
    const words = spoken(codeWords, said);
    if (held === null) return null;
    const believed = held === 'sure' || code.startsWith('92') || words.length > 0;
    return believed ? { type: 'uscc', reasons: ['check', 'layout', ...words] } : null;
  },
};

const card: Pattern = {
  shape: shaped('\\d{4}(?:[ -]?\\d){10,15}'),
  take(found, said) {
    const number = bare(found);
    const words = spoken(cardWords, said);
    if (!isCard(number) || (otherNumber.test(said) && words.length === 0)) return null;
    // Issuers beside UnionPay and the schemes are believed on the word of the text only.
    if (!/^(?:62|4|5[1-5]|35|3[47]|9558)/.test(number) && words.length === 0) return null;
    return { type: 'bank_card', reasons: ['check', 'prefix', ...words] };
  },
};

/** Numbers given out: segments of the numbering plan. */
const segment = '1(?:3\\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\\d|9[0-35-9])';
const groups = [
  '\\d{8}',
  '[ -]\\d{4}[ -]\\d{4}',
  '\\d[ -]\\d{3}[ -]\\d{4}',
  '\\d[ -]\\d{4}[ -]\\d{3}',
  '[ -]\\d{8}',
  '\\d{2}[ -]\\d{6}',
  '\\d{2}[ -]\\d{3}[ -]\\d{3}',
  '\\d{4}[ -]\\d{4}',
  '[ -]\\d{3}[ -]\\d{2}[ -]\\d{3}',
];

/** An amount or a measure stands there, not a number to call. */
const measured = /^\s*(?:元|万|亿|吨|公里|平方|立方|千瓦|%|％|美元|人民币)/;
const money = /[¥￥$]\s*$/;

const country = '(?:\\(?(?:\\+|00)?86\\)?[ -]?)?';
const mobile: Pattern = {
  shape: new RegExp(
    `${left}(?<!\\d[.,])${country}${segment}(?:${groups.join('|')})` +
      '(?![0-9A-Z])(?!\\.\\d)(?![-_/]?[0-9A-Z]*@)',
    'g',
  ),
  take(found, said, plain, at) {
    const after = plain.text.slice(at + found.length, at + found.length + 6);
    if (measured.test(after) || money.test(said)) return null;
    if (otherNumber.test(said)) return null;
    return { type: 'mobile', reasons: ['prefix', 'layout', ...spoken(phoneWords, said)] };
  },
};

const area = '(?:010|02\\d|0[3-9]\\d{2})';
const abroad = '(?:\\(?(?:\\+|00)86\\)?[ -]?)?';
const landline: Pattern = {
  shape: new RegExp(
    `(?<![0-9A-Z])(?<![0-9A-Z][-./])${abroad}` +
      `(?:\\(${area}\\)[ -]?|${area}[ -]?|(?<=86[ -])[1-9]\\d{1,2}[ -])` +
      '[2-8]\\d{2,3}[ -]?\\d{4}(?:(?:转|-|EXT\\.?)\\d{1,5})?(?![0-9A-Z])(?!\\.\\d)',
    'g',
  ),
  take(found, said) {
    const digits = found
      .replace(/转.*|EXT.*/, '')
      .replace(/\D/g, '')
      .replace(/^(?:00)?86/, '0');
    if (otherNumber.test(said) || digits.length < 10) return null;
    return { type: 'landline', reasons: ['prefix', 'layout', ...spoken(phoneWords, said)] };
  },
};

/** Without an area code only the words before make it a telephone. */
const bareLandline: Pattern = {
  shape: /(?<![0-9A-Z.])(?<![0-9][-/])[2-8]\d{2,3}-?\d{4}(?![0-9A-Z])(?![-./]\d)/g,
  take(found, said, plain, at) {
    const after = plain.text.slice(at + found.length, at + found.length + 6);
    if (!phoneWords.test(said) || otherNumber.test(said) || measured.test(after)) return null;
    return { type: 'landline', reasons: ['layout', 'words_before'] };
  },
};

/** Findings of numbers; where two share signs the earlier pattern is the stronger one. */
export function findNumbers(plain: Plain, { today }: FindOptions): Finding[] {
  if (!/\d{4}/.test(plain.text)) return [];
  const patterns = [
    citizen(today),
    credit,
    card,
    oldCitizen(today),
    mobile,
    landline,
    bareLandline,
  ];
  return patterns.flatMap(({ shape, take }) =>
    [...plain.upper.matchAll(shape)].flatMap(({ 0: found, index }): Finding[] => {
      const taken = take(found, before(plain, index), plain, index);
      return taken === null ? [] : [{ ...taken, start: index, end: index + found.length }];
    }),
  );
}
