/** From the rows of the sheets to contracts, with every fault at its cell. */
import type { Fault } from '#kernel/errors';
import { catalogueErrors } from '../../errors.ts';
import { BadCell, text } from './cells.ts';
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
import { addRows, emptyBook, isTree, type Line, type Tree } from './rows.ts';

/** A row as it was read: cells by header, and where each stands (`信息项!C5`). */
export interface ReadLine {
  cells: ReadonlyMap<string, string>;
  place: (header: string) => string;
}
export type ReadBook = Record<keyof typeof sheets, ReadLine[]>;

export interface ParsedContract {
  name: string;
  data: Tree;
  /** Cell of each part, by its path in the contract (`items.keeper.grade`). */
  places: Map<string, string>;
}

interface Parsing {
  faults: Fault[];
  contracts: Map<string, ParsedContract>;
}

function put(tree: Tree, path: readonly string[], value: unknown): void {
  const [key = '', ...more] = path;
  if (more.length === 0) {
    tree[key] = value;
    return;
  }
  const inner = tree[key];
  const next: Tree = isTree(inner) ? inner : {};
  tree[key] = next;
  put(next, more, value);
}

function merge(tree: Tree, more: Tree): void {
  for (const [key, value] of Object.entries(more)) {
    const inner = tree[key];
    if (isTree(inner) && isTree(value)) merge(inner, value);
    else tree[key] = value;
  }
}

/** Reads the cells of a row into a tree; the places are noted below `prefix`. */
function treeOf(
  parsing: Parsing,
  line: ReadLine,
  columns: readonly ColumnSpec[],
  note: (path: readonly string[], place: string) => void,
): Tree {
  const tree: Tree = {};
  for (const { header, path, codec } of [...columns, restColumn]) {
    const cell = line.cells.get(header) ?? '';
    if (header !== restHeader) note(path, line.place(header));
    if (cell === '') continue;
    try {
      const value = codec.read(cell);
      if (header === restHeader && isTree(value)) merge(tree, value);
      else if (value !== undefined) put(tree, path, value);
    } catch (error) {
      if (!(error instanceof BadCell)) throw error;
      const params = { cell: line.place(header), zh: error.zh, en: error.message };
      parsing.faults.push(catalogueErrors.fault('bad_cell', { item: line.place(header) }, params));
    }
  }
  return tree;
}

const fault = (
  parsing: Parsing,
  key: 'cell_empty' | 'row_twice' | 'row_lost',
  place: string,
  params: Record<string, string> = {},
): void => {
  parsing.faults.push(catalogueErrors.fault(key, { item: place }, { cell: place, ...params }));
};

/** The contract a row of another sheet belongs to. */
function ownerOf(parsing: Parsing, line: ReadLine): ParsedContract | null {
  const name = line.cells.get(nameHeader) ?? '';
  const found = parsing.contracts.get(name);
  if (found === undefined) fault(parsing, 'row_lost', line.place(nameHeader), { name });
  return found ?? null;
}

/** The name a row gives to a part; null, with a fault, when there is none or it stands twice. */
function named(parsing: Parsing, line: ReadLine, header: string, among: Tree): string | null {
  const said = line.cells.get(header) ?? '';
  const name = header === codeHeader || header === sentHeader ? String(text.read(said)) : said;
  if (said === '') fault(parsing, 'cell_empty', line.place(header));
  else if (Object.hasOwn(among, name)) fault(parsing, 'row_twice', line.place(header), { name });
  else return name;
  return null;
}

const branch = (tree: Tree, key: string): Tree => {
  const found = tree[key];
  if (isTree(found)) return found;
  const made: Tree = {};
  tree[key] = made;
  return made;
};

function resource(parsing: Parsing, line: ReadLine): void {
  const name = line.cells.get(nameHeader) ?? '';
  if (name === '') {
    fault(parsing, 'cell_empty', line.place(nameHeader));
    return;
  }
  if (parsing.contracts.has(name)) {
    fault(parsing, 'row_twice', line.place(nameHeader), { name });
    return;
  }
  const places = new Map([['', line.place(nameHeader)]]);
  const data = treeOf(parsing, line, resourceColumns, (path, place) => {
    places.set(path.join('.'), place);
  });
  parsing.contracts.set(name, { name, data: { ...data, items: {} }, places });
}

function part(
  parsing: Parsing,
  line: ReadLine,
  spec: { header: string; columns: readonly ColumnSpec[]; path: readonly string[] },
): void {
  const owner = ownerOf(parsing, line);
  if (owner === null) return;
  const among = spec.path.reduce(branch, owner.data);
  const name = named(parsing, line, spec.header, among);
  if (name === null) return;
  const prefix = [...spec.path, name];
  owner.places.set(prefix.join('.'), line.place(spec.header));
  among[name] = treeOf(parsing, line, spec.columns, (path, place) => {
    owner.places.set([...prefix, ...path].join('.'), place);
  });
}

function code(parsing: Parsing, line: ReadLine): void {
  const owner = ownerOf(parsing, line);
  const item = line.cells.get(itemHeader) ?? '';
  if (owner === null) return;
  if (!Object.hasOwn(branch(owner.data, 'items'), item)) {
    fault(parsing, 'row_lost', line.place(itemHeader), { name: item });
    return;
  }
  part(parsing, line, { header: codeHeader, columns: codeColumns, path: ['items', item, 'codes'] });
}

function sent(parsing: Parsing, line: ReadLine): void {
  const owner = ownerOf(parsing, line);
  if (owner === null) return;
  const among = branch(owner.data, 'headers');
  const name = named(parsing, line, sentHeader, among);
  if (name === null) return;
  owner.places.set(`headers.${name}`, line.place(targetHeader));
  among[name] = line.cells.get(targetHeader) ?? '';
}

/** Contracts of a book; all faults of all sheets at once. */
export function parseBook(book: ReadBook): { contracts: ParsedContract[]; faults: Fault[] } {
  const parsing: Parsing = { faults: [], contracts: new Map() };
  for (const line of book.resources) resource(parsing, line);
  for (const line of book.items) {
    part(parsing, line, { header: itemHeader, columns: itemColumns, path: ['items'] });
  }
  for (const line of book.codes) code(parsing, line);
  for (const line of book.checks) {
    part(parsing, line, { header: checkHeader, columns: checkColumns, path: ['checks'] });
  }
  for (const line of book.headers) sent(parsing, line);
  return { contracts: [...parsing.contracts.values()], faults: parsing.faults };
}

/** A contract as the sheets have it: what is said by default is said no more. */
export function asSheets(name: string, contract: Tree): Tree {
  const book = emptyBook();
  addRows(book, name, contract);
  const lines = (rows: readonly Line[]): ReadLine[] =>
    rows.map((row) => ({ cells: new Map(Object.entries(row)), place: () => '' }));
  const { contracts } = parseBook({
    resources: lines(book.resources),
    items: lines(book.items),
    codes: lines(book.codes),
    checks: lines(book.checks),
    headers: lines(book.headers),
  });
  return contracts[0]?.data ?? {};
}
