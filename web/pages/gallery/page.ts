import type { PageRoute } from '#web/client';

/** Every part in every state, for looking at; reached by its address only. */
export const pages: readonly PageRoute[] = [
  { path: '/parts', load: () => import('./Gallery.tsx'), frame: 'bare', open: true },
  { path: '/parts/wall', load: () => import('./Gallery.tsx'), frame: 'wall', open: true },
];
