/** What is true of the registers, for whoever scores what the platform found. */
import { z } from 'zod';
import { dirtyRow } from '../dirt.ts';

/** Ways in which a register disagrees with the truth, with no row being faulty by itself. */
export const disagreements = [
  'misspelt',
  'misspelt_address',
  'moved',
  'old_id',
  'expired',
  'dead_unreported',
  'duplicate',
  'wrong_code',
] as const;

export interface Disagreement {
  register: string;
  /** Key of the row. */
  key: string;
  kind: (typeof disagreements)[number];
  /** Citizen id or credit code of whom the row is about. */
  subject: string;
  /** What is true. */
  truth: string;
}

export const planted = z.discriminatedUnion('story', [
  z.strictObject({
    story: z.literal('dead_drawing_aid'),
    register: z.string(),
    key: z.string(),
    person_id: z.string(),
    died_on: z.string(),
  }),
  z.strictObject({
    story: z.literal('beneficiary_owns_firm'),
    register: z.string(),
    key: z.string(),
    person_id: z.string(),
    uscc: z.string(),
  }),
  z.strictObject({
    story: z.literal('double_allowance'),
    register: z.string(),
    key: z.string(),
    person_id: z.string(),
    other: z.string().describe('Key of the first row'),
  }),
  z.strictObject({
    story: z.literal('wrong_credit_code'),
    register: z.string(),
    key: z.string(),
    uscc: z.string().describe('As the row says'),
    real: z.string(),
  }),
]);
export type Planted = z.output<typeof planted>;

export const registersTruth = z.strictObject({
  seed: z.string(),
  now: z.iso.datetime(),
  people: z.int().describe('Alive'),
  homes: z.int(),
  firms: z.int(),
  dead: z.int().describe('Died in the last three years'),
  planted: z.array(planted),
  disagreements: z.record(z.enum(disagreements), z.int()),
  deliveries: z.array(
    z.strictObject({
      dataset: z.string(),
      file: z.string(),
      rows: z.int(),
      dirty: z.array(dirtyRow),
    }),
  ),
});
export type RegistersTruth = z.output<typeof registersTruth>;
