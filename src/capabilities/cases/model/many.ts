/** The same action on many cases. */
import { z } from 'zod';
import { text } from './type.ts';

export const actMany = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          case: z.string().min(1).max(60).describe('Id or number of the case'),
          task: z.number().int().optional().describe('Task it is done in'),
          version: z.number().int().optional().describe('Version the person saw'),
        }),
      )
      .min(1)
      .max(200)
      .refine((items) => new Set(items.map((one) => one.case)).size === items.length, {
        error: 'a case stands there twice',
      })
      .describe('Cases, each once'),
    action: z.string().min(1).describe('Action'),
    data: z.record(z.string(), z.unknown()).default({}).describe('The form, the same for all'),
    reason: z.string().max(1000).optional().describe('Why, the same for all'),
  })
  .describe('One action on many cases');
export type ActManyInput = z.infer<typeof actMany>;

export const manyResult = z.strictObject({
  case: z.string().describe('As it was named'),
  number: z.string().nullable().describe('Its number, where it was done'),
  done: z.boolean().describe('Whether it was done'),
  step: z.string().nullable().describe('Where it stands now'),
  error: z
    .strictObject({ code: z.string().describe('Code of the refusal'), text })
    .nullable()
    .describe('Why not'),
});
export type ManyResult = z.infer<typeof manyResult>;
