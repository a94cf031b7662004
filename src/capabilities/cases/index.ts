/** Door of the capability `cases`. */
import type { Capability } from '#kernel/capability';

export const cases: Capability = { name: 'cases' };
