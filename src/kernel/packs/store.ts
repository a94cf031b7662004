/** Versions of packs in PostgreSQL. */
import type { Generated, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import { packErrors } from './errors.ts';
import type { PackReference } from './references.ts';
import { digestOf, type PackSource } from './source.ts';

type PackTables = {
  pack_content: { digest: string; content: string; sql: string | null };
  pack_version: {
    pack: string;
    version: number;
    applied_at: Date;
    applied_by: string;
    applied_by_name: string;
    restores: number | null;
    withdrawn: Generated<boolean>;
  };
  pack_version_file: {
    pack: string;
    version: number;
    kind: string;
    name: string;
    file: string;
    digest: string;
  };
  pack_reference: {
    pack: string;
    kind: string;
    name: string;
    used_pack: string;
    used_kind: string;
    used_name: string;
  };
};

type At = Pick<Ctx, 'db'>;

const tables = (ctx: At) => ctx.db.withTables<PackTables>();

/** Two who apply at once go one after the other. */
export async function lockPacks(ctx: At): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('guantong.packs'))`.execute(ctx.db);
}

export interface PackVersion {
  pack: string;
  version: number;
  appliedAt: Date;
  appliedBy: string;
  /** The earlier version it went back to. */
  restores: number | null;
  withdrawn: boolean;
}

type VersionRow = Selectable<PackTables['pack_version']>;

const versionOf = (row: VersionRow): PackVersion => ({
  pack: row.pack,
  version: row.version,
  appliedAt: row.applied_at,
  appliedBy: row.applied_by_name,
  restores: row.restores,
  withdrawn: row.withdrawn,
});

/** Every version of every pack, newest first. */
export async function packVersions(ctx: At, pack?: string): Promise<PackVersion[]> {
  const rows = await tables(ctx)
    .selectFrom('pack_version')
    .selectAll()
    .$if(pack !== undefined, (query) => query.where('pack', '=', pack ?? ''))
    .orderBy('pack')
    .orderBy('version', 'desc')
    .execute();
  return rows.map(versionOf);
}

/** The newest version of each pack, withdrawn ones with no files; older ones are not read. */
export async function currentVersions(ctx: At): Promise<Map<string, PackVersion>> {
  const { rows } = await sql<VersionRow>`
    with recursive packs (name) as (
      (select pack from pack_version order by pack limit 1)
      union all
      select (select v.pack from pack_version v where v.pack > p.name order by v.pack limit 1)
      from packs p where p.name is not null)
    select newest.* from packs p cross join lateral (
      select * from pack_version v where v.pack = p.name order by v.version desc limit 1) newest
    order by newest.pack`.execute(ctx.db);
  return new Map(rows.map((row) => [row.pack, versionOf(row)]));
}

/** The files of one version. @throws packs.no_version */
export async function sourcesOf(ctx: At, pack: string, version: number): Promise<PackSource[]> {
  const known = await packVersions(ctx, pack);
  if (!known.some((one) => one.version === version)) {
    throw packErrors.make('no_version', { pack, version });
  }
  const rows = await tables(ctx)
    .selectFrom('pack_version_file as f')
    .innerJoin('pack_content as c', 'c.digest', 'f.digest')
    .select(['f.pack', 'f.kind', 'f.name', 'f.file', 'c.content', 'c.sql'])
    .where('f.pack', '=', pack)
    .where('f.version', '=', version)
    .orderBy('f.kind')
    .orderBy('f.name')
    .execute();
  return rows.map(({ sql: sibling, ...row }) =>
    sibling === null ? row : { ...row, sql: sibling },
  );
}

/** Files of all packs as they are applied now. */
export async function appliedSources(ctx: At): Promise<PackSource[]> {
  const current = [...(await currentVersions(ctx)).values()].filter((one) => !one.withdrawn);
  const all = await Promise.all(current.map((one) => sourcesOf(ctx, one.pack, one.version)));
  return all.flat();
}

export interface NewVersion {
  pack: string;
  version: number;
  sources: readonly PackSource[];
  restores: number | null;
  withdrawn: boolean;
}

const chunk = 500;

/** Keeps a version with all its files; contents already kept are not written again. */
export async function writeVersion(
  ctx: Pick<Ctx, 'db' | 'clock' | 'actor'>,
  next: NewVersion,
): Promise<void> {
  const { pack, version, restores, withdrawn } = next;
  const who = { applied_by: ctx.actor.id, applied_by_name: ctx.actor.name };
  await tables(ctx)
    .insertInto('pack_version')
    .values({ pack, version, restores, withdrawn, applied_at: ctx.clock.now(), ...who })
    .execute();
  for (let at = 0; at < next.sources.length; at += chunk) {
    const part = next.sources.slice(at, at + chunk);
    const kept = part.map((source) => ({ ...source, digest: digestOf(source) }));
    await tables(ctx)
      .insertInto('pack_content')
      .values(
        kept.map((one) => ({ digest: one.digest, content: one.content, sql: one.sql ?? null })),
      )
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .execute();
    await tables(ctx)
      .insertInto('pack_version_file')
      .values(
        kept.map(({ kind, name, file, digest }) => ({ pack, version, kind, name, file, digest })),
      )
      .execute();
  }
}

/** Replaces the reference index by what the last check resolved. */
export async function writeReferences(
  ctx: At,
  references: readonly PackReference[],
): Promise<void> {
  await tables(ctx).deleteFrom('pack_reference').execute();
  for (let at = 0; at < references.length; at += chunk) {
    const rows = references.slice(at, at + chunk).map(({ from, to }) => ({
      pack: from.pack,
      kind: from.kind,
      name: from.name,
      used_pack: to.pack,
      used_kind: to.kind,
      used_name: to.name,
    }));
    await tables(ctx).insertInto('pack_reference').values(rows).execute();
  }
}

/** Files that use the named one, among what is applied now. */
export async function usersOf(
  ctx: At,
  used: { kind: string; name: string },
): Promise<PackReference['from'][]> {
  return tables(ctx)
    .selectFrom('pack_reference')
    .select(['pack', 'kind', 'name'])
    .where('used_kind', '=', used.kind)
    .where('used_name', '=', used.name)
    .orderBy('pack')
    .orderBy('kind')
    .orderBy('name')
    .execute();
}
