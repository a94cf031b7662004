/** From a row of tokens to names of persons: what belongs to a body is none. */
import type { Finding, Reason } from './model.ts';
import type { Token } from './token.ts';
import { bodyEnds, labels } from './words.ts';

const bodyEnd = new RegExp(`(?:${bodyEnds})$`);
const label = new RegExp(`^(?:${labels})`);
const joining = /^(?:n|vn|a$|b|j|l|i|g|x)/;

/** The name begins the name of a body: 张小泉剪刀厂. */
function ofBody(tokens: readonly Token[], at: number, text: string): boolean {
  const first = tokens[at];
  for (let next = at + 1; next <= at + 5; next += 1) {
    const one = tokens[next];
    if (first === undefined || one === undefined) return false;
    const word = text.slice(one.start, one.end);
    if (one.kind === 'mark' && !/[()（）]/.test(word)) return false;
    if (label.test(word)) return false;
    if (bodyEnd.test(word)) return true;
    if (one.kind === 'word' && !joining.test(one.tag)) return false;
  }
  return false;
}

/** Names of persons in a row of tokens. */
export function findNames(tokens: readonly Token[], text: string): Finding[] {
  return tokens.flatMap((one, at): Finding[] => {
    if (one.kind !== 'name' || ofBody(tokens, at, text)) return [];
    const reasons: Reason[] = ['surname', 'given_name'];
    return [{ type: 'person_name', start: one.start, end: one.end, reasons }];
  });
}

/** Between names in a list. */
const joins = /^(?:、|和|与|及|以及|,|，|\/| )$/;

/** Where further names may be expected, once some were found. */
export interface Expected {
  starts: ReadonlySet<number>;
  ends: ReadonlySet<number>;
  /** Names found, to be known again. */
  known: ReadonlySet<string>;
}

/** What names that were found say of the places beside them. */
export function expectedBy(names: readonly Finding[], text: string): Expected {
  const [starts, ends] = [new Set<number>(), new Set<number>()];
  for (const { start, end } of names) {
    for (const size of [1, 2]) {
      if (joins.test(text.slice(end, end + size))) starts.add(end + size);
      if (joins.test(text.slice(start - size, start))) ends.add(start - size);
    }
  }
  return { starts, ends, known: new Set(names.map(({ start, end }) => text.slice(start, end))) };
}
