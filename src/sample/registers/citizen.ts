/**
 * The citizen of the demonstration lives in the district like anybody else: she bears the name of
 * her account, in every register alike. Invented, like everybody.
 */
import type { Home, Person } from './people.ts';

/** Account and name as `people/demo.yaml` of the district's pack has them, and where she lives. */
export const citizen = { account: 'wang', name: '王桂芳', village: '330109004223' } as const;

/** A woman of the generation that bears the name, registered here, who can be reached. */
const fits = ({ male, age, phone, home }: Person): boolean =>
  !male && age >= 62 && age <= 76 && phone !== '' && home.origin === undefined;

/** Gives the name to the first of the village whom it fits; nobody else of the village bears it. */
export function nameCitizen(village: string, homes: readonly Home[]): void {
  if (village !== citizen.village) return;
  const people = homes.flatMap((home) => home.living);
  const chosen = people.find(fits);
  if (chosen === undefined) return;
  for (const person of people) {
    if (person.name === citizen.name) person.name = `${citizen.name.slice(0, 2)}英`;
  }
  chosen.name = citizen.name;
}
