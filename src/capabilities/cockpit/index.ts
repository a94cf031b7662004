/** Door of the cockpit: one page for district, town and village; writes nothing upstream. */
import type { Capability } from '#kernel/capability';
import { viewPermission } from './actions.ts';
import { pagesKind } from './kind.ts';
import { cockpitRoutes } from './routes.ts';

export { cockpitPage } from './actions.ts';
export type * from './model.ts';

export const cockpit: Capability = {
  name: 'cockpit',
  kinds: [pagesKind],
  routes: cockpitRoutes,
  permissions: {
    [viewPermission]: { zh: '查看驾驶舱', en: 'See cockpits' },
  },
};
