/** The only SQL of notices on PostgreSQL. */
import { type Generated, sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Bilingual } from '#kernel/errors';
import type { NoticeTemplate, Reporter } from './model.ts';

type NoticesTables = {
  notice_template: { name: string; pack: string; definition: unknown };
  notice: {
    id: Generated<number>;
    template: string;
    title: unknown;
    body: unknown;
    link: string | null;
    urgent: boolean;
    key: string | null;
    at: Date;
    withdrawn_at: Date | null;
  };
  notice_receipt: { notice_id: number; account: string; read_at: Date | null };
  outbound_message: {
    id: Generated<number>;
    channel: string;
    ref: string;
    reporter: string;
    template: string;
    body: unknown;
    key: string | null;
    state: Generated<'queued' | 'sent'>;
    attempts: Generated<number>;
    last_error: string | null;
    at: Date;
    sent_at: Date | null;
  };
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<NoticesTables>();

export async function saveTemplate(
  ctx: StoreCtx,
  pack: string,
  name: string,
  template: NoticeTemplate,
): Promise<void> {
  const definition = JSON.stringify(template);
  await tables(ctx.db)
    .insertInto('notice_template')
    .values({ name, pack, definition })
    .onConflict((on) => on.column('name').doUpdateSet({ pack, definition }))
    .execute();
}

export async function removeTemplate(ctx: StoreCtx, name: string): Promise<void> {
  await tables(ctx.db).deleteFrom('notice_template').where('name', '=', name).execute();
}

export async function findTemplate(
  ctx: StoreCtx,
  name: string,
): Promise<NoticeTemplate | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('notice_template')
    .select('definition')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.definition as NoticeTemplate | undefined;
}

export interface NewNotice {
  template: string;
  title: Bilingual;
  body: Bilingual;
  link: string | null;
  urgent: boolean;
  key: string | null;
  at: Date;
}

/** Writes a notice with one receipt for each account; gives its id. */
export async function insertNotice(
  ctx: StoreCtx,
  notice: NewNotice,
  accounts: string[],
): Promise<number> {
  const { id } = await tables(ctx.db)
    .insertInto('notice')
    .values({
      ...notice,
      title: JSON.stringify(notice.title),
      body: JSON.stringify(notice.body),
      withdrawn_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`insert into notice_receipt (notice_id, account)
    select ${id}::bigint, account from unnest(${accounts}::text[]) account
    on conflict do nothing`.execute(ctx.db);
  return id;
}

/** Withdraws the standing notices of a key; gives the accounts concerned. */
export async function withdrawKey(ctx: StoreCtx, key: string, at: Date): Promise<string[]> {
  const gone = await tables(ctx.db)
    .updateTable('notice')
    .set({ withdrawn_at: at })
    .where('key', '=', key)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .execute();
  if (gone.length === 0) return [];
  const ids = gone.map((row) => row.id);
  const rows = await tables(ctx.db)
    .selectFrom('notice_receipt')
    .select('account')
    .distinct()
    .where('notice_id', 'in', ids)
    .execute();
  return rows.map((row) => row.account);
}

export interface NoticeRow {
  id: number;
  title: Bilingual;
  body: Bilingual;
  link: string | null;
  urgent: boolean;
  at: Date;
  read_at: Date | null;
  withdrawn_at: Date | null;
}

/** Notices of an account, newest first; withdrawn ones only when asked for. */
export async function noticesOf(
  ctx: StoreCtx,
  account: string,
  page: { after: number | null; limit: number; withdrawn: boolean },
): Promise<NoticeRow[]> {
  const found = await sql<NoticeRow>`
    select n.id, n.title, n.body, n.link, n.urgent, n.at, r.read_at, n.withdrawn_at
    from notice_receipt r join notice n on n.id = r.notice_id
    where r.account = ${account}
      and (${page.after}::bigint is null or r.notice_id < ${page.after}::bigint)
      and (${page.withdrawn} or n.withdrawn_at is null)
    order by r.notice_id desc limit ${page.limit}`.execute(ctx.db);
  return found.rows;
}

export async function unreadCount(ctx: StoreCtx, account: string): Promise<number> {
  const found = await sql<{ unread: number }>`
    select count(*) as unread from notice_receipt r join notice n on n.id = r.notice_id
    where r.account = ${account} and r.read_at is null and n.withdrawn_at is null`.execute(ctx.db);
  return Number(found.rows[0]?.unread ?? 0);
}

/** Marks one notice (all when null) of an account read; gives how many receipts were found. */
export async function markRead(
  ctx: StoreCtx,
  account: string,
  id: number | null,
  at: Date,
): Promise<number> {
  const done = await sql`
    update notice_receipt set read_at = coalesce(read_at, ${at})
    where account = ${account} and (${id}::bigint is null or notice_id = ${id}::bigint)
      and (${id}::bigint is not null or read_at is null)`.execute(ctx.db);
  return Number(done.numAffectedRows ?? 0);
}

export interface OutboundRow {
  id: number;
  channel: string;
  ref: string;
  reporter: string;
  template: string;
  body: Bilingual;
  state: 'queued' | 'sent';
  attempts: number;
  last_error: string | null;
  at: Date;
  sent_at: Date | null;
}

/** Queues a message; the same key again queues nothing. Gives the new id, or null. */
export async function insertOutbound(
  ctx: StoreCtx,
  message: { to: Reporter; template: string; body: Bilingual; key: string | null; at: Date },
): Promise<number | null> {
  const row = await tables(ctx.db)
    .insertInto('outbound_message')
    .values({
      channel: message.to.channel,
      ref: message.to.ref,
      reporter: message.to.name,
      template: message.template,
      body: JSON.stringify(message.body),
      key: message.key,
      at: message.at,
      last_error: null,
      sent_at: null,
    })
    .onConflict((on) => on.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Locks one queued message; undefined when it was sent already. */
export async function lockOutbound(ctx: StoreCtx, id: number): Promise<OutboundRow | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('outbound_message')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .forUpdate()
    .executeTakeFirst();
  return row as OutboundRow | undefined;
}

export async function saveAttempt(
  ctx: StoreCtx,
  id: number,
  attempt: { attempts: number; error: string | null; sentAt: Date | null },
): Promise<void> {
  await tables(ctx.db)
    .updateTable('outbound_message')
    .set({
      attempts: attempt.attempts,
      last_error: attempt.error,
      sent_at: attempt.sentAt,
      state: attempt.sentAt === null ? 'queued' : 'sent',
    })
    .where('id', '=', id)
    .execute();
}

export async function outboundOf(
  ctx: StoreCtx,
  reports: { channel: string; ref: string }[],
): Promise<OutboundRow[]> {
  if (reports.length === 0) return [];
  const found = await sql<OutboundRow>`
    select m.* from outbound_message m
    join json_to_recordset(${JSON.stringify(reports)}::json) as r(channel text, ref text)
      on m.channel = r.channel and m.ref = r.ref
    order by m.id`.execute(ctx.db);
  return found.rows;
}
