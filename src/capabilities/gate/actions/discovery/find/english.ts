/** Addresses written in English: what is small first, a number and a road, then what is large. */
import type { Finding, Plain } from './model.ts';

const small =
  '(?:Room|Rm\\.?|Unit|Flat|Suite|Building|Bldg\\.?|Block|Floor) ?[A-Z]?\\d[\\dA-Z-]*, ?';
const name = "[A-Z][A-Za-z']+";
const way = '(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Boulevard|Blvd|Alley|Highway)\\b\\.?';
const large = `,? ?${name}(?: (?:District|City|County|Town|Province))?`;
const shape = new RegExp(
  `(?:${small})*(?:No\\.? ?)?\\d{1,5}(?:-\\d{1,4})?,? (?:${name} ){1,3}${way}(?:(?=[, ])${large}){0,4}`,
  'g',
);

/** English addresses of a text. */
export const findEnglish = ({ text }: Plain): Finding[] =>
  [...text.matchAll(shape)].map(({ 0: found, index }) => ({
    ...{ type: 'address', start: index, end: index + found.length },
    reasons: ['road_number'],
  }));
