/** Check digits and layouts, on plain text. */

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/** First pairs of GB/T 2260 and of residence permits; second pairs name prefectures or counties. */
const division =
  /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])(?:0\d|1\d|2\d|3[0-4]|5[1-3]|90)/;
const resident = /^9\d{5}/;

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48;

/** True when `YYYYMMDD` is a day of the calendar, not before 1850 and not after `today`. */
export function isDay(compact: string, today: string): boolean {
  const [year, month, day] = [compact.slice(0, 4), compact.slice(4, 6), compact.slice(6, 8)];
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const iso = `${year}-${month}-${day}`;
  return at.toISOString().slice(0, 10) === iso && Number(year) >= 1850 && iso <= today;
}

/** GB 11643-1999: place, birth date and ISO 7064 MOD 11-2. */
export function isCitizenId(id: string, today: string): boolean {
  if (!/^\d{17}[\dX]$/.test(id) || !(division.test(id) || resident.test(id))) return false;
  if (!isDay(id.slice(6, 14), today)) return false;
  const sum = idWeights.reduce((all, weight, at) => all + weight * digit(id, at), 0);
  return '10X98765432'[sum % 11] === id[17];
}

/** GB 11643-1989: fifteen digits, the century unwritten; given out until 1999. */
export const isOldCitizenId = (id: string, today: string): boolean =>
  /^\d{15}$/.test(id) && division.test(id) && isDay(`19${id.slice(6, 12)}`, today);

const creditSigns = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const creditLayout = /^[1-9ANY][1-59]\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/;

/** GB 11714-1997 over the nine signs inside a credit code. */
function organisationHolds(code: string): boolean {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const value = (sign: string): number =>
    sign <= '9' ? Number(sign) : (sign.codePointAt(0) ?? 0) - 55;
  const sum = weights.reduce((all, weight, at) => all + weight * value(code[at] ?? '0'), 0);
  return '0X987654321'[sum % 11] === code[8];
}

/**
 * GB 32100-2015 with the organisation code inside.
 * @returns `sure` when both hold, `outer` when only the outer check does (early codes of the
 * self-employed)
 */
export function creditCode(code: string): 'sure' | 'outer' | null {
  if (!creditLayout.test(code)) return null;
  let [sum, weight] = [0, 1];
  for (const sign of code.slice(0, 17)) {
    sum += creditSigns.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  if (creditSigns[(31 - (sum % 31)) % 31] !== code[17]) return null;
  return organisationHolds(code.slice(8, 17)) ? 'sure' : 'outer';
}

/** Beginnings and lengths issuers use (ISO/IEC 7812, UnionPay and what banks gave out before). */
const cards: readonly [RegExp, readonly number[]][] = [
  [/^62/, [16, 17, 18, 19]],
  [/^(?:4|5[1-5]|35[2-8]|2(?:2[2-9]|[3-6]\d|7[01]|720))/, [16]],
  [/^3[47]/, [15]],
  [/^(?:30[0-5]|36|38)/, [14]],
  [/^(?:9558|9555|9111|10300)/, [16, 19]],
  [/^(?:60|69|68|84|87|90|94|98|99)/, [16, 17, 18, 19]],
  [/^(?:6[345])/, [16, 17, 18, 19]],
];

/** ISO/IEC 7812-1: Luhn, with the length of the issuer. */
export function isCard(number: string): boolean {
  if (!cards.some(([begins, sizes]) => sizes.includes(number.length) && begins.test(number))) {
    return false;
  }
  let sum = 0;
  for (let at = 0; at < number.length; at += 1) {
    const value = digit(number, number.length - 1 - at) * (at % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0 && !/^(\d)\1+$/.test(number);
}
