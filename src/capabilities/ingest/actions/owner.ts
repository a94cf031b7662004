/** Who delivers a dataset, and for whom it is not there at all. */
import { type Contract, catalogueErrors, getDataset, sealedFrom } from '#catalogue';
import { authErrors, requirePermission, seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import { ingestErrors } from '../errors.ts';

export const deliverPermission = 'ingest.deliver';

/** Whether the actor works in a unit, or below it; what it handed in is its own. */
export const isOwnUnit = (ctx: Ctx, home: string): boolean =>
  ctx.actor.kind === 'system' ||
  ctx.actor.roles.some(({ path }) => path === home || path.startsWith(`${home}/`));

/**
 * What is sealed is known in its own department and in its compartment. Whoever looks in from above
 * or from beside knows nothing of it.
 */
export const isSealedAbove = (ctx: Ctx, contract: Contract, home: string): boolean =>
  sealedFrom(ctx.actor, contract) && !isOwnUnit(ctx, home);

/**
 * Refuses unless the actor delivers for the unit that owns the dataset.
 * @param missing what is said where the dataset does not exist for him: as of one that is not there
 * @throws auth.not_signed_in, auth.not_allowed, auth.not_in_unit, `missing`
 */
export async function requireOwner(
  ctx: Ctx,
  contract: Contract,
  missing: () => Error = () => catalogueErrors.make('not_found', { dataset: contract.name }),
): Promise<void> {
  requirePermission(ctx, deliverPermission);
  const unit = await findUnit(ctx, contract.owner);
  if (isSealedAbove(ctx, contract, unit?.path ?? contract.owner)) throw missing();
  if (unit === undefined || !seesUnit(ctx.actor, unit.path)) {
    const params = { unit: unit?.name ?? contract.owner, permission: deliverPermission };
    throw authErrors.make('not_in_unit', params);
  }
  if (contract.derived) throw ingestErrors.make('derived_dataset', { dataset: contract.title.zh });
}

/**
 * The contract of a dataset the actor delivers.
 * @throws as `requireOwner`; catalogue.not_found
 */
export async function deliverable(ctx: Ctx, dataset: string): Promise<Contract> {
  requirePermission(ctx, deliverPermission);
  const contract = await getDataset(ctx, dataset);
  await requireOwner(ctx, contract);
  return contract;
}
