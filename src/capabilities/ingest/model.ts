/** The nouns of ingest: deliveries, returned rows, pushed rows. */
import { z } from 'zod';
import type { DialectInput } from './model/dialect.ts';

const bilingual = z.strictObject({
  zh: z.string().describe('Chinese'),
  en: z.string().describe('English'),
});

export const lang = z.enum(['zh', 'en']).describe('Language');
export type Lang = z.output<typeof lang>;

export const deliveryStates = [
  'running',
  'landed',
  'unchanged',
  'refused',
  'interrupted',
  'cancelled',
] as const;

export const deliveryStages = ['reading', 'checking', 'landing', 'done'] as const;

export const foundFile = z
  .strictObject({
    encoding: z.string().describe('Encoding, both of a file in two, or what holds the table'),
    delimiter: z.string().describe('What separates fields'),
    quote: z.string().nullable().describe('What quotes fields; null when nothing does'),
    escape: z.string().nullable().describe('What stands before a quote inside quotes'),
    newline: z.enum(['\n', '\r\n', '\r', 'mixed']).describe('What ends records'),
    preambleRows: z.number().int().describe('Records above the header'),
    headerRows: z.number().int().describe('Records of the header'),
    footerRows: z.number().int().describe('Records below the table: totals, notes'),
    sheet: z.string().nullable().describe('Sheet of a workbook that was read'),
    ignored: z.array(z.string()).describe('What was passed over: macros, links, other sheets'),
  })
  .describe('How a file was read');

export const deliveredFile = z
  .strictObject({
    name: z.string().describe('Name the sender gave it'),
    bytes: z.number().int().describe('Size in bytes'),
    sha256: z.string().describe('SHA-256 of its bytes, hexadecimal'),
    encoding: z.string().nullable().describe('Encoding found; null before it was read'),
    rows: z.number().int().nullable().describe('Records found; null before it was read'),
    headers: z.array(z.string()).describe('Headers as they came'),
    delimiter: z.string().optional().describe('Between its fields; absent when it is no text'),
    found: foundFile.optional().describe('How it was read; absent before it was'),
  })
  .describe('One file of a delivery');
export type DeliveredFile = z.output<typeof deliveredFile>;

export const rule = z
  .strictObject({
    rule: z.string().describe('Name of the rule'),
    item: z.string().nullable().describe('Item the fault is shown at'),
    expected: bilingual.describe('What is expected'),
  })
  .describe('A rule of the delivery; returned rows name it by its place');

export const delivery = z
  .strictObject({
    batch: z.string().describe('Id of the delivery'),
    dataset: z.string().describe('Dataset delivered'),
    contractVersion: z.number().int().describe('Version of the contract it was checked against'),
    state: z.enum(deliveryStates).describe('How it stands'),
    stage: z.enum(deliveryStages).describe('What is being done'),
    progress: z.number().describe('0 to 1 within all stages'),
    files: z.array(deliveredFile).describe('Files'),
    rows: z.number().int().describe('Rows of all files'),
    accepted: z.number().int().describe('Rows taken'),
    returned: z.number().int().describe('Rows handed back; accepted + returned = rows'),
    unchanged: z.number().int().describe('Accepted rows that were there already, just so'),
    mended: z.number().int().describe('Returned rows of earlier deliveries it brought in order'),
    open: z.number().int().describe('Its returned rows that are still out'),
    openSince: z.iso.datetime().nullable().describe('When the oldest of them first went back'),
    snapshot: z.number().int().nullable().describe('Snapshot that stands after it'),
    note: z.string().nullable().describe('Note of the sender'),
    actor: z.string().describe('Who delivered'),
    actorName: z.string().describe('Name of who delivered'),
    startedAt: z.iso.datetime().describe('When it began, UTC'),
    endedAt: z.iso.datetime().nullable().describe('When it ended, UTC'),
    seconds: z.number().nullable().describe('Seconds it took'),
    error: z
      .strictObject({ code: z.string(), message: bilingual, faults: z.array(z.unknown()) })
      .nullable()
      .describe('Why it was refused'),
  })
  .describe('A delivery: it landed whole or not at all');
export type Delivery = z.output<typeof delivery>;

export const deliverResult = z
  .strictObject({
    batch: z.string().describe('Id of the delivery'),
    dataset: z.string().describe('Dataset delivered'),
    rows: z.number().int().describe('Rows of all files'),
    accepted: z.number().int().describe('Rows taken'),
    returned: z.number().int().describe('Rows handed back'),
    unchanged: z.number().int().describe('Accepted rows that were there already, just so'),
    mended: z.number().int().describe('Returned rows of earlier deliveries it brought in order'),
    seconds: z.number().describe('Seconds it took'),
    snapshot: z.number().int().nullable().describe('Snapshot that stands after it'),
  })
  .describe('What became of a delivery');
export type DeliverResult = z.output<typeof deliverResult>;

export interface GivenFile {
  name: string;
  path: string;
  /** What the sender says of this one; it counts before what he says of all. */
  dialect?: DialectInput | undefined;
}

export interface DeliverInput {
  dataset: string;
  /** Files on this machine, and the names their sender gave them. */
  files: GivenFile[];
  note?: string;
  /** What the sender says of the files; the rest is found. */
  dialect?: DialectInput;
  /** `dialect` is only what is usual for the dataset. */
  usual?: boolean;
  /** Id of the delivery, for a sender who wants to follow it; a new one when absent. */
  batch?: string;
  /** Ends the delivery at any point; nothing has landed then. */
  signal?: AbortSignal;
  /** Told of every step; called often, must be quick. */
  progress?: (step: DeliveryStep) => void;
}

/** How far a delivery has come. */
export interface DeliveryStep {
  stage: 'reading' | 'checking' | 'landing';
  /** Rows found so far. */
  rows: number;
  /** Bytes of the delivered files that were read. */
  bytes: number;
  /** 0 to 1 of the whole work, by the usual share of each stage. */
  part: number;
}

export const returnedRow = z
  .strictObject({
    file: z.string().describe('File the row is in'),
    row: z.number().int().describe('Number of the row in it, header not counted'),
    reasons: z
      .array(
        z.strictObject({
          item: z.string().nullable().describe('Item'),
          title: bilingual.nullable().describe('Title of the item'),
          rule: z.string().describe('Rule'),
          words: bilingual.describe('What people call the rule'),
          text: bilingual.describe('What is expected'),
        }),
      )
      .describe('Every rule the row breaks'),
    values: z
      .array(z.string().nullable())
      .describe('Fields as they came, in the order of the headers'),
  })
  .describe('A row that goes back to the department');
export type ReturnedRow = z.output<typeof returnedRow>;

export const returnedPage = z
  .strictObject({
    batch: z.string().describe('Id of the delivery'),
    dataset: z.string().describe('Dataset'),
    headers: z.array(z.string()).describe('Headers of the first file, as they came'),
    total: z.number().int().describe('Rows that are out; all that went back when none are'),
    open: z.number().int().describe('Rows that are out'),
    reasons: z
      .array(
        z.strictObject({
          item: z.string().nullable(),
          title: bilingual.nullable(),
          rule: z.string(),
          words: bilingual,
          text: bilingual,
          count: z.number().int(),
        }),
      )
      .describe('Reasons with how many rows each, most first'),
    rows: z.array(returnedRow).describe('One page of them'),
  })
  .describe('Returned rows (退回数据) of a delivery');
export type ReturnedPage = z.output<typeof returnedPage>;

const openReason = z.strictObject({
  item: z.string().nullable().describe('Item'),
  title: bilingual.nullable().describe('Title of the item'),
  rule: z.string().describe('Rule'),
  words: bilingual.describe('What people call the rule'),
  text: bilingual.describe('What is expected'),
  count: z.number().int().describe('Rows that break it'),
});

export const returnedOverview = z
  .strictObject({
    rows: z.number().int().describe('Rows that are out, of all datasets'),
    datasets: z
      .array(
        z.strictObject({
          dataset: z.string().describe('Name of the dataset'),
          title: bilingual.describe('Title of the dataset'),
          owner: z.string().describe('Code of the unit that has to mend them'),
          ownerName: z.string().describe('Name of that unit'),
          rows: z.number().int().describe('Rows that are out'),
          deliveries: z.number().int().describe('Deliveries they went back from'),
          since: z.iso.datetime().describe('When the oldest of them went back, UTC'),
          reasons: z.array(openReason).describe('By rule and item, most rows first'),
          batches: z
            .array(
              z.strictObject({
                batch: z.string().describe('Delivery'),
                files: z.array(z.string()).describe('Names of its files'),
                rows: z.number().int().describe('Its rows that are out'),
                since: z.iso.datetime().describe('Since when, UTC'),
              }),
            )
            .describe('Deliveries, newest first; the newest twenty'),
        }),
      )
      .describe('Datasets with rows out, most rows first'),
  })
  .describe('Returned rows that are out');
export type ReturnedOverview = z.output<typeof returnedOverview>;

export const listInput = z.strictObject({
  dataset: z.string().max(63).optional().describe('Only deliveries of this dataset'),
  state: z.enum(deliveryStates).optional().describe('Only deliveries in this state'),
  before: z.string().max(64).optional().describe('Batch of the last delivery of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Most deliveries'),
});
export type ListInput = z.output<typeof listInput>;

export const deliveryPage = z
  .strictObject({
    deliveries: z.array(delivery).describe('Newest first'),
    next: z.string().nullable().describe('`before` of the next page'),
  })
  .describe('Deliveries the reader may see');

export const pushInput = z
  .strictObject({
    rows: z
      .array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])))
      .min(1)
      .max(1000)
      .describe('Rows by item names'),
  })
  .describe('Rows pushed by a program; all are taken or none');

export {
  type DialectInput,
  dialectInput,
  type FilePreview,
  filePreview,
  type PreviewInput,
  previewInput,
  withNul,
  withoutNul,
} from './model/dialect.ts';
export {
  type FileProposal,
  fileProposal,
  type ItemEvidence,
  type Proposal,
  type ProposalCheck,
  type ProposalInput,
  type ProposedColumn,
  type ProposedContract,
  type ProposedItem,
  proposal,
  proposalCheck,
  proposalInput,
  type SavedProposal,
  savedProposal,
} from './model/proposal.ts';
export { type RefreshPlan, refreshPlan } from './model/refresh.ts';
export {
  type DeliveredResource,
  deliveredList,
  type RoadName,
  type Run,
  type RunListInput,
  type RunPage,
  type RunState,
  roads,
  run,
  runListInput,
  runPage,
  runStates,
  workingStates,
} from './model/run.ts';
export {
  type DatabaseOptions,
  type Schedule,
  type Source,
  type SourceFile,
  source,
  sourceFile,
} from './model/source.ts';
export {
  type NewRunInput,
  type NewUpload,
  newRun,
  newUpload,
  type Upload,
  upload,
} from './model/upload.ts';
export {
  type TownWarehouse,
  townWarehouse,
  type Warehouse,
  type WarehouseResource,
  type Warehouses,
  warehouses,
} from './model/warehouse.ts';
