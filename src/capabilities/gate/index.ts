/** Door of the gate: grades, policies, grants; the one way to data. */
import type { Capability } from '#kernel/capability';
import { refreshHot } from './actions/index.ts';
import { policies, serveSection } from './kind.ts';
import { gateRoutes } from './routes.ts';

export {
  type CellFinding,
  discoveryOptions,
  type Finding,
  findInColumn,
  findSensitive,
  type Judged,
  type JudgeOptions,
  judgeColumn,
  maskedExample,
  type Value,
} from './actions/discovery/index.ts';
export {
  checkSql,
  columnLineage,
  type DiffOptions,
  datasetReads,
  diffRows,
  editPolicy,
  exportPolicy,
  issueGrant,
  listGrants,
  type Materialised,
  type MaterialiseInput,
  materialise,
  page,
  policyHistory,
  type ReadOneOptions,
  type ReadOptions,
  read,
  readOne,
  revokeGrant,
  rollBackPolicy,
  simulate,
  standingGrants,
  type Trace,
  traceQuery,
  type Uses,
  viewAs,
  viewOf,
  viewOfDraft,
} from './actions/index.ts';
export type * from './model.ts';

const datasetOf = (payload: unknown): string => (payload as { dataset: string }).dataset;

export const gate: Capability = {
  name: 'gate',
  kinds: [policies],
  sections: [serveSection],
  routes: gateRoutes,
  on: {
    'dataset.refreshed': (ctx, event) => refreshHot(ctx, datasetOf(event.payload)),
    'gate.hot_wanted': (ctx, event) => refreshHot(ctx, datasetOf(event.payload)),
  },
  publishes: {
    'gate.hot_wanted': 'A contract asks for a hot copy of its dataset: {dataset}',
  },
  permissions: {
    'gate.policy': { zh: '修改可见规则', en: 'Change policies', duties: ['security'] },
    'gate.read': { zh: '读取数据', en: 'Read data' },
    'gate.manage': {
      zh: '发放和收回数据授权',
      en: 'Issue and revoke grants',
      duties: ['security', 'business'],
    },
  },
};
