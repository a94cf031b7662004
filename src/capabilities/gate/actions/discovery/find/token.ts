/** A token of a text: a word, a name, a place, a number or a mark. */

export type TokenKind = 'word' | 'name' | 'place' | 'number' | 'mark';

/** What a place token is; `known` is a place of the dictionary without its suffix. */
export type PlaceKind =
  | 'province'
  | 'city'
  | 'county'
  | 'town'
  | 'village'
  | 'road'
  | 'estate'
  | 'known';

export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
  tag: string;
  place: PlaceKind | null;
  cost: number;
}

const han = /\p{Script=Han}/u;
export const isHan = (sign: string | undefined): boolean => sign !== undefined && han.test(sign);

/** One token. */
export const token = (
  kind: TokenKind,
  start: number,
  size: number,
  cost: number,
  tag: string,
  place: PlaceKind | null = null,
): Token => ({ kind, start, end: start + size, cost, tag, place });
