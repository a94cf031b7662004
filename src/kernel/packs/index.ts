/**
 * Door of the packs: declared applications, read, checked, planned, applied, reverted, exported.
 */
export {
  type AppliedPacks,
  type ApplyInput,
  appliedFiles,
  applyFile,
  applyPacks,
  applyPermission,
  exportPack,
  type PackChange,
  type PackPlan,
  planPacks,
  revertPack,
  writePack,
} from './apply.ts';
export { type CheckedPacks, checkPacks, limitsOf, type PackInput, readPacks } from './check.ts';
export { type CsvTable, parseCsv } from './csv.ts';
export { packErrors } from './errors.ts';
export type { PackFile, PackIndex, PackKind, PackSection } from './kind.ts';
export { manifestSchema, type PackManifest, platformVersion } from './manifest.ts';
export { checkFile, declaredNow, setDeclared } from './one.ts';
export type { PackReference } from './references.ts';
export { declaredBy, registryOf } from './registry.ts';
export {
  type Declared,
  manifestKind,
  type PackLimits,
  type PackSource,
  placeOf,
} from './source.ts';
export { appliedSources, type PackVersion, packVersions, usersOf } from './store.ts';
