/** Pasting names and values into trusted SQL. */

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const nameList = (names: readonly string[], prefix = ''): string =>
  names.map((name) => `${prefix}${quoteName(name)}`).join(', ');

export const textList = (texts: readonly string[]): string =>
  `[${texts.map(quoteText).join(', ')}]`;
