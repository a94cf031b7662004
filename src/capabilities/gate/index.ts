/** Door of the capability `gate`. */
import type { Capability } from '#kernel/capability';

export const gate: Capability = { name: 'gate' };
