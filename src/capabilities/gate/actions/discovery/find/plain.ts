/**
 * A text made comparable sign by sign: width, dashes, dots and
 * traditional signs of every kind become one.
 */
import type { Plain } from './model.ts';
import { simplified } from './simple.ts';

const dashes = /[‐‑‒–—―−－﹣]/g;
const dots = /[•‧∙・･]/g;
const blanks = /[\u00a0\u2000-\u200a\u202f\u3000]/g;

const half = (sign: string): string => String.fromCharCode(sign.charCodeAt(0) - 0xfee0);

/** The text with the same length and the same offsets. */
export function plainOf(text: string): Plain {
  const plain = simplified(text)
    .replace(/[\uff01-\uff5e]/g, half)
    .replace(dashes, '-')
    .replace(dots, '·')
    .replace(blanks, ' ');
  return { text: plain, upper: plain.replace(/[a-z]/g, (sign) => sign.toUpperCase()) };
}
