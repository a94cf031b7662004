import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  { path: '/story', load: () => import('./Story.tsx'), frame: 'bare' },
];
