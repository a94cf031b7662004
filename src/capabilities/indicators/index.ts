/** Door of the capability `indicators`. */
import type { Capability } from '#kernel/capability';

export const indicators: Capability = { name: 'indicators' };
