/** Door of the capability `rules`. */
import type { Capability } from '#kernel/capability';

export const rules: Capability = { name: 'rules' };
