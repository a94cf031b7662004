/**
 * The very signs and words in and around a candidate, as features of the model of names. Names of
 * features that begin with `|` tell of what stands beside, with `=` of the signs themselves.
 */
import type { Lattice } from './lattice.ts';
import type { Candidate } from './names.ts';
import { isHan, type Token } from './token.ts';

const beyond = '^';

/** One sign as the model sees it: all digits are alike, and all Latin letters. */
function seen(sign: string | undefined): string {
  if (sign === undefined) return beyond;
  if (/\d/.test(sign)) return '0';
  return /[A-Za-z]/.test(sign) ? 'A' : sign;
}

function wordOf(one: Token | undefined, text: string): string {
  if (one === undefined) return beyond;
  if (one.kind === 'number') return seen(text[one.start]);
  return one.kind === 'place' ? `${one.place}` : text.slice(one.start, one.end);
}

interface Beside {
  /** Words beside, and one further. */
  word: string;
  after: string;
  further: string;
  later: string;
  /** What the words are: part of speech and size. */
  kind: string;
  kindAfter: string;
}

function kindOf(one: Token | undefined): string {
  if (one === undefined) return beyond;
  if (one.kind !== 'word') return one.kind;
  return `${one.tag.slice(0, 2)}${one.end - one.start}`;
}

function besideOf({ text, before, next }: Lattice, { start, end }: Candidate): Beside {
  const [left, right] = [before[start], next[end]];
  return {
    word: wordOf(left, text),
    after: wordOf(right, text),
    further: left === undefined ? beyond : wordOf(before[left.start], text),
    later: right === undefined ? beyond : wordOf(next[right.end], text),
    kind: kindOf(left),
    kindAfter: kindOf(right),
  };
}

/** Signs and words one and two places away on either side. */
function besides(
  { text }: Lattice,
  { start, end, build }: Candidate,
  { word, after, further, later, kind, kindAfter }: Beside,
): string[] {
  const [l1, l2] = [seen(text[start - 1]), seen(text[start - 2])];
  const [r1, r2] = [seen(text[end]), seen(text[end + 1])];
  return [
    `|l ${l1}`,
    `|r ${r1}`,
    `|rb ${build} ${r1}`,
    `|ll ${l2}${l1}`,
    `|rr ${r1}${r2}`,
    `|lr ${l1}${r1}`,
    `|w ${word}`,
    `|v ${after}`,
    `|ww ${further} ${word}`,
    `|vv ${after} ${later}`,
    `|w- ${further}`,
    `|v- ${later}`,
    `|wv ${word} ${after}`,
    `|t ${build} ${kind}`,
    `|u ${build} ${kindAfter}`,
    `|tu ${build} ${kind} ${kindAfter}`,
    `|tv ${kind} ${after}`,
    `|wu ${word} ${kindAfter}`,
  ];
}

/** Weak signs need strong words around them: how good the signs are, with the words beside. */
function strengthOf(
  { text, known }: Lattice,
  { start, end, build, family, familyCost, givenCost }: Candidate,
  { word, after }: Beside,
  cover: number,
): string[] {
  if (family === 0) return [];
  const much = Math.max(-7, Math.min(5, Math.round((cover - familyCost - givenCost) / 3)));
  const whole = known.words.get(text.slice(start, end));
  const common =
    whole === undefined
      ? ''
      : `${whole.tag.slice(0, 2)}${Math.max(-2, Math.min(6, Math.round(14 - whole.cost)))}`;
  const is = `${build}${much}`;
  const said = [`=q ${is}`, `=qw ${is} ${word}`, `=qv ${is} ${after}`];
  if (common === '') return said;
  return [...said, `=k ${common}`, `=kw ${common} ${word}`, `=kv ${common} ${after}`];
}

/** Surname and given name, and what their outer signs make with the signs beside. */
function within({ text }: Lattice, { start, end, family, build }: Candidate): string[] {
  const surname = text.slice(start, start + family);
  const given = text.slice(start + family, end);
  const last = given.at(-1) ?? '';
  const found = [`=f ${surname}`, `=fb ${build} ${surname}`, `=n ${surname}${given}`];
  if (build === 'one') found.push(`=s ${given}`);
  else found.push(`=g ${given[0]}`, `=h ${last}`, `=gh ${given}`);
  const [l1, r1] = [text[start - 1], text[end]];
  if (isHan(l1)) found.push(`=lf ${l1}${surname}`);
  if (isHan(r1)) found.push(`=hr ${last}${r1}`, `=ghr ${given}${r1}`);
  return found;
}

/** Of a name without a surname: its parts, and where it begins and ends among such signs. */
function ofOtherTongue({ text, known }: Lattice, { start, end, build }: Candidate): string[] {
  const whole = text.slice(start, end);
  const parts = whole.split('·');
  const kind = (part = ''): string => `${part.length}${known.words.get(part)?.tag.slice(0, 2)}`;
  const [opening, closing] = [whole[0], whole.at(-1)];
  return [
    `=o ${build} ${opening}`,
    `=p ${build} ${closing}`,
    `=ok ${build} ${kind(parts[0])}`,
    `=pk ${build} ${kind(parts.at(-1))}`,
    `=ol ${build} ${seen(text[start - 1])}${opening}`,
    `=pr ${build} ${closing}${seen(text[end])}`,
  ];
}

/** How the cheapest row cuts the signs: tags and sizes, and whether it cuts at the ends. */
function cutOf({ row }: Lattice, { start, end, build }: Candidate): string[] {
  const parts: string[] = [];
  for (let at = start; at < end; ) {
    const one = row[at];
    if (one === undefined) break;
    const to = Math.min(one.end, end);
    parts.push(`${one.kind === 'place' ? one.place : one.tag.slice(0, 2)}${to - at}`);
    at = to;
  }
  const opens = row[start]?.start === start;
  const shuts = (row[end - 1]?.end ?? end) === end;
  const ends = `${opens ? '[' : '<'}${shuts ? ']' : '>'}`;
  const inside = parts.join('.');
  return [`=c ${build} ${inside}`, `=ce ${build} ${ends} ${inside}`, `=e ${build} ${ends}`];
}

/**
 * All of them; each names one of many of its kind, so its value is always 1.
 * @param cover what words have to pay where the candidate stands
 */
export function lexicalOf(lattice: Lattice, one: Candidate, cover: number): string[] {
  const beside = besideOf(lattice, one);
  return [
    ...besides(lattice, one, beside),
    ...(one.family === 0 ? ofOtherTongue(lattice, one) : within(lattice, one)),
    ...strengthOf(lattice, one, beside, cover),
    ...cutOf(lattice, one),
  ];
}
