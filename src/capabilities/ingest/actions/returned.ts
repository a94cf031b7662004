/**
 * Returned rows (退回数据): read page by page, or whole as CSV or Excel for the department that owns
 * them.
 */

import { once } from 'node:events';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import ExcelJS from 'exceljs';
import { type Contract, getDataset, listDatasets, literal, type Rule } from '#catalogue';
import { viewOf } from '#gate';
import { requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import type { Bilingual } from '#kernel/errors';
import { harmless } from '#kernel/http';
import { findUnit } from '#organisation';
import { ingestErrors } from '../errors.ts';
import type { Delivery, ListInput, ReturnedPage, ReturnedRow } from '../model.ts';
import {
  findDelivery,
  listDeliveries as listStored,
  publicDelivery,
  type StoredDelivery,
} from '../store.ts';
import { mapColumns, returnedLead } from './columns.ts';
import { deliverPermission, requireOwner, returnedFolder } from './deliver.ts';

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
  return contracts.flatMap(({ name, owner }) => {
    const path = paths.get(owner);
    return path !== undefined && seesUnit(ctx.actor, path) ? [name] : [];
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

interface Owned {
  stored: StoredDelivery;
  contract: Contract;
}

async function owned(ctx: Ctx, batch: string): Promise<Owned> {
  requirePermission(ctx, deliverPermission);
  const stored = await findDelivery(ctx, batch);
  if (stored === null) throw ingestErrors.make('no_delivery', { batch });
  const contract = await getDataset(ctx, stored.dataset);
  await requireOwner(ctx, contract);
  return { stored, contract };
}

/** For each file and number of fields, which of the fields the actor sees. */
type Sight = (file: number, fields: number) => (at: number) => boolean;

/**
 * The department sees its own rows as they came. Whoever looks in from above sees the items he sees
 * of the dataset itself, and nothing of a record whose fields cannot be told apart.
 */
async function sightOf(ctx: Ctx, { stored, contract }: Owned): Promise<Sight> {
  const unit = await findUnit(ctx, contract.owner);
  const home = unit?.path ?? contract.owner;
  const isOwn =
    ctx.actor.kind === 'system' ||
    ctx.actor.roles.some(({ path }) => path === home || path.startsWith(`${home}/`));
  if (isOwn) return () => () => true;
  const { items } = await viewOf(ctx, contract.name);
  const plain = new Set(items.flatMap((item) => (item.view === 'plain' ? [item.item] : [])));
  return (file, fields) => {
    const headers = stored.files[file]?.headers ?? [];
    const { columns } = mapColumns(contract, headers, '');
    const seen = new Set([...columns].flatMap(([item, at]) => (plain.has(item) ? [at] : [])));
    return (at) => fields === headers.length && seen.has(at);
  };
}

const rowOf = (raw: RawRow, { stored, contract }: Owned, sight: Sight): ReturnedRow => {
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

const fileSql = (ctx: Ctx, stored: StoredDelivery): string => {
  if (stored.returnedFile === null) throw ingestErrors.make('no_returned', { batch: stored.batch });
  return `read_parquet(${literal(join(returnedFolder(ctx), stored.returnedFile))})`;
};

interface RawRow {
  file: number;
  row: number;
  faults: number[];
  note: number | null;
  fields: (string | null)[];
}

const withNote = (text: Bilingual, noted: number | null): Bilingual => {
  const shown = noted === null ? '?' : String(noted);
  return { zh: text.zh.replace('{note}', shown), en: text.en.replace('{note}', shown) };
};

const titleOf = (contract: Contract, item: string | null): Bilingual | null =>
  contract.items.find(({ name }) => name === item)?.title ?? null;

const reasonsOf = (contract: Contract, rules: Rule[], raw: RawRow): ReturnedRow['reasons'] =>
  raw.faults.flatMap((number) => {
    const rule = rules[number];
    if (rule === undefined) return [];
    const title = titleOf(contract, rule.item);
    return [{ item: rule.item, title, rule: rule.rule, text: withNote(rule.expected, raw.note) }];
  });

const rawRow = (row: Record<string, unknown>): RawRow => ({
  file: Number(row.file),
  row: Number(row.row),
  faults: (row.faults as number[]).map(Number),
  note: row.note === null ? null : Number(row.note),
  fields: row.fields as (string | null)[],
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
  const from = fileSql(ctx, stored);
  const rows = await ctx.lake.engine.rows(
    `select * from ${from} order by file, "row" limit ${page.limit} offset ${page.offset}`,
  );
  const counts = await ctx.lake.engine.rows(
    `select number, count(*) as n from (select unnest(faults) as number from ${from})
     group by number order by n desc, number`,
  );
  const reasons = counts.flatMap((one) => {
    const rule = stored.rules[Number(one.number)];
    if (rule === undefined) return [];
    const shape = { item: rule.item, title: titleOf(contract, rule.item), rule: rule.rule };
    return [{ ...shape, text: withNote(rule.expected, null), count: Number(one.n) }];
  });
  await auditRead(ctx, stored, rows.length);
  return {
    batch,
    dataset: stored.dataset,
    headers: stored.files[0]?.headers ?? [],
    total: stored.returned,
    reasons,
    rows: rows.map((row) => rowOf(rawRow(row), mine, sight)),
  };
}

const auditRead = (ctx: Ctx, stored: StoredDelivery, rows: number): Promise<void> =>
  ctx.audit.record(ctx, {
    action: 'ingest.read_returned',
    subject: `delivery/${stored.batch}`,
    dataset: stored.dataset,
    rows,
  });

const reasonText = (row: ReturnedRow): string =>
  row.reasons
    .map(({ title, text }) => (title === null ? text.zh : `${title.zh}：${text.zh}`))
    .join('；');

const csvLine = (fields: readonly string[]): string =>
  `${fields.map((field) => `"${harmless(field).replaceAll('"', '""')}"`).join(',')}\r\n`;

const lineOf = (row: ReturnedRow): string[] => [
  row.file,
  String(row.row),
  reasonText(row),
  ...row.values.map((value) => value ?? ''),
];

const pageRows = 5000;

async function* allReturned(ctx: Ctx, mine: Owned, sight: Sight): AsyncGenerator<ReturnedRow> {
  const from = fileSql(ctx, mine.stored);
  for (let offset = 0; offset < mine.stored.returned; offset += pageRows) {
    const rows = await ctx.lake.engine.rows(
      `select * from ${from} order by file, "row" limit ${pageRows} offset ${offset}`,
    );
    for (const row of rows) yield rowOf(rawRow(row), mine, sight);
  }
}

export interface ReturnedFile {
  name: string;
  contentType: string;
  write(target: Writable): Promise<void>;
}

const excelType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * All returned rows as a file for Excel and the like: number, reasons in Chinese, the fields as
 * they came.
 * @throws auth.*, ingest.no_delivery, ingest.no_returned
 */
export async function returnedFile(
  ctx: Ctx,
  batch: string,
  format: 'csv' | 'xlsx',
): Promise<ReturnedFile> {
  const mine = await owned(ctx, batch);
  const { stored, contract } = mine;
  fileSql(ctx, stored);
  await auditRead(ctx, stored, stored.returned);
  const name = `退回数据-${contract.title.zh}-${batch.slice(0, 8)}.${format}`;
  const headers = [...returnedLead, ...(stored.files[0]?.headers ?? [])];
  const rows = allReturned(ctx, mine, await sightOf(ctx, mine));
  const contentType = format === 'csv' ? 'text/csv; charset=utf-8' : excelType;
  const write = format === 'csv' ? writeCsv : writeExcel;
  return { name, contentType, write: (target) => write(target, headers, rows) };
}

async function writeCsv(
  target: Writable,
  headers: string[],
  rows: AsyncIterable<ReturnedRow>,
): Promise<void> {
  // The mark makes Excel read the file as UTF-8.
  target.write(`\uFEFF${csvLine(headers)}`);
  for await (const row of rows) {
    if (!target.write(csvLine(lineOf(row)))) await once(target, 'drain');
  }
  target.end();
}

async function writeExcel(
  target: Writable,
  headers: string[],
  rows: AsyncIterable<ReturnedRow>,
): Promise<void> {
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream: target });
  const sheet = book.addWorksheet('退回数据', { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.addRow(headers).commit();
  // Cells are written as text: no spreadsheet computes them.
  for await (const row of rows) sheet.addRow(lineOf(row).map(harmless)).commit();
  sheet.commit();
  await book.commit();
}
