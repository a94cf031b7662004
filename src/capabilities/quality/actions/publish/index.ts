/** 晾晒榜 on paper. */
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import type { Ranking } from '../../model.ts';
import { rankingOf } from '../ranking.ts';
import { localDay } from '../score.ts';
import { rankingExcel } from './excel.ts';
import { type Language, type Paper, titleOf } from './lines.ts';
import { rankingWord } from './word.ts';

const makers = { docx: rankingWord, xlsx: rankingExcel };

export type PaperFormat = keyof typeof makers;

export const paperTypes: Record<PaperFormat, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Names in a language; a unit that has none in English is called as it is. */
async function namesOf(
  ctx: Ctx,
  { departments, towns }: Ranking,
  language: Language,
): Promise<Paper['names']> {
  if (language === 'zh') return new Map();
  const lines = [...departments, ...towns];
  const units = await Promise.all(lines.map(({ unit }) => findUnit(ctx, unit)));
  return new Map(
    units.flatMap((unit) => (unit?.nameEn === undefined ? [] : [[unit.code, unit.nameEn]])),
  );
}

/**
 * The ranking of a month as a Word file or an Excel workbook, as it is sent round.
 * @throws auth.not_allowed, quality.no_month, quality.no_scoring
 */
export async function rankingFile(
  ctx: Ctx,
  month: string,
  format: PaperFormat,
  language: Language = 'zh',
): Promise<{ name: string; bytes: Buffer }> {
  const ranking = await rankingOf(ctx, month);
  await ctx.audit.record(ctx, {
    action: 'quality.publish',
    subject: `ranking/${month}`,
    detail: { format, language, state: ranking.state },
  });
  const names = await namesOf(ctx, ranking, language);
  const paper: Paper = { ranking, language, names, day: localDay(ctx) };
  return { name: `${titleOf(paper)}.${format}`, bytes: await makers[format](paper) };
}
