/** Door of the capability `hub`. */
import type { Capability } from '#kernel/capability';

export const hub: Capability = { name: 'hub' };
