/**
 * The faulty rows of a correction, as whoever asks may see them: through the gate, by their keys.
 */

import { type Case, getCase } from '#cases';
import { type Contract, unsealedDataset } from '#catalogue';
import { readOne, viewOf } from '#gate';
import type { Ctx } from '#kernel/context';
import type { Table } from '#kernel/http';
import { type Signal, signalList } from '#signals';
import { qualityErrors } from '../../errors.ts';
import type { Bilingual, CorrectionRows } from '../../model.ts';
import * as store from '../../store.ts';
import { inOwnName } from '../ask.ts';
import { expectedSeen, faultyRows, readByKey } from '../faults.ts';
import { challengeCheck } from './challenge.ts';

const purpose = 'correction';

/** Parts of a key as it was given: a JSON list where the key has several. */
export function partsOf(items: readonly string[], key: string): string[] {
  if (items.length === 1) return [key];
  try {
    const parsed: unknown = JSON.parse(key);
    return Array.isArray(parsed) ? parsed.map(String) : [key];
  } catch {
    return [key];
  }
}

export const textField = (one: Case, field: string): string | null => {
  const value = one.data[field];
  return typeof value === 'string' && value !== '' ? value : null;
};

/**
 * The case of a correction this person sees, and its dataset. Whoever opens a case by hand may name
 * any: what is sealed from him is not there. @throws cases.not_found, catalogue.not_found
 */
export async function correctionSeen(
  ctx: Ctx,
  id: string,
): Promise<{ one: Case; contract: Contract }> {
  const one = await getCase(ctx, id);
  const dataset = textField(one, 'dataset');
  if (dataset === null) throw qualityErrors.make('no_correction', { case: id });
  return { one, contract: await unsealedDataset(ctx, dataset) };
}

/** Which row a correction about one row means, and what should stand in it. */
async function rowMeant(
  ctx: Ctx,
  one: Case,
): Promise<{ key: string; item: string | null; expected: string | null } | null> {
  if (textField(one, 'check') !== challengeCheck) {
    const key = textField(one, 'key');
    return key === null ? null : { key, item: textField(one, 'item'), expected: null };
  }
  const last = (await store.challengesOf(ctx, one.number)).at(-1);
  return last ? { key: last.key_text, item: last.item, expected: last.expected } : null;
}

const nothing = { columns: [], rows: [], hidden: 0, more: false, snapshot: null };

async function oneRow(ctx: Ctx, one: Case, contract: Contract): Promise<CorrectionRows> {
  const meant = await rowMeant(ctx, one);
  if (meant === null) return nothing;
  const parts = partsOf(contract.key, meant.key);
  const { row, snapshot } = await readOne(ctx, contract.name, parts, { purpose });
  if (row === null) return { ...nothing, hidden: 1 };
  const { items } = await viewOf(ctx, contract.name, { purpose });
  const shown = items.filter(({ item }) => item in row);
  const columns = shown.map(({ item, title, view }) => ({ name: item, title, view }));
  const wrong = meant.item === null ? [] : [meant.item];
  return {
    columns,
    rows: [
      {
        values: shown.map(({ item }) => row[item]),
        items: wrong,
        expected: expectedSeen(columns)(wrong, meant.expected),
        event: textField(one, 'event'),
      },
    ],
    hidden: 0,
    more: false,
    snapshot,
  };
}

/** A row a rule found, by its key as the lake has it. */
interface Meant {
  key: string;
  items: string[];
  expected: string | null;
  event: string | null;
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** Signals a correction was opened for, those that are over among them. */
async function signalsOf(ctx: Ctx, { id }: Case): Promise<Signal[]> {
  const all: Signal[] = [];
  for (let after: string | null = null; ; ) {
    const page = await signalList(inOwnName(ctx), {
      case: id,
      limit: 200,
      ...(after === null ? {} : { after }),
    });
    all.push(...page.items);
    if (page.next === null) return all;
    after = page.next;
  }
}

const isStanding = ({ state }: Signal): boolean => state !== 'closed';

/** How many records a ticket groups, and how many of them are still wrong. */
export async function gatheredBy(ctx: Ctx, one: Case): Promise<{ all: number; open: number }> {
  const signals = await signalsOf(ctx, one);
  return { all: signals.length, open: signals.filter(isStanding).length };
}

/** The rows of a ticket that rules found, in the order of their keys. */
async function rowsMeant(ctx: Ctx, one: Case, contract: Contract): Promise<Meant[]> {
  const standing = (await signalsOf(ctx, one)).filter(isStanding);
  const meant = standing.flatMap(({ evidence }) => {
    const key = textOf(evidence.key);
    const item = textOf(evidence.item);
    if (key === null) return [];
    const text = partsOf(contract.key, key).join('|');
    const [expected, event] = [textOf(evidence.expected), textOf(evidence.event)];
    return [{ key: text, items: item === null ? [] : [item], expected, event }];
  });
  return meant.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Rows of a ticket as they stand now, as whoever asks may see them. */
async function ticketRows(
  ctx: Ctx,
  one: Case,
  contract: Contract,
  limit: number,
): Promise<CorrectionRows> {
  const meant = await rowsMeant(ctx, one, contract);
  const shown = meant.slice(0, limit);
  const keys = shown.map(({ key }) => key);
  const why = { purpose, action: 'quality.faults' };
  const answer = await readByKey(ctx, contract, keys, why);
  const { rows } = answer;
  const titles = new Map(contract.items.map(({ name, title }) => [name, title]));
  const titleOf = (name: string): Bilingual => titles.get(name) ?? { zh: name, en: name };
  const { columns } = answer;
  const expectedOf = expectedSeen(columns);
  const seen = shown.filter(({ key }) => rows.has(key));
  const snapshot = await ctx.lake.latest(ctx, contract.name);
  return {
    columns: columns.map(({ name, view }) => ({ name, title: titleOf(name), view })),
    rows: seen.map(({ key, items, expected, event }) => ({
      values: rows.get(key) ?? [],
      items,
      event,
      expected: expectedOf(items, expected),
    })),
    hidden: shown.length - seen.length,
    more: meant.length > limit,
    snapshot: snapshot?.id ?? null,
  };
}

/** Whether a correction is about many rows that a rule found. */
export const isTicket = (one: Case): boolean =>
  textField(one, 'check') === null && textField(one, 'key') === null;

/** The check a correction came from; null for a challenge and for one row. */
export function checkOf(one: Case): string | null {
  const check = textField(one, 'check');
  return check === challengeCheck ? null : check;
}

/**
 * Faulty rows of a correction, at most `limit`. Items the reader may not see are not there, rows he
 * may not see are counted.
 * @throws cases.not_found, quality.no_correction, quality.*, gate.*
 */
export async function correctionRows(ctx: Ctx, id: string, limit: number): Promise<CorrectionRows> {
  const { one, contract } = await correctionSeen(ctx, id);
  const check = checkOf(one);
  if (isTicket(one)) return ticketRows(ctx, one, contract, limit);
  if (check === null) return oneRow(ctx, one, contract);
  const found = await faultyRows(ctx, { dataset: contract.name, check, limit });
  const faulty = found.run.rows ?? found.rows.length;
  return {
    columns: found.columns.map(({ name, title, view }) => ({ name, title, view })),
    rows: found.rows.map((row) => ({ ...row, event: null })),
    hidden: Math.max(0, Math.min(faulty, limit) - found.rows.length),
    more: found.more,
    snapshot: found.run.snapshot,
  };
}

const numeric = /^(integer|decimal|double)/;
const noteTitle = { zh: '问题说明', en: 'What is wrong' };

const eventWord = { zh: '相关事件', en: 'event' };

/** `部件编号 → 3301…`: items that are wrong, what should stand there, the event that showed it. */
function noteOf(
  row: CorrectionRows['rows'][number],
  titles: ReadonlyMap<string, string>,
  lang: 'zh' | 'en',
): string {
  const items = row.items.map((item) => titles.get(item) ?? item).join('、');
  const wrong = row.expected === null ? items : `${items} → ${row.expected}`;
  const event = row.event === null ? '' : `${eventWord[lang]} ${row.event}`;
  return [wrong, event].filter((part) => part !== '').join('; ');
}

/**
 * The faulty rows as a file whose columns are those of the dataset: mended in place it is delivered
 * as it is. With `notes` a last column says what is wrong, for reading only.
 * @throws as `correctionRows`; quality.nothing_to_mend
 */
export async function correctionFile(
  ctx: Ctx,
  id: string,
  { lang, notes }: { lang: 'zh' | 'en'; notes: boolean },
): Promise<{ table: Table; more: boolean }> {
  const { one, contract } = await correctionSeen(ctx, id);
  const { columns, rows, more } = await correctionRows(ctx, id, ctx.settings.sql_row_limit - 1);
  if (rows.length === 0) throw qualityErrors.make('nothing_to_mend', { case: one.number });
  const types = new Map(contract.items.map(({ name, type }) => [name, type]));
  const titles = new Map(columns.map(({ name, title }) => [name, title[lang]]));
  const head = columns.map(({ name, title }) => ({
    title: title[lang],
    isNumber: numeric.test(types.get(name) ?? ''),
  }));
  const table = {
    name: `${one.number}-${contract.name}`,
    title: contract.title[lang],
    columns: notes ? [...head, { title: noteTitle[lang], isNumber: false }] : head,
    rows: rows.map((row) => (notes ? [...row.values, noteOf(row, titles, lang)] : [...row.values])),
  };
  return { table, more };
}
