/** Door of the packs: declared applications, read, checked, planned, applied, reverted, exported. */
export type { PackFile, PackIndex, PackKind, PackSection } from './kind.ts';
