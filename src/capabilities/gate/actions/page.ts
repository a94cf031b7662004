/** Rows of one dataset by page, with sort and filters; and the same as a CSV file. */
import type { Contract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { harmless } from '#kernel/http';
import type { JsonScalar } from '#kernel/lake';
import { gateErrors } from '../errors.ts';
import type { PageInput, PageResult, ReadResult, RowFilter } from '../model.ts';
import { quoteName } from './bind.ts';
import { read } from './read.ts';
import { contractToRead, viewOf } from './view.ts';

const numeric = (type: string): boolean => type === 'integer' || type.startsWith('decimal');

/** Compares as the item's type does; `$name` is bound as text. */
function condition(filter: RowFilter, type: string, name: string): string {
  const column = quoteName(filter.item);
  const text = `cast(${column} as varchar)`;
  if (filter.op === 'equals') return `${text} = ${name}`;
  if (filter.op === 'contains') return `contains(lower(${text}), lower(${name}))`;
  const sign = filter.op === 'from' ? '>=' : '<=';
  if (numeric(type)) return `cast(${column} as double) ${sign} cast(${name} as double)`;
  // Dates and instants are written so that their text sorts as they do; `to` takes its whole day.
  return filter.op === 'from' ? `${text} >= ${name}` : `left(${text}, length(${name})) <= ${name}`;
}

function unknownItems(contract: Contract, input: PageInput): Fault[] {
  const known = new Set(contract.items.map((item) => item.name));
  const named = [...input.filter.map((filter) => filter.item), ...sortItems(input)];
  return [...new Set(named)]
    .filter((item) => !known.has(item))
    .map((item) => gateErrors.fault('item_unknown', { item }, { item }));
}

const sortItems = ({ sort }: PageInput): string[] =>
  sort === undefined ? [] : [sort.replace(/^-/, '')];

function orderBy(contract: Contract, { sort }: PageInput): string {
  const wanted = sort === undefined ? [] : [sort];
  const keys = contract.key.filter(
    (item) => !wanted.some((each) => each.replace(/^-/, '') === item),
  );
  const terms = [...wanted, ...keys].map((each) =>
    each.startsWith('-')
      ? `${quoteName(each.slice(1))} desc nulls last`
      : `${quoteName(each)} asc nulls last`,
  );
  return terms.length === 0 ? '' : ` order by ${terms.join(', ')}`;
}

async function query(ctx: Ctx, contract: Contract, input: PageInput, action: string) {
  const faults = unknownItems(contract, input);
  if (faults.length > 0) throw gateErrors.make('not_granted', { count: faults.length }, faults);
  const types = new Map(contract.items.map((item) => [item.name, item.type]));
  const where = input.filter.map((filter, at) =>
    condition(filter, types.get(filter.item) ?? 'text', `$f${at}`),
  );
  const params: Record<string, JsonScalar> = Object.fromEntries(
    input.filter.map((filter, at) => [`f${at}`, filter.value]),
  );
  const seen = { ...contract, key: await seenKey(ctx, contract, input) };
  const sql = [
    `select * from ${quoteName(contract.name)}`,
    where.length > 0 ? ` where ${where.join(' and ')}` : '',
    orderBy(seen, input),
    ` limit ${input.limit + 1} offset ${input.offset}`,
  ].join('');
  return read(ctx, sql, {
    purpose: input.purpose,
    grant: input.grant,
    asOf: input.asOf === undefined ? undefined : new Date(input.asOf),
    limit: input.limit + 1,
    params,
    action,
  });
}

/** A key the reader does not see cannot order his page: the engine must not be asked for it. */
async function seenKey(ctx: Ctx, contract: Contract, input: PageInput): Promise<string[]> {
  const view = await viewOf(ctx, contract.name, { purpose: input.purpose, grant: input.grant });
  const plain = new Set(
    view.items.filter((item) => item.view === 'plain').map((item) => item.item),
  );
  return contract.key.every((item) => plain.has(item)) ? contract.key : [];
}

function cut(answer: ReadResult, limit: number): PageResult {
  const more = answer.rows.length > limit;
  return { ...answer, rows: answer.rows.slice(0, limit), truncated: more, more };
}

/**
 * One page of a dataset as this actor sees it, ordered by `sort`, then by its key.
 * @throws gate.dataset_not_found, gate.not_granted with every item at once
 */
export async function page(ctx: Ctx, dataset: string, input: PageInput): Promise<PageResult> {
  const contract = await contractToRead(ctx, dataset);
  return cut(await query(ctx, contract, input, 'gate.preview'), input.limit);
}

/** One CSV field: quoted where needed; a text that a spreadsheet would run is made plain text. */
export function csvField(value: unknown, type: string): string {
  if (value === null || value === undefined) return '';
  const raw = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const isText = !/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DECIMAL|DOUBLE|FLOAT)/i.test(type);
  const safe = isText ? harmless(raw) : raw;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv({ columns, rows }: Pick<ReadResult, 'columns' | 'rows'>): string {
  const header = columns.map((column) => csvField(column.title.zh, 'VARCHAR')).join(',');
  const lines = rows.map((row) =>
    row.map((value, at) => csvField(value, columns[at]?.type ?? 'VARCHAR')).join(','),
  );
  // The mark of byte order is how spreadsheets recognise UTF-8.
  return `\uFEFF${[header, ...lines].join('\r\n')}\r\n`;
}

export interface Download {
  csv: string;
  rows: number;
  truncated: boolean;
}

/**
 * A dataset as this actor sees it, as CSV; cut at the setting `download_row_limit`.
 * @throws as `page`
 */
export async function download(
  ctx: Ctx,
  dataset: string,
  input: Omit<PageInput, 'limit' | 'offset'>,
): Promise<Download> {
  const contract = await contractToRead(ctx, dataset);
  const limit = ctx.settings.download_row_limit;
  const answer = cut(
    await query(ctx, contract, { ...input, limit, offset: 0 }, 'gate.download'),
    limit,
  );
  return { csv: toCsv(answer), rows: answer.rows.length, truncated: answer.more };
}
