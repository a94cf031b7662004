/**
 * 本人异议: a person sees what is held about him, says what is wrong in it, follows what becomes of
 * it and appeals. The case is the department's; he sees of it what concerns him.
 */
import { openCase, storePhoto, typeForm } from '#cases';
import type { Contract } from '#catalogue';
import { type OwnRecords, ownRecords } from '#gate';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { findUnit, identityOf } from '#organisation';
import { qualityErrors } from '../../errors.ts';
import { type NewObjection, newObjection, type OwnData } from '../../model.ts';
import * as store from '../../store.ts';
import { inOwnName } from '../ask.ts';
import { challengeCheck, hashOf, textOf } from './challenge.ts';

/** Rows of one dataset that are shown of one's own. */
const rowsShown = 50;

const dayMs = 24 * 3_600_000;

/** What an objection names: the key of the record, without its words. */
const recordOf = (dataset: string, key: readonly string[]): string =>
  hashOf(dataset, ...key).slice(0, 32);

/** A key as text, as `quality_challenge` keeps it. */
const keyTextOf = (key: readonly string[]): string =>
  key.length === 1 ? (key[0] ?? '') : JSON.stringify(key);

const nameOf = async (ctx: Ctx, code: string): Promise<string> =>
  (await findUnit(ctx, code))?.name ?? code;

/** The scheme's words on objections; null where none are taken. */
export const ownScheme = async (ctx: Ctx) =>
  (await store.scoringNow(ctx))?.declared.own_records ?? null;

async function shown(ctx: Ctx, own: OwnRecords): Promise<OwnData['datasets'][number]> {
  const { contract } = own;
  const codes = new Map(contract.items.map(({ name, codes: list }) => [name, list ?? null]));
  return {
    dataset: own.dataset,
    title: contract.title,
    about: own.about,
    owner: contract.owner,
    ownerName: await nameOf(ctx, contract.owner),
    asOf: own.asOf,
    items: own.items.map(({ item, title, semantic, view }) => ({
      item,
      title,
      semantic,
      view,
      values: codes.get(item) ?? null,
    })),
    rows: own.rows.map(({ key, values }) => ({
      record: key.length === 0 ? null : recordOf(own.dataset, key),
      values,
    })),
    more: own.more,
  };
}

/** What the platform holds about the person of this account. @throws auth.not_signed_in, gate.* */
export async function myData(ctx: Ctx): Promise<OwnData> {
  const records = await ownRecords(ctx, { limit: rowsShown });
  if (records === null) return { bound: false, canObject: false, datasets: [] };
  const datasets: OwnData['datasets'] = [];
  for (const own of records) datasets.push(await shown(ctx, own));
  return { bound: true, canObject: (await ownScheme(ctx)) !== null, datasets };
}

/** Markup, and signs that are not seen but change what is. */
const notWords = /<[a-z/!?]|[\p{Cc}\p{Bidi_Control}\u200b\ufeff]/iu;

/** @throws quality.own_text with every item at once */
export function checkWords(input: { reason: string; expected?: string | null }): void {
  const faults = (['reason', 'expected'] as const)
    .filter((item) => notWords.test((input[item] ?? '').replace(/[\r\n\t]/g, ' ')))
    .map((item) => qualityErrors.fault('own_text', { item }, { item }));
  const [first] = faults;
  if (first) throw qualityErrors.make('own_text', { item: first.item ?? '' }, faults);
}

/** The record and the value that stand there, as the person sees them himself. */
async function ownValue(ctx: Ctx, input: { dataset: string; record: string; item: string }) {
  const found = await ownRecords(ctx, {
    dataset: input.dataset,
    limit: ctx.settings.sql_row_limit,
  });
  if (found === null) throw qualityErrors.make('own_unbound');
  for (const own of found) {
    const row = own.rows.find(
      ({ key }) => key.length > 0 && recordOf(own.dataset, key) === input.record,
    );
    if (row === undefined) continue;
    const at = own.items.findIndex(({ item }) => item === input.item);
    const item = own.contract.items.find(({ name }) => name === input.item);
    // A spouse stands in the row under another number: there the item may be hers.
    if (item === undefined || own.items[at]?.view !== 'plain') continue;
    return { own, item, key: row.key, value: textOf(row.values[at]) };
  }
  const isHis = found.some((own) =>
    own.rows.some(({ key }) => key.length > 0 && recordOf(own.dataset, key) === input.record),
  );
  throw qualityErrors.make(isHis ? 'own_item' : 'own_record');
}

async function checkCap(ctx: Ctx): Promise<void> {
  await store.lockOwn(ctx, ctx.actor.id);
  const most = ctx.settings.own_objection_cap;
  const since = new Date(ctx.clock.now().getTime() - dayMs);
  if ((await store.ownSince(ctx, ctx.actor.id, since)) >= most) {
    throw qualityErrors.make('own_too_many', { most });
  }
}

const titleOf = (contract: Contract, item: Contract['items'][number]) => ({
  title: `${contract.title.zh}：本人对“${item.title.zh}”提出异议`,
  titleEn: `${contract.title.en}: objection of the person to "${item.title.en}"`,
});

type Value = Awaited<ReturnType<typeof ownValue>>;

/**
 * Opens the case at the owner of the data, in the platform's name, with what the person attached.
 */
async function openAtOwner(
  ctx: Ctx,
  { own, item }: Value,
  given: { type: string; subject: string; attachments: string[] },
): Promise<string> {
  const { contract, snapshot } = own;
  const known: Record<string, unknown> = {
    dataset: contract.name,
    item: item.name,
    check: challengeCheck,
    rows: 1,
    of: 1,
    snapshot,
  };
  const form = await typeForm(ctx, given.type);
  const data = Object.fromEntries(Object.entries(known).filter(([name]) => name in form.data));
  const opened = await openCase(inOwnName(ctx), {
    type: given.type,
    ...titleOf(contract, item),
    unit: contract.owner,
    slots: form.slots.includes('owner') ? { owner: contract.owner } : {},
    subject: { kind: 'value', id: given.subject },
    data,
    source: `own/${contract.name}`,
    attachments: given.attachments,
    uploader: ctx.actor.id,
  });
  return opened.number;
}

/**
 * Says that one value of one's own record is wrong: a case opens at the owner of the data, or joins
 * the one that somebody opened who stands in the same record.
 * @throws auth.not_signed_in, quality.own_off, own_unbound, own_text, own_record (also for records
 * of others and sealed ones), own_item, challenge_same, own_open, own_too_many,
 * cases.attachment_unknown; nothing is written
 */
export async function objectTo(ctx: Ctx, given: NewObjection): Promise<{ case: string }> {
  const input = newObjection.parse(given);
  if ((await identityOf(ctx)) === null) throw qualityErrors.make('own_unbound');
  const scheme = await ownScheme(ctx);
  if (scheme === null) throw qualityErrors.make('own_off');
  checkWords(input);
  const value = await ownValue(ctx, input);
  const { own, item, key } = value;
  const expected = input.expected === '' ? null : input.expected;
  if (expected === value.value) throw qualityErrors.make('challenge_same', { item: item.title.zh });
  const keyText = keyTextOf(key);
  const subject = hashOf(own.dataset, keyText, item.name).slice(0, 32);
  return tx(ctx, async (inner) => {
    await checkCap(inner);
    await store.lockOwn(inner, subject);
    const open = await store.ownOpen(inner, subject);
    const mine = open.find(({ account }) => account === inner.actor.id);
    if (mine) throw qualityErrors.make('own_open', { case: mine.case_number ?? '' });
    const number =
      open[0]?.case_number ??
      (await openAtOwner(inner, value, {
        type: scheme.opens,
        subject,
        attachments: input.attachments,
      }));
    await store.insertChallenge(inner, {
      dataset: own.dataset,
      key_text: keyText,
      item: item.name,
      expected,
      found_hash: hashOf(subject, value.value),
      reason: input.reason,
      account: inner.actor.id,
      account_name: inner.actor.name,
      at: inner.clock.now(),
      subject,
      case_number: number,
      own: true,
    });
    await inner.audit.record(inner, {
      action: 'quality.object',
      subject: `${own.dataset}/${item.name}`,
      dataset: own.dataset,
      detail: { case: number },
    });
    return { case: number };
  });
}

/** A photo for an objection. @throws quality.own_unbound, and what `storePhoto` throws */
export async function ownPhoto(
  ctx: Ctx,
  photo: Parameters<typeof storePhoto>[1],
): Promise<{ sha256: string }> {
  if ((await identityOf(ctx)) === null) throw qualityErrors.make('own_unbound');
  const { sha256 } = await storePhoto(ctx, photo, null);
  return { sha256 };
}
