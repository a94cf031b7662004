/** Warehouses of departments (部门数据仓): what each owns, how fresh, what went back. */
import { type Contract, dueOf, listDatasets, type Summary, searchDatasets } from '#catalogue';
import { datasetReads, standingGrants, type Uses } from '#gate';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit, isDivision, type Unit } from '#organisation';
import type { Warehouse, WarehouseResource, Warehouses } from '../../model.ts';
import { landedCounts, openSums } from '../../store/returned.ts';

export const warehousePermission = 'catalogue.read';

/** Resources asked for at a time. */
const page = 500;

/** Every resource the viewer may know of. */
export async function knownResources(ctx: Ctx): Promise<Summary[]> {
  const all: Summary[] = [];
  for (let after: string | undefined; ; ) {
    const found = await searchDatasets(ctx, { limit: page, ...(after ? { after } : {}) });
    all.push(...found.resources);
    if (found.next === null) return all;
    after = found.next;
  }
}

type Kind = WarehouseResource['kind'];

const kindOf = (contract: Contract | undefined): Kind => {
  if (contract?.derived) return 'derived';
  return contract?.source?.from === 'upper' ? 'returned' : 'collected';
};

interface Owned {
  owner: string;
  resource: WarehouseResource;
}

/** Reads of a dataset by others than its owner. */
interface Shared {
  reads: number;
  rows: number;
  units: Set<string>;
}

/**
 * By dataset. Who acts for the owner does not share with himself, whatever other unit he belongs to
 * as well.
 */
function sharedOf({ uses }: Uses, owners: ReadonlyMap<string, string>): Map<string, Shared> {
  const found = new Map<string, Shared>();
  for (const { dataset, units, reads, rows } of uses) {
    const owner = owners.get(dataset);
    if (owner === undefined || units.length === 0 || units.includes(owner)) continue;
    const had = found.get(dataset) ?? { reads: 0, rows: 0, units: new Set<string>() };
    const all = new Set([...had.units, ...units]);
    found.set(dataset, { reads: had.reads + reads, rows: had.rows + rows, units: all });
  }
  return found;
}

interface Everything {
  owned: Owned[];
  shared: Map<string, Shared>;
  since: Date | null;
}

async function ownedResources(ctx: Ctx): Promise<Everything> {
  const known = await knownResources(ctx);
  const names = known.map(({ name }) => name);
  const [contracts, grants, sums, landed, reads] = await Promise.all([
    listDatasets(ctx),
    standingGrants(ctx),
    openSums(ctx, names),
    landedCounts(ctx),
    datasetReads(ctx),
  ]);
  const out = new Map(sums.map(({ dataset, rows }) => [dataset, rows]));
  const byName = new Map(contracts.map((one) => [one.name, one]));
  const shared = sharedOf(reads, new Map(known.map(({ name, owner }) => [name, owner])));
  const owned = known.map((one) => ({
    owner: one.owner,
    resource: {
      name: one.name,
      title: one.title,
      theme: one.theme,
      layer: one.layer,
      grade: one.grade,
      kind: kindOf(byName.get(one.name)),
      share: one.share,
      grants: grants.get(one.name) ?? 0,
      readers: shared.get(one.name)?.units.size ?? 0,
      reads: shared.get(one.name)?.reads ?? 0,
      deliveries: landed.get(one.name) ?? 0,
      rows: one.rows,
      asOf: one.asOf,
      due: one.derived ? null : dueOf(ctx, one),
      fresh: one.fresh,
      out: out.get(one.name) ?? 0,
    },
  }));
  return { owned, shared, since: reads.since };
}

function sharing({ owned, shared, since }: Everything): Warehouses['shared'] {
  const all = [...shared.values()];
  const resources = owned.map(({ resource }) => resource);
  const isShared = (one: WarehouseResource): boolean => one.grants > 0 || one.reads > 0;
  return {
    datasets: resources.filter(isShared).length,
    grants: resources.reduce((sum, { grants }) => sum + grants, 0),
    reads: all.reduce((sum, { reads }) => sum + reads, 0),
    rows: all.reduce((sum, { rows }) => sum + rows, 0),
    units: new Set(all.flatMap(({ units }) => [...units])).size,
    since: since?.toISOString() ?? null,
  };
}

type Sum = Warehouses['collected'];

const sumOf = (resources: readonly WarehouseResource[]): Sum => {
  const held = resources.filter(({ rows }) => rows !== null);
  return {
    datasets: held.length,
    rows: held.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    deliveries: resources.reduce((sum, { deliveries }) => sum + deliveries, 0),
  };
};

const latest = (times: readonly (string | null)[]): string | null =>
  times.reduce((last, at) => (at !== null && (last === null || at > last) ? at : last), null);

function warehouseOf(unit: Unit, resources: WarehouseResource[]): Warehouse {
  const made = resources.filter(({ kind }) => kind !== 'derived');
  return {
    code: unit.code,
    name: unit.name,
    nameEn: unit.nameEn ?? unit.name,
    kind: isDivision(unit.level) ? 'town' : 'department',
    rows: sumOf(resources).rows,
    out: resources.reduce((sum, { out }) => sum + out, 0),
    late: made.filter(({ fresh }) => fresh === 'late').length,
    missing: made.filter(({ rows }) => rows === null).length,
    asOf: latest(resources.map(({ asOf }) => asOf)),
    resources,
  };
}

function grouped(resources: readonly WarehouseResource[], by: 'layer' | 'theme') {
  return [...Map.groupBy(resources, (one) => one[by])]
    .map(([value, all]) => ({ value, ...sumOf(all) }))
    .toSorted((a, b) => b.rows - a.rows || a.value.localeCompare(b.value));
}

/**
 * The warehouses of all units that own data.
 * @throws auth.not_allowed without `catalogue.read`
 */
export async function departmentWarehouses(ctx: Ctx): Promise<Warehouses> {
  requirePermission(ctx, warehousePermission);
  const everything = await ownedResources(ctx);
  const { owned } = everything;
  const resources = owned.map(({ resource }) => resource);
  const byOwner = [...Map.groupBy(owned, ({ owner }) => owner)];
  const units = await Promise.all(byOwner.map(([owner]) => findUnit(ctx, owner)));
  const of = (kind: Kind) => sumOf(resources.filter((one) => one.kind === kind));
  return {
    collected: of('collected'),
    returned: of('returned'),
    derived: of('derived'),
    shared: sharing(everything),
    units: byOwner
      .flatMap(([, all], at) => {
        const unit = units[at];
        return unit
          ? [
              warehouseOf(
                unit,
                all.map(({ resource }) => resource),
              ),
            ]
          : [];
      })
      .toSorted((a, b) => b.rows - a.rows || a.code.localeCompare(b.code)),
    layers: grouped(resources, 'layer'),
    themes: grouped(resources, 'theme'),
  };
}
