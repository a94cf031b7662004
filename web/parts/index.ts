/** The door of the parts: what pages are built of. Look at all of them on /parts (demo mode). */
export {
  ActionFields,
  asksNothing,
  type Filled,
  lacksAnswer,
  nothingFilled,
} from './actionfields.tsx';
export { Mark, Reading } from './brand.tsx';
export { caseAddress, isCorrection } from './caseaddress.ts';
export { Chart } from './chart.tsx';
export {
  AccountChoice,
  DatasetChoice,
  DatasetTitle,
  MaskChoice,
  PurposeChoice,
  usePolicyTable,
  usePurposeWords,
} from './choices.tsx';
export {
  ClockBar,
  type ClockProps,
  type ClockReading,
  clockProps,
  readClock,
  useClockWords,
} from './clock.tsx';
export { DialectFields, type FoundReading } from './dialect.tsx';
export { FileDrop, type FileDropProps } from './drop.tsx';
export { ExportMenu, type FileFormat } from './export.tsx';
export { figure } from './figure.ts';
export { Filling, type FillingReport, type FillingStep, useFilling } from './filling.tsx';
export { FilterBar, FilterSelect } from './filterbar.tsx';
export { type Area, type AreaGeometry, centreOf, projection } from './geo.ts';
export { useKeys } from './keys.ts';
export { LineageGraph } from './lineage.tsx';
export {
  DistrictMap,
  type DistrictMapProps,
  GridMap,
  type GridMapProps,
  type MapArea,
  type MapPoint,
} from './map.tsx';
export {
  type Channel,
  ChannelIcon,
  type Grade,
  GradeChip,
  KeyCap,
  maskName,
  PersonName,
  type State,
  StateMark,
  StateShape,
  useChannelName,
  type View,
  ViewMark,
} from './marks.tsx';
export { ReasonCard, Timeline, type TimelineEntry } from './narrative.tsx';
export { NewPasswordFields } from './newpassword.tsx';
export { NumberCard, type NumberCardProps } from './number.tsx';
export { type Crumb, Facts, PageHeader, Panel, useTitle } from './page.tsx';
export { Photo, PhotoInput, type PhotoProps } from './photo.tsx';
export { useProof } from './proof.tsx';
export { Scene, type SceneName } from './scene.tsx';
export { lineOf, Sparkline, Trend, type TrendProps } from './sparkline.tsx';
export { EmptyState, ErrorState, Loaded, PageSkeleton } from './states.tsx';
export {
  type Column,
  DataTable,
  type DataTableProps,
  MoveKeys,
  NameAndCode,
  useMedia,
} from './table.tsx';
export { applySurface, Surface } from './theme/Surface.tsx';
export type { SurfaceName } from './theme/tokens.ts';
export { UnitChoice, UnitsChoice, useUnitTitle } from './unitchoice.tsx';
