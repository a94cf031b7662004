/** Door of the capability `signals`. */
import type { Capability } from '#kernel/capability';

export const signals: Capability = { name: 'signals' };
