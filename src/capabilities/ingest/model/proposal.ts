/** The noun of a proposal: a dataset contract read off a file, with the evidence for every line. */
import { z } from 'zod';
import { dialectInput } from './dialect.ts';

const bilingual = z.strictObject({
  zh: z.string().max(500).describe('Chinese'),
  en: z.string().max(500).describe('English'),
});

const name = z.string().max(100);
const word = z.string().max(200);

/** As a person left it: what is wrong with it is told as faults, not as a refusal of the body. */
export const proposedItem = z
  .strictObject({
    name: name.describe('Name of the item'),
    title: bilingual.describe('Header, and its English'),
    type: z.string().max(20).describe('Type of its values'),
    semantic: name.optional().describe('What the values mean'),
    grade: z.enum(['L1', 'L2', 'L3', 'L4']).describe('Proposed grade'),
    required: z.boolean().describe('No value is empty, or it is part of the key'),
    empty: z.array(word).max(50).optional().describe('Words for no value'),
    format: z.array(word).max(50).optional().describe('Patterns of dates that are not usual'),
    pattern: z.string().max(500).optional().describe('Form all values keep'),
    codes: z.record(word, bilingual).optional().describe('Closed set of values'),
    min: z.number().optional().describe('Smallest value'),
    max: z.number().optional().describe('Largest value'),
    example: word.optional().describe('An invented value'),
  })
  .describe('One proposed item');
export type ProposedItem = z.output<typeof proposedItem>;

const share = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('unconditional'), mode: z.array(z.string().max(20)) }),
  z.strictObject({
    type: z.literal('conditional'),
    condition: word.describe('On what condition'),
    mode: z.array(z.string().max(20)),
  }),
  z.strictObject({ type: z.literal('none'), clause: word.describe('Clause that refuses') }),
]);

const open = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('unconditional') }),
  z.strictObject({ type: z.literal('conditional'), condition: word.describe('Condition') }),
  z.strictObject({ type: z.literal('none'), clause: word.describe('Clause that refuses') }),
]);

export const proposedContract = z
  .strictObject({
    title: bilingual.describe('Name of the resource'),
    description: bilingual.describe('What it holds'),
    owner: name.describe('Unit that owns the data'),
    source: z.strictObject({ system: word.describe('Register') }).describe('Where it comes from'),
    theme: name.describe('Theme in the catalogue'),
    layer: z.enum(['raw', 'standard', 'thematic']).describe('Layer of the lake'),
    share: share.describe('Sharing type'),
    open: open.describe('Opening type'),
    cycle: z.string().max(20).describe('How often it is delivered'),
    mode: z.enum(['full', 'append', 'merge']).describe('What a delivery does'),
    key: z.array(name).max(20).optional().describe('Items that name a row'),
    unit_item: name.optional().describe('Item that holds a unit code'),
    items: z.array(proposedItem).max(2000).describe('Items in the order of the file'),
    headers: z
      .record(word, name)
      .optional()
      .describe('Headers of the file whose item has another title now'),
    ignore_headers: z.array(word).max(2000).optional().describe('Headers that are not taken'),
  })
  .describe('A proposed dataset contract');
export type ProposedContract = z.output<typeof proposedContract>;

const itemEvidence = z
  .partialRecord(
    z.enum(['type', 'semantic', 'required', 'empty', 'format', 'codes', 'pattern', 'min']),
    bilingual,
  )
  .describe('Why each line of an item is as it is');
export type ItemEvidence = z.output<typeof itemEvidence>;

export const proposal = z
  .strictObject({
    name: name.describe('Name of the dataset, the stem of its file'),
    contract: proposedContract,
    evidence: z.record(name, itemEvidence).describe('Evidence by item'),
    about: z
      .strictObject({ key: bilingual, unit_item: bilingual, rows: bilingual })
      .describe('Why key and unit are as they are, and how much was read'),
    faults: z.array(bilingual).max(2000).describe('What of the file stands in the way'),
  })
  .describe('What is proposed for a file');
export type Proposal = z.output<typeof proposal>;

const proposedColumn = z
  .strictObject({
    header: z.string().describe('Header in the file'),
    item: z.string().nullable().describe('Item it becomes; null when it is not taken'),
    type: z.string().describe('Type found'),
    semantic: z.string().nullable().describe('Meaning found'),
    share: z.number().nullable().describe('Share of valid values; null without a rule'),
    nulls: z.number().int().describe('Empty values'),
    distinct: z.number().int().describe('Different values'),
    misfits: z.number().int().describe('Values that do not fit the type'),
    seen: z.enum(['plain', 'masked']).describe('Whether the sender may see the values here'),
    examples: z.array(z.string()).describe('Some values; masked as the rows'),
  })
  .describe('What was found out about a column');
export type ProposedColumn = z.output<typeof proposedColumn>;

const foundDialect = z
  .strictObject({
    encoding: z.string().describe('Encoding; `xlsx` for a workbook'),
    delimiter: z.string().describe('Separator'),
    quote: z.string().nullable().describe('Quote'),
    escape: z.string().nullable().describe('What stands before a quote inside quotes'),
    newline: z.string().describe('Line end'),
    preambleRows: z.number().int().describe('Lines above the header'),
    headerRows: z.number().int().describe('Rows of the header'),
    footerRows: z.number().int().describe('Lines below the last row'),
    sheet: z.string().nullable().describe('Sheet of a workbook that is read'),
    sheets: z.array(z.string()).describe('All its sheets'),
    ignored: z.array(z.string()).describe('What is passed over: macros, links, other sheets'),
  })
  .describe('How the file is written, as it was found');

export const proposalInput = z
  .strictObject({
    owner: name.optional().describe('Unit the data belongs to; the one the sender delivers for'),
    dialect: dialectInput.optional().describe('How the file is to be read; the rest is found'),
  })
  .describe('What is said of a file that is to be catalogued');
export type ProposalInput = z.output<typeof proposalInput>;

export const fileProposal = z
  .strictObject({
    file: z.string().describe('Name of the file'),
    dialect: foundDialect,
    rows: z.number().int().describe('Rows of the file'),
    good: z.number().int().describe('Rows that can be read; the others come back'),
    proposal,
    columns: z.array(proposedColumn).describe('Columns in the order of the file'),
    preview: z.array(z.array(z.string().nullable())).describe('First rows, masked by grade'),
    meanings: z
      .array(z.strictObject({ name: z.string().describe('Meaning'), title: bilingual }))
      .describe('Every meaning an item may have'),
    yaml: z.string().describe('The contract as the file of a pack'),
  })
  .describe('A file, what was found in it and the contract it gets');
export type FileProposal = z.output<typeof fileProposal>;

export const proposalCheck = z
  .strictObject({
    faults: z
      .array(
        z.strictObject({
          code: z.string().describe('Code of the fault'),
          item: z.string().nullable().describe('Where: `items.name.key`'),
          message: bilingual.describe('What is wrong'),
        }),
      )
      .describe('All faults at once; empty when it can be saved'),
    yaml: z.string().describe('The contract as the file of a pack'),
  })
  .describe('What stands against a proposal');
export type ProposalCheck = z.output<typeof proposalCheck>;

export const savedProposal = z
  .strictObject({
    dataset: z.string().describe('Name of the dataset'),
    file: z.string().describe('File in the home, below `packs/`'),
    version: z.number().int().describe('Version of the local pack'),
  })
  .describe('A dataset that was put into the catalogue');
export type SavedProposal = z.output<typeof savedProposal>;
