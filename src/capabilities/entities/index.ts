/** Door of the capability `entities`. */
import type { Capability } from '#kernel/capability';

export const entities: Capability = { name: 'entities' };
