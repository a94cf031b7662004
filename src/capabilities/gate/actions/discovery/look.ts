/**
 * A dataset looked at, in the engine as far as it goes: a sample or a prefilter in SQL, what is
 * left confirmed here, in the platform's own process; nothing but masked examples leaves it.
 */
import { type Contract, type Item, matches, type SemanticName, semantics } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { quoteName } from '../bind.ts';
import { type HeldRows, heldRows } from '../contract.ts';
import {
  type Judged,
  type JudgeOptions,
  judgeColumn,
  namedFor,
  type Seen,
  type Value,
} from './judge.ts';
import { discoveryOptions } from './settings.ts';

export interface Looked {
  item: string;
  judged: Judged;
}

/** The name of an item that speaks for a meaning, if one of its names does. */
export function tellingName(contract: Pick<Contract, 'headers'>, item: Item): string {
  const others = Object.entries(contract.headers).flatMap(([header, name]) =>
    name === item.name ? [header] : [],
  );
  const names = [item.title.zh, item.name, ...others];
  const types = Object.keys(semantics) as SemanticName[];
  return names.find((name) => types.some((type) => namedFor(type, name))) ?? item.title.zh;
}

/** So many times the rows wanted are read through for a better draw; of more, runs are read. */
const few = 8;

/** Rows drawn from all over a dataset as a relation; large ones are not read through for it. */
export async function drawn(
  ctx: Ctx,
  contract: Contract,
  held: HeldRows,
  wanted: number,
): Promise<string> {
  if (held.snapshot === null || held.snapshot.rows <= wanted) return held.sql;
  if (held.snapshot.rows <= wanted * few) {
    return `(select * from ${held.sql} using sample reservoir(${wanted} rows) repeatable (1))`;
  }
  const at = { asOf: held.snapshot.id, sample: wanted };
  return (await ctx.lake.relation(ctx, contract.name, at)).sql;
}

/** Different values of every item in a relation, with their counts. */
export async function valuesOf(
  ctx: Pick<Ctx, 'lake'>,
  relation: string,
  items: readonly string[],
): Promise<Map<string, Value[]>> {
  const list = items.map((item, at) => `cast(${quoteName(item)} as varchar) as v${at}`);
  const rows = await ctx.lake.engine.rows(`select ${list.join(', ')} from ${relation}`);
  return new Map(
    items.map((item, at) => {
      const counts = new Map<string, number>();
      for (const row of rows) {
        const value = row[`v${at}`];
        if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      return [item, [...counts].map(([value, count]) => ({ value, count }))];
    }),
  );
}

/** What may hold a number, a plate or a mail address: all others need not leave the engine. */
const suspicious =
  '[0-9０-９][0-9０-９ Xx·.-]{3,}|@|[0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-]|[A-Za-z][·. -]?[0-9A-Za-z]{4,5}';
/** Different values confirmed one by one at most. */
const mostConfirmed = 200_000;

const wordTypes: readonly SemanticName[] = ['person_name', 'address'];

/** Over all rows: exact where SQL knows the type, else every suspicious value confirmed. */
async function wholeItem(
  ctx: Ctx,
  held: HeldRows,
  name: string,
  item: string,
  drawn: Judged,
): Promise<Judged> {
  const value = `trim(cast(${quoteName(item)} as varchar))`;
  const { today } = discoveryOptions(ctx);
  const known = drawn.semantic === null ? undefined : semantics[drawn.semantic].known;
  const sure =
    known === undefined
      ? 'false'
      : `(${matches('v', known.shape)}${known.sure ? ` and ${known.sure('v', today)}` : ''})`;
  const [row = {}] = await ctx.lake.engine.rows(
    `select count(*) as n, count_if(coalesce(${sure}, false)) as good
     from (select nullif(${value}, '') as v from ${held.sql}) where v is not null`,
  );
  const of = Number(row.n ?? 0);
  if (drawn.semantic !== null) {
    const good = Number(row.good ?? 0);
    const exact = wordTypes.includes(drawn.semantic) || known === undefined ? null : good;
    return { ...drawn, of, share: exact === null || of === 0 ? drawn.share : exact / of };
  }
  const rows = await ctx.lake.engine.rows(
    `select v, count(*) as n from (select ${value} as v from ${held.sql})
     where regexp_matches(v, '${suspicious}') group by v limit ${mostConfirmed}`,
  );
  const values = rows.map(({ v, n }) => ({ value: String(v), count: Number(n) }));
  const judged = judgeColumn(name, values, { ...discoveryOptions(ctx), insidePermille: 0 });
  return merged(ctx, drawn, judged, of);
}

/** Numbers as counted over all rows, words as drawn. */
function merged(ctx: Ctx, drawn: Judged, counted: Judged, of: number): Judged {
  const { insidePermille } = discoveryOptions(ctx);
  const share = (one: Seen): Seen => ({ ...one, share: of === 0 ? 0 : one.values / of });
  const numbers = counted.seen
    .filter(({ type }) => !wordTypes.includes(type))
    .map(share)
    .filter((one) => one.share * 1000 >= insidePermille);
  const seen = [...drawn.seen.filter(({ type }) => wordTypes.includes(type)), ...numbers];
  const grades = seen.map(({ type }) => semantics[type].grade).toSorted();
  return { ...drawn, seen, of, grade: grades.at(-1) ?? null };
}

/** So many different values show a column that is one thing throughout. */
const soon = 600;
const throughout = 0.98;

/**
 * A column that is one thing throughout needs no more looks; one that only may be gets them all.
 */
function judgedSoon(name: string, values: readonly Value[], options: JudgeOptions): Judged {
  if (values.length > soon * 2) {
    const first = judgeColumn(name, values.slice(0, soon), options);
    if (first.semantic !== null && first.share >= throughout) return first;
  }
  return judgeColumn(name, values, options);
}

/**
 * What the items of a dataset are and contain.
 * @param whole all rows instead of a sample; names and addresses inside texts are judged by the
 * sample all the same
 */
export async function lookAt(
  ctx: Ctx,
  contract: Contract,
  whole: boolean,
): Promise<{ snapshot: number | null; items: Looked[] }> {
  const held = await heldRows(ctx, contract);
  const there = new Set(held.columns.map(({ name }) => name));
  const items = contract.items.filter(({ name }) => there.has(name));
  if (held.snapshot === null || items.length === 0) return { snapshot: null, items: [] };
  const relation = await drawn(ctx, contract, held, ctx.settings.discovery_sample_rows);
  const values = await valuesOf(
    ctx,
    relation,
    items.map(({ name }) => name),
  );
  const looked: Looked[] = [];
  for (const item of items) {
    const name = tellingName(contract, item);
    const judged = judgedSoon(name, values.get(item.name) ?? [], discoveryOptions(ctx));
    looked.push({
      item: item.name,
      judged: whole ? await wholeItem(ctx, held, name, item.name, judged) : judged,
    });
  }
  return { snapshot: held.snapshot.id, items: looked };
}
