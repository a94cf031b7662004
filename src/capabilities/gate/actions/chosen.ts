/**
 * Rows the platform chose by their keys: it found them itself, so the reader needs not see the key
 * to be shown them, as changed as any other row he sees.
 */
import type { Contract } from '#catalogue';
import { placeItem } from '../model.ts';
import { quoteName, quoteText } from './bind.ts';
import type { HeldRows } from './contract.ts';
import type { ItemSight } from './policy.ts';

/** Views with the place beside them, on the rows the reader sees anything of. */
export function withPlace(views: ItemSight[]): ItemSight[] {
  const [seen] = views.filter(({ parts }) => parts.length > 0);
  if (seen === undefined) return views;
  const through = [...new Set(views.flatMap((view) => view.through))];
  const decision = { ...seen.decision, view: 'plain' as const, mask: null };
  const item = { name: placeItem, grade: 'L1' as const, type: 'integer', semantic: null };
  const parts = [{ decision, sights: through }];
  return [...views, { item, decision, parts, through, counting: null }];
}

/** Key of a row as one text; the parts of a composite key are joined by a bar. */
function keySql(key: readonly string[]): string {
  const parts = key.map((item) => `cast(rows_.${quoteName(item)} as varchar)`);
  return parts.length === 1 ? (parts[0] ?? '') : `concat_ws('|', ${parts.join(', ')})`;
}

/** Only these rows, by their keys as text, each with its place in the list. */
export function chosenRows(held: HeldRows, { key }: Contract, keys: readonly string[]): HeldRows {
  const place = quoteName(placeItem);
  const list = keys.map((text, at) => `(${quoteText(text)}, ${at})`).join(', ');
  const chosen =
    keys.length === 0
      ? `select '' as key, 0 as ${place} where false`
      : `select * from (values ${list}) as list_(key, ${place})`;
  return {
    ...held,
    columns: [...held.columns, { name: placeItem, type: 'BIGINT' }],
    sql: `(select rows_.*, cast(chosen_.${place} as bigint) as ${place}
  from ${held.sql} as rows_ join (${chosen}) as chosen_ on chosen_.key = ${keySql(key)})`,
  };
}
