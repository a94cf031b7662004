/** What the page of a correction shows beside its case. */

import { type Case, type CaseDetail, caseDetail } from '#cases';
import type { Contract } from '#catalogue';
import { seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import type { Correction, Recheck } from '../../model.ts';
import * as store from '../../store.ts';
import { type Check, checksOf } from '../checks.ts';
import { challengeCheck } from './challenge.ts';
import { checkOf, correctionSeen, gatheredBy, isTicket, textField } from './rows.ts';

const numberIn = (data: Record<string, unknown>, field: string): number | null => {
  const value = data[field];
  return typeof value === 'number' ? value : null;
};

const textIn = (data: Record<string, unknown>, field: string): string | null => {
  const value = data[field];
  return typeof value === 'string' ? value : null;
};

/** Rechecks in the order they happened, each with the delivery that led to it. */
function rechecksOf({ timeline }: CaseDetail): Recheck[] {
  const rechecks: Recheck[] = [];
  let batch: string | null = null;
  let snapshot: number | null = null;
  for (const { action, at, data } of timeline.toReversed()) {
    if (action === 'redelivered') {
      batch = textIn(data, 'batch');
      snapshot = numberIn(data, 'after_snapshot');
    }
    if (action !== 'recheck_passed' && action !== 'recheck_failed') continue;
    rechecks.push({
      at,
      passed: action === 'recheck_passed',
      rows: numberIn(data, 'after_rows'),
      of: numberIn(data, 'after_of'),
      snapshot: numberIn(data, 'after_snapshot') ?? snapshot,
      batch,
    });
    [batch, snapshot] = [null, null];
  }
  return rechecks.reverse();
}

async function checkDeclared(ctx: Ctx, one: Case, contract: Contract): Promise<Check | undefined> {
  const name = checkOf(one);
  const scheme = name === null ? null : await store.scoringNow(ctx);
  if (scheme === null) return undefined;
  return (await checksOf(ctx, contract, scheme)).find((check) => check.name === name);
}

/** Whether this person delivers the dataset. */
async function delivers(ctx: Ctx, contract: Contract): Promise<boolean> {
  if (contract.derived || !ctx.actor.permissions.has('ingest.deliver')) return false;
  const owner = await findUnit(ctx, contract.owner);
  return owner !== undefined && seesUnit(ctx.actor, owner.path);
}

function kindOf(one: Case, gathers: Correction['gathers']): Correction['kind'] {
  if (textField(one, 'check') === challengeCheck) return 'challenge';
  if (checkOf(one) !== null) return 'check';
  return gathers === null ? 'record' : 'group';
}

/** Null for a case about one record, and for one that somebody opened by hand about none. */
async function gathersOf(ctx: Ctx, one: Case): Promise<Correction['gathers']> {
  const gathered = isTicket(one) ? await gatheredBy(ctx, one) : { all: 0, open: 0 };
  return gathered.all === 0 ? null : gathered;
}

/** @throws cases.not_found, quality.no_correction, catalogue.not_found */
export async function correctionDetail(ctx: Ctx, id: string): Promise<Correction> {
  const { one, contract } = await correctionSeen(ctx, id);
  const detail = await caseDetail(ctx, id);
  const check = await checkDeclared(ctx, one, contract);
  const name = textField(one, 'item');
  const item = contract.items.find((each) => each.name === name);
  const isChallenge = textField(one, 'check') === challengeCheck;
  const opened = detail.timeline.at(-1);
  const gathers = await gathersOf(ctx, one);
  return {
    number: one.number,
    kind: kindOf(one, gathers),
    dataset: contract.name,
    datasetTitle: contract.title,
    mode: contract.mode,
    item: item ? { name: item.name, title: item.title } : null,
    says: check?.title ?? { zh: one.title, en: one.title },
    expected: check?.expected ?? null,
    found: {
      rows: numberIn(one.data, 'rows'),
      of: numberIn(one.data, 'of'),
      snapshot: numberIn(one.data, 'snapshot'),
      at: opened?.at ?? one.openedAt.toISOString(),
    },
    rechecks: rechecksOf(detail),
    canDeliver: one.closedAt === null && (await delivers(ctx, contract)),
    gathers,
    hasRows:
      isChallenge || isTicket(one) || textField(one, 'key') !== null || check?.compiled != null,
    reasons: isChallenge ? await reasonsOf(ctx, one) : [],
  };
}

/** What people said who challenged the value. */
const reasonsOf = async (ctx: Ctx, one: Case): Promise<Correction['reasons']> =>
  (await store.challengesOf(ctx, one.number)).map(({ reason, at }) => ({
    reason,
    at: at.toISOString(),
  }));
