/** Warehouses of departments (部门数据仓): what each owns, how fresh, what went back. */
import { type Contract, dueDay, listDatasets, type Summary, searchDatasets } from '#catalogue';
import { standingGrants } from '#gate';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { findUnit, isDivision, type Unit } from '#organisation';
import type { Warehouse, WarehouseResource, Warehouses } from '../../model.ts';
import { openSums } from '../../store/returned.ts';

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

async function ownedResources(ctx: Ctx): Promise<Owned[]> {
  const [known, contracts, grants] = await Promise.all([
    knownResources(ctx),
    listDatasets(ctx),
    standingGrants(ctx),
  ]);
  const sums = await openSums(
    ctx,
    known.map(({ name }) => name),
  );
  const out = new Map(sums.map(({ dataset, rows }) => [dataset, rows]));
  const byName = new Map(contracts.map((one) => [one.name, one]));
  return known.map((one) => ({
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
      rows: one.rows,
      asOf: one.asOf,
      due: one.asOf === null || one.derived ? null : dueDay(one.cycle, new Date(one.asOf), ctx),
      fresh: one.fresh,
      out: out.get(one.name) ?? 0,
    },
  }));
}

const sumOf = (resources: readonly WarehouseResource[]): { datasets: number; rows: number } => {
  const held = resources.filter(({ rows }) => rows !== null);
  return { datasets: held.length, rows: held.reduce((sum, { rows }) => sum + (rows ?? 0), 0) };
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
  const owned = await ownedResources(ctx);
  const resources = owned.map(({ resource }) => resource);
  const byOwner = [...Map.groupBy(owned, ({ owner }) => owner)];
  const units = await Promise.all(byOwner.map(([owner]) => findUnit(ctx, owner)));
  const of = (kind: Kind) => sumOf(resources.filter((one) => one.kind === kind));
  const shared = resources.filter(({ grants }) => grants > 0);
  return {
    collected: of('collected'),
    returned: of('returned'),
    derived: of('derived'),
    shared: {
      datasets: shared.length,
      grants: shared.reduce((sum, { grants }) => sum + grants, 0),
    },
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
