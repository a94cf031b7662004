/** Door of the capability `ingest`. */
import type { Capability } from '#kernel/capability';

export const ingest: Capability = { name: 'ingest' };
