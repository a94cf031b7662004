/** Deliveries and the rows of theirs that went back, as their department sees them. */
import { type Contract, getDataset, listDatasets, literal, type Rule } from '#catalogue';
import { viewOf } from '#gate';
import { requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';
import { findUnit } from '#organisation';
import { ingestErrors } from '../../errors.ts';
import type { Delivery, ListInput, ReturnedPage, ReturnedRow } from '../../model.ts';
import {
  findDelivery,
  listDeliveries as listStored,
  publicDelivery,
  type StoredDelivery,
} from '../../store.ts';
import { mapColumns } from '../columns.ts';
import { deliverPermission, isOwnUnit, isSealedAbove, requireOwner } from '../owner.ts';
import { returnedPath } from './folder.ts';
import { ruleWords } from './words.ts';

/**
 * Names of datasets the actor delivers and whose deliveries he sees: those of his units.
 * @throws auth.not_signed_in, auth.not_allowed
 */
export async function deliveredDatasets(ctx: Ctx): Promise<string[]> {
  requirePermission(ctx, deliverPermission);
  const contracts = (await listDatasets(ctx)).filter((contract) => !contract.derived);
  const paths = new Map<string, string | undefined>();
  for (const { owner } of contracts) {
    if (!paths.has(owner)) paths.set(owner, (await findUnit(ctx, owner))?.path);
  }
  return contracts.flatMap((contract) => {
    const path = paths.get(contract.owner);
    if (path === undefined || isSealedAbove(ctx, contract, path)) return [];
    return seesUnit(ctx.actor, path) ? [contract.name] : [];
  });
}

/**
 * Deliveries of the units the actor delivers for, newest first.
 * @throws auth.not_signed_in, auth.not_allowed
 */
export async function listDeliveries(
  ctx: Ctx,
  input: ListInput,
): Promise<{ deliveries: Delivery[]; next: string | null }> {
  requirePermission(ctx, deliverPermission);
  const found = await listStored(
    ctx,
    { ...input, limit: input.limit + 1 },
    await deliveredDatasets(ctx),
  );
  const page = found.slice(0, input.limit);
  const next = found.length > page.length ? (page.at(-1)?.batch ?? null) : null;
  return { deliveries: page.map(publicDelivery), next };
}

export interface Owned {
  stored: StoredDelivery;
  contract: Contract;
}

/**
 * @throws auth.*, ingest.no_delivery
 */
export async function owned(ctx: Ctx, batch: string): Promise<Owned> {
  requirePermission(ctx, deliverPermission);
  const stored = await findDelivery(ctx, batch);
  const missing = () => ingestErrors.make('no_delivery', { batch });
  if (stored === null) throw missing();
  const contract = await getDataset(ctx, stored.dataset);
  await requireOwner(ctx, contract, missing);
  return { stored, contract };
}

/** For each file and number of fields, which of the fields the actor sees. */
export type Sight = (file: number, fields: number) => (at: number) => boolean;

/**
 * The department sees its own rows as they came. Whoever looks in from above sees the items he sees
 * of the dataset itself, and nothing of a record whose fields cannot be told apart.
 */
export async function sightOf(ctx: Ctx, { stored, contract }: Owned): Promise<Sight> {
  const unit = await findUnit(ctx, contract.owner);
  if (isOwnUnit(ctx, unit?.path ?? contract.owner)) return () => () => true;
  const { items } = await viewOf(ctx, contract.name);
  const plain = new Set(items.flatMap((item) => (item.view === 'plain' ? [item.item] : [])));
  return (file, fields) => {
    const headers = stored.files[file]?.headers ?? [];
    const { columns } = mapColumns(contract, headers, '');
    const seen = new Set([...columns].flatMap(([item, at]) => (plain.has(item) ? [at] : [])));
    return (at) => fields === headers.length && seen.has(at);
  };
}

export const rowOf = (raw: RawRow, { stored, contract }: Owned, sight: Sight): ReturnedRow => {
  const sees = sight(raw.file, raw.fields.length);
  return {
    file: stored.files[raw.file]?.name ?? '',
    row: raw.row,
    reasons: reasonsOf(contract, stored.rules, raw),
    values: raw.fields.map((value, at) => (sees(at) ? value : null)),
  };
};

/**
 * One delivery.
 * @throws auth.*, ingest.no_delivery
 */
export const getDelivery = async (ctx: Ctx, batch: string): Promise<Delivery> =>
  publicDelivery((await owned(ctx, batch)).stored);

/** The file of a delivery's rows that are out or, when none are, of all that went back. */
export const fileOf = (stored: StoredDelivery): string => {
  const file = stored.openFile ?? stored.returnedFile;
  if (file === null) throw ingestErrors.make('no_returned', { batch: stored.batch });
  return file;
};

/** Rows `from` up to but not `to` of a file of returned rows, in their order. */
export async function rowsOf(
  ctx: Ctx,
  file: string,
  { from, to }: { from: number; to: number },
): Promise<RawRow[]> {
  const rows = await ctx.lake.engine.rows(
    `select * from read_parquet(${literal(returnedPath(ctx, file))}, file_row_number = true)
     where file_row_number >= ${from} and file_row_number < ${to} order by file_row_number`,
  );
  return rows.map(rawRow);
}

export interface RawRow {
  file: number;
  row: number;
  faults: number[];
  note: number | null;
  fields: (string | null)[];
  /** The record as it stood in its file; null when the file was no text. */
  text: string | null;
}

export const withNote = (text: Bilingual, noted: number | null): Bilingual => {
  const shown = noted === null ? '?' : String(noted);
  return { zh: text.zh.replace('{note}', shown), en: text.en.replace('{note}', shown) };
};

export const titleOf = (contract: Contract, item: string | null): Bilingual | null =>
  contract.items.find(({ name }) => name === item)?.title ?? null;

const reasonsOf = (contract: Contract, rules: Rule[], raw: RawRow): ReturnedRow['reasons'] =>
  raw.faults.flatMap((number) => {
    const rule = rules[number];
    if (rule === undefined) return [];
    const title = titleOf(contract, rule.item);
    const { rule: name, expected, item } = rule;
    const words = ruleWords(name);
    return [{ item, title, rule: name, words, text: withNote(expected, raw.note) }];
  });

const rawRow = (row: Record<string, unknown>): RawRow => ({
  file: Number(row.file),
  row: Number(row.row),
  faults: (row.faults as number[]).map(Number),
  note: row.note === null ? null : Number(row.note),
  fields: row.fields as (string | null)[],
  text: (row.text ?? null) as string | null,
});

/**
 * A page of returned rows with their reasons. Their values are those of the department itself: only
 * it sees them.
 * @throws auth.*, ingest.no_delivery, ingest.no_returned
 */
export async function returnedRows(
  ctx: Ctx,
  batch: string,
  page: { offset: number; limit: number },
): Promise<ReturnedPage> {
  const mine = await owned(ctx, batch);
  const { stored, contract } = mine;
  const sight = await sightOf(ctx, mine);
  const file = fileOf(stored);
  const from = `read_parquet(${literal(returnedPath(ctx, file))})`;
  const range = { from: page.offset, to: page.offset + page.limit };
  const rows = await rowsOf(ctx, file, range);
  const counts = await ctx.lake.engine.rows(
    `select number, count(*) as n from (select unnest(faults) as number from ${from})
     group by number order by n desc, number`,
  );
  const reasons = counts.flatMap((one) => {
    const rule = stored.rules[Number(one.number)];
    if (rule === undefined) return [];
    const title = titleOf(contract, rule.item);
    const shape = { item: rule.item, title, rule: rule.rule, words: ruleWords(rule.rule) };
    return [{ ...shape, text: withNote(rule.expected, null), count: Number(one.n) }];
  });
  await auditRead(ctx, stored, rows.length);
  return {
    batch,
    dataset: stored.dataset,
    headers: stored.files[0]?.headers ?? [],
    total: stored.open > 0 ? stored.open : stored.returned,
    open: stored.open,
    reasons,
    rows: rows.map((row) => rowOf(row, mine, sight)),
  };
}

export const auditRead = (ctx: Ctx, stored: StoredDelivery, rows: number): Promise<void> =>
  ctx.audit.record(ctx, {
    action: 'ingest.read_returned',
    subject: `delivery/${stored.batch}`,
    dataset: stored.dataset,
    rows,
  });
