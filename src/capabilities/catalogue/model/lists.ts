/** Code tables, providers and the three lists: what a catalogue keeps beside its resources. */
import { z } from 'zod';
import { bilingual } from './words.ts';

/** A code table of the standards, e.g. classes of resources. */
export const codesFile = z
  .strictObject({
    title: bilingual.describe('What the codes are of'),
    source: z.string().min(1).describe('Standard or document the codes stand in'),
    codes: z.record(z.string().min(1), bilingual).describe('Every code with its words; closed'),
  })
  .describe('A closed code table')
  .meta({
    example: {
      title: { zh: '资源分类·类', en: 'Classes of resources' },
      source: '政务信息资源目录编制指南（试行）2017',
      codes: { '1': { zh: '基础信息资源', en: 'Base resources' } },
    },
  });
export type CodesFile = z.output<typeof codesFile>;

const text = z.string().default('');
const unit = z.string().min(1).describe('Code of the unit');
const day = z.union([z.literal(''), z.iso.date()]).default('');

export const providerKinds = [
  'party',
  'congress',
  'government',
  'cppcc',
  'supervision',
  'court',
  'procuratorate',
  'mass_organisation',
  'institution',
  'utility',
] as const;

/** A provider of data (信息资源提供方). */
export const provider = z
  .strictObject({
    unit,
    uscc: z
      .string()
      .describe('Provider code (提供方代码): unified social credit code, 18 characters'),
    kind: z.enum(providerKinds).describe('Kind of body'),
    contact_zh: text.describe('Role to turn to, never a person'),
    contact_en: text.describe('The same in English'),
    source: z.string().min(1).describe('Where the code comes from'),
  })
  .describe('A provider of data');
export type Provider = z.output<typeof provider>;

export const demandStates = [
  'proposed',
  'reviewed',
  'claimed',
  'to_catalogue',
  'collecting',
  'delivered',
  'rated',
  'unavailable',
] as const;

/** A line of the data demand list (需求清单). */
export const demand = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Z0-9-]{1,30}$/)
      .describe('Number of the demand'),
    applicant: unit.describe('Unit that needs it'),
    scenario: z.string().min(1).describe('What it is needed for'),
    basis: z.string().min(1).describe('Law or duty it rests on'),
    wanted: z.string().min(1).describe('Data that is wanted'),
    dataset: text.describe('Resource that answers it, once there is one'),
    provider: text.describe('Unit that should answer it'),
    cycle: text.describe('How often it is needed'),
    mode: text.describe('How it is needed'),
    quality: text.describe('Quality that is needed'),
    deadline: day.describe('Until when'),
    state: z.enum(demandStates).describe('How far it is'),
    note: text.describe('Why it cannot be had, or anything else'),
  })
  .describe('A demand for data');
export type Demand = z.output<typeof demand>;

/** A line of the collection duty list (责任清单). */
export const duty = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Z0-9-]{1,30}$/)
      .describe('Number of the duty'),
    unit: unit.describe('Unit that has to deliver'),
    title: z.string().min(1).describe('Data that is to be delivered'),
    dataset: text.describe('Resource it is delivered to, once there is one'),
    deadline: day.describe('First delivery until when'),
    quality: text.describe('Quality promised'),
    role: z.string().min(1).describe('Role in the unit that answers for it, never a person'),
    basis: z.string().min(1).describe('Where the duty comes from'),
  })
  .describe('A duty to deliver data');
export type Duty = z.output<typeof duty>;

/** A line of the negative list (负面清单): a refusal that somebody approved, until a day. */
export const negative = z
  .strictObject({
    dataset: z.string().min(1).describe('Resource'),
    item: text.describe('Item; empty for the whole resource'),
    reason: z.string().min(1).describe('Why it is not shared'),
    clause: z.string().min(1).describe('Clause of law relied on'),
    approver: z.string().min(1).describe('Body that approved it'),
    approved_on: z.iso.date().describe('Day of approval'),
    review_on: z.iso.date().describe('Day it expires unless renewed'),
  })
  .describe('A refusal to share');
export type Negative = z.output<typeof negative>;

const unitNamed = { code: z.string(), name: z.string() };
const unitShown = z.strictObject(unitNamed).describe('A unit with its name');
const resourceShown = z
  .strictObject({ name: z.string(), title: bilingual })
  .nullable()
  .describe('The resource, for those who may know of it');

export const demandLine = z.strictObject({
  ...demand.shape,
  applicantUnit: unitShown,
  providerUnit: unitShown.nullable(),
  resource: resourceShown,
  late: z.boolean().describe('Past its deadline and not delivered'),
});
export const dutyLine = z.strictObject({
  ...duty.shape,
  responsible: unitShown,
  resource: resourceShown,
  state: z
    .enum(['no_resource', 'waiting', 'overdue', 'late', 'kept'])
    .describe('No resource yet; none delivered; past its deadline; past its cycle; kept'),
  asOf: z.iso.datetime().nullable().describe('Last delivery, UTC'),
});
export const negativeLine = z.strictObject({
  resource: z.strictObject({ name: z.string(), title: bilingual }),
  item: z.strictObject({ name: z.string(), title: bilingual }).nullable(),
  owner: unitShown,
  clause: z.string().describe('Clause the contract cites'),
  reason: z.string().nullable().describe('Why, as approved'),
  approver: z.string().nullable(),
  approvedOn: z.string().nullable(),
  reviewOn: z.string().nullable(),
  state: z
    .enum(['approved', 'expired', 'unapproved'])
    .describe('Approved; its review day has passed; refused by the contract but never approved'),
});
export const overdueLine = z.strictObject({
  name: z.string().describe('Resource'),
  title: bilingual,
  owner: unitShown,
  cycle: z.string().describe('Delivery cycle'),
  asOf: z.iso.datetime().nullable().describe('Last delivery, UTC; null when there was none'),
  due: z.iso.date().nullable().describe('Day the next delivery is due; null when none is'),
  days: z.number().int().describe('Days past the due day; 0 when none was ever delivered'),
});
export const lists = z
  .strictObject({
    demands: z.array(demandLine),
    duties: z.array(dutyLine),
    negatives: z.array(negativeLine),
    overdue: z.array(overdueLine),
  })
  .describe('The three lists and what is overdue, of what the viewer may know');
export type Lists = z.output<typeof lists>;
export type DutyLine = z.output<typeof dutyLine>;
export type NegativeLine = z.output<typeof negativeLine>;
export type OverdueLine = z.output<typeof overdueLine>;
export type DemandLine = z.output<typeof demandLine>;

export const change = z
  .strictObject({
    path: z.string().describe('What changed, e.g. items.keeper.grade'),
    before: z.string().nullable().describe('What stood there; null when new'),
    after: z.string().nullable().describe('What stands there now; null when gone'),
  })
  .describe('One change between two versions of a contract');
export type Change = z.output<typeof change>;

export const importResult = z
  .strictObject({
    resources: z.number().int().describe('Resources in the workbook'),
    faults: z
      .array(
        z.strictObject({
          cell: z.string().describe('Sheet and cell, `信息项!C5`'),
          code: z.string().describe('Code of the error'),
          message: bilingual,
        }),
      )
      .describe('Every fault; nothing is applied while there is one'),
    changes: z
      .array(
        z.strictObject({
          name: z.string().describe('Resource'),
          title: z.string().describe('Its name'),
          change: z.enum(['add', 'change']).describe('New, or changed'),
          changes: z.array(change).describe('What changes; empty for a new one'),
        }),
      )
      .describe('What applying changes; resources left out stay as they are'),
    applied: z
      .array(z.strictObject({ pack: z.string(), version: z.number().int() }))
      .describe('New versions of packs; empty in a dry run'),
  })
  .describe('What a workbook changes');
export type ImportResult = z.output<typeof importResult>;
