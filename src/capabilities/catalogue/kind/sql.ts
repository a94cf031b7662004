/** Faults of the SQL of a contract: row checks and the query of a derived dataset. */
import type { Ctx } from '#kernel/context';
import { type Fault, GuantongError } from '#kernel/errors';
import { type Column, type FencedLimits, parseQuery } from '#kernel/lake';
import type { PackFile, PackIndex } from '#kernel/packs';
import { catalogueErrors } from '../errors.ts';
import type { ContractFile } from '../model.ts';
import { duckType, ident } from './compile/index.ts';
import { fileOf } from './contract.ts';

/** What row checks read: the one row at hand. */
const rowRelation = 'this_row';

const columnsOf = (data: ContractFile): Column[] =>
  Object.entries(data.items).map(([name, item]) => ({ name, type: duckType(item.type) }));

/** A relation of the right columns without rows: enough to bind a query. */
const emptyRelation = (
  name: string,
  columns: Column[],
): { name: string; sql: string; columns: Column[] } => {
  const typed = columns.map((column) => `cast(null as ${column.type}) as ${ident(column.name)}`);
  return { name, sql: `(select ${typed.join(', ')} where false)`, columns };
};

const bindLimits = (ctx: Ctx): FencedLimits => ({
  ms: ctx.settings.sql_time_limit_ms,
  rows: 1,
  memory_mb: ctx.settings.sql_memory_limit_mb,
});

const lineAt = (line: number | undefined): { line?: number } =>
  line === undefined ? {} : { line };

/** Row checks: one boolean expression each, over the items of the row and nothing else. */
export async function rowCheckFaults(file: PackFile, ctx: Ctx): Promise<Fault[]> {
  const data = fileOf(file);
  const relation = emptyRelation(rowRelation, columnsOf(data));
  const faults = Object.entries(data.checks ?? {}).map(async ([name, check]) => {
    const at = { item: `checks.${name}`, ...lineAt(file.lineOf(['checks', name, 'sql'])) };
    const refused = (zh: string, en: string): Fault[] => [
      catalogueErrors.fault('bad_check', at, { check: name, detail_zh: zh, detail_en: en }),
    ];
    try {
      const sql = `select (\n${check.sql}\n) as kept from ${rowRelation}`;
      const { relations } = await parseQuery(sql);
      const others = relations.filter((one) => one !== rowRelation);
      if (others.length > 0) {
        return refused(`不能读取 ${others.join('、')}`, `it may not read ${others.join(', ')}`);
      }
      const found = await ctx.lake.fenced({ sql, relations: [relation], limits: bindLimits(ctx) });
      const type = found.columns[0]?.type ?? '';
      if (found.columns.length !== 1) return refused('应为一个表达式', 'it must be one expression');
      if (type === 'BOOLEAN') return [];
      return [catalogueErrors.fault('check_not_boolean', at, { check: name, type })];
    } catch (error) {
      if (!(error instanceof GuantongError)) throw error;
      const [first] = error.faults;
      return refused((first?.message ?? error.text).zh, (first?.message ?? error.text).en);
    }
  });
  return (await Promise.all(faults)).flat();
}

const sqlFile = (file: PackFile): string => file.file.replace(/\.ya?ml$/, '.sql');

/** What the SQL of a file reads; empty when it cannot be parsed. */
export async function relationsOf(file: PackFile): Promise<string[]> {
  if (file.sql === undefined) return [];
  return (await parseQuery(file.sql)).relations;
}

function outputFaults(data: ContractFile, found: Column[], at: { file: string }): Fault[] {
  const faults: Fault[] = [];
  const given = new Map(found.map((column) => [column.name, column.type]));
  for (const { name, type } of columnsOf(data)) {
    const has = given.get(name);
    if (has === undefined) {
      faults.push(catalogueErrors.fault('output_missing', { ...at, item: name }, { item: name }));
    } else if (!fits(type, has)) {
      const params = { item: name, declared: type, found: has };
      faults.push(catalogueErrors.fault('output_type', { ...at, item: name }, params));
    }
  }
  for (const column of found) {
    if (column.name in data.items) continue;
    const params = { column: column.name };
    faults.push(catalogueErrors.fault('output_unknown', { ...at, item: column.name }, params));
  }
  return faults;
}

const families: [RegExp, string][] = [
  [/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL|NUMERIC|DOUBLE|FLOAT)/, 'number'],
  [/^TIMESTAMP/, 'timestamp'],
];

const familyOf = (type: string): string =>
  families.find(([shape]) => shape.test(type))?.[1] ?? type;

/** A number fits a number, a text fits a text: the value is cast when it is written. */
const fits = (declared: string, found: string): boolean => familyOf(declared) === familyOf(found);

/** Walks what derived datasets read; gives the way back to `file` when there is one. */
async function circleFrom(file: PackFile, index: PackIndex): Promise<string[] | null> {
  const seen = new Set<string>();
  const visit = async (at: PackFile, path: string[]): Promise<string[] | null> => {
    for (const name of await relationsOf(at).catch(() => [])) {
      if (name === file.name) return [...path, name];
      if (seen.has(name)) continue;
      seen.add(name);
      const next = index.all(file.kind).find((one) => one.name === name);
      const found = next === undefined ? null : await visit(next, [...path, name]);
      if (found !== null) return found;
    }
    return null;
  };
  return visit(file, [file.name]);
}

/**
 * The query of a derived dataset: on the allow-list, reads known datasets, gives the declared
 * items.
 */
export async function derivedFaults(file: PackFile, index: PackIndex, ctx: Ctx): Promise<Fault[]> {
  if (file.sql === undefined) return [];
  const at = { file: `${file.pack}/${sqlFile(file)}` };
  try {
    const { relations } = await parseQuery(file.sql);
    const sources = relations.map((name) => ({ name, file: index.find(file.kind, name, file) }));
    const unknown = sources.filter((source) => source.file === undefined);
    if (unknown.length > 0) {
      return unknown.map(({ name }) =>
        catalogueErrors.fault('unknown_relation', at, { relation: name }),
      );
    }
    const circle = await circleFrom(file, index);
    if (circle !== null) {
      return [catalogueErrors.fault('circle', at, { path: circle.join(' → ') })];
    }
    const given = sources.flatMap(({ name, file: source }) =>
      source === undefined ? [] : [emptyRelation(name, columnsOf(fileOf(source)))],
    );
    const limits = bindLimits(ctx);
    const found = await ctx.lake.fenced({ sql: file.sql, relations: given, limits });
    return outputFaults(fileOf(file), found.columns, at);
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    const faults =
      error.faults.length > 0 ? error.faults : [{ code: error.code, message: error.text }];
    return faults.map((fault) => ({ ...fault, ...at }));
  }
}
