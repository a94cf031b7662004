import { IconScale } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/rules',
    load: () => import('./List.tsx'),
    nav: {
      order: 65,
      label: { zh: '监督模型', en: 'Rules' },
      icon: IconScale,
      access: 'rules.read',
    },
  },
  { path: '/rules/:rule', load: () => import('./Rule.tsx') },
];
