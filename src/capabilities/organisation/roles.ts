/** What makes a set of roles impossible for one person. */
import type { Role } from './model.ts';

type Exclusive = Pick<Role, 'name' | 'title' | 'exclusiveWith'>;

/** The first two of `held` that exclude one another, by their titles; the order of `held` does not matter. */
export function exclusionAmong(
  held: readonly string[],
  known: readonly Exclusive[],
): { role: string; other: string } | undefined {
  const roles = known.filter((role) => held.includes(role.name));
  for (const role of roles) {
    const other = roles.find(
      (one) => role.exclusiveWith.includes(one.name) || one.exclusiveWith.includes(role.name),
    );
    if (other) return { role: role.title.zh, other: other.title.zh };
  }
  return undefined;
}
