/** From a contract to the rows of the sheets; and which part of it stands in which cell. */
import { isDeepStrictEqual } from 'node:util';
import { text } from './cells.ts';
import {
  type ColumnSpec,
  checkColumns,
  checkHeader,
  codeColumns,
  codeHeader,
  itemColumns,
  itemHeader,
  nameHeader,
  resourceColumns,
  restColumn,
  restHeader,
  sentHeader,
  type sheets,
  targetHeader,
} from './columns.ts';

export type Tree = { [key: string]: unknown };
export type Line = Record<string, string>;
/** Rows of each sheet, cells by header. */
export type Book = Record<keyof typeof sheets, Line[]>;

export const emptyBook = (): Book => ({
  resources: [],
  items: [],
  codes: [],
  checks: [],
  headers: [],
});

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((now, key) => (isTree(now) ? now[key] : undefined), tree);

/** The tree without these paths; what is empty then is gone as well. */
function without(tree: Tree, paths: readonly (readonly string[])[]): Tree {
  const left: Tree = {};
  for (const [key, value] of Object.entries(tree)) {
    const below = paths.filter(([first]) => first === key).map(([, ...more]) => more);
    if (below.some((path) => path.length === 0)) continue;
    if (below.length === 0 || !isTree(value)) {
      left[key] = value;
      continue;
    }
    const inner = without(value, below);
    if (Object.keys(inner).length > 0 || Object.keys(value).length === 0) left[key] = inner;
  }
  return left;
}

function cells(tree: Tree, columns: readonly ColumnSpec[], also: readonly string[] = []): Line {
  const line: Line = {};
  for (const { header, path, codec } of columns) line[header] = codec.write(at(tree, path));
  const paths = [...columns.map(({ path }) => path), ...also.map((key) => [key])];
  const left = without(tree, paths);
  line[restHeader] = Object.keys(left).length === 0 ? '' : restColumn.codec.write(left);
  return line;
}

const treesIn = (value: unknown): [string, Tree][] =>
  isTree(value)
    ? Object.entries(value).flatMap(([key, one]): [string, Tree][] =>
        isTree(one) ? [[key, one]] : [],
      )
    : [];

/** Adds the rows of one contract to a book. */
export function addRows(book: Book, name: string, contract: Tree): void {
  const names = { [nameHeader]: name };
  const apart = ['items', 'checks', 'headers'];
  book.resources.push({ ...names, ...cells(contract, resourceColumns, apart) });
  for (const [item, tree] of treesIn(contract.items)) {
    const named = { ...names, [itemHeader]: item };
    book.items.push({ ...named, ...cells(tree, itemColumns, ['codes']) });
    for (const [code, words] of treesIn(tree.codes)) {
      const line = { ...named, [codeHeader]: text.write(code) };
      book.codes.push({ ...line, ...cells(words, codeColumns) });
    }
  }
  for (const [check, tree] of treesIn(contract.checks)) {
    book.checks.push({ ...names, [checkHeader]: check, ...cells(tree, checkColumns) });
  }
  for (const [sent, item] of Object.entries(isTree(contract.headers) ? contract.headers : {})) {
    const line = { [sentHeader]: text.write(sent), [targetHeader]: String(item) };
    book.headers.push({ ...names, ...line });
  }
}

/** Whether two contracts say the same, as far as sheets can tell. */
export function sameRows(name: string, one: Tree, other: Tree): boolean {
  const [a, b] = [emptyBook(), emptyBook()];
  addRows(a, name, one);
  addRows(b, name, other);
  return isDeepStrictEqual(a, b);
}
