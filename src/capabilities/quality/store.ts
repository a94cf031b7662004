/** The only SQL of quality on PostgreSQL. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { ScoringFile } from './model.ts';

type StoreCtx = Pick<Ctx, 'db'>;

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

export async function removeScoring(
  ctx: StoreCtx,
  { pack, name }: { pack: string; name: string },
): Promise<void> {
  await sql`delete from quality_scoring where pack = ${pack} and name = ${name}`.execute(ctx.db);
}

/** The scheme in force; packs may declare one only. */
export async function scoringNow(ctx: StoreCtx): Promise<StoredScoring | null> {
  const { rows } = await sql<StoredScoring>`
    select name, pack, digest, declared from quality_scoring order by name limit 1`.execute(ctx.db);
  return rows[0] ?? null;
}
