/** SQL of challenges. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';

type StoreCtx = Pick<Ctx, 'db'>;

export interface ChallengeRow {
  id: number;
  dataset: string;
  key_text: string;
  item: string;
  expected: string | null;
  found_hash: string;
  reason: string;
  account: string;
  account_name: string;
  at: Date;
  subject: string;
  case_number: string | null;
  /** The person himself objects to a record about him. */
  own: boolean;
}

export async function insertChallenge(ctx: StoreCtx, row: Omit<ChallengeRow, 'id'>): Promise<void> {
  await sql`insert into quality_challenge (dataset, key_text, item, expected, found_hash, reason,
      account, account_name, at, subject, case_number, own)
    values (${row.dataset}, ${row.key_text}, ${row.item}, ${row.expected}, ${row.found_hash},
      ${row.reason}, ${row.account}, ${row.account_name}, ${row.at}, ${row.subject},
      ${row.case_number}, ${row.own})`.execute(ctx.db);
}

/** Open challenges of a dataset, oldest first. */
export async function openChallenges(ctx: StoreCtx, dataset: string): Promise<ChallengeRow[]> {
  const found = await sql<ChallengeRow>`select * from quality_challenge
    where dataset = ${dataset} and closed_at is null order by id`.execute(ctx.db);
  return found.rows;
}

/** Challenges a correction is about, oldest first. */
export async function challengesOf(ctx: StoreCtx, number: string): Promise<ChallengeRow[]> {
  const found = await sql<ChallengeRow>`select * from quality_challenge
    where case_number = ${number} order by id`.execute(ctx.db);
  return found.rows;
}

export async function closeChallenges(ctx: StoreCtx, subject: string, at: Date): Promise<void> {
  await sql`update quality_challenge set closed_at = ${at}
    where subject = ${subject} and closed_at is null and not own`.execute(ctx.db);
}

/** What the persons themselves said of a value is settled. */
export async function closeOwn(ctx: StoreCtx, subject: string, at: Date): Promise<void> {
  await sql`update quality_challenge set closed_at = ${at}
    where subject = ${subject} and closed_at is null and own`.execute(ctx.db);
}

export async function closeChallengesOf(ctx: StoreCtx, number: string, at: Date): Promise<void> {
  await sql`update quality_challenge set closed_at = ${at}
    where case_number = ${number} and closed_at is null`.execute(ctx.db);
}

/**
 * One at a time for a person, who may raise so many, and for a value, which has one case: both are
 * counted without a race.
 */
export async function lockOwn(ctx: StoreCtx, what: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`quality/own/${what}`}, 0))`.execute(
    ctx.db,
  );
}

export async function ownSince(ctx: StoreCtx, account: string, since: Date): Promise<number> {
  const found = await sql<{ n: number }>`select count(*)::int as n from quality_challenge
    where own and account = ${account} and at > ${since}`.execute(ctx.db);
  return found.rows[0]?.n ?? 0;
}

/** Open objections to one value, oldest first. */
export async function ownOpen(ctx: StoreCtx, subject: string): Promise<ChallengeRow[]> {
  const found = await sql<ChallengeRow>`select * from quality_challenge
    where own and subject = ${subject} and closed_at is null order by id`.execute(ctx.db);
  return found.rows;
}

/** Objections of a person, newest first. */
export async function ownOf(
  ctx: StoreCtx,
  account: string,
  limit: number,
): Promise<ChallengeRow[]> {
  const found = await sql<ChallengeRow>`select * from quality_challenge
    where own and account = ${account} order by id desc limit ${limit}`.execute(ctx.db);
  return found.rows;
}
