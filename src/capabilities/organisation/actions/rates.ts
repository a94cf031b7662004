/** How many have accounts, can sign in, and do: by unit, for whoever runs the accounts. */
import { lastSignIns, requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { organisationErrors } from '../errors.ts';
import type { UnitRate } from '../model.ts';
import * as store from '../store.ts';
import { requireReach } from './accounts.ts';
import { unitOf } from './units.ts';

const dayMs = 24 * 3_600_000;

/**
 * Accounts of the units directly below one, each with its subtree: open, able to sign in (a
 * password was set), active (signed in within `account_active_days`). Needs `organisation.read` in
 * that unit.
 * @throws organisation.no_unit, auth.not_in_unit
 */
export async function accountRates(ctx: Ctx, under: string): Promise<UnitRate[]> {
  requirePermission(ctx, 'organisation.read');
  const above = await unitOf(ctx, under);
  await requireReach(ctx, 'organisation.read', above);
  const units = await store.unitsWhere(ctx, { parent: above.code });
  const people = await store.peopleBelow(ctx, above.path, ctx.settings.demo);
  const signedIn = await lastSignIns(
    ctx,
    people.map((one) => one.id),
  );
  const since = ctx.clock.now().getTime() - ctx.settings.account_active_days * dayMs;
  const rates = new Map<string, UnitRate>();
  for (const unit of [above, ...units].filter((one) => one.staff)) {
    const { code, name, level } = unit;
    rates.set(code, {
      code,
      name,
      nameEn: unit.nameEn ?? null,
      level,
      open: 0,
      able: 0,
      active: 0,
    });
  }
  const depth = above.path.split('/').length;
  for (const person of people) {
    const code = person.path.split('/')[depth] ?? above.code;
    const rate = rates.get(code);
    if (rate === undefined) throw organisationErrors.make('no_unit', { code });
    rate.open += 1;
    if (person.able) rate.able += 1;
    if ((signedIn.get(person.id)?.getTime() ?? 0) > since) rate.active += 1;
  }
  return [...rates.values()];
}
