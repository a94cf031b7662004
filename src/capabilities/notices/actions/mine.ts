/** What one person was told. */
import { type Actor, authErrors } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { noticesErrors } from '../errors.ts';
import type { Notice } from '../model.ts';
import * as store from '../store.ts';

const account = (actor: Actor): string => {
  if (actor.kind === 'anonymous') throw authErrors.make('not_signed_in');
  return actor.id;
};

const toNotice = (row: store.NoticeRow): Notice => ({
  id: String(row.id),
  title: row.title,
  body: row.body,
  link: row.link,
  urgent: row.urgent,
  at: row.at.toISOString(),
  readAt: row.read_at?.toISOString() ?? null,
  withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
});

/** Notices of the person asking, newest first. @throws auth.not_signed_in */
export async function myNotices(
  ctx: Ctx,
  page: { after?: string | undefined; limit: number; withdrawn?: boolean | undefined },
): Promise<{ items: Notice[]; unread: number; next: string | null }> {
  const who = account(ctx.actor);
  const rows = await store.noticesOf(ctx, who, {
    after: page.after === undefined ? null : Number(page.after),
    limit: page.limit + 1,
    withdrawn: page.withdrawn ?? false,
  });
  const items = rows.slice(0, page.limit).map(toNotice);
  const next = rows.length > page.limit ? (items.at(-1)?.id ?? null) : null;
  return { items, unread: await store.unreadCount(ctx, who), next };
}

/** Marks one notice, or all, of the person asking as read. @throws notices.not_yours */
export async function readNotice(ctx: Ctx, id: string | null): Promise<{ unread: number }> {
  const who = account(ctx.actor);
  const now = ctx.clock.now();
  const found = await store.markRead(ctx, who, id === null ? null : Number(id), now);
  if (id !== null && found === 0) throw noticesErrors.make('not_yours');
  return { unread: await store.unreadCount(ctx, who) };
}
