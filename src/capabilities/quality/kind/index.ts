/** What packs declare for quality. */
export { checksKind, columnsGiven, setChecksSection } from './checks.ts';
export {
  type CompiledCheck,
  compileCheck,
  countSql,
  hasRows,
  keysSql,
  keyText,
  type NamedSql,
  rowsSql,
  type SetShape,
  sourceOf,
  townsSql,
  unitsParam,
} from './compile.ts';
export { scoringKind } from './scoring.ts';
export { itemsOf, wordsOf } from './words.ts';
