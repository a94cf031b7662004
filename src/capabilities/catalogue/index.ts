/**
 * Door of the catalogue: contracts of resources, their checks compiled, search, history, lineage.
 */
import type { Capability } from '#kernel/capability';
import { packsApplied } from './actions/index.ts';
import { datasetsKind, librariesKind, listKinds, synonymsKind } from './kind/index.ts';
import { catalogueRoutes } from './routes.ts';

export {
  changeItems,
  contractsStood,
  datasetHistory,
  datasetLineage,
  derivedFrom,
  dueDay,
  dueOf,
  exportCatalogue,
  getDataset,
  importCatalogue,
  type Kept,
  knownDataset,
  knownDatasets,
  type Loosened,
  lastHeard,
  lateness,
  listDatasets,
  listLibraries,
  loosened,
  noteConfirmed,
  noteDelivered,
  type Regrade,
  type Stood,
  sealedFrom,
  searchDatasets,
  summaryOf,
  unsealedDataset,
} from './actions/index.ts';
export { catalogueErrors } from './errors.ts';
export {
  type CompiledContract,
  cleaned,
  compileContract,
  duckType,
  ident,
  literal,
  type Rule,
  rawColumn,
  timeSql,
  usualFormats,
  writtenAs,
} from './kind/compile/index.ts';
export {
  matches,
  type Semantic,
  type SemanticName,
  semanticNames,
  semantics,
  surnames,
} from './kind/compile/semantics/index.ts';
export { normalHeader } from './kind/index.ts';
export {
  type Contract,
  type Grade,
  highestGrade,
  type Item,
  type RowCheck,
  type SearchResult,
  type Summary,
  searchInput,
} from './model.ts';

export const catalogue: Capability = {
  name: 'catalogue',
  kinds: [datasetsKind, synonymsKind, librariesKind, ...listKinds],
  routes: catalogueRoutes,
  on: { 'packs.applied': packsApplied },
  permissions: {
    'catalogue.read': {
      zh: '查看全部数据目录（不含密封资源）',
      en: 'See the whole catalogue, sealed resources left out',
      duties: ['system', 'security', 'audit', 'business'],
    },
  },
  publishes: {
    'catalogue.contract_applied': 'A dataset contract was applied, new or changed',
  },
};
