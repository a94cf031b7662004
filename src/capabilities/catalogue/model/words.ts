/** A text in both languages, as every noun of the catalogue has it. */
import { z } from 'zod';

export const bilingual = z
  .strictObject({
    zh: z.string().min(1).describe('Chinese'),
    en: z.string().min(1).describe('English'),
  })
  .describe('A text in both languages');
