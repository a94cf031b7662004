/** Check digits as SQL: every function gives an expression that is true, false or null. */
import { literal } from '../sql.ts';
import { matches } from './entry.ts';

const citizenWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Provinces of GB/T 2260, and 8x, 9x of residence permits (GB 11643 keeps first registrations). */
const provinces = '(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[0-9])';

/** Codes of divisions in use or once in use begin so. */
export const divisionStart = '(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])';

export const citizenShape = `${provinces}\\d{4}(?:1[89]|20)\\d{9}[0-9Xx]`;
export const oldCitizenShape = `${provinces}\\d{13}`;

const born = (digits: string, today: string): string =>
  `coalesce(try_strptime(${digits}, '%Y%m%d') <= timestamp ${literal(today)}, false)`;

/** GB 11643-1999: ISO 7064 MOD 11-2 over the first 17 digits. */
export const citizenId = (raw: string, today: string): string => {
  const sum = citizenWeights.map((weight, at) => `(ascii(${raw}[${at + 1}]) - 48) * ${weight}`);
  const digit = `'10X98765432'[((${sum.join(' + ')}) % 11) + 1]`;
  const shape = matches(raw, citizenShape);
  return `(${shape} and ${born(`${raw}[7:14]`, today)} and ${digit} = upper(${raw}[18]))`;
};

/** Numbers of fifteen digits, issued until 1999: the century was not written. */
export const oldCitizenId = (raw: string, today: string): string =>
  `(${matches(raw, oldCitizenShape)} and ${born(`('19' || ${raw}[7:12])`, today)})`;

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Layout of GB 32100: authority, category, six digits of the place, nine of the organisation. */
export const creditLayout = `[1-9A-Y][1-59]\\d{6}[${alphabet}]{8}[0-9X][${alphabet}]`;

/** GB 32100-2015: weights 3^(i-1) mod 31 over an alphabet of 31 signs. */
export const creditCode = (raw: string): string => {
  const value = (at: number): string => `(strpos('${alphabet}', ${raw}[${at + 1}]) - 1)`;
  const sum = creditWeights.map((weight, at) => `${value(at)} * ${weight}`).join(' + ');
  const sign = `'${alphabet}'[((31 - (${sum}) % 31) % 31) + 1]`;
  return `(${matches(raw, creditLayout)} and ${sign} = ${raw}[18])`;
};

const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11714-1997: eight signs and one that checks them, a hyphen before it or not. */
export const organisationCode = (raw: string): string => {
  const bare = `replace(${raw}, '-', '')`;
  const value = (at: number): string =>
    `(case when ${bare}[${at + 1}] <= '9' then ascii(${bare}[${at + 1}]) - 48
      else ascii(${bare}[${at + 1}]) - 55 end)`;
  const sum = organisationWeights.map((weight, at) => `${value(at)} * ${weight}`).join(' + ');
  const sign = `'0X987654321'[(${sum}) % 11 + 1]`;
  return `(${matches(raw, '[0-9A-Z]{8}-?[0-9X]')} and ${sign} = ${bare}[9])`;
};

/**
 * Lengths and first digits banks use (ISO/IEC 7812): UnionPay 62, older Chinese issuers, and the
 * international schemes.
 */
export const cardShape =
  '(?:62\\d{14,17}|4\\d{15}|5[1-5]\\d{14}|35\\d{14}|3[47]\\d{13}|9558\\d{15}|60\\d{14,17})';

/** ISO/IEC 7812-1: Luhn over at most nineteen digits, counted from the right. */
export const bankCard = (raw: string): string => {
  const padded = `lpad(${raw}, 19, '0')`;
  const terms = Array.from({ length: 19 }, (_, at) => {
    const digit = `(ascii(${padded}[${at + 1}]) - 48)`;
    return at % 2 === 0 ? digit : `(${digit} * 2 - case when ${digit} > 4 then 9 else 0 end)`;
  });
  return `(${matches(raw, cardShape)} and (${terms.join(' + ')}) % 10 = 0)`;
};
