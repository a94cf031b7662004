/** Verbs of quality. */
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { qualityErrors } from './errors.ts';
import { families, type Scoring } from './model.ts';
import * as store from './store.ts';

export const readPermission = 'quality.read';

/** The scheme of scoring in force. @throws quality.no_scoring */
export async function scoringInForce(ctx: Ctx): Promise<Scoring> {
  requirePermission(ctx, readPermission);
  const found = await store.scoringNow(ctx);
  if (found === null) throw qualityErrors.make('no_scoring');
  const { name, digest, declared } = found;
  return {
    name,
    version: digest.slice(0, 12),
    title: declared.title,
    source: declared.source,
    families: families.map((family) => ({ family, ...declared.families[family] })),
  };
}
