/**
 * Error codes. Every refusal a person or a program can meet has one code
 * `capability.what_went_wrong`, a text in Chinese and English, and an HTTP status; a capability
 * declares its own table once with `errorTable`.
 */

/** A text in both languages of the platform. `{name}` stands for a parameter. */
export interface Bilingual {
  zh: string;
  en: string;
}

export interface ErrorEntry extends Bilingual {
  /** HTTP status the code travels with. */
  status: number;
}

/**
 * One fault of an input: where it is and what is wrong there. All faults of an input travel
 * together.
 */
export interface Fault {
  code: string;
  message: Bilingual;
  /** File of a pack or of a delivery. */
  file?: string;
  /** 1-based line in `file`. */
  line?: number;
  /** 1-based record number of a delivery (header not counted). */
  row?: number;
  /** Item, field or JSON path. */
  item?: string;
}

export type Params = Record<string, string | number>;

/** What travels on the wire and what the CLI prints with `--json` when something is refused. */
export interface ErrorShape {
  error: { code: string; message: Bilingual; status: number; faults: Fault[]; requestId?: string };
}

export class GuantongError extends Error {
  readonly code: string;
  readonly status: number;
  readonly text: Bilingual;
  readonly faults: Fault[];

  constructor(code: string, status: number, text: Bilingual, faults: Fault[] = []) {
    super(`${code}: ${text.en}`);
    this.name = 'GuantongError';
    this.code = code;
    this.status = status;
    this.text = text;
    this.faults = faults;
  }

  toShape(requestId?: string): ErrorShape {
    return {
      error: {
        code: this.code,
        message: this.text,
        status: this.status,
        faults: this.faults,
        ...(requestId === undefined ? {} : { requestId }),
      },
    };
  }
}

export interface ErrorTable<K extends string = string> {
  capability: string;
  entries: Record<K, ErrorEntry>;
  /** Makes the error `capability.key`. */
  make(key: K, params?: Params, faults?: Fault[]): GuantongError;
  /** Makes one fault `capability.key` at a place, for inputs that report all faults at once. */
  fault(key: K, at?: Omit<Fault, 'code' | 'message'>, params?: Params): Fault;
}

const fill = (text: string, params: Params): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));

const filled = (entry: ErrorEntry, params: Params): Bilingual => ({
  zh: fill(entry.zh, params),
  en: fill(entry.en, params),
});

/** All tables declared so far, by capability: the source of `docs/reference/errors.md`. */
export const errorTables = new Map<string, ErrorTable>();

/**
 * Declares the error table of a capability. Call it once, in `errors.ts`.
 * @throws Error when the capability already declared one (codes are never reused).
 */
export function errorTable<K extends string>(
  capability: string,
  entries: Record<K, ErrorEntry>,
): ErrorTable<K> {
  if (errorTables.has(capability)) throw new Error(`second error table for ${capability}`);
  const table: ErrorTable<K> = {
    capability,
    entries,
    make: (key, params = {}, faults = []) =>
      new GuantongError(
        `${capability}.${key}`,
        entries[key].status,
        filled(entries[key], params),
        faults,
      ),
    fault: (key, at = {}, params = {}) => ({
      code: `${capability}.${key}`,
      message: filled(entries[key], params),
      ...at,
    }),
  };
  errorTables.set(capability, table as unknown as ErrorTable);
  return table;
}

export const kernelErrors = errorTable('kernel', {
  internal: {
    status: 500,
    zh: '系统内部错误，已记录编号，请联系系统管理员',
    en: 'Internal error; it was recorded, please contact the system administrator',
  },
  bad_input: { status: 400, zh: '输入有 {count} 处错误', en: 'The input has {count} faults' },
  field: { status: 400, zh: '{detail}', en: '{detail}' },
  not_found: { status: 404, zh: '没有找到{what}', en: '{what} was not found' },
  too_large: {
    status: 413,
    zh: '内容超过上限 {limit}',
    en: 'The content is over the limit of {limit}',
  },
});
