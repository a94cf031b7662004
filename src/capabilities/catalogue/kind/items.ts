/** Faults of a contract that its schema cannot see: items, key, formats, headers. */
import type { Fault } from '#kernel/errors';
import type { PackFile } from '#kernel/packs';
import { catalogueErrors } from '../errors.ts';
import { anotherPerson, type ContractFile, type Item } from '../model.ts';
import { zoneKnown } from './compile/index.ts';
import { fileOf } from './contract.ts';

type Path = (string | number)[];
type Say = (
  key: keyof typeof catalogueErrors.entries,
  path: Path,
  params?: Record<string, string | number>,
) => void;

/** How a header is compared: case, width and the spaces inside make no difference. */
export const normalHeader = (header: string): string =>
  header
    .normalize('NFKC')
    .replaceAll(/[\s\u3000]+/g, '')
    .toLowerCase();

/**
 * RE2 has no look-around and no back-references, and JavaScript's syntax is close enough to find
 * typing errors.
 */
function patternTrouble(pattern: string): string | null {
  if (/\(\?<?[=!]/.test(pattern)) return 'look-around is not in RE2';
  if (/\\[1-9]/.test(pattern)) return 'back-references are not in RE2';
  try {
    new RegExp(pattern, 'u');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const boundFits = (type: string, bound: string | number): boolean => {
  if (type === 'date' || type === 'timestamp') {
    return typeof bound === 'string' && !Number.isNaN(Date.parse(bound));
  }
  if (type === 'boolean') return false;
  return type === 'text' ? typeof bound === 'string' : typeof bound === 'number';
};

function itemFaults(name: string, item: Omit<Item, 'name'>, say: Say): void {
  const at = (key: string): Path => ['items', name, key];
  const [, digits, scale] = /^decimal\((\d+),(\d+)\)$/.exec(item.type) ?? [];
  const tooBig = Number(digits) > 38 || Number(digits) < 1 || Number(scale) > Number(digits);
  if (digits !== undefined && tooBig) {
    say('bad_decimal', at('type'), { item: name, type: item.type });
  }
  const detail = item.pattern === undefined ? null : patternTrouble(item.pattern);
  if (detail !== null) say('bad_pattern', at('pattern'), { item: name, detail });
  for (const what of ['min', 'max'] as const) {
    const bound = item[what];
    if (bound !== undefined && !boundFits(item.type, bound)) {
      say('bad_bound', at(what), { item: name, what, type: item.type });
    }
  }
  for (const format of [item.format ?? []].flat()) {
    const dated = item.type === 'date' || item.type === 'timestamp';
    if (!dated || !/%[Yy]/.test(format)) {
      say('bad_format', at('format'), { item: name, format });
    }
  }
}

function keyFaults(data: ContractFile, say: Say): void {
  for (const name of data.key ?? []) {
    const known = data.items[name];
    if (known === undefined) say('unknown_item', ['key'], { item: name });
    else if (!known.required) say('key_not_required', ['items', name], { item: name });
  }
  const { tombstone } = data;
  if (tombstone !== undefined && !(tombstone.item in data.items)) {
    say('unknown_item', ['tombstone', 'item'], { item: tombstone.item });
  }
  if (data.unit_item !== undefined && !(data.unit_item in data.items)) {
    say('unknown_item', ['unit_item'], { item: data.unit_item });
  }
  for (const [name, check] of Object.entries(data.checks ?? {})) {
    if (check.item !== undefined && !(check.item in data.items)) {
      say('unknown_item', ['checks', name, 'item'], { item: check.item });
    }
  }
}

/** Whom a row and its items tell of is told by items that hold numbers of persons. */
function subjectFaults(data: ContractFile, say: Say): void {
  const told = [
    { path: ['subject'], subject: data.subject },
    ...Object.entries(data.items).map(([name, item]) => ({
      path: ['items', name, 'subject'],
      subject: item.subject === anotherPerson ? undefined : item.subject,
    })),
  ];
  for (const { path, subject } of told) {
    if (subject === undefined) continue;
    const known = data.items[subject];
    if (known === undefined) say('unknown_item', path, { item: subject });
    else if (known.semantic !== 'citizen_id') say('subject_no_person', path, { item: subject });
  }
  for (const [name, { semantic, subject }] of Object.entries(data.items)) {
    const isItself = subject === undefined || subject === name;
    if (semantic === 'citizen_id' && !isItself) {
      say('subject_of_number', ['items', name, 'subject'], { item: name });
    }
  }
}

/**
 * Names come before declared headers, those before titles: only two of the same rank are in each
 * other's way.
 */
function headerFaults(data: ContractFile, say: Say): void {
  const titles = new Map<string, string>();
  for (const [name, item] of Object.entries(data.items)) {
    const header = normalHeader(item.title.zh);
    const first = titles.get(header);
    const params = { header: item.title.zh, first: first ?? '', second: name };
    if (first !== undefined) say('header_twice', ['items', name, 'title'], params);
    titles.set(header, name);
  }
  const declared = new Map<string, string>();
  for (const [header, item] of Object.entries(data.headers ?? {})) {
    const path = ['headers', header];
    const first = declared.get(normalHeader(header));
    if (!(item in data.items)) say('unknown_item', path, { item });
    else if (first !== undefined && first !== item) {
      say('header_twice', path, { header, first, second: item });
    }
    declared.set(normalHeader(header), item);
  }
}

function modeFaults(data: ContractFile, derived: boolean, say: Say): void {
  if (!derived && data.mode === undefined) say('mode_missing', []);
  if (data.mode === 'merge' && data.key === undefined) say('key_missing', ['mode']);
  if (data.tombstone !== undefined && data.mode !== 'merge') say('tombstone_mode', ['tombstone']);
  if (!derived) return;
  for (const what of ['mode', 'headers', 'ignore_headers', 'checks'] as const) {
    if (data[what] !== undefined) say('derived_mode', [what], { what });
  }
}

/** All faults of a contract file but those of its SQL and its references. */
export function contractFaults(file: PackFile): Fault[] {
  const data = fileOf(file);
  const faults: Fault[] = [];
  const say: Say = (key, path, params = {}) => {
    const line = file.lineOf(path);
    const at = { item: path.join('.'), ...(line === undefined ? {} : { line }) };
    faults.push(catalogueErrors.fault(key, at, params));
  };
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(file.name)) say('bad_name', [], { name: file.name });
  if (data.time_zone !== undefined && !zoneKnown(data.time_zone)) {
    say('bad_time_zone', ['time_zone'], { zone: data.time_zone });
  }
  for (const [name, item] of Object.entries(data.items)) itemFaults(name, item, say);
  keyFaults(data, say);
  subjectFaults(data, say);
  headerFaults(data, say);
  modeFaults(data, file.sql !== undefined, say);
  return faults;
}
