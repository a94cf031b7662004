import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  { path: '/account', load: () => import('./Account.tsx') },
  { path: '/looked', load: () => import('./Looked.tsx') },
];
