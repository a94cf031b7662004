/** Addresses: places in a row with a number, a building, a room, or where two roads meet. */
import type { Finding, Reason } from './model.ts';
import { placeOfWord } from './placing.ts';
import type { PlaceKind, Token } from './token.ts';
import { seats, whereWords } from './words.ts';

const numeral =
  '(?:\\d{1,5}[A-Za-z]?|[一二三四五六七八九十百零〇两]{1,5}|[A-Za-z]\\d{0,4}|[甲乙丙丁东南西北])';
const unit =
  '(?:村民小组|小组|号楼|号院|号|幢|栋|座|单元|室|层|楼|组|弄|支弄|期|房|户|区块|区|铺|商铺|店面|店铺|车库|苑)';
const piece = `(?:第|主楼|副楼|裙楼|附楼)?${numeral}(?:[-~]${numeral}){0,4} ?${unit}`;
const dashed = '\\d{1,4}(?:[-/#]\\d{1,5}){1,4}(?:号|室)?';
const tailShape = new RegExp(
  `^ ?(?:(?:${piece})(?:之[一二三四五六七八九十\\d]{1,2})?|${dashed})` +
    `(?:[ ,，]?(?:${piece}|${dashed}))*` +
    `(?:[与和至到]${piece}之间)?` +
    '(?: ?\\d{3,4}(?!\\d|[年月日万元人次件个米]))?',
);
/** What a number after these divisions cannot be: 二区, 3号 of a county. */
const building = /幢|栋|座|单元|室|号楼|组|\d[-#]\d/;
const numbered = /号|弄/;
/** So many houses, not the house of that number. */
const counted =
  /^ ?[\d一二三四五六七八九十百]+(?:幢|栋|户|层|室|座)(?:居民|建筑|房屋|楼|农|住|家|商)/;
/** A name before the number of a building, without a word of the sentence. */
const unlisted =
  /^[^\d\s,，。;；:：、()（）的了在是有和与及从到往向于为被把等称说来去后前时已]{2,10}(?=\d)/;

/** 许家36号: a hamlet of the village before. */
const hamletNumber =
  /^(?:\p{Script=Han}{1,2}[家里头湾坞]|(?:文化礼堂|村委会|卫生室|小学|祠堂)[东西南北]侧)\d{1,3}号/u;
/** A floor alone, said of one estate: where a shop is, and nobody's address. */
const floorOnly = /^[一二三四五六七八九十]{1,2}[楼层]$/;

const crossing = /^(?:与|和|、|-|\/|近|跟|同|到|至)$/;
const crossed = /^(?:的)?(?:交叉路?口|十字路口|丁字路口|交汇处|交会处|交界处|交叉处|路?口|红绿灯)/;

const addressWords = new RegExp(`(?:${whereWords})(?:为|是|在|于|:|：| ){0,2}$`);
const bodies = new RegExp(`^(?:${seats})`);

interface Chain {
  from: number;
  /** Index of the first token behind it. */
  next: number;
  kinds: PlaceKind[];
}

const placeOf = (token: Token, text: string): PlaceKind | null =>
  token.place === 'known' ? placeOfWord(text.slice(token.start, token.end)) : token.place;

/** Places that touch, a blank between them or not. */
function chainAt(tokens: readonly Token[], at: number, text: string): Chain {
  const kinds: PlaceKind[] = [];
  let next = at;
  for (; next < tokens.length; next += 1) {
    const one = tokens[next];
    if (one === undefined) break;
    const kind = placeOf(one, text);
    const between = text.slice(one.start, one.end);
    const blank =
      (between === ' ' || (between === '旁' && next > at)) && placeNext(tokens, next, text);
    if (kind === null && !blank) break;
    if (kind !== null) kinds.push(kind);
  }
  return { from: at, next, kinds };
}

const placeNext = (tokens: readonly Token[], at: number, text: string): boolean => {
  const after = tokens[at + 1];
  return after !== undefined && placeOf(after, text) !== null;
};

/** Index of the first token at or behind a sign. */
const tokenAt = (tokens: readonly Token[], sign: number, from: number): number => {
  let at = from;
  while (at < tokens.length && (tokens[at]?.start ?? 0) < sign) at += 1;
  return at;
};

interface Grown {
  end: number;
  next: number;
  reasons: Reason[];
}

/** Numbers, buildings and rooms behind a chain, and the chains that go on behind those. */
function grow(tokens: readonly Token[], chain: Chain, text: string): Grown {
  const grown: Grown = { end: tokens[chain.next - 1]?.end ?? 0, next: chain.next, reasons: [] };
  let kind = chain.kinds.at(-1);
  for (let rounds = 0; rounds < 4; rounds += 1) {
    const tail = tailAt(text, grown.end, kind);
    if (tail === undefined) break;
    if (counted.test(text.slice(grown.end, grown.end + tail.length + 3))) break;
    if (rounds === 0 && chain.kinds.length === 1 && floorOnly.test(tail)) break;
    grown.end += tail.length;
    grown.next = tokenAt(tokens, grown.end, grown.next);
    grown.reasons.push(building.test(tail) ? 'building' : 'road_number');
    const more = chainAt(tokens, grown.next, text);
    kind = 'road';
    if (more.kinds.length === 0 || tokens[grown.next]?.start !== grown.end) continue;
    grown.end = tokens[more.next - 1]?.end ?? grown.end;
    grown.next = more.next;
    kind = more.kinds.at(-1);
  }
  return grown;
}

/** Numbers right behind, or behind the name of an estate that is in no list. */
function tailAt(text: string, at: number, kind: PlaceKind | undefined): string | undefined {
  const rest = text.slice(at, at + 48);
  const tail = tailShape.exec(rest)?.[0];
  if (tail !== undefined && fits(tail, kind)) return tail;
  const hamlet = kind === 'village' ? hamletNumber.exec(rest)?.[0] : undefined;
  if (hamlet !== undefined) return hamlet;
  const name = kind === 'known' ? undefined : unlisted.exec(rest)?.[0];
  if (name === undefined) return undefined;
  const behind = tailShape.exec(rest.slice(name.length))?.[0];
  return behind !== undefined && /幢|栋|座|单元|室|楼|\d-\d/.test(behind)
    ? name + behind
    : undefined;
}

/** A house number follows a road, a village or an estate; buildings follow these and towns. */
function fits(tail: string, kind: PlaceKind | undefined): boolean {
  if (kind === 'road') return numbered.test(tail) || building.test(tail);
  if (kind === 'estate' || kind === 'village') return true;
  return building.test(tail) && (kind === 'town' || /幢|栋|室|单元|-/.test(tail));
}

/** Two roads that meet, a word between them or not. */
function crossingAt(tokens: readonly Token[], chain: Chain, text: string): Grown | null {
  const between = tokens[chain.next];
  if (between === undefined || chain.kinds.at(-1) !== 'road') return null;
  const joined = crossing.test(text.slice(between.start, between.end));
  const second = joined ? chainAt(tokens, chain.next + 1, text) : chain;
  if (!joined && chain.kinds.at(-2) !== 'road') return null;
  const end = tokens[second.next - 1]?.end ?? 0;
  if (second.kinds.at(-1) !== 'road') return null;
  const met = crossed.exec(text.slice(end, end + 8))?.[0];
  if (met === undefined) return null;
  const next = tokenAt(tokens, end + met.length, second.next);
  return { end: end + met.length, next, reasons: ['crossing'] };
}

const steps: readonly PlaceKind[] = ['province', 'city', 'county', 'town', 'village'];

/** Divisions alone: from the county down to a village, or said to be where somebody lives. */
function divisionsOnly(tokens: readonly Token[], chain: Chain, text: string): Grown | null {
  const end = tokens[chain.next - 1]?.end ?? 0;
  const start = tokens[chain.from]?.start ?? 0;
  if (bodies.test(text.slice(end, end + 6))) return null;
  const levels = new Set(chain.kinds.filter((kind) => steps.includes(kind)));
  const said = addressWords.test(text.slice(Math.max(0, start - 8), start));
  const low = chain.kinds.some(
    (kind) => kind === 'village' || kind === 'road' || kind === 'estate',
  );
  const deep = levels.has('town') || levels.has('county');
  const enough = said
    ? chain.kinds.length >= 2 && (low || levels.has('town'))
    : low && deep && (levels.size >= 3 || (chain.kinds.includes('road') && levels.size >= 2));
  const placed = chain.kinds.at(-1) === 'estate' && chain.kinds.includes('road');
  return enough || placed ? { end, next: chain.next, reasons: ['divisions'] } : null;
}

/** Addresses in a row of tokens. */
export function findAddresses(tokens: readonly Token[], text: string): Finding[] {
  const found: Finding[] = [];
  for (let at = 0; at < tokens.length; ) {
    const first = tokens[at];
    if (first === undefined || placeOf(first, text) === null) {
      at += 1;
      continue;
    }
    const chain = chainAt(tokens, at, text);
    const grown = grow(tokens, chain, text);
    const best =
      grown.reasons.length > 0
        ? grown
        : (crossingAt(tokens, chain, text) ?? divisionsOnly(tokens, chain, text));
    if (best !== null) {
      found.push({ type: 'address', start: first.start, end: best.end, reasons: best.reasons });
    }
    at = Math.max(at + 1, best?.next ?? chain.next);
  }
  return found;
}
