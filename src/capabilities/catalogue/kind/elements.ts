/** Faults of what a contract says for the catalogue: codes of the tables, forms, references. */
import type { Fault } from '#kernel/errors';
import type { PackFile, PackIndex } from '#kernel/packs';
import { unitKnown } from '#organisation';
import { catalogueErrors } from '../errors.ts';
import type { Catalogued, CodesFile, ContractFile, Item } from '../model.ts';
import { fileOf } from './contract.ts';

type Path = (string | number)[];
type Say = (
  key: keyof typeof catalogueErrors.entries,
  path: Path,
  params: Record<string, string>,
) => void;

/** Open lists that packs may close by a code table of this name. */
const tables = { class: 'resource_classes', domain: 'domains', representation: 'representations' };

/** Codes of a table; null when no pack has it, and then nothing is held against it. */
function codesIn(index: PackIndex, table: string): Set<string> | null {
  const files = index.all('codes').filter(({ name }) => name === table);
  if (files.length === 0) return null;
  return new Set(files.flatMap((file) => Object.keys((file.data as CodesFile).codes)));
}

const letters = /^(a|an)$/;
const families: Record<string, (base: string) => boolean> = {
  text: (base) => letters.test(base) || base === 'n',
  integer: (base) => base === 'n',
  decimal: (base) => base === 'n',
  date: (base) => base === 'd',
  timestamp: (base) => base === 'dt',
  boolean: (base) => base === 'b',
};

/** Whether a form such as `n..12,2` can hold values of a type. */
function notationFits(format: string, type: string): boolean {
  const [, base = '', , whole, , places] =
    /^(a|n|an|d|dt|b)(\.\.)?(\d+)(,(\d+))?$/.exec(format) ?? [];
  const [, digits, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  const family = digits === undefined ? type : 'decimal';
  if (!families[family]?.(base)) return false;
  if (digits === undefined) return places === undefined;
  return Number(whole) <= Number(digits) && Number(places ?? 0) <= Number(scale);
}

function itemFaults(name: string, item: Omit<Item, 'name'>, data: ContractFile, say: Say): void {
  const at = (...path: Path): Path => ['items', name, ...path];
  const { element } = item;
  if (element?.format !== undefined && !notationFits(element.format, item.type)) {
    const params = { item: name, format: element.format, type: item.type };
    say('bad_notation', at('element', 'format'), params);
  }
  const order = { unconditional: 0, conditional: 1, none: 2 };
  for (const what of ['share', 'open'] as const) {
    const own = item[what];
    if (own !== undefined && order[own.type] <= order[data[what].type]) {
      say('item_not_less', at(what), { item: name, what });
    }
  }
}

function tableFaults(name: string, item: Omit<Item, 'name'>, index: PackIndex, say: Say): void {
  const { code_table: table, codes } = item;
  if (table === undefined) return;
  const path = ['items', name, 'code_table'];
  if (codesIn(index, table) === null) say('unknown_code_table', path, { item: name, table });
  if (codes !== undefined) say('codes_and_table', path, { item: name });
}

function codeFaults(file: PackFile, said: Catalogued, index: PackIndex, say: Say): void {
  const { code } = said;
  if (code === undefined) return;
  if (!code.startsWith(`${said.class}/`)) {
    say('code_of_other_class', ['catalogue', 'code'], { code, class: said.class });
  }
  const other = index
    .all(file.kind)
    .find((one) => one !== file && fileOf(one).catalogue?.code === code);
  if (other !== undefined) say('code_twice', ['catalogue', 'code'], { code, dataset: other.name });
}

function referenceFaults(file: PackFile, said: Catalogued, index: PackIndex, say: Say): void {
  for (const [at, unit] of (said.verifiers ?? []).entries()) {
    if (unitKnown(index, unit) !== undefined) continue;
    say('unknown_owner', ['catalogue', 'verifiers', at], { owner: unit });
  }
  for (const [at, name] of (said.related ?? []).entries()) {
    if (index.find(file.kind, name, file) !== undefined) continue;
    say('unknown_relation', ['catalogue', 'related', at], { relation: name });
  }
}

/** All faults of the catalogue's elements in a contract file. */
export function elementFaults(file: PackFile, index: PackIndex): Fault[] {
  const data = fileOf(file);
  const faults: Fault[] = [];
  const say: Say = (key, path, params) => {
    const line = file.lineOf(path);
    const at = { item: path.join('.'), ...(line === undefined ? {} : { line }) };
    faults.push(catalogueErrors.fault(key, at, params));
  };
  const listed = (table: string, path: Path, code: string | undefined): void => {
    if (code === undefined || codesIn(index, table)?.has(code) !== false) return;
    say('unknown_code', path, { table, code });
  };
  const representations = codesIn(index, tables.representation);
  for (const [name, item] of Object.entries(data.items)) {
    itemFaults(name, item, data, say);
    tableFaults(name, item, index, say);
    const word = item.element?.representation;
    if (word === undefined || representations?.has(word) !== false) continue;
    const path = ['items', name, 'element', 'representation'];
    say('unknown_code', path, { table: tables.representation, code: word });
  }
  const said = data.catalogue;
  if (said === undefined) return faults;
  listed(tables.class, ['catalogue', 'class'], said.class);
  listed(tables.domain, ['catalogue', 'domain'], said.domain);
  codeFaults(file, said, index, say);
  referenceFaults(file, said, index, say);
  return faults;
}
