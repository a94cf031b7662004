/** Themes in English: packs name them in the code table `themes`. */
import type { Ctx } from '#kernel/context';
import type { CodesFile } from '../model.ts';
import { listOf } from '../store.ts';

const table = 'themes';

/** English words by theme; a theme no pack translates is left out. */
export async function themeWords(ctx: Pick<Ctx, 'db'>): Promise<Record<string, string>> {
  const tables = (await listOf<CodesFile>(ctx, 'codes')).filter(({ name }) => name === table);
  const all = tables.flatMap(({ body }) => Object.values(body.codes));
  return Object.fromEntries(all.map(({ zh, en }) => [zh, en]));
}
