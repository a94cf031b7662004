/**
 * Knowing a file: types, meanings and oddities of every column over all rows, run as SQL over the
 * rows as text. Needs an engine and a relation, no server and no database.
 */
import { matches, type SemanticName, semantics } from '#catalogue';
import { coordinateNotes } from './coordinates.ts';
import { divisionNote } from './divisions.ts';
import { type MeaningFound, meaningOf } from './meaning.ts';
import type { ColumnSource, KnownColumn, KnowOptions, Sql } from './model.ts';
import { patternOf } from './patterns.ts';
import { type Answers, askColumns, type Counted, chunks, countColumns } from './profile.ts';
import { questionsFor } from './questions.ts';
import { filled, type TypeFound, typeOf } from './types.ts';

export type { ColumnSource, Evidence, KnownColumn, KnowOptions, Sql } from './model.ts';

interface Looked {
  column: Counted;
  found: TypeFound;
  meaning: MeaningFound;
  /** What the sample's values have in common, when that is worth asking of all. */
  pattern: string | null;
}

interface Details {
  min: string | null;
  max: string | null;
  /** Digits written before and behind the point. */
  digits: [number, number];
  /** Some digit behind the point is not zero. */
  fractions: boolean;
  patternFits: number;
  misfits: string[];
}

/** Meanings whose values have a form of their own here: the county's prefix, a system's numbers. */
const formed: readonly (SemanticName | null)[] = [
  'division_code',
  'grid_code',
  'component_code',
  'unit_code',
  'identifier',
  'code',
];

const worthPattern = (found: TypeFound, { semantic, closed }: MeaningFound): boolean =>
  (found.type === 'text' || found.type === 'integer') && !closed && formed.includes(semantic);

const mostExamples = 5;
/** Zeros that the engine pads decimals with say nothing. */
const textOf = (value: unknown): string | null =>
  value === null || value === undefined
    ? null
    : String(value).replace(/^([+-]?\d+)(?:\.0+|(\.\d*?[1-9])0+)$/, '$1$2');

/** Types that meanings have whatever their values look like: digits of an id are no number. */
function typed(look: Looked, details: Details): string {
  const { type } = look.found;
  const { semantic } = look.meaning;
  if (semantic !== null && semantics[semantic].type === 'text') return 'text';
  if (type !== 'decimal') return type;
  const [before, behind] = details.digits;
  // Whole numbers that went through a program: 9.0 is 9. Money is written with two zeros.
  if (!details.fractions && behind <= 1 && before < 19) return 'integer';
  const scale = Math.max(1, behind);
  return before + scale > 38 ? 'text' : `decimal(${Math.max(1, before) + scale},${scale})`;
}

const nothing: Details = {
  min: null,
  max: null,
  digits: [0, 0],
  fractions: false,
  patternFits: 0,
  misfits: [],
};

/** Only what may be told: words have no smallest, and what fits has no misfits. */
function asksOf({ column, found, pattern }: Looked, at: number): string[] {
  const asked: string[] = [];
  if (found.type !== 'text' && found.type !== 'boolean') {
    asked.push(`cast(min(t${at}) as varchar) as s${at}`, `cast(max(t${at}) as varchar) as l${at}`);
  }
  if (found.type === 'decimal') {
    const bare = `replace(ltrim(v${at}, '+-'), ',', '')`;
    const behind = `split_part(${bare}, '.', 2)`;
    asked.push(
      `max(length(split_part(${bare}, '.', 1))) filter (t${at} is not null) as i${at}`,
      `max(length(${behind})) filter (t${at} is not null) as f${at}`,
      `max(length(rtrim(${behind}, '0'))) filter (t${at} is not null) as z${at}`,
    );
  }
  if (pattern !== null) asked.push(`count_if(${matches(`v${at}`, pattern)}) as p${at}`);
  if (found.fitting < filled(column)) {
    asked.push(`min(v${at}, ${mostExamples}) filter (t${at} is null) as m${at}`);
  }
  return asked;
}

/** Third pass: smallest, largest, different values and what does not fit. */
async function detailsOf(sql: Sql, relation: string, looks: readonly Looked[]): Promise<Details[]> {
  const details: Details[] = [];
  for (const some of chunks(looks, 30)) {
    const inner = some.map(({ column, found }, at) => {
      const value = column.value;
      return `${value} as v${at}, ${found.cast(value)} as t${at}`;
    });
    const asked = some.flatMap(asksOf);
    if (asked.length === 0) {
      details.push(...some.map(() => nothing));
      continue;
    }
    const [row = {}] = await sql.rows(
      `select ${asked.join(',\n')} from (select ${inner.join(',\n')} from ${relation})`,
    );
    for (const at of some.keys()) {
      const misfits = row[`m${at}`];
      details.push({
        min: textOf(row[`s${at}`]),
        max: textOf(row[`l${at}`]),
        patternFits: Number(row[`p${at}`] ?? 0),
        digits: [Number(row[`i${at}`] ?? 0), Number(row[`f${at}`] ?? 0)],
        fractions: Number(row[`z${at}`] ?? 0) > 0,
        misfits: Array.isArray(misfits) ? [...new Set(misfits.map(String))] : [],
      });
    }
  }
  return details;
}

const patternFound = ({ pattern, column }: Looked, { patternFits }: Details) =>
  pattern === null ? null : { re2: pattern, fits: patternFits, of: filled(column) };

async function codesOf(sql: Sql, relation: string, { column, meaning }: Looked) {
  if (!meaning.closed) return null;
  const found = await sql.rows(
    `select ${column.value} as value, count(*) as n from ${relation}
     where ${column.value} is not null group by 1 order by n desc, value`,
  );
  return found.map(({ value, n }) => ({ value: String(value), count: Number(n) }));
}

const examplesOf = (column: Counted): string[] =>
  [...new Set(column.sample)].slice(0, mostExamples);

async function columnOf(
  sql: Sql,
  relation: string,
  look: Looked,
  details: Details,
): Promise<KnownColumn> {
  const { column, found, meaning } = look;
  const all = filled(column);
  const type = typed(look, details);
  const number = type === 'text' && found.type !== 'text';
  const fitting = type === 'text' ? all : found.fitting;
  const { semantic } = meaning;
  return {
    name: column.source.name,
    type,
    formats: type === 'text' ? [] : found.formats,
    ambiguous: type !== 'text' && found.ambiguous,
    semanticType: semantic,
    evidence: meaning.evidence,
    rows: column.rows,
    nulls: column.nulls,
    nullWords: column.nullWords,
    distinct: column.distinct,
    exact: column.exact,
    min: number ? null : details.min,
    max: number ? null : details.max,
    minLength: column.minLength,
    maxLength: column.maxLength,
    examples: examplesOf(column),
    share: all === 0 ? 1 : fitting / all,
    misfits: {
      count: all - fitting,
      examples: type === 'text' ? [] : details.misfits,
    },
    pattern: patternFound(look, details),
    codes: await codesOf(sql, relation, look),
    grade: semantic === null ? 'L1' : semantics[semantic].grade,
    notes: [...found.notes],
  };
}

/**
 * What every column of a relation of text is. Three passes over all rows; only which questions are
 * worth asking is decided on a sample.
 * @param relation SQL that can stand behind FROM; its columns are text as it came
 */
export async function knowColumns(
  sql: Sql,
  relation: string,
  columns: readonly ColumnSource[],
  options: KnowOptions,
): Promise<KnownColumn[]> {
  if (columns.length === 0) return [];
  const counted = await countColumns(sql, relation, columns, options);
  const questions = questionsFor(options.today);
  const answers = await askColumns(sql, relation, counted, questions);
  const looks = counted.map((column, at): Looked => {
    const given: Answers = answers[at] ?? new Map();
    const found = typeOf(column, given, options);
    const meaning = meaningOf(column, given, found, options);
    return {
      column,
      found,
      meaning,
      pattern: worthPattern(found, meaning) ? patternOf(column.sample) : null,
    };
  });
  const details = await detailsOf(sql, relation, looks);
  const known: KnownColumn[] = [];
  for (const [at, look] of looks.entries()) {
    const detail = details[at];
    if (detail !== undefined) known.push(await columnOf(sql, relation, look, detail));
  }
  const coordinates = coordinateNotes(known);
  for (const [at, column] of known.entries()) {
    const value = looks[at]?.column.value ?? 'null';
    const place = await divisionNote(sql, relation, column, value, options.divisions ?? []);
    column.notes.push(...[place, coordinates.get(at) ?? null].filter((note) => note !== null));
  }
  return known;
}
