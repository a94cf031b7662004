/**
 * Elements of the national guide (政务信息资源目录编制指南) and of DB33/T 2426-2022 that are not
 * what a delivery needs but what a catalogue owes. Codes of open lists are checked against the code
 * tables of the packs.
 */
import { z } from 'zod';
import { bilingual } from './words.ts';

/** 类 1 digit, 项 2, 目 3, 细目 of any length; as the guide has it. */
export const classCode = z
  .string()
  .regex(/^[123]\d{2}\d{3}[0-9A-Z]*$/)
  .describe('Class of the resource (信息资源分类): 类, 项, 目, 细目');

/** Code of a resource: class code, a stroke, running number. */
export const resourceCode = z
  .string()
  .regex(/^[123]\d{2}\d{3}[0-9A-Z]*\/\d{1,12}$/)
  .describe('Code of a resource (信息资源代码): class code / running number');

export const formats = [
  'file',
  'spreadsheet',
  'database',
  'image',
  'stream',
  'self_describing',
  'service',
] as const;
export const scopes = ['province', 'city', 'county'] as const;
export const collections = ['table', 'api', 'file'] as const;
const day = z.iso.date();

/** What a contract says for the catalogue. */
export const catalogued = z
  .strictObject({
    class: classCode,
    code: resourceCode
      .optional()
      .describe('Code it has already; without one the platform gives the next of its class'),
    format: z.enum(formats).describe('Form it is held in (信息资源格式)'),
    domain: z.string().min(1).optional().describe('Field of data (数据领域)'),
    scope: z.enum(scopes).optional().describe('Area it covers (数据范围)'),
    collection: z.enum(collections).optional().describe('How it is collected (归集方式)'),
    duty: z
      .string()
      .min(1)
      .optional()
      .describe('Statutory matter it comes from (权责事项): code or name'),
    basis: z.string().min(1).optional().describe('Legal basis of holding it'),
    contact: bilingual.optional().describe('Role to turn to, never a person (联系岗位)'),
    verifiers: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Units that verify it (多元校核), by code; the owner stays the only source'),
    related: z.array(z.string().min(1)).min(1).optional().describe('Related resources, by name'),
    published_on: day.optional().describe('Day it was published; the first version when absent'),
    period: z
      .strictObject({
        from: day.describe('First day covered'),
        to: day.optional().describe('Last day covered; absent while it goes on'),
      })
      .optional()
      .describe('Time the data covers (数据时段)'),
  })
  .describe('Elements of the catalogue (目录要素)')
  .meta({ example: { class: '306010', format: 'database', scope: 'county' } });
export type Catalogued = z.output<typeof catalogued>;

/** `a..n`, `n8`, `an..100`, `n..12,2`, `d8`: letters, digits, both, dates, date and time, bits. */
export const notation = z
  .string()
  .regex(/^(a|n|an|d|dt|b)(\.\.)?(\d+)(,(\d+))?$/)
  .describe('Form of the values (数据格式), e.g. `an18`, `a..100`, `n..12,2`, `d8`');

/** What an item says as a data element; name, type, grade, unit and values stand in the item. */
export const element = z
  .strictObject({
    identifier: z
      .string()
      .regex(/^[A-Z0-9._-]{1,40}$/)
      .optional()
      .describe('Identifier (标识符) in a register of data elements'),
    format: notation.optional(),
    object: z.string().min(1).optional().describe('Object class word (对象类词)'),
    representation: z.string().min(1).optional().describe('Representation word (表示词)'),
    relation: z.string().min(1).optional().describe('Relation to other elements (关系)'),
    source_unit: z.string().min(1).optional().describe('Unit it comes from (来源机构), by code'),
    application: z.string().min(1).optional().describe('Application it belongs to (所属应用)'),
    note: z.string().min(1).optional().describe('Note (备注)'),
    version: z.string().min(1).optional().describe('Version of the element (版本)'),
    published_on: day.optional().describe('Day of publication (发布日期)'),
  })
  .describe('The item as a data element (数据元), DB33/T 2426-2022')
  .meta({ example: { format: 'an18', object: '自然人', representation: '号码' } });
export type Element = z.output<typeof element>;

const reason = z.string().min(1);

/** An item that is shared less than its resource; a refusal cites its clause. */
export const itemShare = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('conditional'),
      condition: reason.describe('On what condition'),
    }),
    z.strictObject({
      type: z.literal('none'),
      clause: reason.describe('Clause of law that refuses sharing'),
    }),
  ])
  .describe('Sharing of this item, less than that of its resource');
export const itemOpen = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('conditional'),
      condition: reason.describe('On what condition'),
    }),
    z.strictObject({
      type: z.literal('none'),
      clause: reason.describe('Clause of law that refuses opening'),
    }),
  ])
  .describe('Opening of this item, less than that of its resource');

/** One element of a resource or item, and whether it is there. */
export const elementGiven = z.strictObject({
  number: z.string().describe('Number in the standard; empty for additions of the province'),
  title: bilingual,
  required: z.boolean().describe('Asked of every resource'),
  value: bilingual.nullable().describe('What stands there; null when nothing does'),
});
export const elements = z
  .strictObject({
    resource: z.array(elementGiven).describe('Elements of the resource'),
    missing: z.array(bilingual).describe('Required elements that are not there'),
    items: z
      .array(
        z.strictObject({
          name: z.string().describe('Item'),
          basic: z.number().int().describe('Basic attributes that are there, of seven'),
          extended: z.number().int().describe('Extended attributes that are there, of ten'),
          missing: z.array(bilingual).describe('Attributes that are not there'),
        }),
      )
      .describe('How complete each item is'),
  })
  .describe('Elements of the standards, each with what stands there');
export type Elements = z.output<typeof elements>;
