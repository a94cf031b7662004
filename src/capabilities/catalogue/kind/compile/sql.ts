/** Small pieces of SQL text, quoted so that no value of a contract can leave its place. */

export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Delivered text of an item, trimmed, null when empty: a name no item can have. */
export const rawColumn = (item: string): string => ident(`raw ${item}`);

/** Spaces of all widths that departments leave around values. */
const spaces = [' ', '\t', '\r', '\n', '\u3000', '\u00a0'];

/**
 * Whether a value is empty or may begin or end with a space: few do, and to ask costs a sixth of
 * trimming them all. Text compares by its bytes, so all below `!` begin with a space or a control
 * character, and what begins with a wide space lies between it and the next character.
 */
const maySpare = (column: string): string =>
  [
    `${column} < '!'`,
    `(${column} >= '\u00a0' and ${column} < '\u00a1')`,
    `(${column} >= '\u3000' and ${column} < '\u3001')`,
    ...spaces.map((space) => `suffix(${column}, ${literal(space)})`),
  ].join(' or ');

/** A delivered value as rules see it: trimmed, null when nothing is left. */
export const cleaned = (column: string): string =>
  `case when ${maySpare(column)} then nullif(trim(${column}, ${literal(spaces.join(''))}), '')
   else ${column} end`;
