/** Door of the capability `cockpit`. */
import type { Capability } from '#kernel/capability';

export const cockpit: Capability = { name: 'cockpit' };
