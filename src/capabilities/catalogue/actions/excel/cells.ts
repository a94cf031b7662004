/** How values stand in cells: words for people, nothing lost on the way back. */

/** What a cell says; undefined for an empty one. Throws `BadCell` when it cannot be read. */
export interface Codec {
  write: (value: unknown) => string;
  read: (text: string) => unknown;
}

export class BadCell extends Error {
  zh: string;
  constructor(zh: string, en: string) {
    super(en);
    this.zh = zh;
  }
}

const encoded = 'json:';

/** Signs that a sheet would change: control signs, its own escapes, spaces at the ends. */
const delicate = /^json:|[^\P{Cc}\n\t]|[\ufffe\uffff]|_x[0-9a-f]{4}_|^\s|\s$/iu;

const encode = (value: unknown): string =>
  encoded + JSON.stringify(value).replaceAll('_', '\\u005f');

function decode(text: string): unknown {
  try {
    return JSON.parse(text.slice(encoded.length)) as unknown;
  } catch {
    throw new BadCell('“json:”后面不是 JSON', 'what follows "json:" is no JSON');
  }
}

const isPlain = (value: string): boolean =>
  value !== '' && value.isWellFormed() && !delicate.test(value);

const writeText = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' && isPlain(value) ? value : encode(value);

const readText = (text: string): unknown => (text.startsWith(encoded) ? decode(text) : text);

export const text: Codec = { write: writeText, read: readText };

/** One word a line. */
export const list: Codec = {
  write: (value) => {
    if (value === undefined) return '';
    const plain =
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((one) => typeof one === 'string' && isPlain(one) && !one.includes('\n'));
    return plain ? value.join('\n') : encode(value);
  },
  read: (cell) => (cell.startsWith(encoded) ? decode(cell) : cell.split('\n')),
};

/** A text, or a list of them with one a line. */
export const textOrList: Codec = {
  write: (value) => {
    if (typeof value === 'string') return value.includes('\n') ? encode(value) : writeText(value);
    return Array.isArray(value) && value.length === 1 ? encode(value) : list.write(value);
  },
  read: (cell) => (cell.includes('\n') ? list.read(cell) : readText(cell)),
};

/** A number, or a text such as a date. */
export const bound: Codec = {
  write: (value) => {
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string' && Number.isNaN(Number(value))) return writeText(value);
    return value === undefined ? '' : encode(value);
  },
  read: (cell) => {
    const number = Number(cell);
    return Number.isNaN(number) ? readText(cell) : number;
  },
};

export const yes: Codec = {
  write: (value) => (value === true ? '是' : ''),
  read: (cell) => {
    if (cell === '是') return true;
    if (cell === '否') return undefined;
    throw new BadCell('应为“是”或“否”', '是 (yes) or 否 (no)');
  },
};

/** Anything else, whole. */
export const rest: Codec = {
  write: (value) => (value === undefined ? '' : encode(value)),
  read: decode,
};

type Words = Readonly<Record<string, { zh: string; en: string; code: string }>>;

/** One of a closed list: its Chinese word, its code or its name. */
export function oneOf(words: Words): Codec {
  const names = Object.entries(words);
  return {
    write: (value) => (value === undefined ? '' : (words[String(value)]?.zh ?? encode(value))),
    read: (cell) => {
      const found = names.find(([name, { zh, code }]) => [name, zh, code].includes(cell.trim()));
      if (found !== undefined) return found[0];
      if (cell.startsWith(encoded)) return decode(cell);
      const all = names.map(([, { zh }]) => zh).join('、');
      throw new BadCell(`应为：${all}`, `one of ${all}`);
    },
  };
}

/** Several of a closed list, one a line or parted by 、. */
export function someOf(words: Words): Codec {
  const one = oneOf(words);
  return {
    write: (value) => (Array.isArray(value) ? value.map(one.write).join('、') : text.write(value)),
    read: (cell) => cell.split(/[\n、,，]/).map((word) => one.read(word)),
  };
}
