/** Who of a village does a public duty. */
import type { Person } from './people.ts';
import type { Village } from './village.ts';

/** A working resident of the district; undefined in a village that has none. */
export function workerOf({ random, people }: Village): Person | undefined {
  const fit = people.filter(({ age, home }) => age >= 25 && age < 58 && home.origin === undefined);
  return fit.length === 0 ? undefined : random.pick(fit);
}
