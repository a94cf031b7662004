/** 校核: somebody says that a value is wrong; it becomes a correction at the owner of the data. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { getCase } from '#cases';
import { type Contract, unsealedDataset } from '#catalogue';
import { readOne, viewOf } from '#gate';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { raise, type Signal } from '#signals';
import { qualityErrors } from '../../errors.ts';
import { type ChallengeMade, type NewChallenge, newChallenge } from '../../model.ts';
import * as store from '../../store.ts';
import { inOwnName } from '../ask.ts';

/** What stands as the check of a correction that came from a person. */
export const challengeCheck = 'challenge';

export const challengeSource = (dataset: string): string => `challenge/${dataset}`;

/** Which value it is, telling nobody which. */
export const hashOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

export const textOf = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value).trim();

type Item = Contract['items'][number];

const purpose = 'challenge';

/**
 * The challenged value as its challenger sees it. Who cannot see a value as it is cannot say it is
 * wrong: the next delivery would answer what he guessed.
 */
async function valueSeen(
  ctx: Ctx,
  contract: Contract,
  input: z.output<typeof newChallenge>,
): Promise<{ found: string; snapshot: number | null }> {
  const { row, snapshot } = await readOne(ctx, contract.name, input.key, { purpose });
  if (row === null) throw qualityErrors.make('challenge_row', { dataset: contract.title.zh });
  const { items } = await viewOf(ctx, contract.name, { purpose });
  const isPlain = items.some(({ item, view }) => item === input.item && view === 'plain');
  if (!isPlain || !(input.item in row)) {
    throw qualityErrors.make('challenge_item', { item: input.item });
  }
  return { found: textOf(row[input.item]), snapshot };
}

const titleOf = (contract: Contract, item: Item) => ({
  zh: `${contract.title.zh}：一条记录的“${item.title.zh}”被指与实际不符`,
  en: `${contract.title.en}: the "${item.title.en}" of a record is said to be wrong`,
});

/** Raises the signal of a value, or sees it once more. @throws quality.no_scoring */
export async function raiseValue(
  ctx: Ctx,
  contract: Contract,
  value: { item: Item; subject: string; snapshot: number | null },
): Promise<Signal> {
  const scheme = await store.scoringNow(ctx);
  if (scheme === null) throw qualityErrors.make('no_scoring');
  const { opens, severity } = scheme.declared.signals;
  const { item, subject, snapshot } = value;
  return raise(inOwnName(ctx), {
    source: challengeSource(contract.name),
    version: '1',
    subject: { kind: 'value', id: subject },
    severity,
    title: titleOf(contract, item),
    evidence: {
      dataset: contract.name,
      item: item.name,
      check: challengeCheck,
      rows: 1,
      of: 1,
      snapshot,
    },
    unit: contract.owner,
    owner: contract.owner,
    ...(opens === undefined ? {} : { opens }),
    confirm: true,
  });
}

/**
 * Says that one value is wrong: a correction opens at the owner of the data, or another voice joins
 * the one that is open about this value. Whoever may read the value may challenge it.
 * @throws catalogue.not_found, gate.*, quality.challenge_row, quality.challenge_item,
 * quality.challenge_derived, quality.challenge_sealed, quality.challenge_same,
 * quality.no_scoring; nothing is written
 */
export async function challenge(ctx: Ctx, given: NewChallenge): Promise<ChallengeMade> {
  const input = newChallenge.parse(given);
  const contract = await unsealedDataset(ctx, input.dataset);
  // A signal and a case are read by more than know of it.
  if (contract.sealed_for !== null) throw qualityErrors.make('challenge_sealed');
  const item = contract.items.find(({ name }) => name === input.item);
  if (!item) throw qualityErrors.make('challenge_item', { item: input.item });
  if (contract.derived) {
    throw qualityErrors.make('challenge_derived', { dataset: contract.title.zh });
  }
  const { found, snapshot } = await valueSeen(ctx, contract, input);
  const expected = input.expected?.trim() ?? null;
  if (expected === found) throw qualityErrors.make('challenge_same', { item: item.title.zh });
  const subject = hashOf(contract.name, input.key, item.name).slice(0, 32);
  return tx(ctx, async (inner) => {
    const signal = await raiseValue(inner, contract, { item, subject, snapshot });
    const opened = signal.case === null ? null : await getCase(inOwnName(inner), signal.case);
    await store.insertChallenge(inner, {
      dataset: contract.name,
      key_text: input.key,
      item: item.name,
      expected,
      found_hash: hashOf(subject, found),
      reason: input.reason,
      account: inner.actor.id,
      account_name: inner.actor.name,
      at: inner.clock.now(),
      subject,
      case_number: opened?.number ?? null,
      own: false,
    });
    await inner.audit.record(inner, {
      action: 'quality.challenge',
      subject: `${contract.name}/${item.name}`,
      dataset: contract.name,
      detail: { case: opened?.number ?? null },
    });
    return { signal: signal.id, case: opened?.number ?? null, voices: signal.count };
  });
}
