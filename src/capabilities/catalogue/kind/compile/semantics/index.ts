/**
 * The one registry of meanings an item may have: words, standard, row check, and how a column of a
 * file is recognised. Its order is the strength of the evidence: check digits before shapes, shapes
 * before headers.
 */
import type { Bilingual } from '#kernel/errors';
import { rawColumn } from '../sql.ts';
import { bodies } from './bodies.ts';
import type { RuledItem, Semantic } from './entry.ts';
import { people } from './people.ts';
import { places } from './places.ts';
import { reach } from './reach.ts';
import { values } from './values.ts';

export { matches, type Recognised, type Semantic } from './entry.ts';
export { surnames } from './surnames.ts';

const {
  citizen_id,
  citizen_id_old,
  bank_card,
  plate,
  passport,
  travel_permit,
  person_name,
  birth_date,
} = people;
const { uscc, organisation_code, unit_code, organisation_name } = bodies;

const registry = {
  citizen_id,
  uscc,
  plate,
  ...places,
  citizen_id_old,
  bank_card,
  organisation_code,
  unit_code,
  ...reach,
  passport,
  travel_permit,
  birth_date,
  person_name,
  organisation_name,
  ...values,
};

export type SemanticName = keyof typeof registry;

/** Every meaning by name, strongest evidence first. */
export const semantics: Record<SemanticName, Semantic> = registry;

export const semanticNames = Object.keys(registry) as [SemanticName, ...SemanticName[]];

/** The rule of an item's meaning; null when the meaning has none. `today` is a date, ISO. */
export const semanticRule = (
  item: RuledItem & { semantic?: SemanticName | undefined },
  today: string,
): { good: string; expected: Bilingual } | null => {
  const rule = item.semantic === undefined ? undefined : semantics[item.semantic].rule;
  if (rule === undefined) return null;
  return { good: rule.good(rawColumn(item.name), item, today), expected: rule.expected };
};
