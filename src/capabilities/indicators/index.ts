/** Door of indicators: measures over units and time, every number with its owner, age and rows. */
import type { Capability } from '#kernel/capability';
import { armRounds, indicatorEvents, indicatorTimers } from './jobs.ts';
import { indicatorsKind } from './kind.ts';
import { indicatorRoutes } from './routes.ts';

export {
  compute,
  drill,
  explain,
  listIndicators,
  type ValuesInput,
  values,
} from './actions/index.ts';
export type * from './model.ts';

export const indicators: Capability = {
  name: 'indicators',
  kinds: [indicatorsKind],
  routes: indicatorRoutes,
  on: indicatorEvents,
  timers: indicatorTimers,
  publishes: {
    'indicator.declared': 'An indicator was applied, new or changed: {indicator}',
    'indicator.changed': 'Values changed: {indicator, units, more, asOf}',
  },
  permissions: {
    'indicators.read': { zh: '查看指标', en: 'See indicators' },
  },
  start: armRounds,
};
