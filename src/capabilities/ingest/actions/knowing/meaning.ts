/** What the values of a column mean, with what speaks for it. */
import { normalHeader, type SemanticName, semantics } from '#catalogue';
import type { Evidence, KnowOptions } from './model.ts';
import { patternOf } from './patterns.ts';
import type { Answers, Counted } from './profile.ts';
import { filled, type TypeFound } from './types.ts';

export interface MeaningFound {
  semantic: SemanticName | null;
  evidence: Evidence | null;
  /** The values are a closed set. */
  closed: boolean;
}

const numeric = (found: TypeFound): boolean => found.type === 'integer' || found.type === 'decimal';

/** Meanings a type leaves open; others are of text, digits included. */
function open(name: SemanticName, found: TypeFound): boolean {
  if (name === 'birth_date') return found.type === 'date' || found.type === 'timestamp';
  if (name === 'longitude' || name === 'latitude' || name === 'amount') return numeric(found);
  if (name === 'year_month') return found.type !== 'date' && found.type !== 'boolean';
  return found.type === 'text' || found.type === 'integer';
}

interface Candidate {
  evidence: Evidence;
  hinted: boolean;
  alone: boolean;
}

function candidates(column: Counted, answers: Answers, found: TypeFound): Candidate[] {
  const header = normalHeader(column.source.name);
  const of = filled(column);
  return [...answers].flatMap(([{ about }, valid]): Candidate[] => {
    if (about.what !== 'semantic' || of === 0 || !open(about.name, found)) return [];
    const { known, standard = null } = semantics[about.name];
    if (known === undefined || known.never?.test(header)) return [];
    const speaks = known.header?.test(header) ?? false;
    const share = valid / of;
    const evidence = { semantic: about.name, valid, of, share, header: speaks, standard };
    return [
      {
        evidence,
        hinted: speaks && known.hinted !== undefined && share >= known.hinted,
        alone:
          known.alone !== undefined &&
          share >= known.alone &&
          column.distinct >= (known.various ?? 1),
      },
    ];
  });
}

const numberedHeader =
  /编号|单号|序号|号码|流水|证号|案号|文号|编码|代码|标识|^id$|_id$|no\.?$|号$/i;
const codedHeader = /编码|代码|类别|类型|分类|种类|code|type|kind|class|channel|渠道/i;
const tellingHeader =
  /内容|描述|备注|说明|简介|摘要|详情|经过|意见|建议|原因|走向|remark|note|comment|description/i;
/** Whole numbers that name or order something; all others count or measure. */
const namingHeader = /号|门牌|楼层|年份|年度|序|码|级|排名|\bid$|_id$|rank|year|level/i;

/** So often a value of a closed set occurs at least, on average. */
const timesEach = 5;
/** A sentence is longer than this. */
const sentence = 15;

function plain(column: Counted, found: TypeFound, options: KnowOptions): MeaningFound {
  const header = normalHeader(column.source.name);
  const of = filled(column);
  const said = (semantic: SemanticName | null, closed = false): MeaningFound => ({
    semantic,
    evidence: null,
    closed,
  });
  if (found.type === 'timestamp') return said('instant');
  if (found.type === 'date' || found.type === 'boolean' || of === 0) return said(null);
  const few = column.distinct <= options.codesMax && column.distinct * timesEach <= of;
  const unique = column.distinct >= of - Math.max(1, of * 0.03);
  const numbered = numberedHeader.test(header) && (unique || patternOf(column.sample) !== null);
  if (numeric(found)) {
    if (numbered && !few) return said('identifier');
    if (few && codedHeader.test(header)) return said('code', true);
    const counts = found.type === 'decimal' || !namingHeader.test(header);
    return said(counts ? 'quantity' : null);
  }
  if (numbered && !few) return said('identifier');
  if (few && column.maxLength <= sentence) return said('code', true);
  const repeated = column.distinct * timesEach <= of;
  if (repeated && codedHeader.test(header) && column.meanLength <= sentence) return said('code');
  const punctuated = column.sample.filter((value) => /[，。；！？,;!?]/.test(value)).length;
  const written = column.sample.filter((value) => /\p{Script=Han}| /u.test(value)).length;
  const told =
    punctuated * 2 > column.sample.length ||
    (column.meanLength > sentence && written * 2 > column.sample.length);
  if (tellingHeader.test(header) || (told && !few)) return said('free_text');
  return said(null);
}

/**
 * The meaning of a column: what its header and its values both speak for, else what the values
 * alone prove, else what a plain value of its type is used for.
 */
export function meaningOf(
  column: Counted,
  answers: Answers,
  found: TypeFound,
  options: KnowOptions,
): MeaningFound {
  const all = candidates(column, answers, found);
  const best = all.find(({ hinted }) => hinted) ?? all.find(({ alone }) => alone);
  if (best === undefined) return plain(column, found, options);
  return { semantic: best.evidence.semantic, evidence: best.evidence, closed: false };
}
