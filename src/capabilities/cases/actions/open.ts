/** Opening a case. */
import { authErrors, requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { worksForDistrict } from '#organisation';
import { casesErrors } from '../errors.ts';
import { type Case, type CaseState, type CaseType, type OpenInput, openInput } from '../model.ts';
import * as store from '../store.ts';
import { localDay } from './calendar.ts';
import { type Draft, enterStep, put, unitByCode } from './draft.ts';
import { missingFiles, uploader } from './evidence.ts';
import { checkFields } from './form.ts';
import { saveDraft, toCase } from './save.ts';

/** `SJ20261120-00317`: letters of the type, local day, number of that day. */
async function newNumber(ctx: Ctx, type: CaseType, now: Date): Promise<string> {
  const { prefix, digits } = type.number;
  const day = localDay(now, ctx.settings.time_zone);
  const number = await store.nextNumber(ctx, prefix, day);
  return `${prefix}${day.replaceAll('-', '')}-${String(number).padStart(digits, '0')}`;
}

async function pathsOf(ctx: Ctx, codes: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const code of codes) paths.push((await unitByCode(ctx, code)).path);
  return [...new Set(paths)];
}

/**
 * A person opens cases where he works; who works in a department, in the whole district.
 * @throws auth.not_in_unit
 */
async function checkPlace(ctx: Ctx, code: string): Promise<void> {
  const { actor } = ctx;
  const unit = await unitByCode(ctx, code);
  if (worksForDistrict(actor.roles) || seesUnit(actor, unit.path)) return;
  throw authErrors.make('not_in_unit', { permission: 'cases.open', unit: unit.name });
}

/**
 * What a case came from is the platform's word: a person who could claim it would make his case
 * look raised by a rule, or take the place of the one a signal opens. @throws cases.platform_only
 */
function checkOrigin(ctx: Ctx, input: OpenInput): void {
  if (ctx.actor.kind === 'system') return;
  for (const item of ['source', 'subject', 'uploader'] as const) {
    if (input[item] !== undefined) throw casesErrors.make('platform_only', { item });
  }
}

function checkSlots(type: CaseType, slots: Record<string, string>): void {
  for (const slot of Object.keys(slots)) {
    if (!(slot in type.slots)) throw casesErrors.make('slot_unknown', { slot });
  }
}

/**
 * Opens a case: number, first step, its tasks and clocks. Needs `cases.open`.
 * @throws cases.type_unknown, cases.slot_unknown, cases.unit_unknown, cases.bad_form,
 * cases.platform_only, auth.not_in_unit
 */
export async function openCase(ctx: Ctx, given: OpenInput): Promise<Case> {
  requirePermission(ctx, 'cases.open');
  checkOrigin(ctx, given);
  const input = openInput.parse(given);
  return tx(ctx, async (inner) => {
    const row = await store.currentType(inner, input.type);
    if (!row) throw casesErrors.make('type_unknown', { type: input.type });
    const type = row.definition;
    checkSlots(type, input.slots);
    await checkPlace(inner, input.unit);
    const files = await store.uploadsOf(
      inner,
      input.uploader ?? uploader(inner),
      input.attachments,
    );
    checkFields(type.data, input.data, missingFiles(input.attachments, files));
    const now = inner.clock.now();
    const draft: Draft = { ctx: inner, type, state: {} as CaseState, facts: [], now };
    put(draft, {
      kind: 'opened',
      number: await newNumber(inner, type, now),
      type: row.name,
      typeVersion: row.version,
      title: input.title,
      ...(input.titleEn === undefined ? {} : { titleEn: input.titleEn }),
      unit: input.unit,
      slots: input.slots,
      subject: input.subject ?? null,
      data: input.data,
      source: input.source ?? null,
      opener: inner.actor.kind === 'account' ? inner.actor.id : null,
      openerUnit: inner.actor.roles[0]?.unit ?? null,
      paths: await pathsOf(inner, [input.unit, ...Object.values(input.slots)]),
    });
    await enterStep(draft, type.start);
    const ladders = await store.ladders(inner);
    const id = await saveDraft(draft, { id: null, before: null, role: null, ladders });
    const at = { case_id: id, seq: 1, action: null, at: now };
    await store.saveEvidence(
      inner,
      files.map((file) => ({ ...at, ...file })),
    );
    await inner.audit.record(inner, {
      action: 'cases.open',
      subject: `case/${draft.state.number}`,
      detail: { type: row.name, unit: input.unit },
    });
    return toCase(id, draft.state);
  });
}
