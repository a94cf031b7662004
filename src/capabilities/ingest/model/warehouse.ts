/** The nouns of warehouses (数据仓): what departments and towns own and hold. */
import { z } from 'zod';

const bilingual = z.strictObject({
  zh: z.string().describe('Chinese'),
  en: z.string().describe('English'),
});

export const warehouseResource = z
  .strictObject({
    name: z.string().describe('Name of the dataset'),
    title: bilingual.describe('Its title'),
    theme: z.string().describe('Theme'),
    layer: z.enum(['raw', 'standard', 'thematic']).describe('Layer of the lake'),
    grade: z.enum(['L1', 'L2', 'L3', 'L4']).describe('Highest grade of its items'),
    kind: z
      .enum(['collected', 'returned', 'derived'])
      .describe('归集 from the department, 回流 from the province or the city, made by SQL'),
    share: z.enum(['unconditional', 'conditional', 'none']).describe('Sharing type'),
    grants: z.number().int().describe('Standing grants on it (共享)'),
    readers: z.number().int().describe('Other units that have read it through the gate (共享)'),
    reads: z.number().int().describe('Reads of other units'),
    deliveries: z.number().int().describe('Deliveries that changed it'),
    rows: z.number().int().nullable().describe('Rows now; null before the first delivery'),
    asOf: z.iso.datetime().nullable().describe('Delivered last, UTC'),
    due: z.iso.date().nullable().describe('Day the next delivery is due; null when none is'),
    fresh: z.enum(['on_time', 'late', 'none']).describe('As new as its cycle promises'),
    out: z.number().int().describe('Returned rows that the owner has not mended yet'),
  })
  .describe('A dataset in the warehouse of its owner');
export type WarehouseResource = z.output<typeof warehouseResource>;

const sum = z
  .strictObject({
    datasets: z.number().int().describe('Datasets that hold rows'),
    rows: z.number().int().describe('Rows they hold now'),
    deliveries: z.number().int().describe('Deliveries that changed them'),
  })
  .describe('How much');

const named = {
  code: z.string().describe('Code of the unit'),
  name: z.string().describe('Its name'),
  nameEn: z.string().describe('Its name in English'),
};

export const warehouse = z
  .strictObject({
    ...named,
    kind: z.enum(['department', 'town']).describe('A department or company, or a town or street'),
    rows: z.number().int().describe('Rows of all its datasets'),
    out: z.number().int().describe('Rows that are back with it'),
    late: z.number().int().describe('Datasets past their cycle'),
    missing: z.number().int().describe('Datasets never delivered'),
    asOf: z.iso.datetime().nullable().describe('Last delivery of any of them, UTC'),
    resources: z.array(warehouseResource).describe('Its datasets, by name'),
  })
  .describe('What one unit owns (部门数据仓)');
export type Warehouse = z.output<typeof warehouse>;

export const warehouses = z
  .strictObject({
    collected: sum.describe('归集: from the departments of the district'),
    returned: sum.describe('回流: from the province or the city; not counted as collected'),
    derived: sum.describe('Made by SQL from the others; counted with neither'),
    shared: z
      .strictObject({
        datasets: z.number().int().describe('Datasets that others were granted or have read'),
        grants: z.number().int().describe('Standing grants'),
        reads: z.number().int().describe('Reads by units that do not own the dataset'),
        rows: z.number().int().describe('Rows they were given, each as often as it was read'),
        units: z.number().int().describe('How many such units'),
        since: z.iso.datetime().nullable().describe('Reads are counted from then on, UTC'),
      })
      .describe('共享: granted to others, and read by others through the gate as audited'),
    units: z.array(warehouse).describe('Departments by rows, the largest first'),
    layers: z.array(sum.extend({ value: z.string() })).describe('By layer of the lake'),
    themes: z.array(sum.extend({ value: z.string() })).describe('By theme'),
  })
  .describe('All warehouses, with 归集, 回流 and 共享 kept apart');
export type Warehouses = z.output<typeof warehouses>;

export const townWarehouse = z
  .strictObject({
    ...named,
    rows: z.number().int().describe('Rows about the town'),
    resources: z
      .array(
        z.strictObject({
          name: z.string().describe('Name of the dataset'),
          title: bilingual.describe('Its title'),
          theme: z.string().describe('Theme'),
          ownerName: z.string().describe('Who delivers it'),
          rows: z.number().int().describe('Rows about the town'),
          asOf: z.iso.datetime().nullable().describe('Delivered last, UTC'),
        }),
      )
      .describe('Datasets with rows about the town, the largest first'),
  })
  .describe('What is held about one town (镇街数据仓), counted through the gate');
export type TownWarehouse = z.output<typeof townWarehouse>;
