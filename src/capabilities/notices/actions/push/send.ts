/**
 * The road of one notice to one person: channels in order. A channel that fails `push_attempts`
 * times in a row, or will not take it, gives way to the next; after the last the first comes again,
 * later each time. Nothing is dropped but what was withdrawn before it left.
 */
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { enqueue, enqueueAll } from '#kernel/jobs';
import * as store from '../../store.ts';
import { adapterOf } from './adapters.ts';
import { type Adapter, ChannelFailure, type Push } from './channel.ts';

/** Job that brings one push one step on. */
export const pushJob = 'notices.push';

const minuteMs = 60_000;

/** Puts the next step of a push into the queue. */
export const pushSoon = (ctx: Ctx, id: number, at?: Date): Promise<void> =>
  enqueue(ctx, pushJob, { id }, { singletonKey: String(id), ...(at ? { startAfter: at } : {}) });

const allSoon = (ctx: Ctx, ids: readonly number[]): Promise<void> =>
  enqueueAll(
    ctx,
    pushJob,
    ids.map((id) => ({ payload: { id }, singletonKey: String(id) })),
  );

const wait = (ctx: Ctx, attempts: number): Date => {
  const { outbound_retry_ms: first, outbound_retry_max_ms: most } = ctx.settings;
  const ms = Math.min(first * 2 ** Math.min(attempts, 30), most);
  return new Date(ctx.clock.now().getTime() + ms);
};

const absolute = (ctx: Ctx, link: string | null): string | null => {
  if (link === null) return null;
  const { public_url: url, host, port } = ctx.settings;
  const base = url || `http://${host}:${port}`;
  return `${base.replace(/\/+$/, '')}${link}`;
};

interface Chosen {
  name: string;
  adapter: Adapter;
  address: string | null;
  perMinute: number;
}

/** The channel a push stands at, when it is on and reaches this person. */
async function channelAt(ctx: Ctx, row: store.PushRow): Promise<Chosen | undefined> {
  const name = row.state === 'withdrawing' ? row.channel : row.channels[row.place];
  const file = name === null || name === undefined ? undefined : await store.findChannel(ctx, name);
  const adapter = file && adapterOf(ctx.settings, file);
  if (name === null || name === undefined || file === undefined || adapter === undefined) {
    return undefined;
  }
  const address = file.type === 'mail' ? await store.contactOf(ctx, row.account, 'mail') : null;
  if (file.type === 'mail' && address === null) return undefined;
  return { name, adapter, address, perMinute: file.per_minute };
}

const pushOf = (ctx: Ctx, row: store.PushRow): Push => ({
  id: row.id,
  account: row.account,
  title: row.title,
  body: row.body,
  url: absolute(ctx, row.link),
  urgent: row.urgent,
  at: row.at,
  done: row.state === 'withdrawing',
  settled: row.state === 'withdrawing' ? row.settled : null,
});

/** On to the next channel; after the last the first comes again, after a wait. */
async function next(ctx: Ctx, row: store.PushRow, why: string): Promise<void> {
  const place = (row.place + 1) % row.channels.length;
  const attempts = row.attempts + 1;
  await store.savePush(ctx, row.id, { place, failures: 0, attempts, last_error: why });
  await pushSoon(ctx, row.id, place === 0 ? wait(ctx, attempts) : undefined);
}

async function failed(
  ctx: Ctx,
  row: store.PushRow,
  failure: ChannelFailure,
  { whenDone }: Adapter,
): Promise<void> {
  const why = failure.message;
  if (failure.kind === 'busy') {
    await store.savePush(ctx, row.id, { last_error: why });
    return pushSoon(ctx, row.id, new Date(ctx.clock.now().getTime() + minuteMs));
  }
  const attempts = row.attempts + 1;
  const failures = row.failures + 1;
  const isOver = failure.kind === 'refused' || failures >= ctx.settings.push_attempts;
  if (row.state === 'withdrawing') {
    // The item is done whether the far end hears it or not: it is told while it may listen. What
    // only says what became of it is old news after some tries.
    const isDropped = failure.kind === 'refused' || (isOver && whenDone === 'follows');
    const state = isDropped ? ('dropped' as const) : row.state;
    await store.savePush(ctx, row.id, { state, attempts, failures, last_error: why });
    return isDropped ? undefined : pushSoon(ctx, row.id, wait(ctx, attempts));
  }
  if (isOver) return next(ctx, row, why);
  await store.savePush(ctx, row.id, { attempts, failures, last_error: why });
  await pushSoon(ctx, row.id, wait(ctx, attempts));
}

/** Whether a group was told of this notice already, for somebody else. */
const toldAlready = (ctx: Ctx, row: store.PushRow, { adapter, name }: Chosen): Promise<boolean> =>
  adapter.personal || row.state === 'withdrawing'
    ? Promise.resolve(false)
    : store.wasPushed(ctx, row.notice_id, name);

async function deliver(ctx: Ctx, row: store.PushRow, chosen: Chosen): Promise<void> {
  const { name: channel, adapter, address, perMinute } = chosen;
  const now = ctx.clock.now();
  if (await toldAlready(ctx, row, chosen)) {
    return store.savePush(ctx, row.id, { state: 'sent', channel, sent_at: now });
  }
  const minuteAgo = new Date(now.getTime() - minuteMs);
  const alone = adapter.personal ? null : row.notice_id;
  const ask = { id: row.id, channel, at: now, minuteAgo, perMinute, alone };
  const oldest = await store.takeSlot(ctx, ask);
  if (oldest !== null) return pushSoon(ctx, row.id, new Date(oldest.getTime() + minuteMs));
  try {
    const reference = await adapter.send(ctx, pushOf(ctx, row), address);
    await settle(ctx, row, channel, reference);
  } catch (error) {
    if (!(error instanceof ChannelFailure)) throw error;
    ctx.log.warn({ channel, push: row.id, why: error.message }, 'a channel did not take a notice');
    await failed(ctx, row, error, adapter);
  }
}

/** It left. What was withdrawn while it was on its way is told to be done at once. */
async function settle(
  ctx: Ctx,
  row: store.PushRow,
  channel: string,
  reference: string | null,
): Promise<void> {
  await tx(ctx, async (inside) => {
    const now = inside.clock.now();
    if (row.state === 'withdrawing') return store.savePush(inside, row.id, { state: 'done' });
    const sent = { state: 'sent' as const, channel, reference, sent_at: now, last_error: null };
    await store.savePush(inside, row.id, sent);
    const isWithdrawn = (await store.findPush(inside, row.id))?.withdrawn_at !== null;
    if (isWithdrawn) await withdrawPushes(inside, [row.notice_id]);
  });
}

/** Brings a push one step on; what is sent, done or unknown stays as it is. */
export async function pushOn(ctx: Ctx, id: number): Promise<void> {
  const row = await store.findPush(ctx, id);
  if (row === undefined || (row.state !== 'queued' && row.state !== 'withdrawing')) return;
  if (row.state === 'queued' && row.withdrawn_at !== null) {
    return store.savePush(ctx, id, { state: 'done' });
  }
  const chosen = await channelAt(ctx, row);
  if (chosen !== undefined) return deliver(ctx, row, chosen);
  if (row.state === 'withdrawing') return store.savePush(ctx, id, { state: 'done' });
  await next(ctx, row, 'off');
}

/**
 * Queues a notice for each of these accounts. Joins the caller's transaction. A template without
 * channels, or whose channels no pack declares, stays in the app.
 */
export async function queuePushes(
  ctx: Ctx,
  notice: number,
  accounts: readonly string[],
  channels: readonly string[],
): Promise<void> {
  const known = await store.channelsKnown(ctx, channels);
  const inOrder = channels.filter((name) => {
    const file = known.get(name);
    return file !== undefined && adapterOf(ctx.settings, file) !== undefined;
  });
  if (inOrder.length === 0) return;
  await allSoon(ctx, await store.insertPushes(ctx, notice, accounts, inOrder, ctx.clock.now()));
}

/**
 * Whether what left is told of its end. Where it cannot be taken back a person hears it once,
 * whoever did it himself does not, and a group hears it once for all.
 */
function isToldDone(adapter: Adapter, row: store.Withdrawable, told: Set<string>): boolean {
  if (adapter.whenDone === 'withdraws') return true;
  if (row.settled === null) return false;
  if (adapter.personal ? row.account === row.settled_by : row.tried_at === null) return false;
  const whom = adapter.personal ? `${row.channel} ${row.account}` : `${row.channel}`;
  if (told.has(whom)) return false;
  told.add(whom);
  return true;
}

/**
 * What these notices asked for is done: what left is taken back, or followed by what became of it.
 */
export async function withdrawPushes(ctx: Ctx, notices: readonly number[]): Promise<void> {
  const rows = await store.withdrawable(ctx, notices);
  const known = await store.channelsKnown(
    ctx,
    rows.flatMap(({ channel }) => (channel === null ? [] : [channel])),
  );
  const told = new Set<string>();
  const isTold = (row: store.Withdrawable): boolean => {
    const file = row.channel === null ? undefined : known.get(row.channel);
    const adapter = file && adapterOf(ctx.settings, file);
    return adapter !== undefined && isToldDone(adapter, row, told);
  };
  const { withdrawing = [], done = [] } = Object.groupBy(rows, (row) =>
    isTold(row) ? 'withdrawing' : 'done',
  );
  const ids = withdrawing.map(({ id }) => id);
  await store.turnPushes(ctx, ids, 'withdrawing');
  await store.turnPushes(
    ctx,
    done.map(({ id }) => id),
    'done',
  );
  await allSoon(ctx, ids);
}
