/** What has served its time goes: files put aside in watched folders, files of rows long mended. */
import type { Ctx } from '#kernel/context';
import { afterCommit, tx } from '#kernel/db';
import { armTimer, setTimer, type Timer } from '#kernel/jobs';
import { folderSources } from '../../store/sources.ts';
import { forgetReturned, returnedFiles } from '../../store.ts';
import { dropFiles } from '../returned/folder.ts';
import { type FolderSource, sweepAside } from './roads/folder.ts';

export const keepingTimer = 'ingest.keeping';
const dayMs = 86_400_000;

const daysAgo = (ctx: Ctx, days: number): Date =>
  new Date(ctx.clock.now().getTime() - days * dayMs);

const tomorrow = (ctx: Ctx): Timer => ({
  ...{ kind: keepingTimer, key: 'daily', payload: null },
  dueAt: new Date(ctx.clock.now().getTime() + dayMs),
});

/** Looks again in a day; a look that waits already is not put off. */
export const armKeeping = (ctx: Ctx): Promise<void> => armTimer(ctx, tomorrow(ctx));

/**
 * Removes files whose time is over, by the settings `arrival_keep_days` and `returned_keep_days`.
 * Rows that are still out are kept however old they are.
 */
export async function sweepKept(ctx: Ctx): Promise<{ aside: number; returned: number }> {
  let aside = 0;
  const before = daysAgo(ctx, ctx.settings.arrival_keep_days);
  for (const { name, declared } of await folderSources(ctx)) {
    try {
      aside += await sweepAside(ctx, declared as FolderSource, before);
    } catch (error) {
      // A folder that cannot be read today is looked at again tomorrow.
      ctx.log.warn({ err: error, source: name }, 'a watched folder could not be swept');
    }
  }
  const files = await tx(ctx, async (inner) => {
    const forgotten = await forgetReturned(inner, daysAgo(ctx, ctx.settings.returned_keep_days));
    // The same file delivered again names the same returned rows.
    const named = await returnedFiles(inner);
    const gone = forgotten.filter((name) => !named.has(name));
    afterCommit(inner, () => dropFiles(ctx, gone));
    return gone;
  });
  return { aside, returned: files.length };
}

/** The daily look. */
export async function keepingDue(ctx: Ctx): Promise<void> {
  await sweepKept(ctx);
  await setTimer(ctx, tomorrow(ctx));
}
