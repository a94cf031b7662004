/** Door of the capability `organisation`. */
import type { Capability } from '#kernel/capability';

export const organisation: Capability = { name: 'organisation' };
