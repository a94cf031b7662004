/** Rows of one dataset by page, with sort and filters; and the same as a file. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Contract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import type { FarRows, Table } from '#kernel/http';
import type { JsonScalar } from '#kernel/lake';
import { gateErrors } from '../errors.ts';
import type {
  DownloadInput,
  PageInput,
  PageResult,
  Point,
  ReadResult,
  RowFilter,
} from '../model.ts';
import { quoteName } from './bind.ts';
import { read, readInto } from './read.ts';
import { treatedType } from './treat.ts';
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

/** The SQL of a page, and how it is to be read. */
async function asked(ctx: Ctx, contract: Contract, input: PageInput, action: string) {
  const faults = unknownItems(contract, input);
  if (faults.length > 0) throw gateErrors.make('not_granted', { count: faults.length }, faults);
  const types = await typesSeen(ctx, contract, input);
  const where = input.filter.map((filter, at) =>
    condition(filter, types.get(filter.item) ?? 'text', `$f${at}`),
  );
  const params: Record<string, JsonScalar> = Object.fromEntries(
    input.filter.map((filter, at) => [`f${at}`, filter.value]),
  );
  const asOf = await stateOf(ctx, contract.name, input.asOf);
  // A key the reader does not see cannot order his page: the engine must not be asked for it.
  const isKeySeen = contract.key.every((item) => types.has(item));
  const seen = isKeySeen ? contract : { ...contract, key: [] };
  const sql = [
    `select * from ${quoteName(contract.name)}`,
    where.length > 0 ? ` where ${where.join(' and ')}` : '',
    orderBy(seen, input),
    ` limit ${input.limit + 1} offset ${input.offset}`,
  ].join('');
  const { purpose, grant, limit } = input;
  return { sql, options: { purpose, grant, asOf, limit: limit + 1, params, action } };
}

/**
 * The state a point names: an instant before the first delivery has no rows.
 * @throws lake.snapshot_gone, lake.unknown_version
 */
async function stateOf(ctx: Ctx, dataset: string, point: Point | undefined) {
  if (point === undefined || point instanceof Date) return point;
  return (await ctx.lake.at(ctx, dataset, point)) ?? undefined;
}

/** Types of the items as the reader sees them: what is struck out is compared as what it became. */
async function typesSeen(ctx: Ctx, contract: Contract, input: PageInput) {
  const { items } = await viewOf(ctx, contract.name, {
    purpose: input.purpose,
    grant: input.grant,
  });
  return new Map(
    items.flatMap(({ item, view, mask, type }) =>
      view === 'absent' || view === 'counted'
        ? []
        : [[item, view === 'plain' ? type : treatedType(mask)] as const],
    ),
  );
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
  const { sql, options } = await asked(ctx, contract, input, 'gate.preview');
  return cut(await read(ctx, sql, options), input.limit);
}

const numbers = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|DECIMAL|DOUBLE|FLOAT)/i;

export interface Download {
  /** Its rows lie in a file, which goes when they have been read. */
  table: Table<FarRows>;
  truncated: boolean;
}

/** The first rows of a file of JSON lines; it is removed when they are read, or not wanted. */
async function* rowsIn(path: string, most: number): AsyncGenerator<unknown[]> {
  const file = createReadStream(path);
  try {
    let left = most;
    for await (const line of createInterface({ input: file })) {
      if (left === 0) break;
      left -= 1;
      yield JSON.parse(line) as unknown[];
    }
  } finally {
    file.destroy();
    await rm(path, { force: true });
  }
}

/**
 * A dataset as this actor sees it, as a table for a file; cut at the setting `download_row_limit`.
 * However many rows it has, few are in memory at a time.
 * @throws as `page`
 */
export async function download(
  ctx: Ctx,
  dataset: string,
  input: DownloadInput & { lang?: 'zh' | 'en' },
): Promise<Download> {
  const { lang = 'zh', ...wanted } = input;
  const contract = await contractToRead(ctx, dataset);
  const limit = ctx.settings.download_row_limit;
  const whole = { ...wanted, limit, offset: 0 };
  const { sql, options } = await asked(ctx, contract, whole, 'gate.download');
  const into = ctx.lake.stage('download.jsonl');
  const { result, count } = await readInto(ctx, sql, { ...options, into }).catch(
    async (error: unknown) => {
      await rm(into, { force: true });
      throw error;
    },
  );
  const total = Math.min(count, limit);
  const table = {
    name: dataset,
    title: contract.title[lang],
    columns: result.columns.map(({ title, type }) => ({
      title: title[lang],
      isNumber: numbers.test(type),
    })),
    rows: { total, first: result.rows.slice(0, limit), all: rowsIn(into, limit) },
  };
  return { table, truncated: count > limit };
}
