/** Questions that can be asked of every value of a column: SQL that is true, false or null. */
import { literal, matches, type SemanticName, semanticNames, semantics, timeSql } from '#catalogue';
import { type DateForm, dateForms, zonedShape } from './dates.ts';

export interface Question {
  id: string;
  /** Values of another shape need not be asked. */
  shape: RegExp;
  sql: (value: string) => string;
  about:
    | { what: 'number'; kind: NumberKind }
    | { what: 'date'; form: DateForm }
    | { what: 'zoned' }
    | { what: 'boolean'; yes: string; no: string }
    | { what: 'semantic'; name: SemanticName };
}

export type NumberKind = 'integer' | 'decimal' | 'leading_zero' | 'grouped' | 'serial';

/** The same pattern for JavaScript, which spells scripts longer. */
export const wholly = (shape: string): RegExp =>
  new RegExp(`^(?:${shape.replaceAll('\\p{Han}', '\\p{Script=Han}')})$`, 'u');

const numbers: Record<NumberKind, string> = {
  integer: '[+-]?(?:0|[1-9]\\d{0,17})',
  decimal: '[+-]?(?:0|[1-9]\\d*)?\\.\\d+|[+-]?[1-9]\\d*\\.',
  leading_zero: '[+-]?0\\d+',
  grouped: '[+-]?[1-9]\\d{0,2}(?:,\\d{3})+(?:\\.\\d+)?',
  serial: '[2-6]\\d{4}(?:\\.\\d+)?',
};

/** The shape of numbers of a kind. */
export const numberShape = (kind: NumberKind): string => numbers[kind];

const pairs: [string, string][] = [
  ['是', '否'],
  ['有', '无'],
  ['y', 'n'],
  ['yes', 'no'],
  ['true', 'false'],
  ['t', 'f'],
  ['1', '0'],
];

const numberQuestions = Object.entries(numbers).map(
  ([kind, shape]): Question => ({
    id: kind,
    shape: wholly(shape),
    sql: (value) => matches(value, shape),
    about: { what: 'number', kind: kind as NumberKind },
  }),
);

const dateQuestions = dateForms.map(
  (form): Question => ({
    id: form.format,
    shape: wholly(form.shape),
    sql: (value) =>
      `(${matches(value, form.shape)} and coalesce(${timeSql(value, [form.format])}
      >= timestamp '1000-01-01', false))`,
    about: { what: 'date', form },
  }),
);

const booleanQuestions = pairs.map(
  ([yes, no]): Question => ({
    id: `${yes}/${no}`,
    shape: new RegExp(`^(?:${yes}|${no})$`, 'iu'),
    sql: (value) => `lower(${value}) in (${literal(yes)}, ${literal(no)})`,
    about: { what: 'boolean', yes, no },
  }),
);

const zonedQuestion: Question = {
  id: 'zoned',
  shape: wholly(zonedShape),
  sql: (value) =>
    `(${matches(value, zonedShape)} and try_cast(${value} as timestamptz) is not null)`,
  about: { what: 'zoned' },
};

const semanticQuestions = (today: string): Question[] =>
  semanticNames.flatMap((name): Question[] => {
    const { known } = semantics[name];
    if (known === undefined) return [];
    const sql = (value: string): string => {
      const shaped = matches(value, known.shape);
      return known.sure === undefined ? shaped : `(${shaped} and ${known.sure(value, today)})`;
    };
    return [{ id: name, shape: wholly(known.shape), sql, about: { what: 'semantic', name } }];
  });

/** Every question there is, for a local day. */
export const questionsFor = (today: string): Question[] => [
  ...numberQuestions,
  ...dateQuestions,
  zonedQuestion,
  ...booleanQuestions,
  ...semanticQuestions(today),
];
