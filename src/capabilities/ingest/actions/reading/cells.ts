/** Cells of a sheet as text: what Excel shows, in forms that every reader understands. */
import type { SharedStrings } from './strings.ts';
import { attribute, type XmlEvents } from './xml.ts';

const reference = /^([A-Z]+)(\d+)$/;

/** Column (from 0) and row (from 1) of a reference such as `AB12`. */
export function placeOf(text: string): { column: number; row: number } | null {
  const found = reference.exec(text);
  if (found === null) return null;
  let column = 0;
  for (const char of found[1] ?? '') column = column * 26 + char.charCodeAt(0) - 64;
  return { column: column - 1, row: Number(found[2]) };
}

const two = (value: number): string => String(value).padStart(2, '0');

const dayMs = 86_400_000;
/** Day 0 of each calendar; 1900 counts a 29 February that never was (ECMA-376, 18.17.4.1). */
const epoch1900 = Date.UTC(1899, 11, 30);
const epoch1904 = Date.UTC(1904, 0, 1);

/** A serial number of days as ISO text; a part of a day alone is a time. */
export function dateText(serial: number, is1904: boolean): string {
  if (serial < 0 || serial > 2_958_466) return numberText(serial);
  const shift = !is1904 && serial < 60 ? 1 : 0;
  const epoch = is1904 ? epoch1904 : epoch1900;
  // Serial numbers are not exact in binary; the nearest second is what was entered.
  const near = new Date(epoch + Math.round(((serial + shift) * dayMs) / 1000) * 1000);
  const clock = [near.getUTCHours(), near.getUTCMinutes(), near.getUTCSeconds()].map(two);
  if (serial < 1) return clock.join(':');
  const day = `${near.getUTCFullYear()}-${two(near.getUTCMonth() + 1)}-${two(near.getUTCDate())}`;
  return clock.every((part) => part === '00') ? day : `${day} ${clock.join(':')}`;
}

/** A number as Excel shows it: 15 digits, never an exponent. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '';
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(Number(value.toPrecision(15)));
  return text.includes('e') ? value.toFixed(15).replace(/\.?0+$/, '') : text;
}

/** Formats every workbook has that show dates (ECMA-376, 18.8.30; 27 to 58 are Chinese). */
const isBuiltIn = (id: number): boolean =>
  (id >= 14 && id <= 22) ||
  (id >= 27 && id <= 36) ||
  (id >= 45 && id <= 47) ||
  (id >= 50 && id <= 58);

/** Whether a format of the workbook's own shows a date: its letters outside quotes and brackets. */
const showsDate = (format: string): boolean =>
  /[ymdhs年月日时]/i.test(
    format
      .split(';')[0]
      ?.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general/gi, '')
      .replace(/e[+-]/gi, '') ?? '',
  );

/** Which cell styles show dates, by their number. */
export function dateStyles(): { events: Partial<XmlEvents>; isDate: boolean[] } {
  const formats = new Map<number, string>();
  const isDate: boolean[] = [];
  let inCells = false;
  return {
    isDate,
    events: {
      open: (name, attributes) => {
        if (name === 'cellXfs') inCells = true;
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        if (name === 'numFmt') formats.set(id, attribute(attributes, 'formatCode') ?? '');
        if (name !== 'xf' || !inCells) return;
        const own = formats.get(id);
        isDate.push(own === undefined ? isBuiltIn(id) : showsDate(own));
      },
      close: (name) => {
        if (name === 'cellXfs') inCells = false;
      },
    },
  };
}

export interface CellReaderInput {
  strings: SharedStrings;
  isDate: readonly boolean[];
  is1904: boolean;
  /** More cells in a row are not kept apart any more. */
  columns: number;
  /** A row, from its first column on. */
  take: (row: number, cells: string[]) => void;
}

interface Cell {
  column: number;
  type: string;
  style: number;
}

function shownAs(raw: string, cell: Cell, input: CellReaderInput): string {
  switch (cell.type) {
    case 's':
      return input.strings.at(Number(raw));
    case 'b':
      return raw === '1' || raw === 'true' ? '是' : raw === '' ? '' : '否';
    case 'd':
      return raw.replace('T', ' ').replace(/ 00:00:00(\.0+)?$/, '');
    case 'n': {
      if (raw === '') return '';
      const number = Number(raw);
      if (Number.isNaN(number)) return raw;
      return input.isDate[cell.style] === true
        ? dateText(number, input.is1904)
        : numberText(number);
    }
    default:
      return raw;
  }
}

/** Excel writes characters that XML cannot hold as `_x000D_`. */
const plain = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : text;

/** Events of a sheet: rows of cells, in order. */
export function cellReader(input: CellReaderInput): XmlEvents {
  let row = 0;
  let cells: string[] = [];
  let cell: Cell = { column: -1, type: 'n', style: 0 };
  let text = '';
  let into: 'v' | 't' | null = null;
  let phonetic = false;
  const open = (name: string, attributes: string): void => {
    if (name === 'v' || (name === 't' && !phonetic)) into = name;
    else if (name === 'rPh') phonetic = true;
    else if (name === 'row') {
      row = Number(attribute(attributes, 'r') ?? row + 1);
      cells = [];
      cell = { column: -1, type: 'n', style: 0 };
    } else if (name === 'c') {
      const place = placeOf(attribute(attributes, 'r') ?? '');
      const type = attribute(attributes, 't') ?? 'n';
      const style = Number(attribute(attributes, 's') ?? 0);
      cell = { column: place?.column ?? cell.column + 1, type, style };
      text = '';
    }
  };
  const close = (name: string): void => {
    if (name === 'v' || name === 't') into = null;
    else if (name === 'rPh') phonetic = false;
    else if (name === 'c' && text !== '') {
      // A cell far to the right is refused by its number, not by a row as long as that.
      const at = Math.min(cell.column, input.columns);
      while (cells.length < at) cells.push('');
      cells[at] = plain(shownAs(text, cell, input));
    } else if (name === 'row') input.take(row, cells);
  };
  return {
    open,
    close,
    text: (part) => {
      if (into !== null) text += part;
    },
  };
}
