/** Doing one action on a case. */
import { requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { Fault } from '#kernel/errors';
import { casesErrors } from '../errors.ts';
import { type ActInput, actInput, type Case, type CaseState, type CaseType } from '../model.ts';
import * as store from '../store.ts';
import { type Choice, choose } from './choose.ts';
import { type Draft, perform } from './draft.ts';
import { missingFiles, uploader } from './evidence.ts';
import { checkFields } from './form.ts';
import { handsOf } from './hands.ts';
import { saveDraft, toCase } from './save.ts';

/** Whether a person sees a case: by one of the units concerned, or because he opened it. */
export const seesCase = (ctx: Ctx, state: CaseState): boolean =>
  ctx.actor.kind === 'system' ||
  state.opener === ctx.actor.id ||
  state.paths.some((path) => seesUnit(ctx.actor, path));

export async function typeOf(ctx: Ctx, state: CaseState): Promise<CaseType> {
  const type = await store.typeVersion(ctx, state.type, state.typeVersion);
  if (!type) throw casesErrors.make('type_unknown', { type: state.type });
  return type;
}

/** Locks a case this person sees. @throws cases.not_found, also for cases he may not see */
export async function lockSeen(ctx: Ctx, idOrNumber: string): Promise<store.CaseRow> {
  const row = await store.lockCase(ctx, idOrNumber);
  if (!row || !seesCase(ctx, row.state)) {
    throw casesErrors.make('not_found', { case: idOrNumber });
  }
  return row;
}

/**
 * Takes several cases for the transaction of `ctx`, before acting on more than one of them: those
 * who do wait for one another and never lock up. Asks nobody's permission and changes nothing.
 */
export const lockCases = (ctx: Ctx, ids: readonly string[]): Promise<void> =>
  store.lockCases(ctx, ids);

interface Attached {
  sha256: string;
  name: string;
  account_name: string;
}

function inputFaults(choice: Choice, input: ReturnType<typeof actInput.parse>, files: Attached[]) {
  const faults: Fault[] = [];
  if (choice.action.reason && !input.reason?.trim()) {
    faults.push(casesErrors.fault('reason_missing', { item: 'reason' }));
  }
  faults.push(...missingFiles(input.attachments, files));
  if (choice.action.evidence.includes('photo') && input.attachments.length === 0) {
    faults.push(casesErrors.fault('photo_missing', { item: 'attachments' }));
  }
  return faults;
}

/**
 * Does one action: the person has to hold the role of the task in its unit, the case has to stand
 * as he saw it. Of two people taking one task the second is refused and nothing of his is written.
 * @throws cases.not_found, cases.changed_meanwhile, cases.task_taken, cases.not_now,
 * cases.not_your_task, cases.same_person, cases.too_often, cases.bad_form
 */
export async function act(ctx: Ctx, given: ActInput): Promise<Case> {
  requirePermission(ctx, 'cases.act');
  const input = actInput.parse(given);
  return tx(ctx, async (inner) => {
    const row = await lockSeen(inner, input.case);
    const { state, id } = row;
    const type = await typeOf(inner, state);
    const draft: Draft = { ctx: inner, type, state, facts: [], now: inner.clock.now() };
    const hands = await handsOf(inner);
    const wanted = { action: input.action, task: input.task, hands };
    const choice = await choose(draft, wanted, () => store.timelineOf(inner, id));
    if (input.version !== undefined && input.version !== state.seq) {
      throw casesErrors.make('changed_meanwhile', { now: state.seq });
    }
    const files = await store.uploadsOf(inner, uploader(inner), input.attachments);
    checkFields(choice.action.form ?? {}, input.data, inputFaults(choice, input, files));
    const ladders = await store.ladders(inner);
    const doing = {
      name: choice.name,
      action: choice.action,
      task: choice.task,
      data: input.data,
      reason: input.reason ?? null,
      attachments: input.attachments,
      actsFor: choice.actsFor,
    };
    await perform(draft, doing, (name) => ladders.get(name)?.answered_by ?? []);
    await saveDraft(draft, { id, before: state, role: choice.role, ladders });
    const at = { case_id: id, seq: state.seq + 1, action: choice.name, at: draft.now };
    await store.saveEvidence(
      inner,
      files.map((file) => ({ ...at, ...file })),
    );
    await inner.audit.record(inner, {
      action: 'cases.act',
      subject: `case/${state.number}`,
      detail: {
        action: choice.name,
        task: choice.task?.name ?? null,
        ...(choice.actsFor ? { actsFor: choice.actsFor.account } : {}),
      },
    });
    return toCase(id, draft.state);
  });
}
