/** Case types as people look at them: drawn, compared, and counted. */
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit, rolesKnown } from '#organisation';
import { casesErrors } from '../errors.ts';
import {
  type CaseType,
  type Figures,
  type FiguresFilter,
  figuresFilter,
  type Preview,
  type StepFigures,
  type TypeDetail,
  type TypeSummary,
} from '../model.ts';
import * as store from '../store/figures.ts';
import { newestTypes, openByVersion, type VersionRow, versionsOf } from '../store/types.ts';
import { changesBetween } from './changes.ts';
import { movesOf } from './retype.ts';
import { unitName } from './view.ts';

const dayMs = 86_400_000;
const periodDays = 30;

const unitsSeen = (ctx: Ctx): string[] | null =>
  ctx.actor.kind === 'system' ? null : ctx.actor.roles.map((held) => held.unit);

/** Case types, with how many cases are open. Needs `cases.read`. */
export async function typeList(ctx: Ctx): Promise<TypeSummary[]> {
  requirePermission(ctx, 'cases.read');
  const where = { units: unitsSeen(ctx), account: ctx.actor.id, now: ctx.clock.now() };
  const counts = new Map((await store.byType(ctx, where)).map((one) => [one.type, one]));
  const types = await newestTypes(ctx);
  return types
    .map(({ name, version, retired, definition }) => {
      const { open = 0, overdue = 0 } = counts.get(name) ?? {};
      return { name, title: definition.title, version, retired, open, overdue };
    })
    .filter((one) => !one.retired || one.open > 0);
}

function versionView(row: VersionRow, before: VersionRow | undefined, open: number) {
  const { revision } = row.definition;
  return {
    version: row.version,
    appliedAt: row.applied_at?.toISOString() ?? null,
    says: revision?.says ?? null,
    running: revision?.running ?? ('finish' as const),
    open,
    changes: before ? changesBetween(before.definition, row.definition) : [],
  };
}

/** Titles of all roles a case type names. */
async function roleTitles(ctx: Ctx, type: CaseType): Promise<TypeDetail['roles']> {
  const named = new Set(
    Object.values(type.steps).flatMap((step) => Object.values(step.tasks).map((task) => task.role)),
  );
  const known = await rolesKnown(ctx);
  return Object.fromEntries(
    known.filter(({ name }) => named.has(name)).map(({ name, title }) => [name, title]),
  );
}

/** One case type, its newest version or the one named. @throws cases.type_unknown */
export async function typeDetail(ctx: Ctx, name: string, version?: number): Promise<TypeDetail> {
  requirePermission(ctx, 'cases.read');
  const rows = await versionsOf(ctx, name);
  const shown = version === undefined ? rows[0] : rows.find((row) => row.version === version);
  if (!shown) throw casesErrors.make('type_unknown', { type: name });
  const open = await openByVersion(ctx, name);
  const openOn = (row: VersionRow): number =>
    open.filter((one) => one.version === row.version).reduce((sum, one) => sum + one.open, 0);
  return {
    name,
    version: shown.version,
    retired: rows[0]?.retired ?? false,
    definition: shown.definition,
    roles: await roleTitles(ctx, shown.definition),
    versions: rows.map((row, at) => versionView(row, rows[at + 1], openOn(row))),
  };
}

async function stepFigures(
  ctx: Ctx,
  type: CaseType,
  where: store.FiguresWhere,
): Promise<StepFigures[]> {
  const [standing, stays] = [await store.standing(ctx, where), await store.stays(ctx, where)];
  const steps = Object.keys(type.steps).filter((name) => !type.steps[name]?.final);
  // Cases that finish on an older version may stand at a step that is gone.
  const gone = standing.map((one) => one.step).filter((name) => !steps.includes(name));
  return [...steps, ...gone].map((step) => {
    const now = standing.find((one) => one.step === step);
    const past = stays.find((one) => one.step === step);
    return {
      step,
      open: now?.open ?? 0,
      overdue: now?.overdue ?? 0,
      medianAge: now?.median ?? null,
      p90Age: now?.p90 ?? null,
      left: past?.left ?? 0,
      medianStay: past?.median ?? null,
      p90Stay: past?.p90 ?? null,
    };
  });
}

/**
 * Where the cases of a type pile up, among those this person may see; times in seconds, from the
 * timelines. @throws cases.type_unknown
 */
export async function typeFigures(ctx: Ctx, name: string, given: FiguresFilter): Promise<Figures> {
  requirePermission(ctx, 'cases.read');
  const filter = figuresFilter.parse(given);
  const [row] = await versionsOf(ctx, name);
  if (!row) throw casesErrors.make('type_unknown', { type: name });
  const now = ctx.clock.now();
  const until = filter.until === undefined ? now : new Date(filter.until);
  const back = new Date(until.getTime() - periodDays * dayMs);
  const from = filter.from === undefined ? back : new Date(filter.from);
  const unit = filter.unit === undefined ? undefined : await findUnit(ctx, filter.unit);
  const where = {
    type: name,
    units: unitsSeen(ctx),
    account: ctx.actor.id,
    unit: unit?.code ?? filter.unit ?? null,
    now,
    from,
    until,
  };
  const byUnit = !filter.by.startsWith('field:');
  const groups: Figures['groups'] = [];
  for (const { median, ...one } of await store.groups(ctx, { ...where, by: filter.by })) {
    const title = byUnit && one.key !== null ? await unitName(ctx, one.key) : null;
    groups.push({ ...one, title, medianTime: median });
  }
  const steps = await stepFigures(ctx, row.definition, where);
  return { from: from.toISOString(), until: until.toISOString(), steps, groups };
}

/**
 * What a new version of a type would change, and how many cases that run would move where. Nothing
 * is written. @throws cases.type_unknown
 */
export async function previewType(ctx: Ctx, name: string, next: CaseType): Promise<Preview> {
  requirePermission(ctx, 'cases.read');
  const [row] = await versionsOf(ctx, name);
  if (!row) throw casesErrors.make('type_unknown', { type: name });
  const moves = await movesOf(ctx, name, next);
  const open = await openByVersion(ctx, name);
  const running = next.revision?.running ?? 'finish';
  return {
    changes: changesBetween(row.definition, next),
    running,
    stays: running === 'move' ? 0 : open.reduce((sum, one) => sum + one.open, 0),
    moves,
  };
}
