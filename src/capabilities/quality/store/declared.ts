/** What packs declare: checks, named checks, the scheme of scoring. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { NamedCheck, ScoringFile, SetCheck } from '../model.ts';

export type StoreCtx = Pick<Ctx, 'db'>;

export interface StoredScoring {
  name: string;
  pack: string;
  digest: string;
  declared: ScoringFile;
}

export async function saveScoring(ctx: StoreCtx, one: StoredScoring): Promise<void> {
  const declared = JSON.stringify(one.declared);
  await sql`insert into quality_scoring (name, pack, digest, declared)
    values (${one.name}, ${one.pack}, ${one.digest}, ${declared})
    on conflict (name) do update set
      pack = excluded.pack, digest = excluded.digest, declared = excluded.declared`.execute(ctx.db);
}

interface Named {
  pack: string;
  name: string;
}

export async function removeScoring(ctx: StoreCtx, { pack, name }: Named): Promise<void> {
  await sql`delete from quality_scoring where pack = ${pack} and name = ${name}`.execute(ctx.db);
}

/** The scheme in force; packs may declare one only. */
export async function scoringNow(ctx: StoreCtx): Promise<StoredScoring | null> {
  const { rows } = await sql<StoredScoring>`
    select name, pack, digest, declared from quality_scoring order by name limit 1`.execute(ctx.db);
  return rows[0] ?? null;
}

export interface StoredCheck {
  dataset: string;
  name: string;
  declared: SetCheck;
  reads: string[];
}

/** Puts the checks of a dataset in the place of those it had. */
export async function saveChecks(
  ctx: StoreCtx,
  { dataset, pack }: { dataset: string; pack: string },
  checks: readonly (readonly [name: string, check: SetCheck])[],
): Promise<void> {
  await sql`delete from quality_check where dataset = ${dataset}`.execute(ctx.db);
  for (const [place, [name, check]] of checks.entries()) {
    await sql`insert into quality_check (dataset, name, pack, place, declared)
      values (${dataset}, ${name}, ${pack}, ${place}, ${JSON.stringify(check)})`.execute(ctx.db);
  }
}

export async function checksOf(ctx: StoreCtx, dataset: string): Promise<StoredCheck[]> {
  const { rows } = await sql<StoredCheck>`
    select dataset, name, declared, reads from quality_check
    where dataset = ${dataset} order by place`.execute(ctx.db);
  return rows;
}

export async function saveReads(
  ctx: StoreCtx,
  { dataset, name }: { dataset: string; name: string },
  reads: readonly string[],
): Promise<void> {
  const text = JSON.stringify(reads);
  await sql`update quality_check set reads = ${text}
    where dataset = ${dataset} and name = ${name} and reads <> ${text}::jsonb`.execute(ctx.db);
}

/** Datasets with a check that reads this one, itself left out. */
export async function readersOf(ctx: StoreCtx, dataset: string): Promise<string[]> {
  const { rows } = await sql<{ dataset: string }>`
    select distinct dataset from quality_check
    where dataset <> ${dataset} and reads @> ${JSON.stringify([dataset])}::jsonb
    order by dataset`.execute(ctx.db);
  return rows.map((row) => row.dataset);
}

export interface StoredNamed {
  name: string;
  pack: string;
  digest: string;
  sql: string;
  declared: NamedCheck;
}

export async function saveNamed(ctx: StoreCtx, one: StoredNamed): Promise<void> {
  await sql`insert into quality_named (name, pack, digest, sql, declared)
    values (${one.name}, ${one.pack}, ${one.digest}, ${one.sql}, ${JSON.stringify(one.declared)})
    on conflict (name) do update set pack = excluded.pack, digest = excluded.digest,
      sql = excluded.sql, declared = excluded.declared`.execute(ctx.db);
}

export async function removeNamed(ctx: StoreCtx, { pack, name }: Named): Promise<void> {
  await sql`delete from quality_named where pack = ${pack} and name = ${name}`.execute(ctx.db);
}

export async function namedChecks(ctx: StoreCtx): Promise<Map<string, StoredNamed>> {
  const { rows } = await sql<StoredNamed>`
    select name, pack, digest, sql, declared from quality_named`.execute(ctx.db);
  return new Map(rows.map((row) => [row.name, row]));
}

/** Datasets that use a named check. */
export async function usersOfNamed(ctx: StoreCtx, name: string): Promise<string[]> {
  const { rows } = await sql<{ dataset: string }>`
    select distinct dataset from quality_check
    where declared ->> 'kind' = 'named' and declared ->> 'check' = ${name}
    order by dataset`.execute(ctx.db);
  return rows.map((row) => row.dataset);
}
