/** SQL of case types: their versions, and the cases that run on each. */
import { sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { CaseType } from '../model.ts';

type StoreCtx = Pick<Ctx, 'db'>;

export interface VersionRow {
  name: string;
  version: number;
  pack: string;
  retired: boolean;
  applied_at: Date | null;
  definition: CaseType;
}

/** All versions of a type, newest first. */
export async function versionsOf(ctx: StoreCtx, name: string): Promise<VersionRow[]> {
  const found = await sql<VersionRow>`
    select name, version, pack, retired, applied_at, definition from case_type
    where name = ${name} order by version desc`.execute(ctx.db);
  return found.rows;
}

/** The newest version of every type that is declared or still has open cases. */
export async function newestTypes(ctx: StoreCtx): Promise<VersionRow[]> {
  const found = await sql<VersionRow>`
    select distinct on (name) name, version, pack, retired, applied_at, definition from case_type
    order by name, version desc`.execute(ctx.db);
  return found.rows;
}

export interface Standing {
  version: number;
  step: string;
  open: number;
}

/** Open cases of a type by version and step. */
export async function openByVersion(ctx: StoreCtx, name: string): Promise<Standing[]> {
  const found = await sql<Standing>`
    select type_version as version, step, count(*)::int as open from case_file
    where type = ${name} and closed_at is null
    group by 1, 2 order by 1 desc, 2`.execute(ctx.db);
  return found.rows;
}

/** Some open cases of a type that run on an older version than this, in the order of their ids. */
export async function openOnOlder(
  ctx: StoreCtx,
  of: { type: string; version: number; after: number; limit: number },
): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select id from case_file
    where type = ${of.type} and type_version < ${of.version} and closed_at is null
      and id > ${of.after}
    order by id limit ${of.limit}`.execute(ctx.db);
  return found.rows.map((row) => row.id);
}
