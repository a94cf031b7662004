/** Looks for canaries in what was told, in whatever form it was told. */
import { canaryShape } from './plant.ts';
import { unpacked } from './unpack.ts';

/** Dates as people and machines write them. */
const dates = /(?<!\d)(11[01]\d)[-/.年]?([01]?\d)[-/.月]?([0-3]?\d)(?!\d)/g;
const numbers = /(?<!\d)71\d{6,}(?:\.\d+)?|\d+\.\d{4,}/g;
/** The beginning of one, as a text cut short leaves it. */
const pieces = /cnry-(\d\d)-(\d\d)/g;

/** A number without the zeros that only fill it up. */
const plainNumber = (text: string): string =>
  text.includes('.') ? text.replace(/\.?0+$/, '') : text;

const two = (text: string | undefined): string => (text ?? '').padStart(2, '0');

/** Everything in a text that may be a canary, as canaries are known. */
function* candidates(text: string): Generator<string> {
  for (const [token] of text.matchAll(canaryShape)) yield token;
  for (const [, year, month, day] of text.matchAll(dates)) {
    yield `${year}-${two(month)}-${two(day)}`;
  }
  for (const [number] of text.matchAll(numbers)) yield plainNumber(number);
}

/** Tokens of the canaries in a body. @throws Error when something in it cannot be opened */
export async function canariesIn(
  body: Buffer,
  isKnown: (token: string) => boolean,
  how: { where?: string; encoding?: string } = {},
): Promise<string[]> {
  const found = new Set<string>();
  for await (const text of unpacked(body, how)) {
    for (const token of candidates(text)) if (isKnown(token)) found.add(token);
  }
  return [...found];
}

/** Places (dataset and item) of canaries, whole or cut, in a text that has no business with any. */
export const piecesIn = (text: string): string[] =>
  [...text.matchAll(pieces)].map(([, dataset, item]) => `${dataset}-${item}`);
