/**
 * Opening a file for a dataset: read as it was said or as is usual, its columns matched by name, by
 * their order or as a person placed them. Deliveries and previews both come through here.
 */
import { type Contract, normalHeader } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { ingestErrors } from '../errors.ts';
import type { DialectInput } from '../model.ts';
import { type ColumnMap, knownHeaders, mapColumns } from './columns.ts';
import { type Opened, openTable, type ReadingOptions, readingLimits } from './reading/index.ts';
import { leadOf } from './returned/lead.ts';

export interface OpenInput {
  path: string;
  /** Name the sender gave it. */
  file: string;
  scratch: (name: string) => string;
  /** How it is to be read; the rest is found. */
  dialect?: DialectInput | undefined;
  /** That is only what is usual: files of returned rows, which we wrote, are read as we wrote. */
  usual?: boolean | undefined;
  /** Of a workbook so many rows are enough. */
  sheetRows?: number;
  signal?: AbortSignal | undefined;
}

export interface OpenedFile {
  opened: Opened;
  columns: ColumnMap;
  /** All faults of its columns. */
  faults: Fault[];
  /** What was said of it and counts. */
  said: DialectInput;
}

/**
 * Reads the head of a file that is meant for a dataset, or for none yet.
 * @throws ingest.* as `openTable` does
 */
export async function openFile(
  ctx: Pick<Ctx, 'settings' | 'lake'>,
  contract: Contract | null,
  input: OpenInput,
): Promise<OpenedFile> {
  const { path, file, scratch, sheetRows, signal } = input;
  const known = contract === null ? new Map<string, string>() : knownHeaders(contract);
  const options: ReadingOptions = {
    ...{ file, scratch, limits: readingLimits(ctx.settings), engine: ctx.lake.engine, signal },
    knows: (headers) => headers.filter((header) => known.has(normalHeader(header))).length,
    ...(sheetRows === undefined ? {} : { sheetRows }),
  };
  if (contract !== null && input.usual === true) {
    const found = await openTable(path, options);
    if (leadOf(found.headers) !== null) return placed(contract, found, {});
  }
  const said = input.dialect ?? {};
  if (contract === null) {
    const opened = await openTable(path, { ...options, dialect: said });
    return { opened, said, columns: new Map(), faults: [] };
  }
  const rename = (headers: string[], headerRows: number): string[] =>
    renamed(contract, said, headers, headerRows);
  return placed(contract, await openTable(path, { ...options, dialect: said, rename }), said);
}

/** Items by their places, as said, or in their order where the file is said to have no header. */
function itemsOf(
  contract: Contract,
  { columns, headerRows: said }: DialectInput,
  headerRows: number,
): readonly (string | null)[] | null {
  if (columns !== undefined) return columns;
  return said === 0 && headerRows === 0 ? contract.items.map(({ name }) => name) : null;
}

/** Columns that were placed get the title of their item: they come back with it. */
function renamed(
  contract: Contract,
  said: DialectInput,
  headers: string[],
  headerRows: number,
): string[] {
  const items = itemsOf(contract, said, headerRows);
  if (items === null || items.length !== headers.length) return headers;
  const known = knownHeaders(contract);
  const titles = new Map(
    contract.items.map(({ name, title }) => [
      name,
      known.get(normalHeader(title.zh)) === name ? title.zh : name,
    ]),
  );
  return headers.map((header, at) => titles.get(items[at] ?? '') ?? header);
}

function placed(contract: Contract, opened: Opened, said: DialectInput): OpenedFile {
  const { headers, file, headerRows } = opened;
  const items = itemsOf(contract, said, headerRows);
  const own = placeFaults(contract, opened, items);
  if (own.length > 0) return { opened, said, columns: new Map(), faults: own };
  const passed = new Set(items?.flatMap((item, at) => (item === null ? [at] : [])));
  return { opened, said, ...mapColumns(contract, headers, file, passed) };
}

function placeFaults(
  contract: Contract,
  { headers, file, headerRows }: Opened,
  items: readonly (string | null)[] | null,
): Fault[] {
  if (items === null) {
    return headerRows === 0 ? [ingestErrors.fault('no_header', { file })] : [];
  }
  if (items.length !== headers.length) {
    const params = { columns: headers.length, items: items.length };
    return [ingestErrors.fault('columns_count', { file }, params)];
  }
  const names = new Set(contract.items.map(({ name }) => name));
  return items.flatMap((item, at) =>
    item === null || names.has(item)
      ? []
      : [ingestErrors.fault('column_item', { file, item }, { column: at + 1, item })],
  );
}
