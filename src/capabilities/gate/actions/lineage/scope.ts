/** Names in scope of a query, and what they stand for. */
import { type Origins, type Rows, raised, type Traced, together } from './origins.ts';

/** Columns of one relation, WITH or subquery in a FROM clause; null columns: not known. */
export interface Source {
  alias: string;
  columns: Traced[] | null;
}

/** What `*` gives: columns in order with the alias of their table. */
export type Star = { table: string; column: Traced }[] | null;

export interface Scope {
  sources: Source[];
  /** Columns that USING makes one; the last joined first. */
  merged: Traced[];
  star: Star;
  /** Aliases of the select list: the engine lets other clauses use them. */
  aliases: Traced[];
  /** What decides over the rows of this query. */
  rows: Rows;
  outer: Scope | null;
}

export interface Answer {
  columns: Traced[] | null;
  rows: Rows;
}

export type Env = ReadonlyMap<string, Answer | null>;

export const same = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

export type Found = Traced | 'unknown' | undefined;

/**
 * A column among sources. A source whose columns are not all known by name may have it.
 */
export function inSources(sources: readonly Source[], name: string): Found {
  for (const source of sources) {
    const column = source.columns?.find((each) => same(each.name, name));
    if (column) return column;
  }
  const isOpen = ({ columns }: Source): boolean =>
    columns === null || columns.some((column) => column.name === null);
  return sources.some(isOpen) ? 'unknown' : undefined;
}

/** A row of a table as one value: made from all its columns. */
const wholeRow = (source: Source): Traced => ({
  name: source.alias,
  from: raised(
    source.columns === null ? null : together(source.columns.map(({ from }) => from)),
    'computed',
  ),
  direct: null,
});

/** What a dotted name stands for in a scope or those around it. */
export function find(names: readonly string[], scope: Scope): Found {
  const [first = '', second] = names;
  const named = scope.sources.filter((source) => same(source.alias, first));
  if (second !== undefined && named.length > 0) {
    const column = inSources(named, second);
    if (column !== undefined) return column;
  }
  const merged = scope.merged.find((column) => same(column.name, first));
  const found = merged ?? inSources(scope.sources, first);
  if (found !== undefined && found !== 'unknown') return found;
  const alias = scope.aliases.find((each) => same(each.name, first));
  if (alias) return alias;
  if (found === 'unknown') return found;
  if (named[0] && second === undefined) return wholeRow(named[0]);
  return scope.outer ? find(names, scope.outer) : undefined;
}

/** Columns of a star that are left after EXCLUDE, with REPLACE and RENAME done. */
export interface StarChanges {
  excluded: ReadonlySet<string>;
  /** `table.column` */
  excludedOf: ReadonlySet<string>;
  replaced: ReadonlyMap<string, Traced>;
  renamed: ReadonlyMap<string, string>;
}

export function changedStar(star: NonNullable<Star>, changes: StarChanges): Traced[] {
  return star
    .filter(({ table, column }) => {
      const name = column.name?.toLowerCase() ?? '';
      const isOut = changes.excludedOf.has(`${table.toLowerCase()}.${name}`);
      return !isOut && !changes.excluded.has(name);
    })
    .map(({ column }) => {
      const name = column.name?.toLowerCase() ?? '';
      const replaced = changes.replaced.get(name);
      const renamed = changes.renamed.get(name);
      return { ...(replaced ?? column), name: renamed ?? column.name };
    });
}

export function rename(columns: Traced[] | null, names: readonly string[]): Traced[] | null {
  if (names.length === 0 || columns === null) return columns;
  return columns.map((column, at) => ({ ...column, name: names[at] ?? column.name }));
}

export const columnsFrom = (columns: readonly Traced[] | null): Origins =>
  columns === null ? null : together(columns.map((column) => column.from));
