/** The only SQL of notices on PostgreSQL. */
import { type Generated, type Selectable, sql, type Updateable } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { Bilingual } from '#kernel/errors';
import type { ChannelFile, NoticeTemplate, Reporter } from './model.ts';

type PushTable = {
  id: Generated<number>;
  notice_id: number;
  account: string;
  channels: string[];
  place: Generated<number>;
  failures: Generated<number>;
  attempts: Generated<number>;
  state: Generated<'queued' | 'sent' | 'withdrawing' | 'done' | 'dropped'>;
  channel: string | null;
  reference: string | null;
  last_error: string | null;
  at: Date;
  tried_at: Date | null;
  sent_at: Date | null;
};

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
    settled: unknown;
    settled_by: string | null;
  };
  notice_channel: { name: string; pack: string; definition: unknown };
  notice_contact: { account: string; type: 'mail'; address: string };
  notice_push: PushTable;
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

/** Withdraws the standing notices of a key; gives them and the accounts concerned. */
export async function withdrawKey(
  ctx: StoreCtx,
  key: string,
  { at, settled, by }: { at: Date; settled: Bilingual | null; by: string | null },
): Promise<{ notices: number[]; accounts: string[] }> {
  const words = settled === null ? null : JSON.stringify(settled);
  const gone = await tables(ctx.db)
    .updateTable('notice')
    .set({ withdrawn_at: at, settled: words, settled_by: by })
    .where('key', '=', key)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .execute();
  if (gone.length === 0) return { notices: [], accounts: [] };
  const ids = gone.map((row) => row.id);
  const rows = await tables(ctx.db)
    .selectFrom('notice_receipt')
    .select('account')
    .distinct()
    .where('notice_id', 'in', ids)
    .execute();
  return { notices: ids, accounts: rows.map((row) => row.account) };
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

/** A receipt by its key. */
export interface Receipt {
  account: string;
  notice: number;
}

export interface Forgotten {
  receipts: number;
  /** The last one looked at; null when there are no more. */
  last: Receipt | null;
}

/**
 * Removes what nobody read and nobody has to: receipts, and pushes that never left, of notices
 * withdrawn before an instant; the notices too that nothing of is left. What was read stays, it
 * tells who knew. Some at a time, from after the receipt given.
 */
export async function forgetUnread(
  ctx: StoreCtx,
  before: Date,
  page: { after: Receipt | null; limit: number },
): Promise<Forgotten> {
  const { account = '', notice = 0 } = page.after ?? {};
  const { rows } = await sql<Receipt>`
    select r.account, r.notice_id as notice
    from notice_receipt r join notice n on n.id = r.notice_id
    where r.read_at is null and n.withdrawn_at < ${before}
      and (r.account, r.notice_id) > (${account}, ${notice}::bigint)
    order by r.account, r.notice_id limit ${page.limit}`.execute(ctx.db);
  if (rows.length === 0) return { receipts: 0, last: null };
  const accounts = rows.map((row) => row.account);
  const notices = rows.map((row) => row.notice);
  const gone = await sql`
    delete from notice_receipt r
    using unnest(${accounts}::text[], ${notices}::bigint[]) as old (account, notice_id)
    where r.account = old.account and r.notice_id = old.notice_id
      and r.read_at is null`.execute(ctx.db);
  const ids = [...new Set(notices)];
  await sql`
    delete from notice_push where notice_id = any (${ids}::bigint[])
      and state = 'done' and sent_at is null`.execute(ctx.db);
  await sql`
    delete from notice n where n.id = any (${ids}::bigint[])
      and not exists (select from notice_receipt r where r.notice_id = n.id)
      and not exists (select from notice_push p where p.notice_id = n.id)`.execute(ctx.db);
  const last = rows.length < page.limit ? null : (rows.at(-1) ?? null);
  return { receipts: Number(gone.numAffectedRows ?? 0), last };
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

export async function saveChannel(
  ctx: StoreCtx,
  pack: string,
  name: string,
  file: ChannelFile,
): Promise<void> {
  const definition = JSON.stringify(file);
  await tables(ctx.db)
    .insertInto('notice_channel')
    .values({ name, pack, definition })
    .onConflict((on) => on.column('name').doUpdateSet({ pack, definition }))
    .execute();
}

export async function removeChannel(ctx: StoreCtx, name: string): Promise<void> {
  await tables(ctx.db).deleteFrom('notice_channel').where('name', '=', name).execute();
}

export async function allChannels(ctx: StoreCtx): Promise<{ name: string; file: ChannelFile }[]> {
  const rows = await tables(ctx.db)
    .selectFrom('notice_channel')
    .select(['name', 'definition'])
    .orderBy('name')
    .execute();
  return rows.map(({ name, definition }) => ({ name, file: definition as ChannelFile }));
}

/** Those of these channels that a pack declares. */
export async function channelsKnown(
  ctx: StoreCtx,
  names: readonly string[],
): Promise<Map<string, ChannelFile>> {
  if (names.length === 0) return new Map();
  const all = await allChannels(ctx);
  return new Map(all.filter(({ name }) => names.includes(name)).map((one) => [one.name, one.file]));
}

export const findChannel = async (ctx: StoreCtx, name: string): Promise<ChannelFile | undefined> =>
  (await channelsKnown(ctx, [name])).get(name);

export async function contactOf(
  ctx: StoreCtx,
  account: string,
  type: 'mail',
): Promise<string | null> {
  const row = await tables(ctx.db)
    .selectFrom('notice_contact')
    .select('address')
    .where('account', '=', account)
    .where('type', '=', type)
    .executeTakeFirst();
  return row?.address ?? null;
}

export async function putContact(
  ctx: StoreCtx,
  account: string,
  type: 'mail',
  address: string | null,
): Promise<void> {
  if (address === null) {
    await tables(ctx.db)
      .deleteFrom('notice_contact')
      .where('account', '=', account)
      .where('type', '=', type)
      .execute();
    return;
  }
  await tables(ctx.db)
    .insertInto('notice_contact')
    .values({ account, type, address })
    .onConflict((on) => on.columns(['account', 'type']).doUpdateSet({ address }))
    .execute();
}

/** A push with what it says. */
export type PushRow = Selectable<PushTable> & {
  title: Bilingual;
  body: Bilingual;
  link: string | null;
  urgent: boolean;
  withdrawn_at: Date | null;
  settled: Bilingual | null;
};

/** Queues a notice for each of these accounts, however many; gives the new ids. */
export async function insertPushes(
  ctx: StoreCtx,
  notice: number,
  accounts: readonly string[],
  channels: readonly string[],
  at: Date,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    insert into notice_push (notice_id, account, channels, at)
    select ${notice}::bigint, account, ${[...channels]}::text[], ${at}
    from unnest(${[...accounts]}::text[]) with ordinality as told (account, place)
    order by place
    on conflict (notice_id, account) do nothing
    returning id`.execute(ctx.db);
  return rows.map((row) => row.id);
}

export async function findPush(ctx: StoreCtx, id: number): Promise<PushRow | undefined> {
  const found = await sql<PushRow>`
    select p.*, n.title, n.body, n.link, n.urgent, n.withdrawn_at, n.settled
    from notice_push p join notice n on n.id = p.notice_id where p.id = ${id}`.execute(ctx.db);
  return found.rows[0];
}

export async function savePush(
  ctx: StoreCtx,
  id: number,
  change: Updateable<PushTable>,
): Promise<void> {
  await tables(ctx.db).updateTable('notice_push').set(change).where('id', '=', id).execute();
}

/** Sets a state anew: what was tried before counts no more. */
export async function turnPushes(
  ctx: StoreCtx,
  ids: readonly number[],
  state: PushRow['state'],
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update notice_push set state = ${state}, failures = 0, attempts = 0
    where id = any (${[...ids]}::bigint[])`.execute(ctx.db);
}

/** Whether a channel took this notice already, for whomever. */
export async function wasPushed(ctx: StoreCtx, notice: number, channel: string): Promise<boolean> {
  const row = await tables(ctx.db)
    .selectFrom('notice_push')
    .select('id')
    .where('notice_id', '=', notice)
    .where('channel', '=', channel)
    .where('sent_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Takes one of the sends a channel allows within a minute, counted over all processes.
 * @returns null when there was one, else when the oldest of the minute was tried
 */
export async function takeSlot(
  ctx: StoreCtx,
  ask: {
    id: number;
    channel: string;
    at: Date;
    minuteAgo: Date;
    perMinute: number;
    /** Of a group channel: another push of this notice that is under way goes first. */
    alone: number | null;
  },
): Promise<Date | null> {
  const run = async (db: Db): Promise<Date | null> => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`push ${ask.channel}`}, 0))`.execute(
      db,
    );
    const { rows } = await sql<{ n: number; oldest: Date | null; ahead: Date | null }>`
      select count(*) as n, min(tried_at) as oldest,
        max(tried_at) filter (where notice_id = ${ask.alone}::bigint and state = 'queued') as ahead
      from notice_push
      where channel = ${ask.channel} and tried_at > ${ask.minuteAgo}
        and id <> ${ask.id}`.execute(db);
    const counted = rows[0];
    if (counted?.ahead) return counted.ahead;
    if (counted?.oldest && counted.n >= ask.perMinute) return counted.oldest;
    await tables(db)
      .updateTable('notice_push')
      .set({ channel: ask.channel, tried_at: ask.at })
      .where('id', '=', ask.id)
      .execute();
    return null;
  };
  return ctx.db.isTransaction ? run(ctx.db) : ctx.db.transaction().execute(run);
}

export interface Withdrawable {
  id: number;
  account: string;
  channel: string | null;
  /** Null where another push of the notice spoke for it. */
  tried_at: Date | null;
  settled: Bilingual | null;
  settled_by: string | null;
}

/** Pushes of these notices that left, the newest first. */
export async function withdrawable(
  ctx: StoreCtx,
  notices: readonly number[],
): Promise<Withdrawable[]> {
  if (notices.length === 0) return [];
  const { rows } = await sql<Withdrawable>`
    select p.id, p.account, p.channel, p.tried_at, n.settled, n.settled_by
    from notice_push p join notice n on n.id = p.notice_id
    where p.notice_id = any (${[...notices]}::bigint[]) and p.state = 'sent'
    order by p.id desc`.execute(ctx.db);
  return rows;
}

export interface StuckRow {
  id: number;
  template: string;
  account: string;
  channel: string | null;
  state: 'queued' | 'withdrawing' | 'dropped';
  attempts: number;
  last_error: string | null;
  at: Date;
  tried_at: Date | null;
}

/** What did not leave at the first attempt and waits, or was given up; the oldest first. */
export async function stuckPushes(ctx: StoreCtx, limit: number): Promise<StuckRow[]> {
  const { rows } = await sql<StuckRow>`
    select p.id, n.template, p.account, coalesce(p.channel, p.channels[p.place + 1]) as channel,
      p.state, p.attempts, p.last_error, p.at, p.tried_at
    from notice_push p join notice n on n.id = p.notice_id
    where p.state in ('queued', 'withdrawing', 'dropped')
      and (p.state = 'dropped' or p.last_error is not null)
    order by p.id limit ${limit}`.execute(ctx.db);
  return rows;
}

export interface PushCounts {
  sent: number;
  waiting: number;
  lastError: string | null;
}

/** What each of these channels took since an instant, and what waits at it. */
export async function pushCounts(
  ctx: StoreCtx,
  channels: readonly string[],
  since: Date,
): Promise<Map<string, PushCounts>> {
  const { rows } = await sql<PushCounts & { channel: string }>`
    select c.channel, coalesce(s.n, 0) as sent, coalesce(w.n, 0) as waiting,
      (select p.last_error from notice_push p
        where coalesce(p.channel, p.channels[p.place + 1]) = c.channel and p.last_error is not null
        order by p.tried_at desc nulls last limit 1) as "lastError"
    from unnest(${[...channels]}::text[]) as c (channel)
    left join (select channel, count(*) as n from notice_push
      where sent_at > ${since} group by channel) s on s.channel = c.channel
    left join (select coalesce(channel, channels[place + 1]) as channel, count(*) as n
      from notice_push where state in ('queued', 'withdrawing')
      group by 1) w on w.channel = c.channel`.execute(ctx.db);
  return new Map(rows.map(({ channel, ...counts }) => [channel, counts]));
}
