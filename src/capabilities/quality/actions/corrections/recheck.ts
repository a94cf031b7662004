/**
 * What a new delivery means for corrections: those that wait hear of it, challenges are looked at
 * again.
 */

import { getCase, openCasesWith, tell } from '#cases';
import { type Contract, getDataset, ident } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { clear } from '#signals';
import type { ChallengeRow } from '../../store/corrections.ts';
import * as store from '../../store.ts';
import { ask, inOwnName } from '../ask.ts';
import { challengeSource, hashOf, raiseValue } from './challenge.ts';
import { partsOf, textField } from './rows.ts';

export interface Refreshed {
  dataset: string;
  snapshot: number;
  batch?: string | null;
}

/**
 * Corrections that wait for a delivery go on to their recheck, where quality itself rechecks: a
 * rule runs in its own time, and what it does not find any more it clears wherever its case stands.
 */
async function tellCorrections(ctx: Ctx, { dataset, snapshot, batch }: Refreshed): Promise<void> {
  const facts = { batch: batch ?? null, after_snapshot: snapshot };
  for (const id of await openCasesWith(ctx, 'dataset', dataset)) {
    const one = await getCase(ctx, id);
    if (textField(one, 'check') === null) continue;
    await tell(ctx, { case: id, action: 'redelivered', facts });
  }
}

/** Values of one item now, by the key as it was given; absent where the row is gone. */
async function valuesNow(
  ctx: Ctx,
  contract: Contract,
  challenges: readonly ChallengeRow[],
): Promise<Map<number, string | null>> {
  const dataset = contract.name;
  const items = new Set(contract.items.map(({ name }) => name));
  const values = new Map<number, string | null>();
  for (const one of challenges.filter(({ item }) => items.has(item))) {
    const parts = partsOf(contract.key, one.key_text);
    const where = contract.key.map((item, at) => `cast(${ident(item)} as varchar) = $k${at}`);
    const { rows } = await ask(ctx, {
      by: `quality/${challengeSource(dataset)}`,
      sql: `select cast(${ident(one.item)} as varchar) as value from ${ident(dataset)}
        where ${where.join(' and ')}`,
      params: Object.fromEntries(parts.map((part, at) => [`k${at}`, part])),
      limit: 1,
    });
    const [row] = rows;
    if (row) values.set(one.id, row[0] === null ? null : String(row[0]).trim());
  }
  return values;
}

/** A number as it is written shortest; by its digits, for a double tells no two ids apart. */
function shortest(text: string): string {
  const found = /^([+-]?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  if (found === null) return text;
  const [, sign = '', whole = '', fraction = ''] = found;
  const rest = fraction.replace(/0+$/, '');
  return `${sign === '-' ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`;
}

/** `10.50` is what `10.5` should be; text has to be the same, codes with zeros before them too. */
const isSame = (one: string, other: string): boolean => shortest(one) === shortest(other);

/** Mended: it says what it should, it changed where nobody knew what to, or its row is gone. */
export function isMended(one: ChallengeRow, now: string | null | undefined): boolean {
  if (now === undefined) return true;
  const value = now ?? '';
  if (one.expected !== null) return isSame(value, one.expected);
  return hashOf(one.subject, value) !== one.found_hash;
}

type Value = Pick<ChallengeRow, 'subject' | 'own' | 'case_number'>;
type Contracted = Contract['items'][number];

/** Mended: the case of whoever said so closes, and what was said is settled. */
async function settle(ctx: Ctx, dataset: string, one: Value, snapshot: number): Promise<void> {
  const measured = { rows: 0, of: 1, snapshot };
  if (one.own) {
    await tellOwn(ctx, one, 'recheck_passed', measured);
    return store.closeOwn(ctx, one.subject, ctx.clock.now());
  }
  const subject = { kind: 'value', id: one.subject };
  await clear(ctx, { source: challengeSource(dataset), subject }, measured);
  return store.closeChallenges(ctx, one.subject, ctx.clock.now());
}

/** The case of a person's objection is no signal's: it is told what was measured itself. */
async function tellOwn(
  ctx: Ctx,
  one: Value,
  action: string,
  { rows, of, snapshot }: { rows: number; of: number; snapshot: number },
): Promise<void> {
  const facts = { after_rows: rows, after_of: of, after_snapshot: snapshot };
  await tell(ctx, { case: one.case_number ?? '', action, facts });
}

async function stillWrong(
  ctx: Ctx,
  contract: Contract,
  { one, item, snapshot }: { one: ChallengeRow; item: Contracted; snapshot: number },
): Promise<void> {
  if (one.own) return tellOwn(ctx, one, 'recheck_failed', { rows: 1, of: 1, snapshot });
  await raiseValue(ctx, contract, { item, subject: one.subject, snapshot });
}

/**
 * Challenges of one value stand or fall together: the last voice is the one that counts. A person's
 * objection to his own record is a matter of its own beside those of officials.
 */
async function recheckChallenges(ctx: Ctx, { dataset, snapshot }: Refreshed): Promise<void> {
  const open = await store.openChallenges(ctx, dataset);
  if (open.length === 0) return;
  const last = [...new Map(open.map((one) => [`${one.subject} ${one.own}`, one])).values()];
  const contract = await getDataset(ctx, dataset);
  const values = await valuesNow(ctx, contract, last);
  for (const one of last) {
    const item = contract.items.find(({ name }) => name === one.item);
    if (item === undefined || isMended(one, values.get(one.id))) {
      await settle(ctx, dataset, one, snapshot);
    } else await stillWrong(ctx, contract, { one, item, snapshot });
  }
}

/** After a delivery, before the checks of the set run. Idempotent. */
export async function correctionsRefreshed(given: Ctx, refreshed: Refreshed): Promise<void> {
  const ctx = inOwnName(given);
  await tellCorrections(ctx, refreshed);
  await recheckChallenges(ctx, refreshed);
}

/** A correction that was closed has no open challenges. */
export const correctionClosed = (ctx: Ctx, number: string): Promise<void> =>
  store.closeChallengesOf(ctx, number, ctx.clock.now());
