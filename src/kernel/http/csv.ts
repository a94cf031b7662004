/** Cells for spreadsheets. */

const formula = /^[=@\t\r\n＝＠]/;
const signed = /^[+\-＋－]/;
const plainNumber = /^[+-]?[\d.,]+%?$/;

/**
 * A text that a spreadsheet would run as a formula, led by an apostrophe (OWASP, CSV injection).
 * East Asian editions take the full-width signs for formulas too. Plain numbers stay as they are.
 */
export const harmless = (text: string): string =>
  formula.test(text) || (signed.test(text) && !plainNumber.test(text)) ? `'${text}` : text;

/** One field of CSV (RFC 4180), quoted where it has to be. */
export const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
