/** What packs declare: checks of whole sets, and checks with a name that many sets use. */
import { z } from 'zod';
import { severity } from '#signals/model';
import { bilingual, family, share } from './words.ts';

const itemName = z.string().regex(/^[a-z][a-z0-9_]*$/);
const someItems = z.array(itemName).min(1);

/** What every check may say beside its kind. */
const common = {
  title: bilingual.optional().describe('Name on screens; made of kind and items when absent'),
  expected: bilingual.optional().describe('What is expected, as told to the department'),
  item: itemName.optional().describe('Item the fault is shown at'),
  where: z.string().min(1).optional().describe('SQL boolean: only these rows are checked'),
  family: family.optional().describe('Family it counts for; the one of its kind when absent'),
  weight: z.number().positive().default(1).describe('Weight within its family'),
  tolerance: share.default(0).describe('Share of the rows that may fail before a signal is raised'),
  severity: severity.optional().describe('How much it matters; the one of the scheme when absent'),
  raises: z.boolean().default(true).describe('Whether a signal is raised above the tolerance'),
  source: z.string().min(1).optional().describe('Law, standard or agreement it rests on'),
};

const target = z
  .union([
    z.strictObject({
      dataset: z.string().min(1).describe('Dataset that holds them'),
      items: someItems.describe('Its items, in the same order'),
    }),
    z.strictObject({
      units: z
        .enum(['any', 'town', 'village', 'grid', 'department'])
        .describe('Units of the organisation of this level; any: of whatever level'),
    }),
  ])
  .describe('Where the values have to stand');

const history = {
  last: z.number().int().min(2).max(60).optional().describe('Snapshots compared with'),
  least: z.number().int().min(2).optional().describe('With fewer nothing is judged'),
};

export const setCheck = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('unique').describe('唯一：no two rows with the same values'),
      items: someItems.describe('Items whose values together stand once only'),
      also: z
        .array(z.strictObject({ dataset: z.string().min(1), items: someItems }))
        .optional()
        .describe('Other datasets in which the same values must not stand'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('reference').describe('引用：the values stand in another place'),
      items: someItems.describe('Items that refer; rows without a value are not checked'),
      to: target,
      ...common,
    }),
    z.strictObject({
      kind: z.literal('complete').describe('完整：rows in which all these items have a value'),
      items: someItems.describe('Items that should have a value'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('holds').describe('条件：rows of which this is true'),
      sql: z.string().min(1).describe('SQL boolean over the items of a row; null is good'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('named').describe('公用规则：a check of the folder checks'),
      check: z.string().min(1).describe('Its name'),
      with: z
        .record(z.string(), itemName)
        .default({})
        .describe('Columns it asks for, and the item that stands for each'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('volume').describe('数据量：rows of the snapshot beside those before'),
      counts: z
        .enum(['rows', 'new'])
        .default('rows')
        .describe('rows that stand, or rows each delivery brought that were not there before'),
      ...history,
      limit: z.number().positive().optional().describe('Most robust deviations from the median'),
      band: share.optional().describe('Share of the median that is always allowed'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('drift').describe('分布：values of an item beside those before'),
      of: itemName.describe('Item whose values are compared'),
      ...history,
      psi: z.number().positive().optional().describe('Largest population stability index'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('fresh').describe('时效：delivered within the cycle and its grace'),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('available').describe('可访问：the snapshot opens and has its rows'),
      ...common,
    }),
  ])
  .describe('A check of the whole set, run after a delivery');
export type SetCheck = z.output<typeof setCheck>;
export type CheckKind = SetCheck['kind'];

export const checkKinds = setCheck.options.map((one) => one.shape.kind.value);

export const setChecks = z
  .record(itemName, setCheck)
  .describe('Checks of the whole set, by name; rows stay where they are, faults become signals')
  .meta({
    example: {
      one_person_once: { kind: 'unique', items: ['person_id'] },
      firm_known: {
        kind: 'reference',
        items: ['uscc'],
        to: { dataset: 'firms', items: ['uscc'] },
        tolerance: 0.01,
      },
    },
  });

export const namedCheck = z
  .strictObject({
    title: bilingual.describe('Name on screens'),
    expected: bilingual.describe('What is expected, as told to the department'),
    family: family.describe('Family it counts for'),
    source: z.string().min(1).describe('Law, standard or agreement it rests on'),
    columns: z
      .record(itemName, z.string().min(1))
      .describe('Columns of `checked` the SQL reads, and what each holds'),
  })
  .describe(
    'The leading comment of a check that many datasets use. The SQL reads the relation `checked` ' +
      '(its columns and `row_key`) and gives `row_key` of every faulty row; `expected` may say ' +
      'what stands for this row, from items of L2 at most',
  )
  .meta({
    example: {
      title: { zh: '人员健在', en: 'The person is alive' },
      expected: { zh: '人员没有死亡登记', en: 'No death is registered' },
      family: 'accuracy',
      source: '示例',
      columns: { person_id: '公民身份号码' },
    },
  });
export type NamedCheck = z.output<typeof namedCheck>;
