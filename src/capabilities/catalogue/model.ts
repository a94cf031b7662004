/** The nouns of the catalogue: dataset contracts, their items, checks, lineage, history. */
import { z } from 'zod';
import { semanticNames } from './kind/compile/semantics/index.ts';
import { catalogued, element, itemOpen, itemShare } from './model/elements.ts';
import { change } from './model/lists.ts';
import { bilingual } from './model/words.ts';

export * from './model/elements.ts';
export * from './model/libraries.ts';
export * from './model/lists.ts';

export { bilingual };

export const itemName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/)
  .describe('Name of an item: small letters, digits, underscore');

export const itemType = z
  .string()
  .regex(/^(text|integer|decimal\(\d{1,2},\d{1,2}\)|date|timestamp|boolean)$/)
  .describe('text, integer, decimal(p,s), date, timestamp or boolean');

export const semanticType = z
  .enum(semanticNames)
  .describe('What the values mean; some meanings carry a check of their own');

const format = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .describe('Patterns (strptime) of dates and times as they are delivered, e.g. `%m/%d/%Y`');

const bound = z.union([z.number(), z.string().min(1)]);

/** What `subject` of an item says of somebody whose number the row does not hold. */
export const anotherPerson = 'another';

const itemDeclared = z
  .strictObject({
    title: bilingual.describe('Name people use; a header of that name matches by itself'),
    type: itemType,
    semantic: semanticType.optional(),
    grade: z
      .enum(['L1', 'L2', 'L3', 'L4'])
      .describe('Sensitivity: L1 none, L2 low, L3 fairly, L4 sensitive'),
    required: z.boolean().default(false).describe('An empty value is a fault'),
    pattern: z.string().min(1).optional().describe('RE2 pattern the whole value must match'),
    codes: z
      .record(z.string().min(1), bilingual)
      .optional()
      .describe('The only values allowed, each with its words'),
    code_table: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/)
      .optional()
      .describe('Code table of the packs (`codes/`) whose codes are the only values allowed'),
    empty: z
      .array(z.string().min(1))
      .optional()
      .describe('Words the department writes where there is no value, e.g. `-` or `无`'),
    min: bound.optional().describe('Smallest value; dates as text'),
    max: bound.optional().describe('Largest value; dates as text'),
    format: format.optional(),
    unit: bilingual.optional().describe('Unit of measure'),
    example: z.string().min(1).optional().describe('An invented value'),
    meaning: bilingual.optional().describe('What exactly is meant'),
    share: itemShare.optional(),
    open: itemOpen.optional(),
    element: element.optional(),
    subject: z
      .union([z.literal(anotherPerson), itemName])
      .optional()
      .describe(
        'Whom it tells of: the item that holds the number of that person, or `another` for ' +
          'somebody whose number the row does not hold; the subject of the row when absent',
      ),
  })
  .describe('One item (信息项) of a dataset')
  .meta({
    example: {
      title: { zh: '部件标识码', en: 'Component id' },
      type: 'text',
      semantic: 'component_code',
      grade: 'L1',
      required: true,
    },
  });

const rowCheck = z
  .strictObject({
    sql: z.string().min(1).describe('SQL boolean over the items of one row; true or null is good'),
    expected: bilingual.describe('What is expected, as told to the department'),
    item: itemName.optional().describe('Item the fault is shown at'),
  })
  .describe('A check over one row');

const condition = z.string().min(1);

/** Ways to share: interface, file, table exchange, query, batch, warehouse, joint computation. */
export const modes = ['api', 'file', 'table', 'query', 'batch', 'warehouse', 'joint'] as const;

const share = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('unconditional'),
      mode: z.array(z.enum(modes)).min(1).describe('Ways to get it'),
    }),
    z.strictObject({
      type: z.literal('conditional'),
      condition: condition.describe('On what condition'),
      mode: z.array(z.enum(modes)).min(1).describe('Ways to get it'),
    }),
    z.strictObject({
      type: z.literal('none'),
      clause: condition.describe('Clause of law that refuses sharing'),
    }),
  ])
  .describe('Sharing among departments (共享属性)');

const open = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('unconditional') }),
    z.strictObject({
      type: z.literal('conditional'),
      condition: condition.describe('On what condition'),
    }),
    z.strictObject({
      type: z.literal('none'),
      clause: condition.describe('Clause of law that refuses opening'),
    }),
  ])
  .describe('Opening to the public (开放属性)');

export const cycles = [
  'realtime',
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'half_year',
  'yearly',
  'irregular',
  'never',
] as const;

const tombstone = z
  .strictObject({
    item: itemName.describe('Item that says so'),
    values: z.array(z.string().min(1)).min(1).describe('Its values that say so'),
  })
  .describe('A delivered row with one of these values removes the row of its key (merge only)');

const retention = z
  .strictObject({
    days: z.number().int().min(1).max(36_500).optional().describe('Days every version is kept'),
    snapshots: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Newest versions kept, however old'),
    month_ends: z
      .number()
      .int()
      .min(0)
      .max(1200)
      .optional()
      .describe('Month ends whose state is kept beyond the days'),
    hold: z
      .strictObject({
        because: bilingual.describe('Case, order or law that demands it'),
        until: z.iso
          .date()
          .optional()
          .describe('Last day of it; until it is taken out when absent'),
      })
      .optional()
      .describe('Legal hold (留存): no version is forgotten, whatever the rest says'),
  })
  .describe('What is kept of the past, where it differs from the settings `lake_keep_*`')
  .meta({ example: { days: 3650, month_ends: 24 } });
export type RetentionFile = z.output<typeof retention>;

/** A contract as its file says it. */
export const contractFile = z
  .strictObject({
    title: bilingual.describe('Name of the resource'),
    description: bilingual.describe('What it holds, for whom'),
    owner: z.string().min(1).describe('Code of the unit that owns and mends the data'),
    source: z
      .strictObject({
        system: z.string().min(1).describe('System or register the data comes from'),
        from: z
          .enum(['department', 'upper'])
          .optional()
          .describe('`upper`: returned by the province or the city (回流); a department otherwise'),
        note: z.string().min(1).optional().describe('Anything a reader should know of it'),
      })
      .optional()
      .describe('Where the data comes from'),
    theme: z.string().min(1).describe('Theme in the catalogue'),
    layer: z.enum(['raw', 'standard', 'thematic']).describe('Layer of the lake'),
    share,
    open,
    cycle: z.enum(cycles).describe('How often it is delivered anew'),
    mode: z
      .enum(['full', 'append', 'merge'])
      .optional()
      .describe('What a delivery does; a derived dataset has none, it is always whole'),
    key: z.array(itemName).min(1).optional().describe('Items that together name one row'),
    tombstone: tombstone.optional(),
    unit_item: itemName.optional().describe('Item that holds a unit code; decides who sees a row'),
    subject: itemName
      .optional()
      .describe('Item that holds the number of the person a row is about; none when about a thing'),
    time_zone: z
      .string()
      .min(1)
      .optional()
      .describe('Zone of times without one; the setting `time_zone` when absent'),
    items: z.record(itemName, itemDeclared).describe('Items by name, in order'),
    checks: z.record(itemName, rowCheck).optional().describe('Checks over one row, by name'),
    headers: z
      .record(z.string(), itemName)
      .optional()
      .describe('Other headers departments use, and the item each stands for'),
    catalogue: catalogued.optional(),
    retention: retention.optional(),
    sealed_for: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Sealed compartment: roles that alone may know that it exists'),
    ignore_headers: z
      .array(z.string())
      .optional()
      .describe('Headers deliberately not taken; the empty text is a column without a name'),
  })
  .describe('The contract of a dataset: meaning, owner, items, grades, checks, cycle')
  .meta({
    example: {
      title: { zh: '城市部件登记', en: 'City component register' },
      description: { zh: '全区井盖等部件', en: 'Covers and the like' },
      owner: '330109-zhzf',
      theme: '城市治理',
      layer: 'standard',
      share: { type: 'conditional', condition: '履职需要', mode: ['api'] },
      open: { type: 'none', clause: '浙江省公共数据条例' },
      cycle: 'daily',
      mode: 'merge',
      key: ['comp_id'],
      items: {
        comp_id: { title: { zh: '部件标识码', en: 'Component id' }, type: 'text', grade: 'L1' },
      },
    },
  });
export type ContractFile = z.output<typeof contractFile>;

export const item = itemDeclared
  .extend({ name: itemName })
  .describe('One item (信息项) of a dataset, with its name');
export type Item = z.output<typeof item>;

export const check = rowCheck.extend({ name: itemName }).describe('A check over one row');
export type RowCheck = z.output<typeof check>;

/** A contract as it stands in the catalogue. */
export const contract = z
  .strictObject({
    name: z.string().describe('Name of the dataset; SQL uses it'),
    pack: z.string().describe('Pack that declares it'),
    version: z.number().int().describe('Version of the contract, 1 upwards'),
    appliedAt: z.iso.datetime().describe('When this version was applied, UTC'),
    title: bilingual,
    description: bilingual,
    owner: z.string().describe('Code of the owner unit'),
    source: z
      .strictObject({
        system: z.string(),
        from: z.enum(['department', 'upper']).optional(),
        note: z.string().optional(),
      })
      .nullable()
      .describe('Where the data comes from'),
    theme: z.string().describe('Theme'),
    layer: z.enum(['raw', 'standard', 'thematic']).describe('Layer'),
    share,
    open,
    cycle: z.enum(cycles).describe('Delivery cycle'),
    mode: z.enum(['full', 'append', 'merge']).describe('What a delivery does'),
    key: z.array(z.string()).describe('Items of the key; empty when rows have no name'),
    tombstone: tombstone
      .nullable()
      .default(null)
      .describe('Which delivered rows remove the row of their key; null when none do'),
    unit_item: z.string().nullable().describe('Item that holds a unit code'),
    subject: z
      .string()
      .nullable()
      .default(null)
      .describe('Item that holds the number of the person a row is about; null: about a thing'),
    time_zone: z.string().nullable().describe('Zone of times without one'),
    items: z.array(item).describe('Items in order'),
    checks: z.array(check).describe('Row checks in order'),
    headers: z.record(z.string(), z.string()).describe('Other headers and their items'),
    ignore_headers: z.array(z.string()).describe('Headers not taken'),
    catalogue: catalogued.nullable().default(null),
    retention: retention.nullable().default(null).describe('What is kept of its past'),
    sealed_for: z
      .array(z.string())
      .nullable()
      .default(null)
      .describe('Roles that alone may know of it; null when it is no secret'),
    code: z
      .string()
      .nullable()
      .default(null)
      .describe('Code of the resource (信息资源代码); null when it is not classified'),
    derived: z.boolean().describe('Made by SQL from other datasets'),
    sql: z.string().nullable().describe('The SQL of a derived dataset'),
    reads: z.array(z.string()).describe('Datasets the SQL reads, from its parse'),
  })
  .describe('A dataset contract in force');
export type Contract = z.output<typeof contract>;

export const grades = ['L1', 'L2', 'L3', 'L4'] as const;
export type Grade = (typeof grades)[number];

export const summary = z
  .strictObject({
    name: z.string().describe('Name of the dataset'),
    code: z.string().nullable().describe('Code of the resource; null when it is not classified'),
    title: bilingual,
    description: bilingual,
    owner: z.string().describe('Code of the owner unit'),
    ownerName: z.string().describe('Name of the owner unit'),
    theme: z.string().describe('Theme'),
    layer: z.enum(['raw', 'standard', 'thematic']).describe('Layer'),
    grade: z.enum(grades).describe('Highest grade of its items'),
    share: z.enum(['unconditional', 'conditional', 'none']).describe('Sharing type'),
    cycle: z.enum(cycles).describe('Delivery cycle'),
    derived: z.boolean().describe('Made by SQL from other datasets'),
    items: z.number().int().describe('How many items'),
    rows: z.number().int().nullable().describe('Rows now; null before the first delivery'),
    snapshot: z.number().int().nullable().describe('Snapshot that stands now'),
    version: z.number().int().nullable().describe('Version of the data'),
    asOf: z.iso.datetime().nullable().describe('When the data was delivered last, UTC'),
    confirmed: z.iso
      .datetime()
      .nullable()
      .describe('When its source said since that there is nothing new, UTC; null when it did not'),
    fresh: z
      .enum(['on_time', 'late', 'none'])
      .describe('Within its cycle, past it, or no cycle promised or nothing delivered yet'),
  })
  .describe('One line of the catalogue');
export type Summary = z.output<typeof summary>;

export const searchInput = z.strictObject({
  q: z
    .string()
    .max(100)
    .optional()
    .describe('Words: Chinese of two characters and more, pinyin, initials, codes; all must occur'),
  theme: z.string().optional().describe('Only this theme'),
  owner: z.string().optional().describe('Only this owner unit'),
  grade: z.enum(grades).optional().describe('Only resources of this highest grade'),
  layer: z.enum(['raw', 'standard', 'thematic']).optional().describe('Only this layer'),
  share: z
    .enum(['unconditional', 'conditional', 'none'])
    .optional()
    .describe('Only this sharing type'),
  after: z.string().max(80).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most lines'),
});
export type SearchInput = z.output<typeof searchInput>;

const facet = z.array(
  z.strictObject({
    value: z.string().describe('Value'),
    title: z.string().describe('Words for it'),
    count: z.number().int().describe('Resources with it, the other filters kept'),
  }),
);

const facets = z.strictObject({
  theme: facet,
  owner: facet,
  grade: facet,
  layer: facet,
  share: facet,
});
export type Facets = z.output<typeof facets>;

const hit = z
  .strictObject({
    field: z
      .enum(['title', 'name', 'owner', 'theme', 'item', 'description'])
      .describe('Where a word was found'),
    name: z.string().nullable().describe('The item, when it was found in one'),
    text: z.string().describe('The text it was found in'),
    ranges: z
      .array(z.tuple([z.number().int(), z.number().int()]))
      .describe('From and to in the text, in UTF-16 units'),
  })
  .describe('Where the words of a search stand');
export type Hit = z.output<typeof hit>;

export const line = summary
  .extend({
    hits: z.array(hit).describe('Where the words stand; empty without words'),
    found: z.number().int().describe('How many items hold a word'),
  })
  .describe('One resource found');
export type Line = z.output<typeof line>;

export const searchResult = z
  .strictObject({
    resources: z.array(line).describe('Best first, then by name'),
    total: z.number().int().describe('How many match in all'),
    next: z.string().nullable().describe('`after` of the next page'),
    facets,
  })
  .describe('Resources that match, with the counts of every facet');
export type SearchResult = z.output<typeof searchResult>;

export const lineage = z
  .strictObject({
    upstream: z
      .array(z.strictObject({ name: z.string(), title: bilingual, kind: z.string() }))
      .describe('Systems and datasets it is made from, nearest last'),
    downstream: z
      .array(z.strictObject({ name: z.string(), title: bilingual, kind: z.string() }))
      .describe('What is made from it, nearest first'),
  })
  .describe('Where it comes from and where it goes, from the SQL, never typed');
export type Lineage = z.output<typeof lineage>;

export const dataVersion = z
  .strictObject({
    version: z.number().int().describe('Version of the data, 1 upwards'),
    snapshot: z.number().int().describe('Snapshot'),
    at: z.iso.datetime().describe('When it landed, UTC'),
    rows: z.number().int().describe('Rows as of it'),
    added: z.number().int().describe('Rows added'),
    changed: z.number().int().describe('Rows changed'),
    removed: z.number().int().describe('Rows removed'),
    batch: z.string().nullable().describe('Delivery it came from'),
  })
  .describe('A version of the data: counts, never values');
export type DataVersion = z.output<typeof dataVersion>;

export const keeping = z
  .strictObject({
    days: z.number().int().describe('Days every version is kept'),
    snapshots: z.number().int().describe('Newest versions kept, however old'),
    monthEnds: z.number().int().describe('Month ends kept beyond the days'),
    isHeld: z.boolean().describe('A legal hold is in force: nothing is forgotten'),
  })
  .describe('What is kept of the past of a dataset now: its contract over the settings');
export type KeepingNow = z.output<typeof keeping>;

export const contractVersion = z.strictObject({
  version: z.number().int().describe('Version of the contract'),
  appliedAt: z.iso.datetime().describe('When it was applied, UTC'),
  appliedBy: z.string().describe('Account that applied it, or `system:...`'),
  appliedName: z
    .string()
    .nullable()
    .describe('Name of who applied it, masked; null when it was the platform'),
  current: z.boolean().describe('In force now'),
  changes: z.array(change).describe('What it changed; empty for the first version'),
});
export type ContractVersion = z.output<typeof contractVersion>;

export const historyPage = z
  .strictObject({
    changes: z
      .array(contractVersion.extend({ name: z.string().describe('Resource'), title: bilingual }))
      .describe('Versions of contracts, newest first'),
    next: z.string().nullable().describe('`after` of the next page'),
  })
  .describe('How contracts changed');
export type HistoryPage = z.output<typeof historyPage>;

const orders: Record<Grade, number> = { L1: 1, L2: 2, L3: 3, L4: 4 };

/**
 * The highest grade among items: the grade of the whole (GB/T 43697: the set is as high as its
 * highest item).
 */
export const highestGrade = (items: readonly Pick<Item, 'grade'>[]): Grade =>
  items.reduce<Grade>((high, one) => (orders[one.grade] > orders[high] ? one.grade : high), 'L1');
