/** Door of quality: checks of whole sets, scores by the six families, rankings. */
import type { Capability } from '#kernel/capability';
import { scoringKind } from './kind.ts';
import { qualityRoutes } from './routes.ts';

export { scoringInForce } from './actions.ts';
export type { Family, Scoring } from './model.ts';

export const quality: Capability = {
  name: 'quality',
  kinds: [scoringKind],
  routes: qualityRoutes,
  permissions: {
    'quality.read': { zh: '查看数据质量', en: 'See the quality of data' },
  },
};
