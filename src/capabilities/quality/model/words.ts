/** What every noun of quality is made of. */
import { z } from 'zod';

export const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});
export type Bilingual = z.output<typeof bilingual>;

/** The six families of GB/T 36344-2018, in the order of the standard. */
export const families = [
  'normativity',
  'completeness',
  'accuracy',
  'consistency',
  'timeliness',
  'accessibility',
] as const;

export const family = z.enum(families).describe('Family of GB/T 36344-2018');
export type Family = z.output<typeof family>;

export const share = z.number().min(0).max(1);
