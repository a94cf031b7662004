/** One item of a proposed contract from what is known of a column. */
import { type SemanticName, semantics, usualFormats, writtenAs } from '#catalogue';
import type { Bilingual } from '#kernel/errors';
import type { KnownColumn } from '../model.ts';
import { translated } from './lexicon.ts';
import type { ItemEvidence, ProposedItem } from './model.ts';
import { englishTitle } from './names.ts';

export interface ItemProposed {
  item: ProposedItem;
  evidence: ItemEvidence;
}

const counted = (n: number): string => n.toLocaleString('en');
const percent = (part: number, of: number): string =>
  of === 0 ? '-' : `${(Math.floor((part / of) * 10_000) / 100).toFixed(part === of ? 0 : 2)} %`;

/** A value of a sensitive column is not written into a file that others read. */
const tellable = ({ grade }: KnownColumn): boolean => grade === 'L1' || grade === 'L2';

const misfitText = (column: KnownColumn): Bilingual => {
  const { count, examples } = column.misfits;
  const shown = tellable(column) && examples.length > 0 ? examples.slice(0, 3).join(' | ') : '';
  return {
    zh: `${counted(count)} 个值不符${shown === '' ? '' : `，如 ${shown}`}`,
    en: `${counted(count)} values do not fit${shown === '' ? '' : `, such as ${shown}`}`,
  };
};

function typeEvidence(column: KnownColumn): Bilingual {
  const filled = column.rows - column.nulls;
  const fit = percent(filled - column.misfits.count, filled);
  const notes = column.notes;
  const misfits = column.misfits.count > 0 ? [misfitText(column)] : [];
  const kinds = counted(column.distinct);
  const about = column.exact ? '' : '约';
  const all: Bilingual =
    column.type === 'text'
      ? {
          zh: `${counted(filled)} 个值，${about}${kinds} 种`,
          en: `${counted(filled)} values, ${about === '' ? '' : 'about '}${kinds} different`,
        }
      : { zh: `${counted(filled)} 个值，符合 ${fit}`, en: `${counted(filled)} values, ${fit} fit` };
  const said: Bilingual[] = [all, ...misfits, ...notes];
  return {
    zh: said.map(({ zh }) => zh).join('；'),
    en: said.map(({ en }) => en).join('; '),
  };
}

function meaningEvidence(column: KnownColumn): Bilingual | null {
  if (column.semanticType === null) return null;
  const { evidence } = column;
  const title = semantics[column.semanticType].title;
  if (evidence === null) return title;
  const standard = evidence.standard === null ? '' : `，${evidence.standard}`;
  const share = percent(evidence.valid, evidence.of);
  return {
    zh: `${title.zh}${standard}：有效 ${share}${evidence.header ? '，表头吻合' : '，表头未提示'}`,
    en: `${title.en}${standard.replace('，', ', ')}: ${share} valid${
      evidence.header ? ', the header agrees' : ', not from the header'
    }`,
  };
}

/** Values of a closed set; those so rare that they look like slips are left out and named. */
function codesOf(column: KnownColumn, permille: number) {
  if (column.codes === null) return null;
  const filled = column.rows - column.nulls;
  let budget = Math.floor((filled * permille) / 1000);
  const rare: string[] = [];
  for (const { value, count } of column.codes.toReversed()) {
    const usual = (column.codes[0]?.count ?? 0) * 0.05;
    if (count > budget || count >= usual || count > 3) break;
    budget -= count;
    rare.push(value);
  }
  const kept = column.codes.filter(({ value }) => !rare.includes(value));
  return { kept, rare };
}

/** A value is its own word where its English is not known: pinyin would help nobody. */
const englishValue = (value: string): string => {
  const words = translated(value);
  return words === null ? value : `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
};

function putCodes(out: ItemProposed, column: KnownColumn, permille: number): void {
  const codes = codesOf(column, permille);
  if (codes === null || codes.kept.length < 2) return;
  const { kept, rare } = codes;
  out.item.codes = Object.fromEntries(
    kept.map(({ value }) => [value, { zh: value, en: englishValue(value) }]),
  );
  const left = { zh: rare.join(' | '), en: rare.join(' | ') };
  out.evidence.codes = {
    zh: `全部行只有这 ${kept.length} 个值${rare.length > 0 ? `；另有 ${left.zh}，像是误填，未列入` : ''}`,
    en: `only these ${kept.length} values in all rows${
      rare.length > 0 ? `; ${left.en} look like slips and are left out` : ''
    }`,
  };
}

function putPattern(out: ItemProposed, { pattern }: KnownColumn, permille: number): void {
  if (pattern === null || pattern.of === 0) return;
  const misfits = pattern.of - pattern.fits;
  if (misfits * 1000 > pattern.of * permille) return;
  out.item.pattern = pattern.re2;
  out.evidence.pattern = {
    zh: `${percent(pattern.fits, pattern.of)} 的值是这样${misfits > 0 ? `，${misfits} 个不是` : ''}`,
    en: `${percent(pattern.fits, pattern.of)} of the values${misfits > 0 ? `, ${misfits} are not` : ''}`,
  };
}

/** So many values speak for a bound, and so few different ones for a scale. */
const boundValues = 50;
const scaleValues = 10;

function putBounds(out: ItemProposed, column: KnownColumn): void {
  const whole = column.type === 'integer';
  const number = whole || column.type.startsWith('decimal');
  if (!number || column.min === null || column.max === null) return;
  if (column.semanticType === 'longitude' || column.semanticType === 'latitude') return;
  if (column.rows - column.nulls < boundValues) return;
  const [min, max] = [Number(column.min), Number(column.max)];
  const scale = whole && min >= 0 && max - min + 1 <= scaleValues && column.distinct >= 3;
  if (min < 0) return;
  out.item.min = scale ? min : 0;
  if (scale && column.distinct >= max - min + 1) out.item.max = max;
  out.evidence.min = {
    zh: `最小 ${min}，最大 ${max}`,
    en: `smallest ${min}, largest ${max}`,
  };
}

function putDates(out: ItemProposed, { type, formats, ambiguous }: KnownColumn): void {
  if (type !== 'date' && type !== 'timestamp') return;
  const usual = usualFormats[type];
  const written = formats.map(writtenAs);
  const zh = `写法：${written.join('、')}${ambiguous ? '；日和月无法区分，请核对' : ''}`;
  const en = `written as ${written.join(', ')}${ambiguous ? '; day and month: please check' : ''}`;
  out.evidence.format = { zh, en };
  if (formats.some((format) => !usual.includes(format))) out.item.format = formats;
}

/** An invented value, where every value has the same form. */
const exampleOf = (semantic: SemanticName | null): string | undefined =>
  semantic === null || semantics[semantic].rule === undefined
    ? undefined
    : semantics[semantic].example;

/** Proposes an item; `required` when the column is full, or when it is part of the key. */
export function itemOf(
  column: KnownColumn,
  name: string,
  title: string,
  options: { permille: number; inKey: boolean },
): ItemProposed {
  const { semanticType } = column;
  const full = column.nulls === 0 && column.rows > 0;
  const out: ItemProposed = {
    item: {
      name,
      title: { zh: title, en: englishTitle(title) },
      type: column.type,
      grade: column.grade,
      required: full || options.inKey,
    },
    evidence: { type: typeEvidence(column) },
  };
  if (semanticType !== null) out.item.semantic = semanticType;
  const meaning = meaningEvidence(column);
  if (meaning !== null) out.evidence.semantic = meaning;
  const empty = counted(column.nulls);
  out.evidence.required = full
    ? { zh: '没有空值', en: 'never empty' }
    : { zh: `${empty} 个空值`, en: `${empty} empty` };
  if (column.nullWords.length > 0) {
    out.item.empty = column.nullWords.map(({ word }) => word);
    const words = column.nullWords
      .map(({ word, count }) => `${word} × ${counted(count)}`)
      .join('、');
    out.evidence.empty = { zh: `写作空值的词：${words}`, en: `words for no value: ${words}` };
  }
  putDates(out, column);
  putCodes(out, column, options.permille);
  putPattern(out, column, options.permille);
  putBounds(out, column);
  const example = exampleOf(semanticType);
  if (example !== undefined && out.item.codes === undefined) {
    const fits = out.item.pattern === undefined || new RegExp(out.item.pattern).test(example);
    if (fits && column.type === 'text') out.item.example = example;
  }
  return out;
}
