/** The only SQL of rules on PostgreSQL: definitions, what they find, runs. */
import { sql } from 'kysely';
import type { ReadSnapshot } from '#gate/model';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Definition } from './model.ts';

type StoreCtx = Pick<Ctx, 'db'>;

export interface Rule {
  name: string;
  pack: string;
  definition: Definition;
  sql: string;
  digest: string;
}

type RuleTables = {
  rule: { name: string; pack: string; definition: string; sql: string; digest: string };
  rule_reads: { rule: string; dataset: string };
};

const tables = (db: Db) => db.withTables<RuleTables>();

export async function saveRule(ctx: StoreCtx, rule: Rule, reads: readonly string[]): Promise<void> {
  const { name, definition, ...rest } = rule;
  const values = { ...rest, definition: JSON.stringify(definition) };
  await tables(ctx.db)
    .insertInto('rule')
    .values({ name, ...values })
    .onConflict((on) => on.column('name').doUpdateSet(values))
    .execute();
  await tables(ctx.db).deleteFrom('rule_reads').where('rule', '=', name).execute();
  const rows = reads.map((dataset) => ({ rule: name, dataset }));
  if (rows.length > 0) await tables(ctx.db).insertInto('rule_reads').values(rows).execute();
}

export async function removeRule(ctx: StoreCtx, pack: string, name: string): Promise<void> {
  await tables(ctx.db)
    .deleteFrom('rule')
    .where('name', '=', name)
    .where('pack', '=', pack)
    .execute();
}

export async function rules(ctx: StoreCtx): Promise<Rule[]> {
  const rows = await tables(ctx.db).selectFrom('rule').selectAll().orderBy('name').execute();
  return rows as unknown as Rule[];
}

export async function ruleByName(ctx: StoreCtx, name: string): Promise<Rule | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('rule')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  return row as unknown as Rule | undefined;
}

/** Makes runs of one rule follow each other; false when it is gone. */
export async function lockRule(ctx: StoreCtx, name: string): Promise<boolean> {
  const found = await sql`select 1 from rule where name = ${name} for update`.execute(ctx.db);
  return found.rows.length > 0;
}

export async function readersOf(ctx: StoreCtx, dataset: string): Promise<Rule[]> {
  const rows = await tables(ctx.db)
    .selectFrom('rule')
    .selectAll('rule')
    .innerJoin('rule_reads', 'rule_reads.rule', 'rule.name')
    .where('rule_reads.dataset', '=', dataset)
    .orderBy('name')
    .execute();
  return rows as unknown as Rule[];
}

export async function readsOf(ctx: StoreCtx, rule: string): Promise<string[]> {
  const rows = await tables(ctx.db)
    .selectFrom('rule_reads')
    .select('dataset')
    .where('rule', '=', rule)
    .orderBy('dataset')
    .execute();
  return rows.map((row) => row.dataset);
}

export interface SubjectRow {
  subject: string;
  unit: string | null;
  digest: string;
}

/** What a rule finds now, by subject. */
export async function subjects(ctx: StoreCtx, rule: string): Promise<Map<string, SubjectRow>> {
  const found = await sql<SubjectRow>`
    select subject, unit, digest from rule_subject where rule = ${rule}`.execute(ctx.db);
  return new Map(found.rows.map((row) => [row.subject, row]));
}

export async function countSubjects(ctx: StoreCtx, rule: string): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*) as n from rule_subject where rule = ${rule}`.execute(ctx.db);
  return found.rows[0]?.n ?? 0;
}

export async function putSubjects(
  ctx: StoreCtx,
  rule: string,
  rows: readonly SubjectRow[],
  at: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into rule_subject (rule, subject, unit, digest, since)
    select ${rule}, g.subject, g.unit, g.digest, ${at}
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as g (subject text, unit text, digest text)
    on conflict (rule, subject) do update
      set unit = excluded.unit, digest = excluded.digest`.execute(ctx.db);
}

export async function dropSubjects(
  ctx: StoreCtx,
  rule: string,
  gone: readonly string[],
): Promise<void> {
  if (gone.length === 0) return;
  await sql`delete from rule_subject where rule = ${rule} and subject = any(${gone})`.execute(
    ctx.db,
  );
}

export interface RunRow {
  at: Date;
  digest: string;
  subjects: number | null;
  raised: number;
  changed: number;
  cleared: number;
  failed_code: string | null;
  snapshots: ReadSnapshot[];
}

export async function saveRun(ctx: StoreCtx, rule: string, run: RunRow): Promise<void> {
  await sql`insert into rule_run
      (rule, digest, at, snapshots, subjects, raised, changed, cleared, failed_code)
    values (${rule}, ${run.digest}, ${run.at}, ${JSON.stringify(run.snapshots)}, ${run.subjects},
      ${run.raised}, ${run.changed}, ${run.cleared}, ${run.failed_code})`.execute(ctx.db);
}

/** Runs of a rule, newest first. */
export async function runs(ctx: StoreCtx, rule: string, limit: number): Promise<RunRow[]> {
  const found = await sql<RunRow>`
    select at, digest, subjects, raised, changed, cleared, failed_code, snapshots
    from rule_run where rule = ${rule} order by id desc limit ${limit}`.execute(ctx.db);
  return found.rows;
}
