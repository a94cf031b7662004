/** What packs may declare of the organisation. */
import type { PackKind } from '#kernel/packs';
import { boundaries } from './boundaries.ts';
import { people } from './people.ts';
import { roles } from './roles.ts';
import { units } from './units.ts';

export const organisationKinds: PackKind[] = [units, roles, people, boundaries];
