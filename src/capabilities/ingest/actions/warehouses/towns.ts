/**
 * Warehouses of towns (镇街数据仓): what is held about each town. The gate counts, so that a person
 * of a town sees his own town and whoever sees no rows sees none counted.
 */
import { listDatasets, type Summary } from '#catalogue';
import { read, viewOf } from '#gate';
import { seesUnit } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { type Unit, unitsUnder } from '#organisation';
import type { TownWarehouse } from '../../model.ts';
import { knownResources } from './departments.ts';

/** What the count is audited as. */
const purpose = '镇街数据仓统计';

/** Digits of a town's code; those of villages and grids begin with it. */
const townDigits = 9;

interface Counted {
  resource: Summary;
  unitItem: string;
}

/** Resources that hold rows about units, whose unit the viewer may see. */
async function countable(ctx: Ctx): Promise<Counted[]> {
  const [known, contracts] = await Promise.all([knownResources(ctx), listDatasets(ctx)]);
  const unitItems = new Map(contracts.map(({ name, unit_item }) => [name, unit_item]));
  const held = known.flatMap((resource) => {
    const unitItem = unitItems.get(resource.name);
    return resource.rows === null || unitItem == null ? [] : [{ resource, unitItem }];
  });
  const views = await Promise.all(held.map(({ resource }) => viewOf(ctx, resource.name)));
  return held.filter(({ unitItem }, at) =>
    views[at]?.items.some((one) => one.item === unitItem && one.view === 'plain'),
  );
}

type Counts = Map<string, Map<string, number>>;

/** Rows by town and dataset, of those the viewer may see. */
async function countsOf(ctx: Ctx, counted: readonly Counted[], towns: number): Promise<Counts> {
  const counts: Counts = new Map();
  if (counted.length === 0) return counts;
  const parts = counted.map(
    ({ resource, unitItem }) =>
      `select '${resource.name}' as dataset, substr(${unitItem}, 1, ${townDigits}) as town, ` +
      `count(*) as held from ${resource.name} group by 2`,
  );
  // Codes of departments and of what lies elsewhere are cut short too and count as units.
  const limit = counted.length * (towns + 200);
  const { rows } = await read(ctx, parts.join(' union all '), {
    ...{ purpose, limit },
    // Counting for a page hands no row to anybody: it is not shared use.
    action: 'ingest.count_towns',
  });
  for (const [dataset, town, held] of rows) {
    const of = counts.get(String(town)) ?? new Map<string, number>();
    of.set(String(dataset), Number(held));
    counts.set(String(town), of);
  }
  return counts;
}

function warehouseOf(town: Unit, counts: Counts, counted: readonly Counted[]): TownWarehouse {
  const own = counts.get(town.code);
  const resources = counted
    .flatMap(({ resource }) => {
      const rows = own?.get(resource.name) ?? 0;
      const { name, title, theme, ownerName, asOf } = resource;
      return rows === 0 ? [] : [{ name, title, theme, ownerName, rows, asOf }];
    })
    .toSorted((a, b) => b.rows - a.rows || a.name.localeCompare(b.name));
  return {
    code: town.code,
    name: town.name,
    nameEn: town.nameEn ?? town.name,
    rows: resources.reduce((sum, { rows }) => sum + rows, 0),
    resources,
  };
}

/**
 * The warehouses of the towns the viewer belongs to: all of them for the district.
 * @throws auth.not_allowed without `gate.read`
 */
export async function townWarehouses(ctx: Ctx): Promise<TownWarehouse[]> {
  const all = await unitsUnder(ctx, ctx.settings.county_code, 'town');
  const towns = all.filter((town) => !town.zone && seesUnit(ctx.actor, town.path));
  if (towns.length === 0) return [];
  const counted = await countable(ctx);
  const counts = await countsOf(ctx, counted, all.length);
  return towns.map((town) => warehouseOf(town, counts, counted));
}
