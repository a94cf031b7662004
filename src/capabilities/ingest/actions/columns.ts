/** Which column of a file is which item of the contract. */
import { type Contract, normalHeader } from '#catalogue';
import type { Fault } from '#kernel/errors';
import { ingestErrors } from '../errors.ts';
import { leadTitles } from './returned/lead.ts';

/**
 * Every header a contract knows, compared without case, width or spaces. Where two items could be
 * meant, the name of an item comes before a declared header, that before a Chinese title, that
 * before an English one.
 */
export function knownHeaders(contract: Contract): Map<string, string> {
  const { items } = contract;
  return new Map([
    ...items.map(({ name, title }) => [normalHeader(title.en), name] as const),
    ...items.map(({ name, title }) => [normalHeader(title.zh), name] as const),
    ...Object.entries(contract.headers).map(
      ([header, item]) => [normalHeader(header), item] as const,
    ),
    ...items.map(({ name }) => [normalHeader(name), name] as const),
  ]);
}

/** Position of the column of each item. */
export type ColumnMap = Map<string, number>;

/** Headers of columns that are passed over: the contract's, and those of returned rows. */
export const passedHeaders = ({ ignore_headers }: Contract): ReadonlySet<string> =>
  new Set([...ignore_headers, ...leadTitles('zh'), ...leadTitles('en')].map(normalHeader));

const none: ReadonlySet<number> = new Set();

/**
 * Maps the headers of a file to items; columns may stand in any order.
 * @param passed places of columns that are not taken, whatever their headers
 * @returns the map, or all faults: unknown, missing and duplicate columns at once
 */
export function mapColumns(
  contract: Contract,
  headers: readonly string[],
  file: string,
  passed: ReadonlySet<number> = none,
): { columns: ColumnMap; faults: Fault[] } {
  const known = knownHeaders(contract);
  const ignored = passedHeaders(contract);
  const columns: ColumnMap = new Map();
  const faults: Fault[] = [];
  for (const [at, header] of headers.entries()) {
    if (passed.has(at)) continue;
    const item = known.get(normalHeader(header));
    const first = item === undefined ? undefined : columns.get(item);
    if (item !== undefined && first === undefined) columns.set(item, at);
    else if (item !== undefined && first !== undefined) {
      const params = { column: at + 1, first: first + 1, header, item };
      faults.push(ingestErrors.fault('duplicate_column', { file, item }, params));
    } else if (ignored.has(normalHeader(header))) {
      // It is passed over, also where it has no name.
    } else if (header.trim() === '') {
      faults.push(ingestErrors.fault('unnamed_column', { file }, { column: at + 1 }));
    } else {
      const params = { column: at + 1, header };
      faults.push(ingestErrors.fault('unknown_column', { file, item: header }, params));
    }
  }
  for (const { name, title } of contract.items) {
    if (columns.has(name)) continue;
    const params = { item: name, title: title.zh };
    faults.push(ingestErrors.fault('missing_column', { file, item: name }, params));
  }
  return { columns, faults };
}
