/** Scores of days. */
import { sql } from 'kysely';
import type { FamilyScore, ScorePoint } from '../model.ts';
import type { StoreCtx } from './declared.ts';

export type SubjectKind = 'dataset' | 'department' | 'town' | 'district';

export interface StoredScore {
  subject: string;
  at: Date;
  scheme: string;
  score: number | null;
  judged: number;
  families: FamilyScore[];
  faulty: number;
  failed: number;
  checks: number;
  datasets: number;
  snapshot: number | null;
}

export async function saveScore(
  ctx: StoreCtx,
  kind: SubjectKind,
  day: string,
  one: StoredScore,
): Promise<void> {
  await sql`insert into quality_score (subject_kind, subject, day, at, scheme, score, judged,
      families, faulty, failed, checks, datasets, snapshot)
    values (${kind}, ${one.subject}, ${day}, ${one.at}, ${one.scheme}, ${one.score}, ${one.judged},
      ${JSON.stringify(one.families)}, ${one.faulty}, ${one.failed}, ${one.checks},
      ${one.datasets}, ${one.snapshot})
    on conflict (subject_kind, subject, day) do update set at = excluded.at,
      scheme = excluded.scheme, score = excluded.score, judged = excluded.judged,
      families = excluded.families, faulty = excluded.faulty, failed = excluded.failed,
      checks = excluded.checks, datasets = excluded.datasets, snapshot = excluded.snapshot
  `.execute(ctx.db);
}

const columns = sql`subject, at, scheme, score::float8 as score, judged::float8 as judged,
  families, faulty, failed, checks, datasets, snapshot`;

/**
 * The newest score of each subject of a kind: from subject to subject by the index, so that years
 * of days cost nothing.
 */
export async function newestScores(ctx: StoreCtx, kind: SubjectKind): Promise<StoredScore[]> {
  const { rows } = await sql<StoredScore>`
    with recursive subjects (name) as (
      (select subject from quality_score where subject_kind = ${kind} order by subject limit 1)
      union all
      select (select q.subject from quality_score q
        where q.subject_kind = ${kind} and q.subject > s.name order by q.subject limit 1)
      from subjects s where s.name is not null)
    select ${columns} from subjects s cross join lateral (
      select * from quality_score q where q.subject_kind = ${kind} and q.subject = s.name
      order by q.day desc limit 1) newest
    order by subject`.execute(ctx.db);
  return rows;
}

/** The newest score of one subject; undefined before any. */
export async function newestScore(
  ctx: StoreCtx,
  { kind, subject }: { kind: SubjectKind; subject: string },
): Promise<StoredScore | undefined> {
  const { rows } = await sql<StoredScore>`
    select ${columns} from quality_score where subject_kind = ${kind} and subject = ${subject}
    order by quality_score.day desc limit 1`.execute(ctx.db);
  return rows[0];
}

/** Days of a subject, oldest first. */
export async function scoreDays(
  ctx: StoreCtx,
  { kind, subject }: { kind: SubjectKind; subject: string },
  limit: number,
): Promise<ScorePoint[]> {
  const { rows } = await sql<ScorePoint>`
    select to_char(day, 'YYYY-MM-DD') as day, score::float8 as score, judged::float8 as judged,
      snapshot
    from quality_score where subject_kind = ${kind} and subject = ${subject}
    order by quality_score.day desc limit ${limit}`.execute(ctx.db);
  return rows.reverse();
}

/** Takes away what is said of subjects that are no more. */
export async function dropScores(
  ctx: StoreCtx,
  kind: SubjectKind,
  day: string,
  keep: readonly string[],
): Promise<void> {
  await sql`delete from quality_score where subject_kind = ${kind} and day = ${day}
    and not subject = any(${[...keep]})`.execute(ctx.db);
}

export interface MonthScore extends StoredScore {
  day: string;
}

/** All scores of a kind in a month, by subject and day. */
export async function monthScores(
  ctx: StoreCtx,
  kind: SubjectKind,
  month: string,
): Promise<MonthScore[]> {
  const first = `${month}-01`;
  const { rows } = await sql<MonthScore>`
    select ${columns}, to_char(day, 'YYYY-MM-DD') as day from quality_score
    where subject_kind = ${kind} and day >= ${first}::date
      and day < ${first}::date + interval '1 month'
    order by subject, quality_score.day`.execute(ctx.db);
  return rows;
}

/** The first month that has scores; null before any. */
export async function firstMonth(ctx: StoreCtx): Promise<string | null> {
  const { rows } = await sql<{ month: string | null }>`
    select to_char(min(day), 'YYYY-MM') as month from quality_score`.execute(ctx.db);
  return rows[0]?.month ?? null;
}
