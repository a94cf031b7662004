/** A derived dataset follows what changed of its sources. */
import { rm } from 'node:fs/promises';
import { type Contract, ident, literal } from '#catalogue';
import type { Ctx } from '#kernel/context';
import type { Snapshot } from '#kernel/lake';
import {
  deltaOf,
  groupsAt,
  type Making,
  type Moved,
  partsOf,
  sourced,
  touchedGroups,
} from './delta.ts';
import type { Plan, Shape } from './plan.ts';

type Followed = Exclude<Shape, { kind: 'whole' }>;

/** What stands and what it has to become. */
export interface Standing {
  contract: Contract;
  upstream: number[];
  batch: string;
  latest: Snapshot;
}

/**
 * What changed of the sources put into what stands.
 * @returns null when it has to be made again: something pinned changed, or so much did that it
 * would cost more
 */
export async function follow(
  ctx: Ctx,
  making: Standing,
  shape: Followed,
): Promise<Snapshot | null> {
  const { contract } = making;
  const scratch = scratchFor(ctx, contract.name);
  try {
    const sources = await movedSources(ctx, making, scratch);
    if (sources === null) return null;
    const isPinned = shape.pinned.some((name) => sources.get(name)?.changes !== null);
    if (isPinned) return null;
    const keep = (sql: string): Promise<string> => scratch.keep(sourced(sources, sql));
    const found = await changedRows(shape.plan, contract, { sources, keep });
    if (await collides(ctx, contract, found)) return null;
    return await land(ctx, making, found);
  } catch (error) {
    // What the rules did not foresee is made again: it is right or says what is wrong.
    ctx.log.warn({ err: error, dataset: contract.name }, 'a derived dataset did not follow');
    return null;
  } finally {
    await scratch.close();
  }
}

interface Scratch {
  /** Writes the rows of a query down. @returns a parenthesised query that reads them */
  keep(sql: string): Promise<string>;
  close(): Promise<void>;
}

function scratchFor(ctx: Ctx, name: string): Scratch {
  const paths: string[] = [];
  return {
    async keep(sql) {
      const path = ctx.lake.stage(`${name}.derived.parquet`);
      paths.push(path);
      await ctx.lake.engine.run(`copy (${sql}) to ${literal(path)} (format parquet)`);
      return `(select * from read_parquet(${literal(path)}))`;
    },
    async close() {
      await Promise.all(paths.map((path) => rm(path, { force: true })));
    },
  };
}

/** Every source with what changed of it; null when that cannot be told or is most of it. */
async function movedSources(
  ctx: Ctx,
  { contract, upstream, latest }: Standing,
  scratch: Scratch,
): Promise<Map<string, Moved> | null> {
  const sources = new Map<string, Moved>();
  for (const [at, name] of contract.reads.entries()) {
    const ends = [latest.upstream[at] ?? 0, upstream[at] ?? 0] as const;
    const moved = await movedOf(ctx, name, ends, scratch);
    if (moved === null) return null;
    sources.set(name, moved);
  }
  return sources;
}

async function movedOf(
  ctx: Ctx,
  name: string,
  [from, to]: readonly [number, number],
  scratch: Scratch,
): Promise<Moved | null> {
  const known = await ctx.lake.snapshots(ctx, name);
  if (!known.some(({ id }) => id === from)) return null;
  const before = await ctx.lake.relation(ctx, name, { asOf: from });
  const after = await ctx.lake.relation(ctx, name, { asOf: to });
  const sides = { name, before: before.sql, after: after.sql };
  if (from === to) return { ...sides, changes: null };
  const changes = await ctx.lake.changes(ctx, name, from, to);
  if (changes === null) return null;
  if (changes.by === 'row') {
    const [gone, came] = [
      await scratch.keep(`select * from ${changes.gone} as gone`),
      await scratch.keep(`select * from ${changes.came} as came`),
    ];
    return { ...sides, changes: { by: 'row', gone, came } };
  }
  const key = changes.key.map(ident).join(', ');
  const sql = await scratch.keep(`select distinct ${key} from ${changes.sql} as changed`);
  const [row] = await ctx.lake.engine.rows(`select count(*) as n from ${sql}`);
  const count = Number(row?.n ?? 0);
  if (count * 2 > before.rows + after.rows) return null;
  return { ...sides, changes: count === 0 ? null : { by: 'key', sql, key: changes.key } };
}

interface Found {
  /** The rows that came, with the items of the contract. */
  rows: string;
  /** Keys that may have to go. */
  gone: string;
  /** Every row of these keys is among `rows`. */
  isWhole: boolean;
}

async function changedRows(plan: Plan, contract: Contract, making: Making): Promise<Found> {
  const items = contract.items.map(({ name }) => ident(name)).join(', ');
  const key = contract.key.map(ident).join(', ');
  const rowsOf = (sql: string): Promise<string> =>
    making.keep(`select ${items} from ${sql} as made`);
  const keysOf = (sql: string): Promise<string> =>
    making.keep(`select distinct ${key} from ${sql} as made`);
  const names = plan.kind === 'select' ? (plan.grouped?.names ?? null) : null;
  const isKey = [...(names ?? [])].sort().join() === [...contract.key].sort().join();
  if (plan.kind === 'select' && plan.grouped !== null && names !== null && isKey) {
    const parts = await partsOf(plan, making);
    if (parts.every(({ moved }) => moved === null)) return nothing(contract);
    const touched = await touchedGroups(plan, parts, making);
    const named = names.map((name, at) => `"#g${at}" as ${ident(name)}`).join(', ');
    const rows = await rowsOf(groupsAt(plan, parts, 'after', touched));
    return { rows, gone: `(select ${named} from ${touched} as touched)`, isWhole: true };
  }
  const { moved } = await deltaOf(plan, making);
  if (moved === null) return nothing(contract);
  return { rows: await rowsOf(moved.came), gone: await keysOf(moved.gone), isWhole: false };
}

function nothing({ items, key }: Contract): Found {
  const none = (names: readonly string[]): string =>
    `(select ${names.map((name) => `null as ${ident(name)}`).join(', ')} where false)`;
  return { rows: none(items.map(({ name }) => name)), gone: none(key), isWhole: true };
}

/** A row that came under the key of one that stays: the query gives a key twice and must say so. */
async function collides(ctx: Ctx, contract: Contract, found: Found): Promise<boolean> {
  if (found.isWhole) return false;
  const key = contract.key.map(ident).join(', ');
  const { sql } = await ctx.lake.relation(ctx, contract.name);
  const [row] = await ctx.lake.engine.rows(
    `select count(*) as n from (select ${key} from ${found.rows} as came) as came
     anti join ${found.gone} as gone using (${key})
     semi join (select ${key} from ${sql} as held) as held using (${key})`,
  );
  return Number(row?.n ?? 0) > 0;
}

function land(ctx: Ctx, { contract, batch, upstream }: Standing, found: Found): Promise<Snapshot> {
  const key = contract.key.map(ident).join(', ');
  return ctx.lake.commit(ctx, {
    dataset: contract.name,
    mode: 'merge',
    sql: `select * from ${found.rows} as came`,
    deletes: `select ${key} from ${found.gone} as gone anti join ${found.rows} as came using (${key})`,
    batch,
    upstream,
  });
}
