/** What packs declare for quality. */
export { checksKind, columnsGiven, setChecksSection } from './checks.ts';
export {
  type CompiledCheck,
  compileCheck,
  foundSql,
  hasRows,
  keysSql,
  keyText,
  type NamedSql,
  type SetShape,
  scanPart,
  sourceOf,
  togetherSql,
  unitsParam,
} from './compile.ts';
export { scoringKind } from './scoring.ts';
export { datasetOf, itemsOf, wordsOf } from './words.ts';
