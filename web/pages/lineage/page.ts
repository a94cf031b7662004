import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  { path: '/lineage/:dataset', load: () => import('./Lineage.tsx') },
];
