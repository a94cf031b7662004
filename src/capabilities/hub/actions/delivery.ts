/** Intake of deliveries: rows that a department added to a channel's dataset become reports. */
import { read } from '#gate';
import type { Ctx } from '#kernel/context';
import type { Channel, ReportInput } from '../model.ts';
import * as store from '../store.ts';
import { takeReport } from './intake.ts';

const dayMs = 86_400_000;

/**
 * Takes the rows that a delivery added to a channel's dataset. Idempotent by the channel's own
 * number.
 */
export async function takeDelivery(ctx: Ctx, dataset: string, snapshot: number): Promise<number> {
  const desk = await store.firstDesk(ctx);
  const found = Object.entries(desk?.channels ?? {}).find(([, each]) => each.dataset === dataset);
  if (!desk || !found?.[1].items) return 0;
  const [name, channel] = found;
  let taken = 0;
  for await (const row of addedRows(ctx, channel, dataset, snapshot)) {
    const input = inputOf(name, channel, row);
    if (!input || !isNew(ctx, channel, input)) continue;
    await takeReport(ctx, input, 'dataset');
    taken += 1;
  }
  return taken;
}

type Row = Record<string, unknown>;

/** The rows a snapshot added: of the first one all, of a later one those it has more. */
async function* addedRows(
  ctx: Ctx,
  channel: Channel,
  dataset: string,
  snapshot: number,
): AsyncGenerator<Row> {
  const list = await ctx.lake.snapshots(ctx, dataset);
  const before = list.find((each) => each.id < snapshot);
  if (!before) {
    yield* allRows(ctx, channel, dataset);
    return;
  }
  // Asked for more until it is all there: a difference has no pages, and nothing may be left out.
  for (let limit = ctx.settings.hub_page_rows; ; limit *= 4) {
    const diff = await ctx.lake.diff(ctx, dataset, before.id, snapshot, { limit });
    if (diff.rows.length >= limit) continue;
    for (const row of diff.rows) if (row.kind === 'added' && row.after) yield row.after;
    return;
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Leaves out the years of a first delivery that `isNew` would, roughly: by the text of the time, a
 * day to spare, so that its zone and its kind are no matter.
 */
function fresh(ctx: Ctx, channel: Channel): string[] {
  const at = channel.items?.at;
  if (channel.since_days === undefined || at === undefined) return [];
  const since = new Date(ctx.clock.now().getTime() - (channel.since_days + 1) * dayMs);
  return [`cast(${quoted(at)} as varchar) >= '${since.toISOString().slice(0, 10)}'`];
}

/** Page by page in the order of the channel's own numbers. */
async function* allRows(ctx: Ctx, channel: Channel, dataset: string): AsyncGenerator<Row> {
  const ref = channel.items?.ref;
  if (ref === undefined) return;
  const limit = ctx.settings.hub_page_rows;
  const number = `cast(${quoted(ref)} as varchar)`;
  for (let after: string | undefined; ; ) {
    const beyond = after === undefined ? [] : [`${number} > '${after.replaceAll("'", "''")}'`];
    const where = ['true', ...fresh(ctx, channel), ...beyond].join(' and ');
    const found = await read(
      ctx,
      `select *, ${number} as hub_number from ${quoted(dataset)} where ${where} order by ${number}`,
      { purpose: 'hub.intake', limit },
    );
    for (const row of found.rows) {
      yield Object.fromEntries(found.columns.map((column, at) => [column.name, row[at]]));
    }
    const last = found.rows.at(-1)?.[found.columns.length - 1];
    if (found.rows.length < limit || typeof last !== 'string') return;
    after = last;
  }
}

const textOf = (row: Record<string, unknown>, item: string | undefined): string | undefined => {
  const value = item === undefined ? undefined : row[item];
  return value === null || value === undefined || value === '' ? undefined : String(value);
};

function inputOf(
  name: string,
  channel: Channel,
  row: Record<string, unknown>,
): ReportInput | undefined {
  const items = channel.items;
  const text = textOf(row, items?.text);
  const address = textOf(row, items?.address);
  const ref = textOf(row, items?.ref);
  if (!items || !text || !address || !ref) return undefined;
  const title = textOf(row, items.title);
  const reporterName = textOf(row, items.reporter);
  const reporterPhone = textOf(row, items.phone);
  const at = textOf(row, items.at);
  return {
    channel: name,
    ref,
    text,
    address,
    ...(title ? { title } : {}),
    ...(reporterName ? { reporterName } : {}),
    ...(reporterPhone ? { reporterPhone } : {}),
    ...(at ? { at: new Date(at).toISOString() } : {}),
  };
}

/**
 * A first delivery brings years of orders that were dealt with elsewhere: only fresh ones become
 * events.
 */
function isNew(ctx: Ctx, channel: Channel, input: ReportInput): boolean {
  if (channel.since_days === undefined || input.at === undefined) return true;
  const age = ctx.clock.now().getTime() - new Date(input.at).getTime();
  return age <= channel.since_days * dayMs;
}
