/** From what was found in the values of a column to what the column is and what it contains. */
import { type Grade, normalHeader, type SemanticName, semanticNames, semantics } from '#catalogue';
import { type Finding, type FindOptions, findSensitive, type Reason } from './find/index.ts';
import { isName, mayBeAddress } from './find/whole.ts';
import { maskedExample } from './masks.ts';

/** A value of a column and how often it occurs. */
export interface Value {
  value: string;
  count: number;
}

export interface JudgeOptions extends FindOptions {
  /** Values in a thousand that have to contain something for it to count. */
  insidePermille: number;
  /** And so many values at least. */
  insideValues: number;
}

/** What was found of one type in a column. */
export interface Seen {
  type: SemanticName;
  /** The value is nothing else; false: it stands in a longer text. */
  whole: boolean;
  values: number;
  /** The same without repeating: an error of the recogniser repeats with the value. */
  different: number;
  share: number;
  reasons: Reason[];
  /** Masked. */
  examples: string[];
}

export interface Judged {
  /** What the column is; null when nothing sensitive was recognised. */
  semantic: SemanticName | null;
  /** Highest grade of what it is and what it contains; null when nothing was found. */
  grade: Grade | null;
  /** Share of the values that are of the type. */
  share: number;
  /** The name of the column speaks for the type. */
  named: boolean;
  seen: Seen[];
  /** Values looked at that are not empty. */
  of: number;
  /** The same without repeating. */
  different: number;
}

/** One finding of one value. */
export interface CellFinding extends Finding {
  value: Value;
  whole: boolean;
}

/** Words that stand before a value when the name of its column speaks for a type. */
const spoken: readonly [SemanticName, string][] = [
  ['citizen_id', '身份证号：'],
  ['bank_card', '银行卡号：'],
  ['uscc', '统一社会信用代码：'],
  ['passport', '护照号：'],
  ['travel_permit', '通行证号：'],
  ['birth_date', '出生日期：'],
  ['plate', '车牌号：'],
  ['mobile', '电话：'],
  ['address', '地址：'],
  ['longitude', '经度：'],
  ['latitude', '纬度：'],
  ['ip', 'IP地址：'],
  ['mac', 'MAC：'],
];

/** The name of a column speaks for a type and not against it. */
export function namedFor(type: SemanticName, column: string): boolean {
  const header = normalHeader(column);
  const { known } = semantics[type];
  return (known?.header?.test(header) ?? false) && !(known?.never?.test(header) ?? false);
}

/** Names of columns that say a number is none of these. */
const countedColumn = /网格|编码|代码|金额|数量|费|单价|合计|余额|流水|单号|订单|编号|序号|版本/;

const lead = (column: string): string =>
  spoken.find(([type]) => namedFor(type, column))?.[1] ??
  (countedColumn.test(column) ? `${column}：` : '');

/** Findings of one value, as if the name of its column stood before it. */
function findingsOf(value: Value, before: string, options: FindOptions): CellFinding[] {
  const shift = before.length;
  const { value: text } = value;
  return findSensitive(before + text, options)
    .filter(({ start }) => start >= shift)
    .map((found) => {
      const [start, end] = [found.start - shift, found.end - shift];
      const whole = text.slice(0, start).trim() === '' && text.slice(end).trim() === '';
      return { ...found, start, end, value, whole };
    });
}

const wholeFinding = (value: Value, type: SemanticName, reasons: Reason[]): CellFinding => ({
  type,
  start: 0,
  end: value.value.length,
  reasons,
  value,
  whole: true,
});

const sumOf = (values: readonly Value[]): number =>
  values.reduce((sum, { count }) => sum + count, 0);

/** So many different values at least make a column of names without its header saying so. */
const variety = 8;

/** A column is one of names, or of addresses, as a whole: then every value that can be one is. */
function asColumn(
  column: string,
  values: readonly Value[],
  cells: readonly CellFinding[],
): CellFinding[] {
  const of = sumOf(values);
  const taken = new Set(cells.filter(({ whole }) => whole).map(({ value }) => value));
  const left = (type: SemanticName, fits: (text: string) => boolean): Value[] => {
    const fitting = values.filter((value) => fits(value.value.trim()));
    const share = sumOf(fitting) / Math.max(1, of);
    const { hinted = 1, alone = Infinity } = semantics[type].known ?? {};
    const enough = namedFor(type, column)
      ? share >= hinted
      : share >= alone && fitting.length >= variety && !otherwise(type, column);
    return enough ? fitting.filter((value) => !taken.has(value)) : [];
  };
  return [
    ...left('person_name', isName).map((value) => wholeFinding(value, 'person_name', ['surname'])),
    ...left('address', mayBeAddress).map((value) => wholeFinding(value, 'address', ['layout'])),
  ];
}

const otherwise = (type: SemanticName, column: string): boolean =>
  semantics[type].known?.never?.test(normalHeader(column)) ?? false;

/** Findings in the values of a column, those of a whole value before those inside. */
export function findInColumn(
  column: string,
  values: readonly Value[],
  options: FindOptions,
): CellFinding[] {
  const before = lead(column);
  const cells = values.flatMap((value) => findingsOf(value, before, options));
  const whole = asColumn(column, values, cells);
  const replaced = new Set(whole.map(({ value }) => value));
  return [...cells.filter(({ value }) => !replaced.has(value)), ...whole];
}

const mostExamples = 3;

function seenOf(
  type: SemanticName,
  whole: boolean,
  cells: readonly CellFinding[],
  of: number,
): Seen {
  const mine = cells.filter((cell) => cell.type === type && cell.whole === whole);
  const different = [...new Set(mine.map(({ value }) => value))];
  const values = sumOf(different);
  const shown = mine.map(({ value, start, end }) =>
    maskedExample(type, value.value.slice(start, end)),
  );
  return {
    type,
    whole,
    values,
    different: different.length,
    share: of === 0 ? 0 : values / of,
    reasons: [...new Set(mine.flatMap(({ reasons }) => reasons))],
    examples: [...new Set(shown)].slice(0, mostExamples),
  };
}

/** One road that looks like a name does so in every row: where mistakes are made it counts once. */
const evidence = ({ type, values, different }: Seen): number =>
  semantics[type].known?.mistaken === undefined ? values : different;

/** What people write where there is no value. */
const nothing =
  /^(?:|无|没有|不详|未知|不明|待补|待定|待查|暂无|暂缺|空|见附件|同上|null|none|n\/?a|[-/\\.—]+)$/i;

/** What is believed of a column: most of its values are of the type, its name helping or not. */
function believed(column: string, seen: readonly Seen[]): Seen | undefined {
  const whole = seen.filter(({ whole: all, type, share }) => {
    const { hinted = 0.7, alone = 0.7 } = semantics[type].known ?? {};
    return all && share >= (namedFor(type, column) ? hinted : alone);
  });
  return whole.toSorted((a, b) => b.share - a.share)[0];
}

const higher = (a: Grade | null, b: Grade): Grade => (a === null || b > a ? b : a);

/** No check digit holds these: among other numbers of their length some fit by chance. */
const byChance: readonly SemanticName[] = ['citizen_id_old'];

/** What a column is and contains. */
export function judgeColumn(
  column: string,
  values: readonly Value[],
  options: JudgeOptions,
): Judged {
  const filled = values.filter(({ value }) => !nothing.test(value.trim()));
  const of = sumOf(filled);
  const cells = findInColumn(column, filled, options);
  const all = semanticNames
    .flatMap((type) => [seenOf(type, true, cells, of), seenOf(type, false, cells, of)])
    .filter(({ values: count }) => count > 0);
  const best = believed(column, all);
  const counts = (one: Seen): boolean =>
    evidence(one) >= options.insideValues &&
    one.share * 1000 >= options.insidePermille &&
    !(byChance.includes(one.type) && one.whole && !namedFor(one.type, column));
  const seen = all.filter((each) => each === best || counts(each));
  const semantic = best?.type ?? null;
  return {
    semantic,
    grade: seen.reduce<Grade | null>((top, { type }) => higher(top, semantics[type].grade), null),
    share: best?.share ?? 0,
    named: semantic !== null && namedFor(semantic, column),
    seen: seen.toSorted((a, b) => Number(b === best) - Number(a === best) || b.share - a.share),
    of,
    different: filled.length,
  };
}
