/** Grants: scoped, expiring openings, whoever approved them. */
import { randomUUID } from 'node:crypto';
import { listDatasets, sealedFrom } from '#catalogue';
import { holds, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { Fault } from '#kernel/errors';
import { rolesKnown } from '#organisation';
import { gateErrors } from '../errors.ts';
import type { Grant, GrantDraft, GrantInput, PolicyLine, RowCondition } from '../model.ts';
import * as store from '../store.ts';
import { findContract } from './contract.ts';
import { masks } from './masks/index.ts';
import { momentOf } from './moment.ts';

export const grantPermission = 'gate.manage';

/** A mask goes with the treatment it is made for: a hash has none. */
export function unfitMask({ view, mask }: Pick<PolicyLine, 'view' | 'mask'>): Fault[] {
  if (mask === undefined || masks[mask].how === view) return [];
  return [gateErrors.fault('mask_unfit', { item: 'mask' }, { view, mask })];
}

function conditionFaults(condition: RowCondition, types: ReadonlyMap<string, string>): Fault[] {
  const { item, from, to } = condition;
  const type = types.get(item);
  const at = { item: 'rows' };
  if (type === undefined) return [gateErrors.fault('item_unknown', at, { item })];
  const bounds = [from, to].filter((bound) => bound !== undefined);
  const isNumber = type === 'integer' || type.startsWith('decimal');
  const isOdd = isNumber && bounds.some((bound) => !/^-?\d+([.]\d+)?$/.test(bound));
  const isEmpty = condition.in === undefined && bounds.length === 0;
  return isOdd || isEmpty ? [gateErrors.fault('condition_value', at, { item })] : [];
}

async function contentFaults(ctx: Ctx, input: GrantDraft): Promise<Fault[]> {
  const contract = await findContract(ctx, input.dataset);
  if (!contract) {
    return [gateErrors.fault('dataset_not_found', { item: 'dataset' }, { dataset: input.dataset })];
  }
  const known = new Set(contract.items.map((item) => item.name));
  const strange = input.items.filter((item) => !known.has(item));
  const opened = new Set(input.items);
  const changed = Object.entries(input.masks ?? {});
  const types = new Map(contract.items.map(({ name, type }) => [name, type]));
  return [
    ...strange.map((item) => gateErrors.fault('item_unknown', { item: 'items' }, { item })),
    ...changed
      .filter(([item]) => !opened.has(item))
      .map(([item]) => gateErrors.fault('item_unknown', { item: 'masks' }, { item })),
    ...(input.rows ?? []).flatMap((condition) => conditionFaults(condition, types)),
    ...changed.flatMap(([item, how]) => unfitMask(how).map((fault) => ({ ...fault, item }))),
  ];
}

/** Everything that speaks against a grant, or against as much of it as is written. */
export async function grantFaults(ctx: Ctx, input: GrantDraft): Promise<Fault[]> {
  const isSelf = input.grantee === ctx.actor.id;
  const self = isSelf ? [gateErrors.fault('grant_self', { item: 'grantee' })] : [];
  const faults = [...self, ...(await contentFaults(ctx, input))];
  const { expiresAt } = input;
  if (expiresAt === undefined || new Date(expiresAt) > ctx.clock.now()) return faults;
  return [...faults, gateErrors.fault('grant_past', { item: 'expiresAt' }, { at: expiresAt })];
}

/**
 * Issues a grant.
 * @throws auth.not_allowed; gate.grant_refused with all faults
 */
export async function issueGrant(ctx: Ctx, input: GrantInput): Promise<Grant> {
  requirePermission(ctx, grantPermission);
  const faults = await grantFaults(ctx, input);
  if (faults.length > 0) throw gateErrors.make('grant_refused', { count: faults.length }, faults);
  const createdAt = ctx.clock.now().toISOString();
  const grant: Grant = { ...input, id: randomUUID(), createdAt, revokedAt: null };
  await tx(ctx, async (inner) => {
    await store.insertGrant(inner, grant, inner.actor.id);
    await store.nextEpoch(inner);
    await inner.audit.record(inner, {
      action: 'gate.issue_grant',
      subject: `grant/${grant.id}`,
      dataset: grant.dataset,
      purpose: grant.purpose,
      grant: grant.id,
      detail: { grantee: grant.grantee, items: grant.items, expiresAt: grant.expiresAt },
    });
  });
  return grant;
}

/** Seeing and taking back grants on data of one's own unit. */
export const ownGrantsPermission = 'gate.grants';

/** Datasets of the units in which the actor may see to the grants on their data. */
export async function datasetsKept(ctx: Ctx): Promise<string[]> {
  if (!holds(ctx.actor, ownGrantsPermission)) return [];
  const roles = await rolesKnown(ctx);
  const keeping = new Set(
    roles
      .filter(({ permissions }) => permissions.includes(ownGrantsPermission))
      .map(({ name }) => name),
  );
  const units = new Set(
    ctx.actor.roles.filter(({ role }) => keeping.has(role)).map(({ unit }) => unit),
  );
  const all = await listDatasets(ctx);
  return all.filter(({ owner }) => units.has(owner)).map(({ name }) => name);
}

/** Datasets sealed from the actor: for him there is no grant on them. */
export async function datasetsHidden(ctx: Ctx): Promise<string[]> {
  const all = await listDatasets(ctx);
  return all.filter((one) => sealedFrom(ctx.actor, one)).map(({ name }) => name);
}

/**
 * Takes a grant back; the next read under it is refused, in every process. Whoever issues grants
 * may, and the unit that owns the data.
 * @throws auth.not_allowed, gate.grant_invalid when it does not stand
 */
export async function revokeGrant(ctx: Ctx, id: string, reason: string): Promise<void> {
  const dataset = (await store.findGrant(ctx, id))?.dataset ?? '';
  if ((await datasetsHidden(ctx)).includes(dataset)) {
    throw gateErrors.make('grant_invalid', { grant: id });
  }
  if (!holds(ctx.actor, grantPermission)) {
    const isKept = (await datasetsKept(ctx)).includes(dataset);
    if (!isKept) requirePermission(ctx, grantPermission);
  }
  await tx(ctx, async (inner) => {
    const [at, by] = [inner.clock.now(), inner.actor.id];
    const done = await store.markRevoked(inner, id, { at, by, because: reason });
    if (!done) throw gateErrors.make('grant_invalid', { grant: id });
    // Whatever was compiled under it is void in every process.
    await store.nextEpoch(inner);
    await inner.audit.record(inner, {
      action: 'gate.revoke_grant',
      subject: `grant/${id}`,
      grant: id,
      detail: { reason },
    });
  });
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The grant an actor names, if it stands: his own, not revoked, not expired, for this purpose.
 * @throws gate.grant_invalid (one text for every reason: a stranger learns nothing),
 * gate.grant_purpose
 */
export async function standingGrant(
  ctx: Ctx,
  id: string | undefined,
  purpose: string,
): Promise<Grant | undefined> {
  if (id === undefined) return undefined;
  const grant = uuid.test(id) ? await store.findGrant(ctx, id) : undefined;
  const stands =
    grant !== undefined &&
    grant.grantee === ctx.actor.id &&
    grant.revokedAt === null &&
    new Date(grant.expiresAt) > ctx.clock.now();
  if (!stands) throw gateErrors.make('grant_invalid', { grant: id });
  if (grant.purpose === purpose) return grant;
  throw gateErrors.make('grant_purpose', { grant: id, purpose: grant.purpose });
}

/** How many grants stand on each dataset; datasets without one are left out. */
export async function standingGrants(ctx: Pick<Ctx, 'db' | 'clock'>): Promise<Map<string, number>> {
  const now = ctx.clock.now().toISOString();
  const standing = (await store.grants(ctx)).filter(
    ({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > now,
  );
  const counts = new Map<string, number>();
  for (const { dataset } of standing) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
  return counts;
}

const minuteMs = 60_000;

const perMinute = { what_zh: '每分钟次数', what_en: 'reads a minute' };
const perCall = { what_zh: '每次行数', what_en: 'rows a read' };
const perDay = { what_zh: '每天行数', what_en: 'rows a day' };

/** The local day as an instant: only the same day has the same one. */
const dayOf = (ctx: Ctx): Date =>
  new Date(`${String(momentOf(ctx, undefined).today)}T00:00:00.000Z`);

async function takeCall(ctx: Ctx, { id, caps }: Grant): Promise<void> {
  const cap = caps?.callsPerMinute;
  if (cap === undefined) return;
  const since = new Date(Math.floor(ctx.clock.now().getTime() / minuteMs) * minuteMs);
  const taken = await store.takeUse(ctx, id, { span: 'minute', since, wanted: 1, cap });
  if (taken === 0) throw gateErrors.make('grant_cap', { grant: id, cap, ...perMinute });
}

/**
 * Reads under a grant's caps. The rows of a read are taken before it runs and what was not needed
 * given back after, so that readers in several processes together never get more; one that fails
 * has taken its rows for that day.
 * @param rows most rows the read may bring
 * @param together rows that are put together in the answer, where it is not one row for one: each
 * of them counts; asked for only where rows are capped
 * @throws gate.grant_cap
 */
export async function underCaps<T>(
  ctx: Ctx,
  grant: Grant | undefined,
  rows: number,
  work: (rows: number) => Promise<{ answer: T; rows: number }>,
  together: () => Promise<number> = async () => 0,
): Promise<T> {
  if (!grant?.caps) return (await work(rows)).answer;
  await takeCall(ctx, grant);
  const { rowsPerCall, rowsPerDay } = grant.caps;
  const isCapped = rowsPerCall !== undefined || rowsPerDay !== undefined;
  const least = isCapped ? await together() : 0;
  const most = Math.min(rows, rowsPerCall ?? rows);
  if (rowsPerCall !== undefined && least > rowsPerCall) {
    throw gateErrors.make('grant_cap', { grant: grant.id, cap: rowsPerCall, ...perCall });
  }
  if (rowsPerDay === undefined) return (await work(most)).answer;
  const taken = await takeRows(ctx, grant, { least, most, cap: rowsPerDay });
  const done = await work(Math.min(most, taken.count));
  await taken.giveBack(taken.count - Math.max(done.rows, least));
  return done.answer;
}

/** Rows of the day, as many as there are but `least` at the least. @throws gate.grant_cap */
async function takeRows(
  ctx: Ctx,
  { id }: Grant,
  { least, most, cap }: { least: number; most: number; cap: number },
) {
  const at = { span: 'day' as const, since: dayOf(ctx) };
  const giveBack = async (count: number): Promise<void> => {
    if (count > 0) await store.giveBackUse(ctx, id, { ...at, count });
  };
  const count = await store.takeUse(ctx, id, { ...at, wanted: Math.max(most, least), cap });
  if (count > 0 && count >= least) return { count, giveBack };
  await giveBack(count);
  throw gateErrors.make('grant_cap', { grant: id, cap, ...perDay });
}
