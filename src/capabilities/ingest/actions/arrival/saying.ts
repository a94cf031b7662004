/** How the files of a run are to be read: as said with it, at its source, or as is usual. */
import type { Ctx } from '#kernel/context';
import type { DeliverInput, DialectInput } from '../../model.ts';
import { keepDialect, usualDialect } from '../../store/dialects.ts';
import type { StoredRun } from '../../store/runs.ts';
import { findSource } from '../../store/sources.ts';

type Reading = Pick<DeliverInput, 'dialect' | 'usual'>;

/** Tables come in files of our own making. */
const fromTables: ReadonlySet<string> = new Set(['postgres', 'mysql']);

/** What counts for a run; nothing when all is to be found. */
export async function readingOf(ctx: Ctx, run: StoredRun): Promise<Reading> {
  if (fromTables.has(run.road)) return {};
  const said = run.work.dialect as DialectInput | undefined;
  if (said !== undefined) return { dialect: said };
  const usual = (await ofSource(ctx, run)) ?? (await usualDialect(ctx, run.dataset));
  return usual === null ? {} : { dialect: usual, usual: true };
}

async function ofSource(ctx: Ctx, { source }: StoredRun): Promise<DialectInput | null> {
  const declared = source === null ? undefined : (await findSource(ctx, source))?.declared;
  return declared !== undefined && 'dialect' in declared ? (declared.dialect ?? null) : null;
}

/** Of a run that landed and was to be an example for the next. */
export async function keepReading(ctx: Ctx, run: StoredRun): Promise<void> {
  if (run.work.keepDialect !== true) return;
  const { dataset, actor, actorName } = run;
  const dialect = (run.work.dialect as DialectInput | undefined) ?? {};
  await keepDialect(ctx, { dataset, dialect, actor, actorName });
}
