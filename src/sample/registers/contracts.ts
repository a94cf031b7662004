/**
 * What a department's file looks like, taken from the contract its pack declares: the headers it
 * writes, and what may be spoiled so that the contract says it is wrong.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { DirtPlan } from '../dirt.ts';
import { packFolder } from '../units.ts';

const contractShape = z.object({
  owner: z.string(),
  mode: z.string(),
  key: z.array(z.string()).default([]),
  items: z.record(
    z.string(),
    z.object({
      title: z.object({ zh: z.string() }),
      type: z.string(),
      semantic: z.string().optional(),
      required: z.boolean().default(false),
      pattern: z.string().optional(),
      codes: z.record(z.string(), z.unknown()).optional(),
      code_table: z.string().optional(),
    }),
  ),
  headers: z.record(z.string(), z.string()).default({}),
});

export interface DeliveredContract {
  /** Unit that delivers it. */
  owner: string;
  /** Items in the order of the file, each with the header the department writes. */
  headers: Map<string, string>;
  dates: ReadonlySet<string>;
  dirt: Omit<DirtPlan, 'keep' | 'delimited' | 'delimiter'>;
}

/** Whether only listed values are allowed, listed there or in a code table. */
const isCoded = (item: { codes?: unknown; code_table?: string | undefined }): boolean =>
  item.codes !== undefined || item.code_table !== undefined;

/** Of a dataset the pack declares. */
export function contractOf(dataset: string): DeliveredContract {
  const text = readFileSync(`${packFolder}datasets/${dataset}.yaml`, 'utf8');
  const { owner, items, headers, key } = contractShape.parse(parse(text));
  const own = new Map(Object.entries(headers).map(([header, item]) => [item, header]));
  const named = (fits: (item: (typeof items)[string]) => boolean): string[] =>
    Object.entries(items).flatMap(([name, item]) => (fits(item) ? [name] : []));
  const isDate = (item: (typeof items)[string]): boolean => item.type === 'date';
  const isChecked = ({ semantic }: (typeof items)[string]): boolean =>
    semantic === 'citizen_id' || semantic === 'uscc';
  const [single, ...more] = key;
  const names = Object.keys(items);
  return {
    owner,
    headers: new Map(names.map((name) => [name, own.get(name) ?? items[name]?.title.zh ?? name])),
    dates: new Set(named(isDate)),
    dirt: {
      items: names,
      required: named((item) => item.required),
      dates: named((item) => (isDate(item) || item.type === 'timestamp') && item.required),
      codes: named((item) => isCoded(item) || item.pattern !== undefined),
      checked: named((item) => isChecked(item) && item.required),
      text: textOf(items, key),
      // With a key of several items a row repeated is told from one delivered again by nobody.
      key: single !== undefined && more.length === 0 ? single : '',
    },
  };
}

/** A text that may begin with a stray quote: of the shape of a name or a place, not the key. */
function textOf(items: z.output<typeof contractShape>['items'], key: readonly string[]): string {
  const texts = Object.entries(items).filter(
    ([name, item]) =>
      item.type === 'text' && !isCoded(item) && item.pattern === undefined && !key.includes(name),
  );
  const [found] = texts.find(([, { required }]) => required) ?? texts[0] ?? [];
  if (found === undefined) throw new Error('a delivered dataset has no text');
  return found;
}
