/** Masks of what points at a person. */
import { choose, ends, hide, type Mask } from './entry.ts';

/** Compound surnames in use (百家姓 and the name reports of the Ministry of Public Security). */
const compound = [
  '欧阳',
  '上官',
  '司马',
  '诸葛',
  '东方',
  '皇甫',
  '尉迟',
  '公孙',
  '令狐',
  '慕容',
  '司徒',
  '司空',
  '夏侯',
  '宇文',
  '长孙',
  '南宫',
  '西门',
  '独孤',
  '端木',
  '轩辕',
  '钟离',
  '闻人',
  '申屠',
  '太史',
  '公冶',
  '宗政',
  '濮阳',
  '淳于',
  '单于',
  '澹台',
  '仲孙',
  '鲜于',
  '闾丘',
  '赫连',
  '呼延',
  '拓跋',
  '百里',
  '东郭',
  '南门',
  '羊舌',
  '微生',
  '梁丘',
  '左丘',
  '公羊',
  '谷梁',
  '第五',
  '万俟',
  '乐正',
  '公西',
  '颛孙',
  '巫马',
];
const isCompound = (text: string): string =>
  `left(${text}, 2) in (${compound.map((name) => `'${name}'`).join(', ')})`;

const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
/** `2026-11-20`, an instant's day, or eight digits, as `2026-11-20`; anything else is null. */
const dayOf = (text: string, to: Parameters<Mask['sql']>[1]): string =>
  choose(
    [
      [to.matches(text, `${day}(T[0-9:.]+Z)?`), `left(${text}, 10)`],
      [
        to.matches(text, '[0-9]{8}'),
        `left(${text}, 4) || '-' || substr(${text}, 5, 2) || '-' || right(${text}, 2)`,
      ],
    ],
    'null',
  );

/** First year of the five that hold a year. */
const band = (year: string): string => `((${year}) - (${year}) % 5)`;
const asBand = (first: string): string =>
  `cast(${first} as varchar) || '–' || cast(${first} + 4 as varchar)`;

export const people = {
  name_surname: {
    title: { zh: '留姓', en: 'Surname kept' },
    how: 'masked',
    example: { from: '欧阳某某', to: '欧阳**' },
    source: '2.7 NAME_KEEP_SURNAME',
    sql: (text) =>
      choose(
        [
          [`length(${text}) = 0`, "''"],
          [`length(${text}) = 1`, "'*'"],
          [`length(${text}) > 2 and ${isCompound(text)}`, `left(${text}, 2) || '**'`],
        ],
        `left(${text}, 1) || '**'`,
      ),
  },
  name_hidden: {
    title: { zh: '姓名隐去', en: 'Name hidden' },
    how: 'generalised',
    example: { from: '王某某', to: '***' },
    source: '2.7 NAME_KEEP_SURNAME, L3',
    sql: (text) => hide(text),
  },
  id_6_4: {
    title: { zh: '证件号留前六后四', en: 'First six and last four kept' },
    how: 'masked',
    example: { from: '330109188001010013', to: '330109********0013' },
    source: '2.7 ID_6_4',
    sql: (text) => ends(text, { first: 6, last: 4, atLeast: 15, usual: 18 }),
  },
  id_3_1: {
    title: { zh: '证件号留前三后一', en: 'First three and the last kept' },
    how: 'generalised',
    example: { from: '330109188001010013', to: '330**************3' },
    source: '2.7 ID_3_1',
    sql: (text) => ends(text, { first: 3, last: 1, atLeast: 15, usual: 18 }),
  },
  document_2_2: {
    title: { zh: '证件号留前二后二', en: 'First two and last two kept' },
    how: 'masked',
    example: { from: 'E00000000', to: 'E0*****00' },
    source: '2.7, shorter documents',
    sql: (text) => ends(text, { first: 2, last: 2, atLeast: 8, usual: 9 }),
  },
  tail_4: {
    title: { zh: '留后四位', en: 'Last four kept' },
    how: 'masked',
    example: { from: '6222020000000000018', to: '***************0018' },
    source: '2.7 TAIL4',
    sql: (text) => ends(text, { first: 0, last: 4, atLeast: 8, usual: 19 }),
  },
  birth_month: {
    title: { zh: '出生年月', en: 'Year and month of birth' },
    how: 'masked',
    example: { from: '1880-01-15', to: '1880-01' },
    source: '2.7 DOB_*',
    sql: (text, to) => `coalesce(left(${dayOf(text, to)}, 7), ${hide(text)})`,
    typed: { date: (value) => `left(cast(${value} as varchar), 7)` },
  },
  birth_band: {
    title: { zh: '出生年份，五年一段', en: 'Year of birth, in fives' },
    how: 'generalised',
    example: { from: '1883-01-15', to: '1880–1884' },
    source: '2.7 DOB_*',
    sql: (text, to) => {
      const year = `cast(left(${dayOf(text, to)}, 4) as integer)`;
      return `coalesce(${asBand(band(year))}, ${hide(text)})`;
    },
  },
  age_band: {
    title: { zh: '年龄，五岁一段', en: 'Age, in fives' },
    how: 'generalised',
    example: { from: '1950-06-01', to: '75–79' },
    source: '2.7 DOB_*',
    dated: true,
    sql: (text, to, { day: today }) => {
      const born = dayOf(text, to);
      const years = `${today.slice(0, 4)} - cast(left(${born}, 4) as integer)`;
      const had = `case when right(${born}, 5) <= '${today.slice(5)}' then 0 else 1 end`;
      const age = `(${years} - ${had})`;
      return `case when ${born} is null or ${age} < 0 then ${hide(text)} else ${asBand(band(age))} end`;
    },
  },
} satisfies Record<string, Mask>;
