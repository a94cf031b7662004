/** The only PostgreSQL of the cockpit: declared pages. */
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { CockpitLevel, PageFile } from './model.ts';

type At = Pick<Ctx, 'db'>;

type CockpitTables = {
  cockpit_page: { name: string; pack: string; declared: PageFile | string; live_sql: string };
};

const tables = (db: Db) => db.withTables<CockpitTables>();

export interface DeclaredPage {
  name: string;
  declared: PageFile;
  liveSql: string;
}

export async function savePage(ctx: At, pack: string, page: DeclaredPage): Promise<void> {
  const values = { pack, declared: JSON.stringify(page.declared), live_sql: page.liveSql };
  await tables(ctx.db)
    .insertInto('cockpit_page')
    .values({ name: page.name, ...values })
    .onConflict((on) => on.column('name').doUpdateSet(values))
    .execute();
}

export async function removePage(ctx: At, pack: string, name: string): Promise<void> {
  await tables(ctx.db)
    .deleteFrom('cockpit_page')
    .where('name', '=', name)
    .where('pack', '=', pack)
    .execute();
}

/** The page that serves a level. */
export async function pageFor(ctx: At, level: CockpitLevel): Promise<DeclaredPage | undefined> {
  const rows = await tables(ctx.db)
    .selectFrom('cockpit_page')
    .selectAll()
    .orderBy('name')
    .execute();
  for (const row of rows) {
    // jsonb arrives parsed.
    const declared = row.declared as PageFile;
    if (declared.levels.includes(level)) {
      return { name: row.name, declared, liveSql: row.live_sql };
    }
  }
  return undefined;
}
