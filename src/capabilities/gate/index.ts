/** Door of the gate: grades, policies, grants; the one way to data. */
import type { Capability } from '#kernel/capability';

export type * from './model.ts';
export { type ReadOptions, read, readOne, viewOf } from './read.ts';

export const gate: Capability = { name: 'gate' };
