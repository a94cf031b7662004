/**
 * The parsed fence: SQL of people and packs becomes a checked tree, or a list of everything wrong
 * with it.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Fault } from '#kernel/errors';
import { lakeErrors } from './errors.ts';
import { type TreeNode, type Walked, walkStatement } from './walk.ts';

export type { TreeNode } from './walk.ts';

export interface ParsedQuery {
  /** The checked tree of the one statement. */
  tree: TreeNode;
  /**
   * SQL written by the engine from the checked tree, parsed and checked once more; this is what
   * runs.
   */
  sql: string;
  /**
   * Names of the relations the query reads (not its own WITH names), folded to lower case, sorted.
   */
  relations: string[];
  /** Line of the text where each relation is read first, for faults. */
  relationLines: ReadonlyMap<string, number>;
  /** Names of the parameters `$name`; `now` and `today` stand for the clock words. */
  params: string[];
}

const textLimit = 100_000;
const keptLimit = 500;
const kept = new Map<string, ParsedQuery>();
let parser: Promise<DuckDBConnection> | undefined;

/** An engine that does nothing but parse: no files, no threads to speak of. */
async function openParser(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '256MB',
    enable_external_access: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    lock_configuration: 'true',
  });
  return instance.connect();
}

async function askParser(sql: string, value: string): Promise<string> {
  parser ??= openParser();
  const connection = await parser;
  const reader = await connection.runAndReadAll(sql, [value]);
  return String(reader.getRows()[0]?.[0] ?? '');
}

/**
 * Parses SQL of a person or a pack and refuses everything that is not on the allow-list. Give
 * `line` when the SQL begins further down in a file, so that faults point right.
 * @throws lake.sql_refused with all faults found, each with its line
 */
export async function parseQuery(sql: string, at: { line?: number } = {}): Promise<ParsedQuery> {
  const first = (at.line ?? 1) - 1;
  const known = kept.get(`${first}/${sql}`);
  if (known !== undefined) return known;
  const { tree, walked } = await check(sql, first);
  const written = await writeSql(tree, first);
  // What the engine wrote is parsed and walked again: nothing may appear on the way through text.
  const again = await check(written, first);
  const isSame = String(again.walked.relations) === String(walked.relations);
  if (!isSame) throw refusal([lakeErrors.fault('sql_construct', {}, { what: 'round trip' })]);
  const parsed = { tree: again.tree, sql: written, ...namesOf(walked) };
  if (kept.size >= keptLimit) kept.delete(kept.keys().next().value ?? '');
  kept.set(`${first}/${sql}`, parsed);
  return parsed;
}

/**
 * SQL of a changed checked tree (the statement), checked like any other.
 * @throws lake.sql_refused
 */
export async function writeQuery(tree: TreeNode): Promise<ParsedQuery> {
  return parseQuery(await writeSql(tree, 0));
}

const namesOf = (walked: Walked): Omit<ParsedQuery, 'tree' | 'sql'> => ({
  relations: walked.relations,
  relationLines: walked.relationLines,
  params: walked.params,
});

const refusal = (faults: Fault[]): Error =>
  lakeErrors.make('sql_refused', { count: faults.length }, faults);

async function check(sql: string, first: number): Promise<{ tree: TreeNode; walked: Walked }> {
  const faultAt = (key: 'sql_empty' | 'sql_not_a_query'): Error =>
    refusal([lakeErrors.fault(key, { line: first + 1 })]);
  if (sql.length > textLimit) {
    const at = { line: first + 1 };
    throw refusal([lakeErrors.fault('sql_too_long', at, { limit: textLimit })]);
  }
  if (sql.includes('\0')) {
    const at = { line: first + 1 };
    throw refusal([lakeErrors.fault('sql_construct', at, { what: 'NUL' })]);
  }
  if (sql.trim() === '') throw faultAt('sql_empty');
  const lineAt = lineFinder(sql, first);
  const answer = parseTree(await askParser('select json_serialize_sql($1::varchar)', sql));
  if (answer.error === true) throw syntaxRefusal(answer, lineAt, first);
  const statements = answer.statements;
  if (!Array.isArray(statements) || statements.length === 0) throw faultAt('sql_empty');
  if (statements.length > 1) {
    const count = statements.length;
    throw refusal([lakeErrors.fault('sql_one_statement', { line: first + 1 }, { count })]);
  }
  const tree = statements[0] as TreeNode;
  const walked = walkStatement(tree, lineAt);
  if (walked.faults.length > 0) throw refusal(walked.faults);
  return { tree, walked };
}

function syntaxRefusal(answer: TreeNode, lineAt: (offset: number) => number, first: number): Error {
  const detail = String(answer.error_message ?? '').split('\n')[0] ?? '';
  if (answer.error_type === 'not implemented') {
    return refusal([lakeErrors.fault('sql_not_a_query', { line: first + 1 })]);
  }
  const position = Number(answer.position ?? Number.NaN);
  const line = Number.isFinite(position) ? lineAt(position) : first + 1;
  return refusal([lakeErrors.fault('sql_syntax', { line }, { detail })]);
}

async function writeSql(tree: TreeNode, first: number): Promise<string> {
  const text = JSON.stringify({ error: false, statements: [tree] });
  try {
    return await askParser('select json_deserialize_sql($1::varchar::json)', text);
  } catch {
    const at = { line: first + 1 };
    throw refusal([lakeErrors.fault('sql_construct', at, { what: 'literal' })]);
  }
}

/** Positions are byte offsets in UTF-8; a place the parser did not note is 2^64 - 1. */
function lineFinder(sql: string, first: number): (offset: number) => number {
  const bytes = Buffer.from(sql, 'utf8');
  const breaks: number[] = [];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) breaks.push(at);
  let last = first + 1;
  return (offset) => {
    if (offset > bytes.length) return last;
    const before = breaks.findIndex((at) => at >= offset);
    last = first + 1 + (before === -1 ? breaks.length : before);
    return last;
  };
}

interface RawJson {
  rawJSON(text: string): unknown;
}

/**
 * JSON without loss: a number keeps its own spelling unless it is a small whole number, because
 * 18-digit ids,
 * `10.0` and 2^64 - 1 all change when they pass through a double.
 */
const parseTree = (json: string): TreeNode =>
  JSON.parse(json, (key: string, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || context?.source === undefined) return value;
    if (key === 'query_location') return Number.isSafeInteger(value) ? value : undefined;
    const isExact = Number.isSafeInteger(value) && String(value) === context.source;
    return isExact ? value : (JSON as unknown as RawJson).rawJSON(context.source);
  }) as TreeNode;
