/** Door of entities: the address library and what a text is located to. */
import type { Capability } from '#kernel/capability';
import { refreshLibrary } from './actions/index.ts';
import './errors.ts';
import { addressLibrarySection } from './kind.ts';
import { entitiesRoutes } from './routes.ts';

export { locate } from './actions/index.ts';

export const entities: Capability = {
  name: 'entities',
  sections: [addressLibrarySection],
  routes: entitiesRoutes,
  on: {
    'dataset.refreshed': async (ctx, event) => {
      const { dataset } = event.payload as { dataset: string };
      await refreshLibrary(ctx, dataset);
    },
  },
  permissions: {
    'entities.locate': { zh: '按地址文字定位', en: 'Locate an address text' },
  },
};
