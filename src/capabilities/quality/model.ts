/** The nouns of quality: families, schemes of scoring. */
import { z } from 'zod';

export const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

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

const familyRule = z.strictObject({
  title: bilingual.describe('Name on screens'),
  weight: z.number().min(0).max(100).describe('Share of the score; the six add up to 100'),
});

export const scoringFile = z
  .strictObject({
    title: bilingual.describe('Name of the scheme'),
    source: z.string().min(1).describe('Where the weights come from'),
    families: z
      .strictObject({
        normativity: familyRule.describe('规范性'),
        completeness: familyRule.describe('完整性'),
        accuracy: familyRule.describe('准确性'),
        consistency: familyRule.describe('一致性'),
        timeliness: familyRule.describe('时效性'),
        accessibility: familyRule.describe('可访问性'),
      })
      .describe('The six families and their weights'),
  })
  .describe('How checks become a score: weights of the six families')
  .meta({
    example: {
      title: { zh: '公共数据质量评分办法', en: 'Scoring of public data' },
      source: 'GB/T 36344-2018；权重由数据管理部门确定',
      families: {
        normativity: { title: { zh: '规范性', en: 'Normativity' }, weight: 15 },
        completeness: { title: { zh: '完整性', en: 'Completeness' }, weight: 20 },
        accuracy: { title: { zh: '准确性', en: 'Accuracy' }, weight: 25 },
        consistency: { title: { zh: '一致性', en: 'Consistency' }, weight: 20 },
        timeliness: { title: { zh: '时效性', en: 'Timeliness' }, weight: 15 },
        accessibility: { title: { zh: '可访问性', en: 'Accessibility' }, weight: 5 },
      },
    },
  });
export type ScoringFile = z.output<typeof scoringFile>;

export const scoring = z
  .strictObject({
    name: z.string().describe('Name of the scheme'),
    version: z.string().describe('Version: begins its digest'),
    title: bilingual.describe('Name on screens'),
    source: z.string().describe('Where the weights come from'),
    families: z
      .array(
        z.strictObject({
          family,
          title: bilingual.describe('Name on screens'),
          weight: z.number().describe('Share of the score, of 100'),
        }),
      )
      .describe('In the order of the standard'),
  })
  .describe('The scheme of scoring in force');
export type Scoring = z.output<typeof scoring>;
