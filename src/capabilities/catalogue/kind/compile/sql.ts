/** Small pieces of SQL text, quoted so that no value of a contract can leave its place. */

export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Delivered text of an item, trimmed, null when empty: a name no item can have. */
export const rawColumn = (item: string): string => ident(`raw ${item}`);

/** Spaces of all widths that departments leave around values. */
const spaces = literal(' \t\r\n\u3000\u00a0');

/** A delivered value as rules see it: trimmed, null when nothing is left. */
export const cleaned = (column: string): string => `nullif(trim(${column}, ${spaces}), '')`;
