/** Door of the gate: grades, policies, grants; the one way to data. */
import type { Capability } from '#kernel/capability';
import {
  discoverJob,
  driftJob,
  lookForDrift,
  runDiscovery,
  wantDrift,
} from './actions/discovery/index.ts';
import { markJob, markPersons, refreshHot, wantMarks } from './actions/index.ts';
import { gradesOfSet, policies, serveSection } from './kind.ts';
import { gateRoutes } from './routes.ts';

export {
  type CellFinding,
  cancelDiscovery,
  cutWords,
  decideGrades,
  discoveryOptions,
  type Example,
  examplesOf,
  type Finding,
  findInColumn,
  findSensitive,
  gradesOverview,
  isHistoric,
  type Judged,
  type JudgeOptions,
  judgeColumn,
  listGrades,
  lookAt,
  maskedExample,
  startDiscovery,
  submitGrades,
  type Value,
} from './actions/discovery/index.ts';
export {
  blockCtes,
  blockFactor,
  checkSql,
  columnLineage,
  compileView,
  type DiffOptions,
  datasetReads,
  diffRows,
  editPolicy,
  exportPolicy,
  figuresLeast,
  grantFound,
  issueGrant,
  listGrants,
  looksAtMe,
  type Materialised,
  type MaterialiseInput,
  materialise,
  type OwnRecords,
  ownPurpose,
  ownRecords,
  page,
  policyHistory,
  policyLines,
  previewGrant,
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
  sections: [serveSection, gradesOfSet],
  routes: gateRoutes,
  on: {
    'dataset.refreshed': async (ctx, event) => {
      await wantDrift(ctx, datasetOf(event.payload));
      await wantMarks(ctx, datasetOf(event.payload));
      await refreshHot(ctx, datasetOf(event.payload));
    },
    'gate.hot_wanted': (ctx, event) => refreshHot(ctx, datasetOf(event.payload)),
  },
  jobs: { [discoverJob]: runDiscovery, [driftJob]: lookForDrift, [markJob]: markPersons },
  publishes: {
    'gate.discovery_done': 'Discovery has looked at all it was asked for: {run, found}',
    'gate.hot_wanted': 'A contract asks for a hot copy of its dataset: {dataset}',
  },
  permissions: {
    'gate.policy': { zh: '修改可见规则', en: 'Change policies', duties: ['security'] },
    'gate.grades': {
      zh: '查看分类分级',
      en: 'See types and grades of items',
      duties: ['security', 'business'],
    },
    'gate.discover': {
      zh: '识别敏感数据，提出分类分级',
      en: 'Look for sensitive data, put grades forward',
    },
    'gate.confirm_grades': {
      zh: '确认分类分级',
      en: 'Confirm types and grades',
      duties: ['security'],
    },
    'gate.read': { zh: '读取数据', en: 'Read data' },
    'gate.grants': {
      zh: '查看和收回本单位数据的授权',
      en: 'See and revoke grants on data of my unit',
    },
    'gate.manage': {
      zh: '发放和收回数据授权',
      en: 'Issue and revoke grants',
      duties: ['security', 'business'],
    },
  },
};
