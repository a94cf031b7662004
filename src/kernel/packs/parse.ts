/**
 * Parses sources into pack files: YAML with its lines, SQL with its leading YAML, CSV, text; then
 * the schema.
 */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { type ZodType, z } from 'zod';
import type { Fault } from '#kernel/errors';
import { parseCsv } from './csv.ts';
import { packErrors } from './errors.ts';
import type { PackFile, PackKind } from './kind.ts';
import { digestOf, type PackSource, placeOf } from './source.ts';

type Path = (string | number)[];
type LineOf = PackFile['lineOf'];

interface Parsed {
  data: unknown;
  lineOf: LineOf;
  sql?: string;
  sqlLine?: number;
  rows?: Record<string, string>[];
  text?: string;
}

export interface ParseResult {
  file?: PackFile;
  faults: Fault[];
}

/** Anchors may save repetition, not multiply into memory. */
const maxAliases = 100;

/** Parses one source by its kind; `schema` is the kind's with all sections merged. */
export function parseSource(source: PackSource, kind: PackKind, schema: ZodType): ParseResult {
  const faults: Fault[] = [];
  const parsed = byFormat(source, kind, faults);
  if (parsed === undefined) return { faults };
  const checked = schema.safeParse(parsed.data, { reportInput: true });
  if (!checked.success) {
    return { faults: [...faults, ...schemaFaults(source, parsed.lineOf, checked.error)] };
  }
  const { pack, name, file } = source;
  const identity = { pack, kind: kind.name, name, file, digest: digestOf(source) };
  return { file: { ...parsed, ...identity, data: checked.data }, faults };
}

function byFormat(source: PackSource, kind: PackKind, faults: Fault[]): Parsed | undefined {
  if (kind.format === 'csv') return parseRows(source, faults);
  if (kind.format === 'sql') return parseSql(source, faults);
  if (kind.format === 'text') {
    return { data: source.content, text: source.content, lineOf: () => undefined };
  }
  const yaml = parseYaml(source, source.content, 0, faults);
  if (yaml === undefined || source.sql === undefined) return yaml;
  return { ...yaml, sql: source.sql, sqlLine: 1 };
}

/** A text that was parsed without a fault and what it says; the line of a path on demand. */
interface Known {
  data: unknown;
  lineAt: (path: Path) => number | undefined;
}

/**
 * Every check and every apply looks at all files of all packs, of which one or two are new: nine
 * tenths of its time went into parsing the others again.
 */
const known = new Map<string, Known>();
/** Characters of texts kept: some times the packs of a district. */
const mostKnown = 16_000_000;
let kept = 0;

function remember(text: string, one: Known): void {
  known.set(text, one);
  kept += text.length;
  for (const [oldest] of known) {
    if (kept <= mostKnown) return;
    known.delete(oldest);
    kept -= oldest.length;
  }
}

const read = (text: string): { document: Document; lines: LineCounter } => {
  const lines = new LineCounter();
  const options = { lineCounter: lines, uniqueKeys: true, merge: false };
  return { document: parseDocument(text, options), lines };
};

/** Parsed again when a line is asked for: a tree is many times its text, and few are asked. */
function lineIn(text: string): Known['lineAt'] {
  let last: WeakRef<ReturnType<typeof read>> | undefined;
  return (path) => {
    const parsed = last?.deref() ?? read(text);
    last = new WeakRef(parsed);
    return yamlLine(parsed.document, parsed.lines, path);
  };
}

function parseYaml(
  source: PackSource,
  text: string,
  skipped: number,
  faults: Fault[],
): Parsed | undefined {
  const found = known.get(text) ?? parseAnew(source, text, skipped, faults);
  if (found === undefined) return undefined;
  const lineOf: LineOf = (path) => {
    const line = found.lineAt(path);
    return line === undefined ? undefined : line + skipped;
  };
  // What a file says is its own: whoever changes it changes no other's.
  return { data: structuredClone(found.data), lineOf };
}

function parseAnew(
  source: PackSource,
  text: string,
  skipped: number,
  faults: Fault[],
): Known | undefined {
  const { document, lines } = read(text);
  const troubles = [...document.errors, ...document.warnings];
  for (const trouble of troubles) {
    const line = lines.linePos(trouble.pos[0]).line + skipped;
    const detail = trouble.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '';
    faults.push(packErrors.fault('bad_yaml', { file: placeOf(source), line }, { detail }));
  }
  if (troubles.length > 0) return undefined;
  try {
    const data: unknown = document.toJS({ maxAliasCount: maxAliases });
    const one = { data: data ?? {}, lineAt: lineIn(text) };
    remember(text, one);
    return one;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    faults.push(packErrors.fault('bad_yaml', { file: placeOf(source) }, { detail }));
    return undefined;
  }
}

/** Line of the nearest thing that exists on the way to `path`. */
function yamlLine(document: Document, lines: LineCounter, path: Path): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node =
      keyOf(document, path.slice(0, length)) ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

/** The key of an entry rather than its value: the value of a mapping begins one line below. */
function keyOf(document: Document, path: Path): unknown {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const items: unknown =
    parent === null || typeof parent !== 'object' ? [] : Reflect.get(parent, 'items');
  if (!Array.isArray(items)) return undefined;
  const pair = items.find(
    (item: { key?: { value?: unknown } } | null) => String(item?.key?.value) === String(last),
  );
  return pair?.key;
}

const header = /^(\s*)\/\*([\s\S]*?)\*\/|^((?:--[^\n]*(?:\n|$))+)/;

function parseSql(source: PackSource, faults: Fault[]): Parsed | undefined {
  const text = source.content.replace(/^\uFEFF/, '');
  const match = header.exec(text);
  const at = { file: placeOf(source), line: 1 };
  if (match === null) {
    faults.push(packErrors.fault('no_header', at));
    return undefined;
  }
  const comment = match[2] ?? (match[3] ?? '').replace(/^-- ?/gm, '');
  const yaml = parseYaml(source, comment, countLines(match[1] ?? ''), faults);
  const rest = text.slice(match[0].length);
  const blank = /^\s*/.exec(rest)?.[0] ?? '';
  const sqlLine = 1 + countLines(match[0]) + countLines(blank);
  const sql = rest.slice(blank.length).trimEnd();
  if (sql === '') faults.push(packErrors.fault('no_sql', { ...at, line: sqlLine }));
  return yaml && sql !== '' ? { ...yaml, sql, sqlLine } : undefined;
}

const countLines = (text: string): number => text.split('\n').length - 1;

function parseRows(source: PackSource, faults: Fault[]): Parsed | undefined {
  const table = parseCsv(source.content);
  if (Array.isArray(table)) {
    for (const { line, zh, en } of table) {
      faults.push(packErrors.fault('bad_csv', { file: placeOf(source), line }, { zh, en }));
    }
    return undefined;
  }
  const lineOf: LineOf = ([row]) => (typeof row === 'number' ? table.lines[row] : 1);
  return { data: table.rows, rows: table.rows, lineOf };
}

const chinese = z.locales.zhCN().localeError;
const english = z.locales.en().localeError;

/** A closed schema's unknown key is a fault of its own at its own line. */
function schemaFaults(source: PackSource, lineOf: LineOf, error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => {
      const full = key === undefined ? path : [...path, key];
      const item = full.join('.') || '.';
      const line = lineOf(full);
      const one = key === undefined ? issue : { ...issue, keys: [key] };
      const at = { file: placeOf(source), item, ...(line === undefined ? {} : { line }) };
      const [zh, en] = [say(chinese, one, issue), say(english, one, issue)];
      return packErrors.fault('bad_value', at, { item, zh, en });
    });
  });
}

/** Zod speaks both languages; an issue a schema wrote itself keeps its own words. */
function say(locale: typeof chinese, issue: object, fallback: z.core.$ZodIssue): string {
  if (fallback.code === 'custom') return fallback.message;
  const said = locale(issue as Parameters<typeof locale>[0]);
  return (typeof said === 'string' ? said : said?.message) ?? fallback.message;
}
