/**
 * Who may know of a resource. Departments see the whole catalogue, what is not shared included:
 * that it exists is no secret, and a refusal is asked for by name. Others see what is opened to the
 * public. What is sealed exists for the roles it names and for nobody else.
 */
import { type Actor, holds } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { catalogueErrors } from '../errors.ts';
import type { Contract } from '../model.ts';
import { currentContract, currentContracts } from '../store.ts';

/** What decides who may know. */
export interface Knowable {
  opened: boolean;
  sealedFor: readonly string[] | null;
}

export const knowable = ({
  open,
  sealed_for,
}: Pick<Contract, 'open' | 'sealed_for'>): Knowable => ({
  opened: open.type !== 'none',
  sealedFor: sealed_for,
});

export const mayKnow =
  (actor: Actor) =>
  ({ opened, sealedFor }: Knowable): boolean => {
    if (actor.kind === 'system') return true;
    if (sealedFor !== null) return !sealedFrom(actor, { sealed_for: [...sealedFor] });
    return opened || holds(actor, 'catalogue.read');
  };

/**
 * Whether a resource is sealed from somebody: then it does not exist for him, at the gate either.
 */
export const sealedFrom = (actor: Actor, { sealed_for }: Pick<Contract, 'sealed_for'>): boolean =>
  sealed_for !== null &&
  actor.kind !== 'system' &&
  !actor.roles.some(({ role }) => sealed_for.includes(role));

/**
 * The contract in force, unless it is sealed from whoever asks: for those to whom a query, a case
 * or a person names a resource, who need not know the catalogue.
 * @throws catalogue.not_found
 */
export async function unsealedDataset(
  ctx: Pick<Ctx, 'db' | 'actor'>,
  name: string,
): Promise<Contract> {
  const found = await currentContract(ctx, name);
  if (found === null || sealedFrom(ctx.actor, found)) {
    throw catalogueErrors.make('not_found', { dataset: name });
  }
  return found;
}

/**
 * The contract in force, for somebody who may know of it; for others there is none.
 * @throws catalogue.not_found
 */
export async function knownDataset(
  ctx: Pick<Ctx, 'db' | 'actor'>,
  name: string,
): Promise<Contract> {
  const found = await currentContract(ctx, name);
  if (found === null || !mayKnow(ctx.actor)(knowable(found))) {
    throw catalogueErrors.make('not_found', { dataset: name });
  }
  return found;
}

/** All contracts in force that somebody may know of, by name. */
export async function knownDatasets(ctx: Pick<Ctx, 'db' | 'actor'>): Promise<Contract[]> {
  const known = mayKnow(ctx.actor);
  return (await currentContracts(ctx)).filter((one) => known(knowable(one)));
}
