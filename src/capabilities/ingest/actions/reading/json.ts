/**
 * JSON to clean UTF-8 CSV: an array of objects, one object a line, or an object that holds one
 * array. Objects inside become columns of their own (`address.road`), lists stay JSON. What is no
 * object is written as a row that does not fit, so that it goes back.
 */
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { ingestErrors } from '../../errors.ts';
import { standard } from './dialect.ts';
import type { ReadingLimits } from './limits.ts';
import { writeLines } from './rewrite.ts';

export interface JsonOptions {
  file: string;
  limits: ReadingLimits;
}

const chunkBytes = 1 << 20;

/**
 * Cuts a stream into the texts of its elements: of the outermost array, or one after another. Depth
 * and strings are followed; whether an element is JSON at all is asked of the parser later.
 */
class Elements {
  readonly #most: number;
  readonly #file: string;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #text = '';
  /** Depth at which elements stand: 1 inside an outer array. */
  #level = 0;
  #begun = false;
  #lineStart = true;

  constructor({ file, limits }: JsonOptions) {
    this.#file = file;
    this.#most = limits.recordBytes;
  }

  push(chunk: string, take: (element: string) => void): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const char = chunk[at] as string;
      if (this.#inString) {
        this.#string(char);
        // A string cannot go over a line: it was never closed, and the next line is another.
        if (char !== '\n' || this.#level === 1) continue;
        this.#inString = false;
        this.#depth = 0;
      }
      // An object begins at the start of a line while another is open: that one was never closed.
      if (this.#level === 0 && this.#lineStart && this.#depth > 0 && char === '{') {
        this.#give(chunk.slice(from, at), take);
        from = at;
        this.#depth = 0;
      }
      this.#lineStart = char === '\n';
      if (char === '"') this.#inString = true;
      else if (char === '{' || char === '[') {
        if (!this.#begun && char === '[') {
          this.#level = 1;
          from = at + 1;
        }
        this.#begun = true;
        this.#depth += 1;
      } else if (char === '}' || char === ']') this.#depth -= 1;
      const isEnd = this.#level === 1 ? char === ',' && this.#depth === 1 : char === '\n';
      const isOver = this.#level === 1 && this.#depth === 0 && char === ']';
      if (isOver || (isEnd && this.#depth <= this.#level)) {
        this.#give(chunk.slice(from, at), take);
        from = at + 1;
        if (isOver) this.#level = 0;
      }
    }
    this.#text += chunk.slice(from);
    if (this.#text.length > this.#most) {
      throw ingestErrors.make('element_too_long', { file: this.#file, limit: this.#most });
    }
  }

  end(take: (element: string) => void): void {
    this.#give('', take);
  }

  #string(char: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (char === '\\') this.#escaped = true;
    else if (char === '"') this.#inString = false;
  }

  #give(last: string, take: (element: string) => void): void {
    const text = (this.#text + last).trim();
    this.#text = '';
    if (text !== '') take(text);
  }
}

async function eachElement(
  path: string,
  options: JsonOptions,
  take: (element: string) => void,
  behindChunk: () => Promise<void> = async () => undefined,
): Promise<void> {
  const elements = new Elements(options);
  const decoder = new StringDecoder('utf8');
  const handle = await open(path);
  let isFirst = true;
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: chunkBytes })) {
      const text = decoder.write(chunk as Buffer);
      elements.push(isFirst ? text.replace(/^\uFEFF/, '') : text, take);
      isFirst = false;
      await behindChunk();
    }
    elements.push(decoder.end(), take);
    elements.end(take);
    await behindChunk();
  } finally {
    await handle.close();
  }
}

/** Numbers of more digits than a double holds keep their digits. */
const exact = (_key: string, value: unknown, context: { source?: string }): unknown => {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return String(value) === context.source ? value : context.source;
};

type Parsed = Record<string, unknown>;

const isObject = (value: unknown): value is Parsed =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object of an element; null when it is none. */
function parsed(element: string): Parsed | null {
  try {
    const value: unknown = JSON.parse(
      element,
      exact as (this: unknown, key: string, value: unknown) => unknown,
    );
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** Columns of an object; those of objects inside after a dot. */
function* flattened(object: Parsed, prefix = ''): Generator<[string, string]> {
  for (const [key, value] of Object.entries(object)) {
    if (isObject(value)) yield* flattened(value, `${prefix}${key}.`);
    else yield [prefix + key, cellOf(value)];
  }
}

interface Columns {
  names: Map<string, number>;
  /** Objects with objects inside. */
  nested: number;
  /** The one array of a document that is an object, when it is one. */
  inside: string | null;
}

function addNames(object: Parsed, columns: Columns, options: JsonOptions): void {
  let isNested = false;
  for (const [name] of flattened(object)) {
    if (!(name in object)) isNested = true;
    if (!columns.names.has(name)) columns.names.set(name, columns.names.size);
  }
  if (isNested) columns.nested += 1;
  const { file, limits } = options;
  if (columns.names.size > limits.columns) {
    const params = { file, columns: columns.names.size, limit: limits.columns };
    throw ingestErrors.make('too_many_columns', params);
  }
}

/**
 * The rows of a document `{..., "data": [ ... ], ...}`, those that are no objects among them; null
 * when the object is a row itself.
 */
const rowsInside = (object: Parsed): unknown[] | null => {
  const lists = Object.values(object).filter(
    (value): value is unknown[] =>
      Array.isArray(value) &&
      value.some(isObject) &&
      value.every((one) => one === null || typeof one === 'object'),
  );
  return lists.length === 1 ? (lists[0] ?? null) : null;
};

export interface JsonFound {
  /** Objects whose objects became columns of their own. */
  nested: number;
}

/**
 * Writes the objects of a JSON file as CSV.
 * @throws ingest.element_too_long, too_many_columns, not_json, empty_file
 */
export async function unpackJson(
  path: string,
  to: string,
  options: JsonOptions,
): Promise<JsonFound> {
  const { file } = options;
  const columns: Columns = { names: new Map(), nested: 0, inside: null };
  let elements = 0;
  let only: unknown[] | null = null;
  await eachElement(path, options, (element) => {
    const object = parsed(element);
    elements += 1;
    only = elements === 1 && object !== null ? rowsInside(object) : null;
    if (only === null && object !== null) addNames(object, columns, options);
  });
  if (elements === 0) throw ingestErrors.make('empty_file', { file });
  const inside = only as unknown[] | null;
  for (const object of inside?.filter(isObject) ?? []) addNames(object, columns, options);
  if (columns.names.size === 0) throw ingestErrors.make('not_json', { file });
  const waiting: string[][] = [];
  const take = (object: Parsed | null, text: string): void => {
    waiting.push(object === null ? misfit(text, columns) : rowOf(object, columns));
  };
  await writeLines(to, standard, async (write) => {
    const flush = async (): Promise<void> => {
      for (const fields of waiting.splice(0)) await write(fields);
    };
    waiting.push([...columns.names.keys()]);
    if (inside !== null) {
      for (const one of inside) take(isObject(one) ? one : null, JSON.stringify(one));
    } else await eachElement(path, options, (element) => take(parsed(element), element), flush);
    await flush();
  });
  return { nested: columns.nested };
}

function rowOf(object: Parsed, { names }: Columns): string[] {
  const row = Array<string>(names.size).fill('');
  for (const [name, cell] of flattened(object)) row[names.get(name) ?? 0] = cell;
  return row;
}

/** One field where several are expected, or two where one is: the row goes back as it came. */
const misfit = (text: string, { names }: Columns): string[] =>
  names.size === 1 ? [text, ''] : [text];
