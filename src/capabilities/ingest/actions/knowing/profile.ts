/** The passes over a relation: counts of all rows, and answers to the questions worth asking. */
import { cleaned, ident, literal, normalHeader, type SemanticName, semantics } from '#catalogue';
import type { ColumnSource, KnowOptions, NullWord, Sql } from './model.ts';
import type { Question } from './questions.ts';

/** Words departments write where there is no value. */
const nullWords = [
  'null',
  'none',
  'nan',
  'n/a',
  'na',
  '#n/a',
  '\\n',
  '-',
  '--',
  '—',
  '——',
  '/',
  '无',
  '空',
  '暂无',
  '未填',
];

/** A column with what the first pass counted. */
export interface Counted {
  source: ColumnSource;
  /** SQL of its value: trimmed, words for "no value" taken for none. */
  value: string;
  rows: number;
  nulls: number;
  nullWords: NullWord[];
  distinct: number;
  /** `distinct` was counted, not estimated. */
  exact: boolean;
  minLength: number;
  maxLength: number;
  meanLength: number;
  sample: string[];
}

const count = (value: unknown): number => Number(value ?? 0);

/** So many expressions stand in one query at most: thousands of columns must not become one. */
const mostExpressions = 240;

export function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

const among = (words: readonly string[]): string => `(${words.map(literal).join(', ')})`;

async function wordsOf(sql: Sql, relation: string, value: string): Promise<NullWord[]> {
  const found = await sql.rows(
    `select ${value} as word, count(*) as n from ${relation}
     where lower(${value}) in ${among(nullWords)} group by all order by n desc, word`,
  );
  return found.map(({ word, n }) => ({ word: String(word), count: count(n) }));
}

/** 有 beside 无 makes it an answer. */
const answers = async (sql: Sql, relation: string, value: string): Promise<boolean> => {
  const [row] = await sql.rows(
    `select count(*) as n from ${relation} where ${value} in ('有', 'yes', 'YES')`,
  );
  return count(row?.n) > 0;
};

type Row = Record<string, unknown>;

async function countsOf(
  sql: Sql,
  relation: string,
  columns: readonly ColumnSource[],
): Promise<Row> {
  const values = columns.map(({ column }, at) => `${cleaned(ident(column))} as v${at}`);
  const asked = columns.map(
    (_, at) => `count(v${at}) as n${at}, count_if(lower(v${at}) in ${among(nullWords)}) as w${at},
      approx_count_distinct(v${at}) as d${at}, coalesce(min(length(v${at})), 0) as s${at},
      coalesce(max(length(v${at})), 0) as l${at}, coalesce(avg(length(v${at})), 0) as a${at}`,
  );
  const inner = `select ${values.join(', ')} from ${relation}`;
  const [row = {}] = await sql.rows(`select count(*) as rows, ${asked.join(', ')} from (${inner})`);
  return row;
}

async function countedOf(
  sql: Sql,
  relation: string,
  source: ColumnSource,
  row: Row,
  at: number,
): Promise<Counted> {
  const plain = cleaned(ident(source.column));
  const words = count(row[`w${at}`]) === 0 ? [] : await wordsOf(sql, relation, plain);
  const meant = words.some(({ word }) => word === '无') && (await answers(sql, relation, plain));
  const none = meant ? words.filter(({ word }) => word !== '无') : words;
  const gone = none.reduce((sum, word) => sum + word.count, 0);
  const list = among(none.map(({ word }) => word));
  return {
    source,
    value: none.length === 0 ? plain : `case when ${plain} in ${list} then null else ${plain} end`,
    rows: count(row.rows),
    nulls: count(row.rows) - count(row[`n${at}`]) + gone,
    nullWords: none,
    distinct: Math.max(0, count(row[`d${at}`]) - none.length),
    exact: false,
    minLength: count(row[`s${at}`]),
    maxLength: count(row[`l${at}`]),
    meanLength: count(row[`a${at}`]),
    sample: [],
  };
}

/** Estimates lie within this share of the truth nearly always. */
const estimate = 0.7;

/** Exact counts of different values cost memory: asked where they may decide a key or a code. */
async function countExactly(
  sql: Sql,
  relation: string,
  counted: readonly Counted[],
  options: KnowOptions,
): Promise<void> {
  const asked = counted.filter(
    ({ distinct, rows, nulls }) =>
      distinct <= options.codesMax * 2 || distinct >= (rows - nulls) * estimate,
  );
  for (const some of chunks(asked, 10)) {
    const values = some.map(({ value }, at) => `count(distinct ${value}) as d${at}`);
    const [row = {}] = await sql.rows(`select ${values.join(', ')} from ${relation}`);
    for (const [at, column] of some.entries()) {
      column.distinct = count(row[`d${at}`]);
      column.exact = true;
    }
  }
}

/** First pass: what every column holds, over all rows; and a sample of rows. */
export async function countColumns(
  sql: Sql,
  relation: string,
  columns: readonly ColumnSource[],
  options: KnowOptions,
): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (const some of chunks(columns, Math.floor(mostExpressions / 6))) {
    const row = await countsOf(sql, relation, some);
    for (const [at, source] of some.entries()) {
      counted.push(await countedOf(sql, relation, source, row, at));
    }
  }
  await countExactly(sql, relation, counted, options);
  await drawSample(sql, relation, counted, options);
  return counted;
}

/** Cells drawn at most, whatever the number of columns. */
const mostCells = 2_000_000;

async function drawSample(
  sql: Sql,
  relation: string,
  counted: Counted[],
  options: KnowOptions,
): Promise<void> {
  const rows = Math.max(50, Math.min(options.sampleRows, Math.floor(mostCells / counted.length)));
  const values = counted.map(({ value }, at) => `${value} as v${at}`).join(', ');
  const drawn = await sql.rows(
    `select ${values} from ${relation} using sample reservoir(${rows} rows) repeatable (1)`,
  );
  for (const [at, column] of counted.entries()) {
    column.sample = drawn.map((row) => row[`v${at}`]).filter((value) => typeof value === 'string');
    const rare = column.sample.length < Math.min(50, column.rows - column.nulls);
    if (rare) column.sample = await firstValues(sql, relation, column.value);
  }
}

/** Values of a column that is nearly empty. */
async function firstValues(sql: Sql, relation: string, value: string): Promise<string[]> {
  const found = await sql.rows(
    `select ${value} as v from ${relation} where ${value} is not null limit 200`,
  );
  return found.map(({ v }) => String(v));
}

/** Answers by question: values of a column of which it is true. */
export type Answers = Map<Question, number>;

/**
 * Questions the sample leaves open. A meaning that needs the header to speak for it is not asked
 * where the header is silent; one that needs most of the values is asked when it holds for some of
 * a sample drawn at random, so that none is lost.
 */
const openQuestions = (column: Counted, questions: readonly Question[]): Question[] =>
  questions.filter(({ shape, about }) => {
    if (about.what === 'semantic' && !mayBe(column, about.name)) return false;
    return column.sample.some((value) => shape.test(value));
  });

function mayBe(column: Counted, name: SemanticName): boolean {
  const { known } = semantics[name];
  return (
    known?.alone !== undefined || known?.header?.test(normalHeader(column.source.name)) === true
  );
}

/** Second pass: over all rows, how many values of each column fit each open question. */
export async function askColumns(
  sql: Sql,
  relation: string,
  columns: readonly Counted[],
  questions: readonly Question[],
): Promise<Answers[]> {
  const asked = columns.flatMap((column, at) =>
    openQuestions(column, questions).map((question) => ({ at, question, column })),
  );
  const answers: Answers[] = columns.map(() => new Map());
  for (const some of chunks(asked, mostExpressions)) {
    const used = [...new Set(some.map(({ at }) => at))];
    const inner = used.map((at) => `${columns[at]?.value ?? 'null'} as v${at}`).join(', ');
    const counts = some.map(
      ({ at, question }, n) => `count_if(${question.sql(`v${at}`)}) as q${n}`,
    );
    const [row = {}] = await sql.rows(
      `select ${counts.join(',\n')} from (select ${inner} from ${relation})`,
    );
    for (const [n, { at, question }] of some.entries()) {
      answers[at]?.set(question, count(row[`q${n}`]));
    }
  }
  return answers;
}
