/** SQL of figures: where the cases of a type stand, how long, and whose they are. */
import { type RawBuilder, sql } from 'kysely';
import type { Ctx } from '#kernel/context';

type StoreCtx = Pick<Ctx, 'db'>;

export interface FiguresWhere {
  type: string;
  /** Codes of units the reader sees; null for the platform. */
  units: string[] | null;
  account: string;
  unit: string | null;
  now: Date;
  from: Date;
  until: Date;
}

const seen = ({ type, units, account, unit }: Omit<FiguresWhere, 'now' | 'from' | 'until'>) =>
  sql`c.type = ${type}
    and ${units === null ? sql`true` : sql`(c.unit_codes && ${units}::text[] or c.opener = ${account})`}
    and ${unit === null ? sql`true` : sql`c.unit_codes && array[${unit}]::text[]`}`;

const quantile = (share: number, of: RawBuilder<unknown>) =>
  sql`percentile_cont(${sql.lit(share)}) within group (order by ${of})`;

const lasted = (from: RawBuilder<unknown>, to: RawBuilder<unknown>) =>
  sql`extract(epoch from ${to} - ${from})::float8`;

export interface StandingRow {
  step: string;
  open: number;
  overdue: number;
  median: number;
  p90: number;
}

/** Open cases by step, and since when they stand there. */
export async function standing(ctx: StoreCtx, where: FiguresWhere): Promise<StandingRow[]> {
  const age = lasted(sql`e.at`, sql`${where.now}::timestamptz`);
  const found = await sql<StandingRow>`
    select c.step, count(*)::int as open,
      count(*) filter (where c.due_at < ${where.now})::int as overdue,
      ${quantile(0.5, age)} as median, ${quantile(0.9, age)} as p90
    from case_file c
    join lateral (
      select t.at from case_timeline t
      where t.case_id = c.id and t.fact ->> 'kind' = 'step_entered'
      order by t.seq desc limit 1) e on true
    where ${seen(where)} and c.closed_at is null
    group by c.step`.execute(ctx.db);
  return found.rows;
}

export interface StayRow {
  step: string;
  left: number;
  median: number;
  p90: number;
}

/** Stays in steps that ended in the period. */
export async function stays(ctx: StoreCtx, where: FiguresWhere): Promise<StayRow[]> {
  const length = lasted(sql`at`, sql`left_at`);
  const found = await sql<StayRow>`
    with entries as (
      select t.at, t.fact ->> 'step' as step,
        lead(t.at) over (partition by t.case_id order by t.seq) as left_at
      from case_timeline t join case_file c on c.id = t.case_id
      where ${seen(where)} and c.moved_at >= ${where.from}
        and t.fact ->> 'kind' = 'step_entered')
    select step, count(*)::int as left,
      ${quantile(0.5, length)} as median, ${quantile(0.9, length)} as p90
    from entries where left_at >= ${where.from} and left_at < ${where.until}
    group by step`.execute(ctx.db);
  return found.rows;
}

export interface GroupRow {
  key: string | null;
  open: number;
  overdue: number;
  opened: number;
  closed: number;
  inTime: number;
  median: number | null;
}

/** What the groups go by: the unit, a slot, or a field of the case. */
function keyOf(by: string): RawBuilder<unknown> {
  const [kind, name] = by.split(':');
  if (name === undefined) return sql`c.unit`;
  return kind === 'slot'
    ? sql`c.state -> 'slots' ->> ${name}::text`
    : sql`c.state -> 'data' ->> ${name}::text`;
}

/** Open, overdue, opened and closed cases by unit, slot or field. */
export async function groups(
  ctx: StoreCtx,
  where: FiguresWhere & { by: string },
): Promise<GroupRow[]> {
  const closed = sql`c.closed_at >= ${where.from} and c.closed_at < ${where.until}`;
  const late = sql`exists (select 1 from jsonb_array_elements(c.state -> 'clocks') k
    where k ->> 'expired' = 'true' or k ->> 'inTime' = 'false')`;
  const found = await sql<GroupRow>`
    select ${keyOf(where.by)} as key,
      count(*) filter (where c.closed_at is null)::int as open,
      count(*) filter (where c.closed_at is null and c.due_at < ${where.now})::int as overdue,
      count(*) filter (where c.opened_at >= ${where.from} and c.opened_at < ${where.until})::int
        as opened,
      count(*) filter (where ${closed})::int as closed,
      count(*) filter (where ${closed} and not ${late})::int as "inTime",
      ${quantile(0.5, lasted(sql`c.opened_at`, sql`c.closed_at`))} filter (where ${closed}) as median
    from case_file c
    where ${seen(where)} and (c.closed_at is null or c.closed_at >= ${where.from})
    group by 1 order by 3 desc, 2 desc, 1 limit 200`.execute(ctx.db);
  return found.rows;
}

/** Open and overdue cases of each type. */
export async function byType(
  ctx: StoreCtx,
  where: { units: string[] | null; account: string; now: Date },
): Promise<{ type: string; open: number; overdue: number }[]> {
  const { units, account, now } = where;
  const mine =
    units === null ? sql`true` : sql`(unit_codes && ${units}::text[] or opener = ${account})`;
  const found = await sql<{ type: string; open: number; overdue: number }>`
    select type, count(*)::int as open, count(*) filter (where due_at < ${now})::int as overdue
    from case_file where closed_at is null and ${mine} group by type`.execute(ctx.db);
  return found.rows;
}
