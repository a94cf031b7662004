import { IconGauge } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/cockpit',
    load: () => import('./MyUnit.tsx'),
    nav: {
      order: 80,
      label: { zh: '驾驶舱', en: 'Cockpit' },
      icon: IconGauge,
      access: 'cockpit.view',
    },
  },
  { path: '/cockpit/:unit', load: () => import('./Desk.tsx') },
  { path: '/wall/:unit', load: () => import('./Wall.tsx'), frame: 'wall' },
];
