/**
 * Row checks compiled from a contract: one DuckDB SELECT types every item and decides every rule. A
 * delivery that is checked by this SQL needs no second look.
 */
import type { Bilingual } from '#kernel/errors';
import type { Contract, Item } from '../../model.ts';
import { semanticRule } from './semantics/index.ts';
import { cleaned, ident, literal, rawColumn } from './sql.ts';
import { castSql, duckType, typeExpected } from './types.ts';

export { cleaned, ident, literal, rawColumn } from './sql.ts';
export { duckType, timeSql, usualFormats, writtenAs } from './types.ts';
export { toUtc, zoneKnown } from './zones.ts';

/** One rule that a row must keep. */
export interface Rule {
  /**
   * `required`, `type`, `pattern`, `codes`, `min`, `max`, `semantic`, or the name of a row check.
   */
  rule: string;
  /** Item the fault is shown at; null for a check of the whole row. */
  item: string | null;
  /** What is expected, in words. */
  expected: Bilingual;
}

interface SqlRule extends Rule {
  /** SQL that is never null: true when the rule is kept. Reads typed items and `raw` columns. */
  good: string;
}

export interface CompiledContract {
  columns: { name: string; type: string }[];
  /** In the order of the fault numbers that `faults` gives. */
  rules: Rule[];
  /**
   * A relation with typed items and raw columns, from one that holds the items as delivered text.
   */
  typed(source: string, keep: readonly string[]): string;
  /**
   * True of a row of `typed` that removes the row of its key: of it only the key is judged. Null
   * when the contract has none.
   */
  gone: string | null;
  /** True when a row of `typed` keeps every rule. */
  good: string;
  /** INTEGER[] of the rules broken, by their place in `rules`. */
  faults: string;
}

export interface CompileOptions {
  /** Zone of times without one. */
  timeZone: string;
  /** Local date of the check, ISO: births after it are faults. */
  today: string;
}

/** The delivered text of an item, null when it is empty or one of its words for that. */
const delivered = (item: Item): string => {
  const text = cleaned(ident(item.name));
  const words = item.empty ?? [];
  if (words.length === 0) return text;
  return `case when ${text} in (${words.map(literal).join(', ')}) then null else ${text} end`;
};

const unlessEmpty = (raw: string, good: string): string => `(${raw} is null or ${good})`;

const boundSql = (item: Item, value: number | string): string =>
  item.type === 'text' || item.type === 'date' || item.type === 'timestamp'
    ? `cast(${literal(String(value))} as ${duckType(item.type)})`
    : String(Number(value));

const boundRules = (item: Item): SqlRule[] => {
  const name = ident(item.name);
  const rules: SqlRule[] = [];
  const add = (rule: string, value: string | number, sign: string, expected: Bilingual): void => {
    const good = `coalesce(${name} ${sign} ${boundSql(item, value)}, true)`;
    rules.push({ rule, item: item.name, good, expected });
  };
  if (item.min !== undefined) {
    add('min', item.min, '>=', { zh: `不应小于 ${item.min}`, en: `not below ${item.min}` });
  }
  if (item.max !== undefined) {
    add('max', item.max, '<=', { zh: `不应大于 ${item.max}`, en: `not above ${item.max}` });
  }
  return rules;
};

const listed = (words: string[]): string =>
  words.length > 12 ? `${words.slice(0, 12).join('、')}……` : words.join('、');

const valueRules = (item: Item, today: string): SqlRule[] => {
  const raw = rawColumn(item.name);
  const rules: SqlRule[] = [];
  const add = (rule: string, good: string, expected: Bilingual): void => {
    rules.push({ rule, item: item.name, good: unlessEmpty(raw, good), expected });
  };
  if (item.pattern !== undefined) {
    add('pattern', `regexp_full_match(${raw}, ${literal(item.pattern)})`, {
      zh: item.example ? `格式不对，应如 ${item.example}` : `格式应为 ${item.pattern}`,
      en: item.example ? `a value such as ${item.example}` : `a value matching ${item.pattern}`,
    });
  }
  if (item.codes !== undefined) {
    const codes = Object.keys(item.codes);
    add('codes', `${raw} in (${codes.map(literal).join(', ')})`, {
      zh: `应为：${listed(codes)}`,
      en: `one of: ${listed(codes)}`,
    });
  }
  const semantic = semanticRule(item, today);
  if (semantic !== null) add('semantic', semantic.good, semantic.expected);
  return rules;
};

/** A year of two digits is read as the year 15 and the like: no date of ours is that old. */
const typedGood = (item: Item): string =>
  item.type === 'date' || item.type === 'timestamp'
    ? `coalesce(${ident(item.name)} >= timestamp '1000-01-01', false)`
    : `${ident(item.name)} is not null`;

const itemRules = (item: Item, today: string): SqlRule[] => {
  const raw = rawColumn(item.name);
  const rules: SqlRule[] = [];
  if (item.required) {
    const expected = { zh: '必填，不能为空', en: 'a value; it is required' };
    rules.push({ rule: 'required', item: item.name, good: `${raw} is not null`, expected });
  }
  if (item.type !== 'text') {
    const good = `(${raw} is null or ${typedGood(item)})`;
    rules.push({ rule: 'type', item: item.name, good, expected: typeExpected(item) });
  }
  return [...rules, ...valueRules(item, today), ...boundRules(item)];
};

/**
 * A check that fails to evaluate (an overflow, a bad cast inside it) is not kept against the row.
 */
const checkRules = (contract: Contract): SqlRule[] =>
  contract.checks.map((check) => ({
    rule: check.name,
    item: check.item ?? null,
    expected: check.expected,
    good: `coalesce(try(\n(${check.sql}\n)), true)`,
  }));

const goneSql = ({ tombstone }: Contract): string | null => {
  if (tombstone === null) return null;
  const values = tombstone.values.map(literal).join(', ');
  return `coalesce(${rawColumn(tombstone.item)} in (${values}), false)`;
};

/** What a removing row says beside its key is of no account. */
function unlessGone(rule: SqlRule, contract: Contract, gone: string | null): SqlRule {
  if (gone === null || (rule.item !== null && contract.key.includes(rule.item))) return rule;
  return { ...rule, good: `(${gone} or ${rule.good})` };
}

/**
 * Compiles a contract. The SQL of its row checks was refused unless it is one expression on the
 * allow-list.
 */
export function compileContract(contract: Contract, options: CompileOptions): CompiledContract {
  const zone = contract.time_zone ?? options.timeZone;
  const gone = goneSql(contract);
  const rules = [
    ...contract.items.flatMap((item) => itemRules(item, options.today)),
    ...checkRules(contract),
  ].map((rule) => unlessGone(rule, contract, gone));
  const typed = (source: string, keep: readonly string[]): string => {
    const raws = contract.items.map((item) => `${delivered(item)} as ${rawColumn(item.name)}`);
    const casts = contract.items.map((item) => `${castSql(item, zone)} as ${ident(item.name)}`);
    const kept = keep.map((column) => `${ident(column)}`);
    const inner = `select ${[...kept, ...raws].join(', ')} from ${source}`;
    return `(select *, ${casts.join(',\n')} from (${inner}))`;
  };
  const numbered = rules.map(({ good }, at) => `case when not ${good} then ${at} end`);
  return {
    columns: contract.items.map(({ name, type }) => ({ name, type: duckType(type) })),
    rules: rules.map(({ rule, item, expected }) => ({ rule, item, expected })),
    typed,
    gone,
    good: rules.length === 0 ? 'true' : rules.map(({ good }) => good).join('\nand '),
    faults: `list_filter([${numbered.join(',\n')}]::integer[], lambda n: n is not null)`,
  };
}
