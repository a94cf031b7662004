/**
 * What speaks for and against a name: its signs, the words that would have to stand there instead,
 * and the words around. One number each, all weighed by the weights of the model.
 */
import { isHistoric } from './historic.ts';
import type { Lattice } from './lattice.ts';
import { lexicalOf } from './lexical.ts';
import type { Candidate } from './names.ts';
import { isHan, type Token } from './token.ts';
import { bodyEnds, doings, labels, many, placeEnds, roles, titles } from './words.ts';

export type Feature = readonly [name: string, value: number];

/** What is known of the places beside a candidate and of other names of the text. */
export interface Around {
  /** Names begin or end where a list goes on with this one. */
  joined: number;
  /** The same signs were found to be a name elsewhere. */
  again: boolean;
}

const strongAfter = new RegExp(
  [
    `^(?:(?:${titles})`,
    '[(,，、 ]{0,2}(?:男|女)(?:[,，。;)、 0-9]|性|婴)',
    '[(,，:： ]{0,2}(?:身份证|公民身份|证件号|电话|手机|联系电话|联系方式|号码|1[3-9]\\d{5}|\\d{7,}|\\d{1,2}岁)',
    '家(?:门口|中|里|住|附近)',
    '等\\d',
    '等[一二三四五六七八九十两]?人)',
  ].join('|'),
);
const doing = new RegExp(`^(?:${doings})`);
const link = '(?:为|是|系|叫|:|"|“|\'| |\\(){0,3}$';
const role = new RegExp(`(?:${roles})${link}`);
const label = new RegExp(`(?:(?:${roles}|[^\\d]{1,3}[人员])[:] ?|姓名[: ]?)$`);
const crowd = new RegExp(`(?:${many})[ :]?$`);
const moment = /(?:昨天|今天|前天|昨日|今日|当日|当天|近日|日前|昨晚|当晚|上午|下午|晚上|随后)$/;
const placed = new RegExp(`^(?:${placeEnds})`);
const counted = /^[两二三四五六七八九十][人名位户]/;
const quotes = /["'“”‘’「」《》]/;

/** Signs that are words of their own and end a name only where the text ends too. */
const little =
  /[和与同及跟为以于从向对让把被将就也都又在是有不说称要去来到给等并且而或其之的了着过所因由时后前中上下内外里做家已曾还再只很最更均系按据住打报摄诉无未没则问]/;
/** Behind a verb: 写了, 扶起. */
const afterVerb = /[了的着过起出走到给上下好完回进开住掉成]/;
/** Signs that end the names of places and hardly those of persons. */
const placeSign = /[桥湖村镇路街弄埠坞浜港区县市省巷屯寨府苑园里塘坛郡湾邸坊城]/;

const bodyEnd = new RegExp(`(?:${bodyEnds})$`);
const bodyHere = new RegExp(`^(?:${bodyEnds})`);
const begins = new RegExp(`^(?:${labels})`);
const joining = /^(?:n|vn|a$|b|j|l|i|g|x)/;

/** The signs begin the name of a body: 张小泉剪刀厂. */
function ofBody({ text, next }: Lattice, end: number): boolean {
  let at = end;
  for (let count = 0; count < 5; count += 1) {
    const one = next[at];
    if (one === undefined) return false;
    const word = text.slice(one.start, one.end);
    if (one.kind === 'mark' && !/[()]/.test(word)) return false;
    if (begins.test(word)) return false;
    if (bodyEnd.test(word)) return true;
    if (one.kind === 'word' && !joining.test(one.tag)) return false;
    at = one.end;
  }
  return false;
}

const kindOf = (side: string, sign: string | undefined): string | null => {
  if (sign === undefined) return `${side}edge`;
  if (isHan(sign)) return null;
  if (/\d/.test(sign)) return `${side}digit`;
  if (/[A-Za-z]/.test(sign)) return `${side}letter`;
  const one = '、,。:;"()/@ ·《》#'.includes(sign) ? sign : /[“”‘’']/.test(sign) ? '"' : 'other';
  return `${side}${one}`;
};

/** Words of one sign by what they do beside a name. */
const groups: readonly (readonly [string, string])[] = [
  ['<lead', '由经被让请找对向给把将据随替跟与和同及因叫听除派问就劝催托带陪是为'],
  ['<where', '在从到于往去离住'],
  ['<of', '的了'],
  ['>does', '于在向与和及同跟把将被对从给由因以就替'],
  ['>how', '也都又已曾还只则才刚正不没未均再仍常'],
  ['>is', '说称系是去来要有问答'],
  ['>of', '的'],
  ['>home', '家'],
  ['>many', '等'],
];

function wordOf(side: string, one: Token | undefined, text: string): string[] {
  if (one === undefined) return [];
  if (one.place !== null || one.kind === 'place') return [`${side}place`];
  const word = text.slice(one.start, one.end);
  const group = groups.find(
    ([name, all]) => name.startsWith(side) && word.length === 1 && all.includes(word),
  );
  if (group !== undefined) return [group[0], `${side}1:${word}`];
  const names = [`${side}tag:${one.tag[0] ?? 'x'}`];
  if (side === '<' && /[人员者长师工]$/.test(word)) names.push('<bearer');
  return names;
}

/** The word beyond the one beside: a mark, or what kind of word it is. */
function beyond(side: string, one: Token | undefined, text: string): string {
  if (one === undefined) return `${side}edge`;
  const mark = kindOf(side, text[one.start]);
  if (mark !== null) return mark;
  return one.place === null ? `${side}tag:${one.tag[0] ?? 'x'}` : `${side}place`;
}

/** Told by the signs before: nothing, marks, words and what kind of words they are. */
function left({ text, before }: Lattice, { start }: Candidate): string[] {
  const said = text.slice(Math.max(0, start - 8), start);
  const sign = kindOf('<', text[start - 1]);
  const found = sign === null ? wordOf('<', before[start], text) : [sign];
  const beside = before[start];
  if (beside !== undefined) found.push(beyond('<<', before[beside.start], text));
  if (role.test(said)) found.push('<role');
  if (label.test(said)) found.push('<label');
  if (crowd.test(said)) found.push('<many');
  if (moment.test(said)) found.push('<moment');
  return found;
}

function right(lattice: Lattice, { end }: Candidate): string[] {
  const { text, next } = lattice;
  const after = text.slice(end, end + 10);
  const sign = kindOf('>', text[end]);
  const found = sign === null ? wordOf('>', next[end], text) : [sign];
  const beside = next[end];
  if (beside !== undefined) found.push(beyond('>>', next[beside.end], text));
  if (strongAfter.test(after)) found.push('>title');
  if (doing.test(after)) found.push('>doing');
  if (placed.test(after)) found.push('>placed');
  if (counted.test(after)) found.push('>counted');
  if (ofBody(lattice, end) || bodyHere.test(text.slice(end - 1, end + 5))) found.push('>body');
  return found;
}

const edge = (sign: string | undefined): boolean => sign === undefined || !isHan(sign);

/** How common a word is: nothing for the rare, more for the frequent. */
const common = (cost: number | undefined): number => Math.max(0, 14 - (cost ?? 14));

/** What the signs themselves tell. */
function signsOf(lattice: Lattice, one: Candidate, cover: number): Feature[] {
  const { text, known } = lattice;
  const { start, end, build, family } = one;
  const whole = text.slice(start, end);
  const given = text.slice(start + family, end);
  const word = known.words.get(whole);
  const last = given.at(-1) ?? '';
  const found: Feature[] = [
    [`build:${build}`, 1],
    [family === 0 ? 'cover:other' : 'cover', Math.min(family === 0 ? 120 : 45, cover)],
  ];
  if (word !== undefined) {
    if (/^nr/.test(word.tag) && whole.length > 2) found.push(['word:name', common(word.cost) + 1]);
    else if (common(word.cost) > 0) found.push(['word:other', common(word.cost)]);
    if (whole.length === 2) found.push([`word:tag:${word.tag.slice(0, 2)}`, 1]);
    if (whole.length === 2) found.push(['word:given', Math.min(common(word.cost), one.givenCost)]);
    if (/^n[stz]/.test(word.tag)) found.push(['word:place', 1]);
  }
  if (family === 0) return found;
  const crossing = (at: number): number =>
    common(known.words.get(text.slice(at - 1, at + 1))?.cost);
  found.push([`cut:${build}`, crossing(end)], ['cut:before', crossing(start)]);
  if (family === 2) found.push(['compound', 1]);
  found.push(['family', one.familyCost], [`given:${build}`, one.givenCost]);
  if (build === 'two') {
    const tag = known.words.get(last)?.tag[0] ?? 'x';
    found.push([`last:tag:${tag}`, 1], [`last:cost:${tag}`, one.lastCost], ['last', one.lastCost]);
    if (afterVerb.test(text[end] ?? '')) found.push([`last:tag:${tag}+`, 1]);
  }
  found.push(['family:word', common(known.words.get(whole.slice(0, family))?.cost)]);
  found.push(['last:word', common(known.words.get(last)?.cost)]);
  if (build === 'two') {
    found.push(['given:word', common(known.words.get(given)?.cost)]);
    found.push(['pair', Math.log1p(known.pairs.get(given) ?? 0)]);
    if (little.test(given[0] ?? '')) found.push(['first:little', 1]);
  }
  if (little.test(last)) found.push([edge(text[end]) ? 'last:little,' : 'last:little', 1]);
  if (placeSign.test(last)) found.push(['last:place', 1]);
  return found;
}

/** Marks on both sides tell more than each alone. */
function both({ text }: Lattice, { start, end, build }: Candidate, sides: string[]): string[] {
  const [l, r] = [text[start - 1], text[end]];
  const found: string[] = [];
  if (edge(l) && edge(r)) found.push(`alone:${build}`);
  if (l === undefined && r === undefined) found.push('whole');
  if (quotes.test(l ?? '') && quotes.test(r ?? '')) found.push('quoted');
  const strong = (side: string): boolean => sides.includes(side);
  if ((strong('<role') || strong('<label')) && (strong('>title') || edge(r))) found.push('framed');
  if (edge(l) && strong('>title')) found.push('told');
  return found;
}

const telling = /^(?:<role|<label|<lead|<many|<moment|<、|>title|>doing|>how|framed|told)$/;

/** A word of the language is a name where something asks for one. */
function askedFor(
  { text, known }: Lattice,
  { start, end }: Candidate,
  context: string[],
): string[] {
  const word = known.words.get(text.slice(start, end));
  if (word === undefined || common(word.cost) < 1) return [];
  return context.filter((name) => telling.test(name)).map((name) => `word&${name}`);
}

const asking = /^(?:<role|<label|<many|<moment|>title|>doing|framed|told)$/;
const everyday = 2;

/** A word of the language, or a place, where nothing asks for a name: 高兴, 张贴, 江南春. */
function isBareWord(lattice: Lattice, one: Candidate, beside: string[], around: Around): boolean {
  const word = lattice.known.words.get(lattice.text.slice(one.start, one.end));
  const isShort = one.end - one.start === 2;
  const isWord = isShort ? common(word?.cost) >= everyday : word?.tag === 'ns';
  return (
    isWord && around.joined === 0 && !around.again && !beside.some((each) => asking.test(each))
  );
}

/** What words have to pay where the name stands: nothing where the cheapest row ends and begins. */
export const coverOf = ({ ahead, behind, text }: Lattice, { start, end }: Candidate): number =>
  (ahead[text.length] ?? 0) - (ahead[start] ?? Infinity) - (behind[end] ?? Infinity);

/** Everything that speaks for and against a candidate. */
export function featuresOf(lattice: Lattice, one: Candidate, around: Around): Feature[] {
  const sides = [...left(lattice, one), ...right(lattice, one)];
  const beside = [...sides, ...both(lattice, one, sides)];
  const context = [...beside, ...askedFor(lattice, one, beside)];
  const cover = coverOf(lattice, one);
  const found = signsOf(lattice, one, cover);
  if (isBareWord(lattice, one, beside, around)) found.push(['bare', 1]);
  for (const name of context) found.push([name, 1]);
  if (isHistoric(lattice.text.slice(one.start, one.end))) found.push(['historic', 1]);
  for (const name of lexicalOf(lattice, one, cover)) found.push([name, 1]);
  if (around.joined > 0) found.push(['joined', around.joined]);
  if (around.again) found.push(['again', 1]);
  return found;
}
