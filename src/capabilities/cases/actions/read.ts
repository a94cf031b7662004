/** Reading cases: one, a list, the inbox. Each shows only what this person may see. */
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { kernelErrors } from '#kernel/errors';
import { findUnit, loadActor, maskName } from '#organisation';
import { casesErrors } from '../errors.ts';
import {
  type Case,
  type CaseDetail,
  type CaseFilter,
  type CaseState,
  type CaseSummary,
  type CaseType,
  caseFilter,
  type TaskFilter,
  type TaskItem,
  taskFilter,
} from '../model.ts';
import * as store from '../store.ts';
import { seesCase, typeOf } from './act.ts';
import { handsOf } from './hands.ts';
import { project } from './project.ts';
import { toCase } from './save.ts';
import {
  actionsFor,
  clockView,
  entryView,
  type Seen,
  summary,
  taskView,
  unitName,
} from './view.ts';

async function findSeen(ctx: Ctx, idOrNumber: string): Promise<store.CaseRow> {
  requirePermission(ctx, 'cases.read');
  const row = await store.findCase(ctx, idOrNumber);
  if (!row || !seesCase(ctx, row.state)) throw casesErrors.make('not_found', { case: idOrNumber });
  return row;
}

/** One case. @throws cases.not_found, also for cases this person may not see */
export async function getCase(ctx: Ctx, idOrNumber: string): Promise<Case> {
  const row = await findSeen(ctx, idOrNumber);
  return toCase(row.id, row.state);
}

async function accountNames(ctx: Ctx, state: CaseState): Promise<Map<string, string>> {
  const accounts = new Set(state.tasks.flatMap((task) => task.account ?? []));
  const names = new Map<string, string>();
  for (const id of accounts) {
    const actor = await loadActor(ctx, id);
    if (actor) names.set(id, actor.name);
  }
  return names;
}

async function slotsView(seen: Seen): Promise<CaseDetail['slots']> {
  const views: CaseDetail['slots'] = {};
  for (const [slot, code] of Object.entries(seen.state.slots)) {
    const title = seen.type.slots[slot]?.title ?? { zh: slot, en: slot };
    views[slot] = { title, unit: code, name: await unitName(seen.ctx, code) };
  }
  return views;
}

const fieldsView = (seen: Seen): CaseDetail['fields'] =>
  Object.entries(seen.type.data)
    .filter(([name]) => name in seen.state.data)
    .map(([name, field]) => {
      const value = seen.state.data[name];
      const words = field.choices?.[String(value)] ?? null;
      return { name, title: field.title, value, words };
    });

/** What happened is worded by the version and the state of its time. */
async function timelineView(seen: Seen): Promise<CaseDetail['timeline']> {
  const entries = await store.timelineOf(seen.ctx, seen.id);
  const views: CaseDetail['timeline'] = [];
  const types = await store.typesOf(seen.ctx, [seen.state]);
  let at: CaseState | null = null;
  for (const entry of entries) {
    at = project(at, { at: entry.at.toISOString(), actor: entry.actor, fact: entry.fact });
    const type = types.get(`${at.type}@${at.typeVersion}`) ?? seen.type;
    views.push(await entryView({ ...seen, state: at, type }, entry));
  }
  return views.reverse();
}

const byState = { open: 0, running: 0, paused: 1, done: 2, stopped: 2, cancelled: 3 };

/** All a case page shows in one answer. @throws cases.not_found */
export async function caseDetail(ctx: Ctx, idOrNumber: string): Promise<CaseDetail> {
  const row = await findSeen(ctx, idOrNumber);
  const { id, state } = row;
  const hands = await handsOf(ctx);
  const seen: Seen = { ctx, id, state, type: await typeOf(ctx, state), hands };
  const names = await accountNames(ctx, state);
  const evidence = await store.evidenceOf(ctx, id);
  return {
    ...(await summary(seen)),
    slots: await slotsView(seen),
    fields: fieldsView(seen),
    subject: state.subject,
    source: state.source,
    tasks: state.tasks
      .map((task) => taskView(seen, task, names))
      .sort((a, b) => byState[a.state] - byState[b.state] || a.id - b.id),
    actions: await actionsFor(seen),
    clocks: state.clocks
      .map((clock) => clockView(seen, clock))
      .sort((a, b) => byState[a.state] - byState[b.state] || a.id - b.id),
    timeline: await timelineView(seen),
    attachments: evidence.map((file) => ({
      sha256: file.sha256,
      mediaType: file.media_type,
      bytes: file.bytes,
      name: file.name,
      at: file.at.toISOString(),
      by: maskName(file.account_name),
      action: file.action,
    })),
  };
}

/** An instant as it is written here or by the database, or what stands for none. */
const instant = /^(infinity|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:\d\d)?))$/;

const isInstant = (text: string): boolean => {
  const day = text.slice(0, 'yyyy-mm-dd'.length);
  return instant.test(text) && (text === 'infinity' || !Number.isNaN(Date.parse(day)));
};

/** A cursor as text, an instant and numbers; a broken one is a fault of the input. */
function cursor(text: string | undefined, parts: number): string[] | null {
  if (text === undefined) return null;
  const found = text.split('|');
  const [at = '', ...numbers] = found;
  const isWhole = isInstant(at) && numbers.every((one) => /^\d{1,9}$/.test(one));
  if (found.length === parts && isWhole) return found;
  const fault = kernelErrors.fault('field', { item: 'after' }, { detail: 'cursor' });
  throw kernelErrors.make('bad_input', { count: 1 }, [fault]);
}

async function seenOf(ctx: Ctx, rows: store.CaseRow[]): Promise<Seen[]> {
  const hands = await handsOf(ctx);
  const types = await store.typesOf(
    ctx,
    rows.map((row) => row.state),
  );
  return rows.map(({ id, state }) => {
    const type = types.get(`${state.type}@${state.typeVersion}`) as CaseType;
    return { ctx, id, state, type, hands };
  });
}

/** `dataset:components`: a field and its value, which may have colons itself. */
const splitField = (text: string): [string, string] => {
  const at = text.indexOf(':');
  return [text.slice(0, at), text.slice(at + 1)];
};

const unitsSeen = (ctx: Ctx): string[] | null =>
  ctx.actor.kind === 'system' ? null : ctx.actor.roles.map((held) => held.unit);

/** Cases this person may see, newest first. Needs `cases.read`. */
export async function caseList(
  ctx: Ctx,
  given: CaseFilter,
): Promise<{ items: CaseSummary[]; next: string | null }> {
  requirePermission(ctx, 'cases.read');
  const filter = caseFilter.parse(given);
  const after = cursor(filter.after, 2);
  const [kind, ...id] = filter.subject?.split('/') ?? [];
  const unit = filter.unit === undefined ? undefined : await findUnit(ctx, filter.unit);
  const rows = await store.listCases(ctx, {
    units: unitsSeen(ctx),
    account: ctx.actor.id,
    type: filter.type ?? null,
    step: filter.step ?? null,
    open: filter.open === undefined ? null : filter.open === 'true',
    overdueAt: filter.overdue === undefined ? null : ctx.clock.now(),
    unit: unit?.code ?? filter.unit ?? null,
    q: filter.q?.trim() || null,
    subject: kind === undefined ? null : [kind, id.join('/')],
    field: filter.field === undefined ? null : splitField(filter.field),
    after: after && [after[0] ?? '', Number(after[1])],
    limit: filter.limit + 1,
  });
  const seen = await seenOf(ctx, rows.slice(0, filter.limit));
  const items: CaseSummary[] = [];
  for (const one of seen) items.push(await summary(one));
  const last = items.at(-1);
  const next = rows.length > filter.limit && last ? `${last.openedAt}|${last.id}` : null;
  return { items, next };
}

/** The inbox of this person: open tasks he may act on, those due first at the head. */
export async function taskList(
  ctx: Ctx,
  given: TaskFilter,
): Promise<{ items: TaskItem[]; total: number; next: string | null }> {
  requirePermission(ctx, 'cases.read');
  const filter = taskFilter.parse(given);
  const after = cursor(filter.after, 3);
  const now = ctx.clock.now();
  const roles = (await handsOf(ctx)).map(({ role, unit }) => ({ role, unit }));
  const rows = await store.inbox(ctx, {
    roles,
    account: ctx.actor.id,
    type: filter.type ?? null,
    name: filter.name ?? null,
    warnedAt: filter.due === 'soon' ? now : null,
    overdueAt: filter.due === 'overdue' ? now : null,
    after: after && [after[0] ?? '', Number(after[1]), Number(after[2])],
    limit: filter.limit + 1,
  });
  const shown = rows.slice(0, filter.limit);
  const seen = await seenOf(ctx, shown);
  const items: TaskItem[] = [];
  for (const [index, one] of seen.entries()) {
    const task = one.state.tasks.find((each) => each.id === shown[index]?.task);
    if (!task) continue;
    const names = await accountNames(ctx, { ...one.state, tasks: [task] });
    const due = store.dueOf(one.state, task.id);
    items.push({ task: taskView(one, task, names), case: await summary(one), dueAt: due });
  }
  const last = shown.at(-1);
  const next = rows.length > filter.limit && last ? `${last.due}|${last.id}|${last.task}` : null;
  return { items, total: await store.inboxCount(ctx, { roles }), next };
}

/**
 * Fields and slots of a case type as it is declared now, for stations that open cases. @throws
 * cases.type_unknown
 */
export async function typeForm(
  ctx: Ctx,
  name: string,
): Promise<{ data: CaseType['data']; slots: string[] }> {
  const row = await store.currentType(ctx, name);
  if (!row) throw casesErrors.make('type_unknown', { type: name });
  return { data: row.definition.data, slots: Object.keys(row.definition.slots) };
}
