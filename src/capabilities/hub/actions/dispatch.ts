/** Dispatch: which unit, and why in words, with the row of the register it rests on. */
import { act } from '#cases';
import { read } from '#gate';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { findUnit } from '#organisation';
import { hubErrors } from '../errors.ts';
import type { Component, Desk, DispatchSuggestion } from '../model.ts';
import * as store from '../store.ts';
import { degreesOf, metresBetween } from './geo.ts';
import { deskOf } from './intake.ts';
import { seenEvent } from './sight.ts';

interface Bilingual {
  zh: string;
  en: string;
}

const quoted = (item: string): string => `"${item.replaceAll('"', '""')}"`;

/** The items of the register in the order in which `componentOf` takes them. */
const fields = [
  'id',
  'name',
  'class',
  'state',
  'owner',
  'owner_name',
  'grid',
  'address',
  'lon',
  'lat',
  'checked_on',
] as const;

function registerQuery(desk: Desk, at: { lon: number; lat: number }, wanted: string): string {
  const { register } = desk;
  const box = degreesOf(register.metres, at.lat);
  const list = fields.map((field) => quoted(register[field])).join(', ');
  const side = (item: string, middle: number, half: number): string =>
    `${quoted(item)} between ${(middle - half).toFixed(7)} and ${(middle + half).toFixed(7)}`;
  return `select ${list} from ${quoted(register.dataset)}
    where ${side(register.lon, at.lon, box.lon)} and ${side(register.lat, at.lat, box.lat)}
    and ${quoted(register.class)} = '${wanted.replaceAll("'", "''")}'`;
}

const text = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value);

function componentOf(
  row: unknown[],
  at: { lon: number; lat: number },
  from: Pick<Component, 'dataset' | 'snapshot' | 'version'>,
): Component {
  const [id, name, kind, state, owner, ownerName, grid, address, lon, lat, checkedOn] = row;
  const place = { lon: Number(lon), lat: Number(lat) };
  return {
    id: text(id),
    name: text(name),
    class: text(kind),
    state: text(state),
    owner: text(owner),
    ownerName: text(ownerName),
    grid: text(grid),
    address: text(address),
    ...place,
    checkedOn: checkedOn ? text(checkedOn).slice(0, 10) : null,
    metres: Math.round(metresBetween(at, place)),
    ...from,
  };
}

/**
 * Components of the event's class near it, the nearest first; read through the gate as whoever
 * asks.
 */
export async function componentsNear(ctx: Ctx, event: store.EventRow): Promise<Component[]> {
  if (event.kind !== 'component' || event.lon === null || event.lat === null) return [];
  const desk = await deskOf(ctx);
  const at = { lon: event.lon, lat: event.lat };
  const matter = (await store.matters(ctx)).find((each) => each.code === event.matter);
  const found = await read(ctx, registerQuery(desk, at, matter?.component_class ?? ''), {
    purpose: 'hub.dispatch',
    limit: 50,
  });
  const snapshot = found.snapshots[0];
  const from = {
    dataset: desk.register.dataset,
    snapshot: snapshot?.snapshot ?? null,
    version: snapshot?.version ?? null,
  };
  return found.rows
    .map((row) => componentOf(row, at, from))
    .filter((each) => each.metres <= desk.register.metres)
    .sort((a, b) => a.metres - b.metres);
}

async function nameOf(ctx: Ctx, code: string | null): Promise<string | null> {
  return code === null ? null : ((await findUnit(ctx, code))?.name ?? code);
}

function facts(
  event: store.EventRow,
  component: Component | undefined,
  grid: string | null,
): Bilingual[] {
  const lines: Bilingual[] = [];
  if (component) {
    lines.push({
      zh: `部件 ${component.id} 登记属主 ${component.ownerName}（距此 ${component.metres} 米）`,
      en: `Component ${component.id}: registered owner ${component.ownerName} (${component.metres} m away)`,
    });
  }
  if (grid && event.place) {
    lines.push({
      zh: `地址落在 ${grid}：${event.place.reason.zh}`,
      en: `The address lies in ${grid}: ${event.place.reason.en}`,
    });
  }
  return lines;
}

/** The dispatch the platform proposes. Nothing is sent by it: a person confirms or changes it. */
export async function suggestDispatch(
  ctx: Ctx,
  event: store.EventRow,
): Promise<DispatchSuggestion> {
  const desk = await deskOf(ctx);
  const component = (await componentsNear(ctx, event))[0];
  const order = component ? desk.dispatch.component : desk.dispatch.event;
  const owner = component?.owner ?? null;
  const territory = event.town_code;
  const [host, cohost] =
    order.first === 'owner' && owner !== null ? [owner, territory] : [territory, owner];
  const gridName = await nameOf(ctx, event.grid_code);
  return {
    host,
    hostName: await nameOf(ctx, host),
    cohost,
    cohostName: await nameOf(ctx, cohost),
    grid: event.grid_code,
    gridName,
    component: component ?? null,
    reason: order.reason,
    because: facts(event, component, gridName),
    source: order.source,
  };
}

export interface DispatchInput {
  event: string;
  /** Unit that handles; the proposed one when absent. */
  host?: string | undefined;
  /** Unit that guards and helps on the spot; the proposed one when absent. */
  cohost?: string | undefined;
  /** Required when the host is another than proposed. */
  reason?: string | undefined;
  version?: number | undefined;
}

/** What the case is told of the place and the component, beside the units. */
const told = (
  event: store.EventRow,
  { component }: DispatchSuggestion,
): Record<string, string> => ({
  ...(event.grid_code ? { grid: event.grid_code } : {}),
  ...(component
    ? {
        component_id: component.id,
        component_name: component.name,
        registered_owner: component.ownerName,
      }
    : {}),
});

/**
 * Confirms the first dispatch: the host handles, the town's command room guards. The suggestion as
 * it stood, with the snapshot of the register, is kept with the event.
 * @throws hub.event_unknown, hub.place_needed, hub.unit_unknown; what the case type refuses
 */
export async function dispatch(ctx: Ctx, input: DispatchInput): Promise<void> {
  const desk = await deskOf(ctx);
  const event = await seenEvent(ctx, input.event);
  const suggestion = await suggestDispatch(ctx, event);
  const host = input.host ?? suggestion.host;
  const cohost = input.cohost ?? suggestion.cohost;
  if (host === null || cohost === null) throw hubErrors.make('place_needed');
  for (const unit of [host, cohost]) {
    if (!(await findUnit(ctx, unit))) throw hubErrors.make('unit_unknown', { unit });
  }
  const reason =
    input.reason ?? [suggestion.reason, ...suggestion.because].map((line) => line.zh).join('；');
  await tx(ctx, async (inside) => {
    await act(inside, {
      case: input.event,
      action: desk.actions.dispatch,
      data: { owner: host, town: cohost, basis: reason, ...told(event, suggestion) },
      ...(input.version === undefined ? {} : { version: input.version }),
    });
    await store.patchEvent(inside, input.event, {
      component: JSON.stringify(suggestion.component),
      registered_owner: suggestion.component?.owner ?? null,
      dispatch: JSON.stringify({
        ...suggestion,
        host,
        cohost,
        hostName: await nameOf(inside, host),
        cohostName: await nameOf(inside, cohost),
      }),
      host,
      changed_at: inside.clock.now(),
    });
  });
}
