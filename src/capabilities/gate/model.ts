/** The nouns of the gate: grades, views, policies, grants and what a read answers. */
import { z } from 'zod';
import { lookSchema } from '#organisation';

export * from './model/discovery.ts';

import { maskNames } from './actions/masks/index.ts';

export const lookTold = lookSchema
  .extend({
    title: z
      .strictObject({ zh: z.string(), en: z.string() })
      .nullable()
      .describe('Title of the dataset; null when it is not in the catalogue any more'),
  })
  .describe('One reading of data about the person who asks');
export type LookTold = z.infer<typeof lookTold>;

/** GB/T 43697 practice of Zhejiang's public data: L1 不敏感 … L4 敏感. */
export const grade = z
  .enum(['L1', 'L2', 'L3', 'L4'])
  .describe('Grade of an item: L1 not sensitive, L2 low, L3 fairly, L4 sensitive');
export type Grade = z.infer<typeof grade>;

export const national = z
  .enum(['core', 'important', 'general'])
  .describe('Grade of GB/T 43697: core (核心), important (重要) or general (一般) data');
export type National = z.infer<typeof national>;

const lowering = z
  .strictObject({
    because: z
      .strictObject({ zh: z.string().min(1), en: z.string().min(1) })
      .describe('Why less is enough'),
    approved: z.string().min(1).describe('Case or document that approved it'),
    by: z.string().min(1).describe('Who approved it'),
    on: z.iso.date().describe('When it was approved'),
    until: z.iso.date().describe('Last day it holds; after it the file is refused'),
  })
  .describe('An approved declassification');

export const gradesSection = z
  .strictObject({
    national: national.optional(),
    counted_by: z
      .array(z.string().min(1))
      .optional()
      .describe(
        'Items by which it may be grouped and filtered where it is only counted, the broader ' +
          'first; its unit_item when absent',
      ),
    least: grade
      .optional()
      .describe('The set is at least of this grade: its rows tell more than its items'),
    lowered: z
      .record(z.string().min(1), lowering)
      .optional()
      .describe(
        'Items below what they are made from, or than they stood; `rows` for the set, `national` ' +
          'for that grade, `sealed_for` for those who may know of it',
      ),
  })
  .describe('Grade of the whole set, and what was lowered with approval')
  .meta({ example: { national: 'general', least: 'L4' } });
export type GradesSection = z.infer<typeof gradesSection>;

/** From the clearest to the strictest. */
export const treatment = z
  .enum(['plain', 'masked', 'generalised', 'hashed', 'counted', 'absent'])
  .describe(
    'What a reader gets: plain = the value; masked = a part struck out; generalised = less exactly; ' +
      'hashed = a keyed hash, the same for the same value; counted = only within counts, sums and ' +
      'means over enough persons; absent = no such item for him',
  );
export type Treatment = z.infer<typeof treatment>;

const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

export const maskName = z
  .enum(maskNames)
  .describe('A mask of the gate’s table; the default of the item’s meaning when absent');

const lineId = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/)
  .describe('Id of the line, unique in its file; screens and the audit name it');

export const policyLine = z
  .strictObject({
    id: lineId,
    roles: z
      .array(z.string().min(1))
      .min(1)
      .describe(
        'Roles it speaks of; `*` is everybody signed in, `platform` the platform itself, `subject` ' +
          'a person who reads the rows about himself',
      ),
    grades: z.array(grade).min(1).describe('Grades of items it speaks of'),
    types: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Semantic types it speaks of; all when absent'),
    purposes: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Purposes of reading it speaks of; all when absent'),
    own: z
      .literal(true)
      .optional()
      .describe('Only for datasets owned by the unit in which the role is held'),
    view: treatment,
    mask: maskName
      .optional()
      .describe(
        'Which mask, for `masked` and `generalised`; the default of the meaning when absent',
      ),
    least: z
      .number()
      .int()
      .min(2)
      .max(1000)
      .optional()
      .describe('For `counted`: persons every answer speaks of at least'),
    because: bilingual.describe('Why, in a sentence an official reads'),
    source: z.string().min(1).optional().describe('Clause it rests on, when not the file’s own'),
  })
  .describe('One line: these roles see items of these grades so');
export type PolicyLine = z.infer<typeof policyLine>;

export const policyFile = z
  .strictObject({
    title: bilingual.describe('Name of the policy'),
    source: z.string().min(1).describe('Document and clause the lines rest on'),
    purposes: z
      .record(z.string().min(1), bilingual)
      .optional()
      .describe('Purposes of reading by their code, as people are told them'),
    lines: z
      .array(policyLine)
      .min(1)
      .describe('Lines; in one role the strictest treatment wins, no line is absent'),
  })
  .describe('Who sees items of which grade; what no line allows is absent');
export type PolicyFile = z.infer<typeof policyFile>;

export const decision = z.strictObject({
  view: treatment,
  mask: maskName.nullable().describe('Mask of a masked or generalised item; null otherwise'),
  line: z
    .string()
    .nullable()
    .describe('`pack/file#line` that decided; null when no line allows it (deny by default)'),
  role: z.string().nullable().describe('Role under which it was decided'),
  because: bilingual.describe('The reason in words'),
  source: z.string().nullable().describe('Document and clause'),
  least: z
    .number()
    .int()
    .optional()
    .describe('Of a counted item: persons every answer speaks of at least'),
});
export type Decision = z.infer<typeof decision>;

export const itemView = z.strictObject({
  item: z.string().describe('Name of the item'),
  title: bilingual.describe('Title of the item'),
  semantic: z.string().nullable().describe('Semantic type'),
  type: z.string().describe('Type of the values'),
  grade,
  ...decision.shape,
});
export type ItemView = z.infer<typeof itemView>;

export const datasetView = z
  .strictObject({
    dataset: z.string().describe('Name of the dataset'),
    grade: grade.describe('Grade of the set: its highest item, or what its rows tell'),
    national: national.describe('National grade of the set'),
    rows: z
      .enum(['all', 'units', 'none'])
      .describe('all rows, the rows of the reader’s units, or none'),
    units: z.array(z.string()).describe('Unit codes whose rows are seen when `rows` is `units`'),
    items: z.array(itemView).describe('Every item and what the reader sees of it'),
    plain: z.number().int().describe('Items seen plain'),
    changed: z.number().int().describe('Items seen masked, generalised or hashed'),
    counted: z.number().int().describe('Items that may only be counted'),
    countedBy: z
      .array(z.string())
      .describe('Items by which they may be grouped and filtered; empty when none is counted'),
    absent: z.number().int().describe('Items that do not exist for the reader'),
  })
  .describe('What one reader sees of one dataset, and which line decided each item');
export type DatasetView = z.infer<typeof datasetView>;

export const simulateInput = z
  .strictObject({
    dataset: z.string().min(1).describe('Dataset looked at'),
    purpose: z.string().trim().min(1).max(200).default('browse').describe('Why'),
    account: z.string().min(1).optional().describe('Id of the account'),
    role: z.string().min(1).optional().describe('A role instead of an account, with its unit'),
    unit: z.string().min(1).optional().describe('Code of the unit the role is held in'),
    grant: z.uuid().optional().describe('Grant it is read under'),
  })
  .describe('Who would see what');
export type SimulateInput = z.output<typeof simulateInput>;

export const simulation = datasetView
  .extend({
    mayRead: z.boolean().describe('False: without leave to read, nothing is seen at all'),
    roles: z
      .array(z.strictObject({ role: z.string(), unit: z.string(), unitName: z.string() }))
      .describe('Roles that were looked at'),
    items: z
      .array(
        itemView.extend({
          example: z
            .strictObject({
              from: z.string().describe('An invented value'),
              to: z.string().nullable().describe('What the reader sees of it'),
            })
            .describe('An invented value and what becomes of it'),
        }),
      )
      .describe('Every item, its treatment, the line that decided, an example'),
  })
  .describe('What somebody would see of a dataset');
export type Simulation = z.infer<typeof simulation>;

/** Item of a read of chosen rows that says at which place of their list a row was chosen. */
export const placeItem = 'row_place_';

export const readColumn = z.strictObject({
  name: z.string().describe('Name of the column in the answer'),
  title: bilingual.describe('Title of the item it comes from, or its name'),
  type: z.string().describe('Type of the values'),
  grade: grade.describe('Highest grade of the items it was made from'),
  view: treatment,
});
export type ReadColumn = z.infer<typeof readColumn>;

export const readSnapshot = z.strictObject({
  dataset: z.string().describe('Dataset read'),
  snapshot: z.number().int().describe('Snapshot read'),
  version: z.number().int().describe('Its version within the dataset'),
  at: z.iso.datetime().describe('When it was committed, UTC'),
});
export type ReadSnapshot = z.infer<typeof readSnapshot>;

export const readResult = z
  .strictObject({
    columns: z.array(readColumn).describe('Columns in the order of the rows’ values'),
    rows: z.array(z.array(z.unknown())).describe('Rows; values are JSON-safe'),
    snapshots: z.array(readSnapshot).describe('Snapshots the answer was made from'),
    asOf: z.iso.datetime().nullable().describe('Time of the oldest snapshot read, UTC'),
    truncated: z.boolean().describe('True when rows were cut at the limit'),
    least: z
      .number()
      .int()
      .optional()
      .describe('The answer counts what may only be counted: groups of fewer persons are withheld'),
  })
  .describe('The answer of one governed read');
export type ReadResult = z.infer<typeof readResult>;

export const rowResult = z
  .strictObject({
    dataset: z.string().describe('Dataset read'),
    row: z.record(z.string(), z.unknown()).nullable().describe('Items the reader sees, or null'),
    snapshot: z.number().int().nullable().describe('Snapshot the row stands in'),
    asOf: z.iso.datetime().nullable().describe('When that snapshot was committed, UTC'),
  })
  .describe('One row by key; null when it is not there or not in the reader’s units');
export type RowResult = z.infer<typeof rowResult>;

export const rowFilter = z
  .strictObject({
    item: z.string().min(1).describe('Name of the item'),
    op: z.enum(['equals', 'contains', 'from', 'to']).describe('How it is compared'),
    value: z.string().max(200).describe('With what; `to` takes the whole day of a date'),
  })
  .describe('One filter; all of them hold');
export type RowFilter = z.infer<typeof rowFilter>;

/** Filters travel as a JSON list in the address. */
const filters = z
  .string()
  .max(4000)
  .default('[]')
  .transform((text, issue): RowFilter[] => {
    try {
      return z.array(rowFilter).max(20).parse(JSON.parse(text));
    } catch {
      issue.addIssue({ code: 'custom', message: 'a JSON list of {item, op, value}' });
      return z.NEVER;
    }
  })
  .describe('JSON list of {item, op, value}');

const sort = z
  .string()
  .regex(/^-?[a-z][a-z0-9_]*$/)
  .optional()
  .describe('Item to order by; a minus in front turns it around');

const purpose = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe('Why the data is read; recorded in the audit');

const grantId = z.uuid().optional().describe('Grant under which it is read');
const asOf = z.iso.datetime().optional().describe('Snapshots as of this instant, UTC');

/** A state of one dataset as people name it: `v3`, or the instant at which it stood. */
export const point = z
  .union([
    z
      .string()
      .regex(/^v[1-9]\d{0,8}$/)
      .transform((text) => ({ version: Number(text.slice(1)) })),
    z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  ])
  .describe('A version of the data, `v3`, or an instant with its zone');
export type Point = z.output<typeof point>;

const pointOrSnapshot = z
  .union([z.coerce.number().int().positive(), point])
  .optional()
  .describe('Id of a snapshot, a version `v3`, or an instant with its zone');

export const pageInput = z.strictObject({
  filter: filters,
  sort,
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('Rows skipped'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Rows of a page'),
  purpose: purpose.default('browse'),
  grant: grantId,
  asOf: point.optional(),
});
export type PageInput = z.output<typeof pageInput>;

export const downloadInput = z.strictObject({
  filter: filters,
  sort,
  purpose,
  grant: grantId,
  asOf: point.optional(),
});
export type DownloadInput = z.output<typeof downloadInput>;

export const pageResult = readResult.extend({
  more: z.boolean().describe('True when there are rows after this page'),
});
export type PageResult = z.infer<typeof pageResult>;

export const queryInput = z
  .strictObject({
    sql: z.string().min(1).max(20_000).describe('One SELECT over datasets by name'),
    purpose,
    grant: grantId,
    limit: z.number().int().min(1).max(10_000).default(1000).describe('Rows at most'),
    asOf,
    params: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .default({})
      .describe('Values of `$name` in the SQL'),
  })
  .describe('A governed query');

export const policyInForce = z
  .strictObject({
    pack: z.string().describe('Pack it stands in'),
    name: z.string().describe('Name of its file'),
    version: z.number().int().describe('Version in force; an edit names it'),
    title: bilingual.describe('Name of the policy'),
    source: z.string().describe('Document and clause the lines rest on'),
    purposes: z.record(z.string(), bilingual).describe('Purposes by their code'),
    lines: z.array(policyLine).describe('Lines in force'),
  })
  .describe('A policy in force');
export type PolicyInForce = z.infer<typeof policyInForce>;

export const maskWords = z
  .strictObject({
    name: maskName,
    title: bilingual.describe('Name of the mask'),
    how: z.enum(['masked', 'generalised']).describe('Treatment it goes with'),
    from: z.string().describe('An invented value'),
    to: z.string().nullable().describe('What becomes of it'),
  })
  .describe('A mask of the gate’s table');
export type MaskWords = z.infer<typeof maskWords>;

export const policyTable = z
  .strictObject({
    policies: z.array(policyInForce).describe('Policies in force'),
    masks: z.array(maskWords).describe('The table of masks'),
    roles: z
      .array(z.strictObject({ name: z.string(), title: bilingual }))
      .describe('Roles a line may name'),
    meanings: z
      .array(z.strictObject({ name: z.string(), title: bilingual }))
      .describe('Semantic types a line may name'),
  })
  .describe('Policies with the words to read and to edit them by');
export type PolicyTable = z.infer<typeof policyTable>;

const reason = z.string().trim().min(2).max(500).describe('Why it is changed; kept in the history');
const version = z.number().int().positive().describe('Version that was edited');

export const policyEdit = z
  .strictObject({ version, reason, lines: z.array(policyLine).min(1).describe('All lines') })
  .describe('New lines of a policy');

export const policyRollBack = z
  .strictObject({
    version,
    reason,
    to: z.number().int().positive().describe('Version to go back to'),
  })
  .describe('Back to an earlier version');

export const policySaved = z.strictObject({
  version: z.number().int().describe('Version in force from now on'),
});
export type PolicySaved = z.infer<typeof policySaved>;

export const lineChange = z.strictObject({
  kind: z.enum(['added', 'changed', 'removed']).describe('What became of the line'),
  id: z.string().describe('Id of the line'),
  before: policyLine.nullable().describe('The line before'),
  after: policyLine.nullable().describe('The line after'),
});
export type LineChange = z.infer<typeof lineChange>;

export const policyVersion = z
  .strictObject({
    version: z.number().int().describe('Version'),
    at: z.iso.datetime().describe('When, UTC'),
    by: z.string().describe('Who'),
    reason: z.string().nullable().describe('Why; null when it came with its pack'),
    restores: z.number().int().nullable().describe('Earlier version it went back to'),
    changes: z.array(lineChange).describe('Lines it changed'),
  })
  .describe('One version of a policy');
export type PolicyHistory = z.infer<typeof policyVersion>;

export const diffRows = z
  .strictObject({
    from: z.number().int().nullable().describe('Older snapshot; null when there is only one'),
    to: z.number().int().nullable().describe('Newer snapshot; null before the first delivery'),
    rows: z
      .array(
        z.strictObject({
          kind: z.enum(['added', 'removed', 'changed']).describe('What happened to the row'),
          key: z.record(z.string(), z.unknown()).describe('Key, as far as it is seen'),
          changed: z.array(z.string()).describe('Items whose values differ'),
          before: z.record(z.string(), z.unknown()).nullable().describe('Items before'),
          after: z.record(z.string(), z.unknown()).nullable().describe('Items after'),
        }),
      )
      .describe('Rows in the order of the key'),
    truncated: z.boolean().describe('True when there are more'),
    by: z
      .enum(['changes', 'whole'])
      .describe('Looked at only what was written between them, or compared every row of both'),
    why: z
      .enum(['replaced', 'rewritten', 'many', 'key_changed'])
      .nullable()
      .describe(
        'Why every row was compared: a delivery of the whole lies between, compactions wrote most ' +
          'anew, most rows were delivered again, or the key is another',
      ),
  })
  .describe('Rows that changed between two snapshots, as the reader may see them');
export type DiffRows = z.infer<typeof diffRows>;

export const diffInput = z.strictObject({
  purpose: z.string().min(1).max(100).default('browse').describe('Why'),
  from: pointOrSnapshot,
  to: pointOrSnapshot,
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Rows at most'),
});

const lineageItem = z
  .strictObject({
    dataset: z.string().describe('Dataset it is an item of'),
    item: z.string().describe('Name of the item'),
  })
  .describe('One item of one dataset');

const howMade = z
  .enum(['copied', 'computed', 'aggregated', 'filter'])
  .describe('Handed on, put into an expression, put together over rows, or asked by a subquery');

const words = z.strictObject({ zh: z.string(), en: z.string() });

const lineageNode = z
  .strictObject({
    id: z.string().describe('Kind and name'),
    kind: z.string().describe('dataset, derived, or the kind of a file that reads datasets'),
    name: z.string().describe('Name'),
    title: words.describe('What people call it'),
    depth: z.number().int().describe('Steps from the dataset asked for; below 0 is upstream'),
    items: z
      .array(z.strictObject({ name: z.string(), title: words.nullable() }))
      .describe('Its items, in order'),
  })
  .describe('A dataset, or a file that reads datasets');

export const columnLineage = z
  .strictObject({
    dataset: z.string().describe('Dataset asked for'),
    items: z
      .array(
        z.strictObject({
          item: z.string().describe('Item of the dataset'),
          from: z.array(lineageItem.extend({ how: howMade })).describe('What it is made from'),
          followed: z.boolean().describe('False: it may be made from any item that is read'),
        }),
      )
      .describe('What its items are made from; nothing for one that is delivered'),
    rows: z
      .array(
        lineageItem.extend({
          influences: z
            .array(z.enum(['filter', 'join', 'group', 'order']))
            .describe('How it decides which rows there are'),
        }),
      )
      .describe('Items that decide which rows it has'),
    nodes: z.array(lineageNode).describe('Everything upstream and downstream'),
    edges: z
      .array(
        z.strictObject({
          from: z.strictObject({ node: z.string(), item: z.string().nullable() }),
          to: z.strictObject({ node: z.string(), item: z.string().nullable() }),
          how: howMade.nullable().describe('Null: it decides over rows, or is not followed'),
        }),
      )
      .describe('Which item goes into which; without items: the rows of one decide over the other'),
  })
  .describe('Where each item comes from and where it goes, from the SQL, never typed');
export type ColumnLineage = z.infer<typeof columnLineage>;

export const rowCondition = z
  .strictObject({
    item: z.string().min(1).describe('Name of the item'),
    in: z.array(z.string().max(200)).min(1).max(500).optional().describe('Values it may have'),
    from: z.string().max(200).optional().describe('The least it may be'),
    to: z.string().max(200).optional().describe('The most it may be; of a day the whole day'),
  })
  .describe('A condition that every row meets')
  .meta({ example: { item: 'state', in: ['open', 'handling'] } });
export type RowCondition = z.infer<typeof rowCondition>;

export const grantInput = z
  .strictObject({
    grantee: z.string().min(1).describe('Id of the client or account'),
    dataset: z.string().min(1).describe('Dataset it opens'),
    items: z.array(z.string().min(1)).min(1).describe('Items it opens; plain unless `masks` says'),
    masks: z
      .record(
        z.string().min(1),
        z.strictObject({
          view: treatment.exclude(['plain', 'counted', 'absent']),
          mask: maskName.optional(),
        }),
      )
      .optional()
      .describe('Items it opens only masked, generalised or hashed'),
    counted: z
      .strictObject({
        least: z.number().int().min(2).max(1000).describe('Persons a group has at least'),
      })
      .optional()
      .describe('Its items may only be counted, but for those in `masks`'),
    units: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Unit codes whose rows it opens; the grantee’s own units when absent'),
    rows: z
      .array(rowCondition)
      .min(1)
      .max(20)
      .optional()
      .describe('Conditions that every row it opens meets; all of them hold'),
    caps: z
      .strictObject({
        rowsPerDay: z.number().int().positive().optional().describe('Rows a local day, at most'),
        rowsPerCall: z.number().int().positive().optional().describe('Rows of one read, at most'),
        callsPerMinute: z.number().int().positive().optional().describe('Reads a minute, at most'),
      })
      .optional()
      .describe('How much it opens; unlimited when absent'),
    purpose: z.string().min(1).describe('The purpose it is bound to'),
    expiresAt: z.iso.datetime().describe('Instant after which it opens nothing, UTC'),
    approvedBy: z.string().min(1).describe('Case or document that approved it'),
  })
  .describe('A scoped, expiring opening of a dataset for one client or account');
export type GrantInput = z.infer<typeof grantInput>;

export const grant = z.strictObject({
  id: z.uuid().describe('Id; a read names it'),
  ...grantInput.shape,
  createdAt: z.iso.datetime().describe('When it was issued, UTC'),
  revokedAt: z.iso.datetime().nullable().describe('When it was taken back, UTC'),
});
export type Grant = z.infer<typeof grant>;

export const grantState = z
  .enum(['standing', 'expired', 'revoked'])
  .describe('standing: it opens; expired: its time is over; revoked: it was taken back');
export type GrantState = z.infer<typeof grantState>;

export const grantsInput = z.strictObject({
  search: z.string().trim().max(100).default('').describe('Part of a dataset, grantee or purpose'),
  state: grantState.optional(),
  dataset: z.string().min(1).optional().describe('Only those of this dataset'),
  after: z.uuid().optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Grants of a page'),
});
export type GrantsInput = z.output<typeof grantsInput>;

export const grantShown = grant
  .extend({
    state: grantState,
    granteeName: z.string().describe('Name of the client or account'),
    granteeUnits: z.array(z.string()).describe('Units it acts for'),
    datasetTitle: bilingual.describe('Title of the dataset; its name when it is gone'),
    ownerName: z.string().describe('The unit that owns the dataset'),
    issuedBy: z.string().describe('Who issued it'),
    revokedBy: z.string().nullable().describe('Who took it back'),
    revokedBecause: z.string().nullable().describe('Why it was taken back'),
    reads: z.number().int().describe('Reads under it that gave rows, as far as the audit is kept'),
    rowsRead: z.number().int().describe('Rows they gave'),
    lastRead: z.iso.datetime().nullable().describe('The last of them, UTC'),
    mayRevoke: z.boolean().describe('Whoever asks may take it back'),
  })
  .describe('A grant as a page shows it');
export type GrantShown = z.infer<typeof grantShown>;

export const grantsPage = z.strictObject({
  grants: z.array(grantShown).describe('Newest first'),
  next: z.uuid().nullable().describe('Where the next page begins'),
});
export type GrantsPage = z.infer<typeof grantsPage>;

export const grantDetail = grantShown
  .extend({
    shows: simulation
      .nullable()
      .describe('What it shows its grantee, on invented values; null when it shows nothing now'),
  })
  .describe('A grant with what it shows');
export type GrantDetail = z.infer<typeof grantDetail>;

export const grantDraft = grantInput
  .partial({ expiresAt: true, approvedBy: true })
  .describe('A grant that is being written');
export type GrantDraft = z.infer<typeof grantDraft>;

export const grantPreview = z
  .strictObject({
    grantee: z.string().describe('Name of the client or account'),
    before: simulation.describe('What it is shown for this purpose as things are'),
    after: simulation.describe('What it would be shown under the grant'),
  })
  .describe('What a grant would change for its grantee, on invented values');
export type GrantPreview = z.infer<typeof grantPreview>;

export const grantRevoke = z
  .strictObject({
    reason: z.string().trim().min(2).max(500).describe('Why; the grantee and the audit read it'),
  })
  .describe('Takes a grant back');
