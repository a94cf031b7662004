/** Door of the capability `catalogue`. */
import type { Capability } from '#kernel/capability';

export const catalogue: Capability = { name: 'catalogue' };
