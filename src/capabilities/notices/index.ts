/** Door of the capability `notices`. */
import type { Capability } from '#kernel/capability';

export const notices: Capability = { name: 'notices' };
