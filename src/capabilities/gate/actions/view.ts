/** What an actor sees of a dataset. */
import type { Contract } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { gateErrors } from '../errors.ts';
import type { DatasetView, Grant } from '../model.ts';
import * as store from '../store.ts';
import { type Draft, findContract, toGated } from './contract.ts';
import { setGrade } from './grades.ts';
import { standingGrant } from './grants.ts';
import { type ItemSight, type PlacedLine, type Sight, seeItem, sightsOf } from './policy.ts';

export const readPermission = 'gate.read';

/** Every line in force, each with the file it stands in. */
export async function policyLines(ctx: Ctx): Promise<PlacedLine[]> {
  const files = await store.policies(ctx);
  return files.flatMap((file) =>
    file.lines.map((line) => ({
      ...line,
      ref: `${file.pack}/${file.name}#${line.id}`,
      clause: line.source ?? file.source,
    })),
  );
}

export const seeItems = (
  contract: Contract,
  lines: readonly PlacedLine[],
  sights: readonly Sight[],
  purpose: string,
): ItemSight[] => toGated(contract).items.map((item) => seeItem(lines, sights, item, purpose));

/** Sights of the actor, under the grant where it is one for this dataset. */
export const sightsFor = (ctx: Ctx, contract: Contract, grant: Grant | undefined): Sight[] =>
  sightsOf(ctx.actor, toGated(contract), grant?.dataset === contract.name ? grant : undefined);

function rowsSeen(sights: readonly Sight[]): Pick<DatasetView, 'rows' | 'units'> {
  if (sights.length === 0) return { rows: 'none', units: [] };
  if (sights.some(({ rows }) => rows.all)) return { rows: 'all', units: [] };
  const units = sights.flatMap(({ rows }) => (rows.all ? [] : rows.units));
  return { rows: 'units', units: [...new Set(units)] };
}

export async function toView(
  ctx: Ctx,
  contract: Contract,
  seen: readonly ItemSight[],
): Promise<DatasetView> {
  const { national, least, counted_by } = await store.gradesOf(ctx, contract.name);
  const items = contract.items.flatMap((item, at) => {
    const decision = seen[at]?.decision;
    if (!decision) return [];
    const { name, title, semantic = null, type, grade } = item;
    return [{ item: name, title, semantic, type, grade, ...decision }];
  });
  const plain = items.filter((item) => item.view === 'plain').length;
  const absent = items.filter((item) => item.view === 'absent').length;
  const counted = items.filter((item) => item.view === 'counted').length;
  const through = [
    ...new Set(seen.flatMap((view) => [...view.through, ...(view.counting?.sights ?? [])])),
  ];
  return {
    dataset: contract.name,
    grade: setGrade(contract.items, least),
    national,
    ...rowsSeen(through),
    items,
    plain,
    changed: items.length - plain - absent - counted,
    counted,
    countedBy: counted === 0 ? [] : countedBy(contract, counted_by),
    absent,
  };
}

/** Items by which a dataset may be grouped where it is only counted. */
export const countedBy = (contract: Contract, declared: string[] | null): string[] =>
  declared ?? (contract.unit_item ? [contract.unit_item] : []);

/** The contract of a dataset, for an actor who may read at all. @throws gate.dataset_not_found */
export async function contractToRead(ctx: Ctx, dataset: string): Promise<Contract> {
  requirePermission(ctx, readPermission);
  const contract = await findContract(ctx, dataset);
  if (!contract) throw gateErrors.make('dataset_not_found', { dataset });
  return contract;
}

/** The purpose that stands for looking at pages. */
export const browsing = 'browse';

/**
 * What this actor sees of each item of a dataset and which policy line decided.
 * @throws auth.not_allowed, gate.dataset_not_found, gate.grant_invalid
 */
export async function viewOf(
  ctx: Ctx,
  dataset: string,
  options: { purpose?: string | undefined; grant?: string | undefined } = {},
): Promise<DatasetView> {
  const contract = await contractToRead(ctx, dataset);
  const purpose = options.purpose ?? browsing;
  const grant = await standingGrant(ctx, options.grant, purpose);
  const sights = sightsFor(ctx, contract, grant);
  return toView(ctx, contract, seeItems(contract, await policyLines(ctx), sights, purpose));
}

/**
 * What this actor would see of a dataset that is only proposed, by the policy in force.
 * @throws auth.not_allowed
 */
export async function viewOfDraft(ctx: Ctx, draft: Draft): Promise<ItemSight[]> {
  requirePermission(ctx, readPermission);
  const gated = toGated(draft);
  const lines = await policyLines(ctx);
  const sights = sightsOf(ctx.actor, gated);
  return gated.items.map((item) => seeItem(lines, sights, item, browsing));
}

/**
 * What a role sees of a dataset when it is held in some unit below the district: the policy, no
 * data.
 * @throws auth.not_allowed, gate.dataset_not_found
 */
export async function viewAs(ctx: Ctx, dataset: string, role: string): Promise<DatasetView> {
  const contract = await contractToRead(ctx, dataset);
  const sight: Sight = { role, rows: { all: false, units: [] }, own: false };
  return toView(ctx, contract, seeItems(contract, await policyLines(ctx), [sight], browsing));
}
