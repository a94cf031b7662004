/** The nouns of rules: definitions, runs, findings. */
import { z } from 'zod';
import { readResult, readSnapshot } from '#gate/model';
import { severity, sourceScore } from '#signals/model';

const bilingual = z.strictObject({
  zh: z.string().min(1).describe('Chinese'),
  en: z.string().min(1).describe('English'),
});

export const definition = z
  .strictObject({
    title: bilingual.describe('Name on screens'),
    says: bilingual.describe('What a signal says; `{column}` stands for a column of the SQL'),
    legal_basis: z.string().min(1).describe('Law or rule it rests on'),
    severity: severity.describe('How much it matters'),
    source: z.string().min(1).describe('Where the facts come from'),
    subject_kind: z
      .string()
      .regex(/^[a-z][a-z_]*$/)
      .describe('What it finds: `component`, `firm` ...'),
    mends: z.string().min(1).optional().describe('Dataset that has to be mended'),
    owner: z
      .union([
        z.strictObject({ dataset: z.string().min(1).describe('The owner of this dataset') }),
        z.strictObject({ unit: z.string().min(1).describe('Code of a unit') }),
        z.strictObject({ column: z.string().min(1).describe('Column with the code of a unit') }),
      ])
      .describe('Who has to act'),
    opens: z.string().min(1).optional().describe('Case type opened when it is confirmed'),
    confirm: z.enum(['auto', 'person']).describe('Whether a person looks before the case opens'),
    mode: z
      .enum(['active', 'trial'])
      .default('active')
      .describe('trial: finds and counts, but raises nothing'),
    columns: z.record(z.string(), bilingual).optional().describe('Titles of evidence columns'),
  })
  .describe('The leading comment of a rule file; the SQL follows: subject, unit, evidence')
  .meta({
    example: {
      title: { zh: '属主不一致', en: 'Owner disagrees' },
      says: { zh: '{subject} 的属主不对', en: 'The owner of {subject} is wrong' },
      legal_basis: '一数一源',
      severity: 'warn',
      source: '核查结果',
      subject_kind: 'component',
      owner: { dataset: 'components' },
      confirm: 'person',
    },
  });
export type Definition = z.output<typeof definition>;

export const run = z
  .strictObject({
    at: z.iso.datetime().describe('When it ran, UTC'),
    version: z.string().describe('Version of the rule'),
    subjects: z.number().int().nullable().describe('What it found; null when it failed'),
    raised: z.number().int().describe('New signals'),
    changed: z.number().int().describe('Signals seen again with other evidence'),
    cleared: z.number().int().describe('Signals that are over'),
    failed: z.string().nullable().describe('Code of the failure'),
    snapshots: z.array(readSnapshot).describe('Snapshots it read'),
  })
  .describe('One run of a rule');
export type Run = z.infer<typeof run>;

export const ruleView = z
  .strictObject({
    rule: z.string().describe('Name'),
    file: z.string().describe('`pack/rules/name`'),
    version: z.string().describe('Version of the rule'),
    title: bilingual,
    says: bilingual.describe('What a signal says; `{column}` stands for a column'),
    legalBasis: z.string().describe('Law or rule it rests on'),
    source: z.string().describe('Where the facts come from'),
    severity,
    subjectKind: z.string().describe('What it finds'),
    opens: z.string().nullable().describe('Case type it opens'),
    confirm: z.enum(['auto', 'person']).describe('Whether a person looks first'),
    mode: z.enum(['active', 'trial']).describe('trial raises nothing'),
    reads: z.array(z.string()).describe('Datasets it reads'),
    sql: z.string().describe('The rule, as it runs'),
    subjects: z.number().int().describe('What it finds now'),
    owner: z
      .strictObject({ code: z.string(), name: z.string() })
      .nullable()
      .describe('Who has to act; null where that differs from thing to thing'),
    mends: z.string().nullable().describe('Dataset that has to be mended'),
    score: sourceScore.describe('What came of its signals'),
    last: run.nullable().describe('The last run'),
  })
  .describe('A rule in force');
export type RuleView = z.infer<typeof ruleView>;

export const findings = readResult.extend({
  more: z.boolean().describe('True when there are rows after this page'),
});
export type Findings = z.infer<typeof findings>;

export const backtest = z
  .strictObject({
    asOf: z.iso.datetime().describe('The moment it was tried on, UTC'),
    subjects: z.number().int().describe('What it would have found'),
    truncated: z.boolean().describe('True when it would have found more than the limit'),
    fresh: z.number().int().describe('Of these, not found now'),
    gone: z.number().int().describe('Found now, but not then'),
    snapshots: z.array(readSnapshot).describe('Snapshots it read'),
    rows: readResult.describe('The first of them, as the asker may see them'),
  })
  .describe('A rule tried on old snapshots; nothing is raised');
export type Backtest = z.infer<typeof backtest>;
