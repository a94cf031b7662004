/** 晾晒榜 on paper. */
import type { Ctx } from '#kernel/context';
import { rankingOf } from '../ranking.ts';
import { localDay } from '../score.ts';
import { rankingExcel } from './excel.ts';
import { titleOf } from './lines.ts';
import { rankingWord } from './word.ts';

const makers = { docx: rankingWord, xlsx: rankingExcel };

export type PaperFormat = keyof typeof makers;

export const paperTypes: Record<PaperFormat, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/**
 * The ranking of a month as a Word file or an Excel workbook, in Chinese, as it is sent round.
 * @throws auth.not_allowed, quality.no_month, quality.no_scoring
 */
export async function rankingFile(
  ctx: Ctx,
  month: string,
  format: PaperFormat,
): Promise<{ name: string; bytes: Buffer }> {
  const ranking = await rankingOf(ctx, month);
  await ctx.audit.record(ctx, {
    action: 'quality.publish',
    subject: `ranking/${month}`,
    detail: { format, state: ranking.state },
  });
  const bytes = await makers[format](ranking, localDay(ctx));
  return { name: `${titleOf(ranking)}.${format}`, bytes };
}
