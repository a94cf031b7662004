/** The words and cells of a ranking on paper, whatever the paper, in one language. */
import type { Ranking, RankingLine } from '../../model.ts';

export type Language = 'zh' | 'en';

/** A ranking with what it is called where it goes. */
export interface Paper {
  ranking: Ranking;
  language: Language;
  /** Names of its units in that language, by code. */
  names: ReadonlyMap<string, string>;
  /** The day it is made, `2026-11-22`. */
  day: string;
}

export interface Sheet {
  /** Short, for the tab of a workbook. */
  tab: string;
  heading: string;
  head: string[];
  rows: string[][];
}

const none = '—';

/** `2026-11-22` as officials write it. */
const dayOf = (day: string): string => {
  const [year, month, date] = day.split('-').map(Number);
  return `${year}年${month}月${date}日`;
};

const monthOf = (month: string): string => {
  const [year, number] = month.split('-').map(Number);
  return `${year}年${number}月`;
};

const english = (day: string, how: Intl.DateTimeFormatOptions): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { ...how, timeZone: 'UTC' });

const words = {
  zh: {
    unrated: '未评',
    same: '持平',
    unranked: '不排名',
    empty: '本月没有评分记录。',
    notes: '注：',
    made: (publisher: string, day: string) => `${publisher}　${day}`,
    before: ['名次', '单位', '得分'],
    after: ['参评资源', '问题行次', '较上月', '名次变化'],
    weight: (title: string, weight: number) => `${title}（${weight}）`,
    sheets: [
      { tab: '部门', heading: '一、部门数据质量排名' },
      { tab: '镇街', heading: '二、镇街数据质量排名' },
    ],
    day: dayOf,
    title: (month: string, title: string) => `${monthOf(month)}${title}`,
    state: (isFrozen: boolean, through: string | null) => {
      const day = through === null ? '' : `，数据截至${dayOf(through)}`;
      return isFrozen ? `（定榜${day}）` : `（当月预排，月末定榜${day}）`;
    },
    scheme: (source: string, version: string) =>
      `评分办法及权重依据：${source}（版本 ${version}）。`,
  },
  en: {
    unrated: 'not rated',
    same: 'same',
    unranked: 'unranked',
    empty: 'Nothing was scored this month.',
    notes: 'Notes:',
    made: (publisher: string, day: string) => `${publisher}, ${day}`,
    before: ['Rank', 'Unit', 'Score'],
    after: ['Resources judged', 'Faulty rows', 'Against last month', 'Rank against last month'],
    weight: (title: string, weight: number) => `${title} (${weight})`,
    sheets: [
      { tab: 'Departments', heading: '1. Departments by the quality of their data' },
      { tab: 'Towns', heading: '2. Towns and streets by the quality of their data' },
    ],
    day: (day: string) => english(day, { day: 'numeric', month: 'long', year: 'numeric' }),
    title: (month: string, title: string) =>
      `${title}, ${english(`${month}-01`, { month: 'long', year: 'numeric' })}`,
    state: (isFrozen: boolean, through: string | null) => {
      const day = through === null ? '' : `; data through ${words.en.day(through)}`;
      return isFrozen ? `(final${day})` : `(provisional until the end of the month${day})`;
    },
    scheme: (source: string, version: string) =>
      `Scoring and weights according to: ${source} (version ${version}).`,
  },
} as const;

const points = (value: number | null): string => (value === null ? none : value.toFixed(2));

const wordsOf = ({ language }: Pick<Paper, 'language'>) => words[language];

function movedOf(moved: number | null, shown: (by: number) => string, same: string): string {
  if (moved === null) return none;
  if (moved === 0) return same;
  return `${moved > 0 ? '↑' : '↓'} ${shown(Math.abs(moved))}`;
}

function sheetOf(paper: Paper, at: 0 | 1, lines: readonly RankingLine[]): Sheet {
  const { ranking, language, names } = paper;
  const say = wordsOf(paper);
  const percent = (rate: number | null): string =>
    rate === null ? say.unrated : `${(rate * 100).toFixed(1)}%`;
  const climbed = ({ rank, rankBefore }: RankingLine): number | null =>
    rank === null || rankBefore === null ? null : rankBefore - rank;
  const weights = ranking.families.map((one) => say.weight(one.title[language], one.weight));
  return {
    ...say.sheets[at],
    head: [...say.before, ...weights, ...say.after],
    rows: lines.map((line) => [
      line.rank === null ? say.unranked : String(line.rank),
      names.get(line.unit) ?? line.name,
      points(line.score),
      ...line.families.map(({ rate }) => percent(rate)),
      String(line.datasets),
      String(line.faulty),
      movedOf(line.change, (by) => by.toFixed(2), say.same),
      movedOf(climbed(line), String, say.same),
    ]),
  };
}

export const titleOf = (paper: Paper): string =>
  wordsOf(paper).title(paper.ranking.month, paper.ranking.title[paper.language]);

/** What stands below the title. */
export const stateWords = (paper: Paper): string =>
  wordsOf(paper).state(paper.ranking.state === 'frozen', paper.ranking.through);

export const sheetsOf = (paper: Paper): Sheet[] => [
  sheetOf(paper, 0, paper.ranking.departments),
  sheetOf(paper, 1, paper.ranking.towns),
];

export function notesOf(paper: Paper): string[] {
  const { scheme, notes } = paper.ranking;
  return [
    ...notes.map((note) => note[paper.language]),
    wordsOf(paper).scheme(scheme.source, scheme.version),
  ].map((note, at) => `${at + 1}. ${note}`);
}

/** What stands where there are no lines. */
export const emptyWords = (paper: Paper): string => wordsOf(paper).empty;

/** What stands above the notes. */
export const notesHeading = (paper: Paper): string => wordsOf(paper).notes;

/** The day it was made. */
export const dayWords = (paper: Paper): string => wordsOf(paper).day(paper.day);

/** Who made it and when, in one line. */
export const madeWords = (paper: Paper): string =>
  wordsOf(paper).made(paper.ranking.publisher, dayWords(paper));
