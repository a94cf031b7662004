/** Door of quality: checks of whole sets, scores by the six families, rankings. */
import type { Capability } from '#kernel/capability';
import { armRounds, qualityEvents, qualityJobs, qualityTimers } from './jobs.ts';
import { checksKind, scoringKind, setChecksSection } from './kind/index.ts';
import { qualityRoutes } from './routes.ts';

export {
  faultFile,
  faultyRows,
  freezeMonths,
  overviewOf,
  qualityOf,
  rankingFile,
  rankingOf,
  runChecks,
  runNow,
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
    'quality.run': { zh: '立即检查本单位的数据', en: 'Run the checks of my data now' },
  },
  start: armRounds,
};
