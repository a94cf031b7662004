/** The words and cells of a ranking on paper, whatever the paper. */
import type { Ranking, RankingLine } from '../../model.ts';

export interface Sheet {
  heading: string;
  head: string[];
  rows: string[][];
}

const none = '—';
const points = (value: number | null): string => (value === null ? none : value.toFixed(2));
const percent = (value: number | null): string =>
  value === null ? '未评' : `${(value * 100).toFixed(1)}%`;

function changeOf({ change }: RankingLine): string {
  if (change === null) return none;
  if (change === 0) return '持平';
  return change > 0 ? `↑ ${change.toFixed(2)}` : `↓ ${Math.abs(change).toFixed(2)}`;
}

function rankChangeOf({ rank, rankBefore }: RankingLine): string {
  if (rank === null || rankBefore === null) return none;
  if (rank === rankBefore) return '持平';
  return rank < rankBefore ? `↑ ${rankBefore - rank}` : `↓ ${rank - rankBefore}`;
}

function sheetOf(ranking: Ranking, heading: string, lines: readonly RankingLine[]): Sheet {
  const weights = ranking.families.map(({ title, weight }) => `${title.zh}（${weight}）`);
  return {
    heading,
    head: ['名次', '单位', '得分', ...weights, '参评资源', '问题行次', '较上月', '名次变化'],
    rows: lines.map((line) => [
      line.rank === null ? '不排名' : String(line.rank),
      line.name,
      points(line.score),
      ...line.families.map(({ rate }) => percent(rate)),
      String(line.datasets),
      String(line.faulty),
      changeOf(line),
      rankChangeOf(line),
    ]),
  };
}

/** `2026-11` as officials write it. */
export const monthWords = (month: string): string => {
  const [year, number] = month.split('-').map(Number);
  return `${year}年${number}月`;
};

/** `2026-11-22` as officials write it. */
export const dayWords = (day: string): string => {
  const [year, month, date] = day.split('-').map(Number);
  return `${year}年${month}月${date}日`;
};

export const titleOf = (ranking: Ranking): string =>
  `${monthWords(ranking.month)}${ranking.title.zh}`;

/** What stands below the title. */
export function stateWords({ state, through }: Ranking): string {
  const day = through === null ? '' : `，数据截至${dayWords(through)}`;
  return state === 'frozen' ? `（定榜${day}）` : `（当月预排，月末定榜${day}）`;
}

export const sheetsOf = (ranking: Ranking): Sheet[] => [
  sheetOf(ranking, '一、部门数据质量排名', ranking.departments),
  sheetOf(ranking, '二、镇街数据质量排名', ranking.towns),
];

export function notesOf(ranking: Ranking): string[] {
  const { scheme, notes } = ranking;
  return [
    ...notes.map(({ zh }) => zh),
    `评分办法及权重依据：${scheme.source}（版本 ${scheme.version}）。`,
  ].map((note, at) => `${at + 1}. ${note}`);
}
