/**
 * Canaries: values that are nowhere else in the world, one in every item of every dataset of the
 * district and in every row, so that any of them, seen anywhere, tells what leaked to whom.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Ctx } from '#kernel/context';

export const pack = resolve(import.meta.dirname, '../../packs/district');

const contract = z.object({
  owner: z.string(),
  key: z.array(z.string()).default([]),
  unit_item: z.string().optional(),
  items: z.record(
    z.string(),
    z.object({
      type: z.string(),
      grade: z.enum(['L1', 'L2', 'L3', 'L4']),
      semantic: z.string().optional(),
    }),
  ),
  set_checks: z.record(z.string(), z.unknown()).default({}),
});

export interface Planted extends Omit<z.output<typeof contract>, 'set_checks'> {
  name: string;
  derived: boolean;
  /** Names of its set checks. */
  checks: readonly string[];
}

export const folder = join(pack, 'datasets');

/** Every dataset of the district, read from its files. */
export const datasets: Planted[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => {
    const name = basename(file, '.yaml');
    const derived = readdirSync(folder).includes(`${name}.sql`);
    const held = contract.parse(parse(readFileSync(join(folder, file), 'utf8')));
    const { set_checks: checks, ...rest } = held;
    return { name, derived, ...rest, checks: Object.keys(checks) };
  });

/** Units of the rows: a grid of Xintang, a village of another town, none. */
export const places = ['330109004223003', '330109005001', null] as const;

export interface Canary {
  dataset: Planted;
  item: string;
  grade: 'L1' | 'L2' | 'L3' | 'L4';
  semantic: string | undefined;
  unit: string | null;
  /** Which of the rows of its dataset it stands in. */
  row: number;
  /** What is looked for. */
  token: string;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** How a canary of text looks. */
export const canaryShape = /cnry-\d\d-\d\d-\d-[0-9a-f]{8}/g;

/** A value of its type that no other item and no real value has; null where none can be told. */
export function canaryOf(
  type: string,
  at: [number, number, number],
): { sql: string; token: string } | null {
  const [dataset, item, row] = at;
  const digest = createHash('sha256').update(at.join('/')).digest('hex').slice(0, 8);
  if (type === 'text') {
    const token = `cnry-${two(dataset)}-${two(item)}-${row}-${digest}`;
    return { sql: `'${token}'`, token };
  }
  const number = `71${two(dataset)}${two(item)}${row}`;
  if (type === 'integer') return { sql: `${number}9173::bigint`, token: `${number}9173` };
  if (type === 'date' || type === 'timestamp') {
    const day = new Date(Date.UTC(1100, 0, 1 + (dataset * 40 + item) * 3 + row));
    const token = day.toISOString().slice(0, 10);
    // At noon no zone makes another day of it.
    return { sql: `${type} '${type === 'date' ? token : `${token} 12:00:00`}'`, token };
  }
  const [, digits, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (digits === undefined || Number(digits) < 9) return null;
  const whole = Number(digits) - Number(scale);
  // No zero at the end: nothing is lost where a number is written without those.
  const text = `${number}${digest.replace(/\D/g, '')}77777777`;
  const shown = `${text.slice(0, Number(digits) - 1)}7`;
  const token = `${shown.slice(0, whole)}.${shown.slice(whole)}`;
  return { sql: `'${token}'::${type}`, token };
}

/** Plants the rows of one dataset; gives what was planted. */
export async function plant(ctx: Ctx, dataset: Planted, at: number): Promise<Canary[]> {
  const canaries: Canary[] = [];
  const rows = places.map((place, row) => {
    // A key holds no null: those rows lie in a third town.
    const unit = place ?? (dataset.key.includes(dataset.unit_item ?? '') ? '330109006001' : null);
    const values = Object.entries(dataset.items).map(([item, { type, grade, semantic }], nth) => {
      if (item === dataset.unit_item) return unit === null ? 'null' : `'${unit}'`;
      const value = canaryOf(type, [at, nth, row]);
      if (value === null) return type === 'boolean' ? 'true' : '1';
      const where = dataset.unit_item === undefined ? null : unit;
      canaries.push({ dataset, item, grade, semantic, unit: where, row, token: value.token });
      return value.sql;
    });
    return `(${values.join(', ')})`;
  });
  const names = Object.keys(dataset.items).map((name) => `"${name}"`);
  const casts = Object.entries(dataset.items).map(([item, { type }]) => {
    const engine = { text: 'varchar', integer: 'bigint' }[type] ?? type;
    return `cast("${item}" as ${engine}) as "${item}"`;
  });
  await ctx.lake.commit(ctx, {
    dataset: dataset.name,
    sql: `select ${casts.join(', ')} from (values ${rows.join(', ')}) held(${names.join(', ')})`,
    batch: `canary-${dataset.name}-${Math.random()}`,
  });
  return canaries;
}
