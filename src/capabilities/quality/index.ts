/** Door of quality: checks of whole sets, scores by the six families, rankings. */
import type { Capability } from '#kernel/capability';
import { qualityEvents, qualityJobs, qualityTimers, setNextRound } from './jobs.ts';
import { checksKind, scoringKind, setChecksSection } from './kind/index.ts';
import { qualityRoutes } from './routes.ts';

export {
  faultyRows,
  freezeMonths,
  overviewOf,
  qualityOf,
  rankingOf,
  runChecks,
  runsOf,
  scoringInForce,
} from './actions/index.ts';
export { qualityErrors } from './errors.ts';
export type * from './model.ts';

export const quality: Capability = {
  name: 'quality',
  kinds: [checksKind, scoringKind],
  sections: [setChecksSection],
  routes: qualityRoutes,
  on: qualityEvents,
  jobs: qualityJobs,
  timers: qualityTimers,
  publishes: {
    'quality.declared': 'Checks were declared anew; no name means every dataset: {datasets}',
  },
  permissions: {
    'quality.read': { zh: '查看数据质量', en: 'See the quality of data' },
  },
  start: setNextRound,
};
