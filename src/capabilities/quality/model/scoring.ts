/** How checks become a score: data of a pack. */
import { z } from 'zod';
import { severity } from '#signals/model';
import { setCheck } from './checks.ts';
import { bilingual, family, share } from './words.ts';

const familyRule = z.strictObject({
  title: bilingual.describe('Name on screens'),
  weight: z.number().min(0).max(100).describe('Share of the score; the six add up to 100'),
});

const kindFamilies = z
  .strictObject({
    unique: family,
    reference: family,
    complete: family,
    holds: family,
    volume: family,
    drift: family,
    fresh: family,
    available: family,
  })
  .describe('Family each kind of check counts for');

const rowFamilies = z
  .strictObject({
    required: family,
    type: family,
    pattern: family,
    codes: family,
    semantic: family,
    min: family,
    max: family,
    check: family.describe('Checks of rows with a name'),
  })
  .describe('Family each rule of a delivery counts for');

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
    kinds: kindFamilies,
    row_rules: rowFamilies,
    everywhere: z.record(z.string(), setCheck).default({}).describe('Checks every dataset has'),
    history: z
      .strictObject({
        source: z.string().min(1).describe('Where the bounds come from'),
        last: z.number().int().min(2).max(60).describe('Snapshots compared with'),
        least: z.number().int().min(2).describe('With fewer nothing is judged'),
        limit: z.number().positive().describe('Most robust deviations from the median'),
        band: share.describe('Share of the median that is always allowed'),
        psi: z.number().positive().describe('Largest population stability index'),
      })
      .describe('Bounds of the checks against own history where they name none'),
    signals: z
      .strictObject({
        severity: severity.describe('How much a failed check matters'),
        opens: z.string().min(1).optional().describe('Case type opened'),
        confirm: z.enum(['auto', 'person']).describe('Whether a person looks before it opens'),
      })
      .describe('What a failed check becomes'),
    own_records: z
      .strictObject({
        opens: z.string().min(1).describe('Case type opened at the owner of the data'),
        tells: z.string().min(1).describe('Notice template by which the person hears of it'),
      })
      .optional()
      .describe('What becomes of it when a person says that a record about himself is wrong'),
    ranking: z
      .strictObject({
        title: bilingual.describe('Name of the ranking'),
        unit: z.string().min(1).describe('Who publishes it'),
        notes: z.array(bilingual).describe('Notes below the tables'),
        least: share.describe('Share of the weights that must be judged to be ranked'),
      })
      .describe('晾晒榜'),
  })
  .describe('How checks become a score: weights of the six families, and what a fault becomes')
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
