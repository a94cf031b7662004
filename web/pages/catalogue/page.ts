import { IconServer2 } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/catalogue',
    load: () => import('./List.tsx'),
    nav: {
      order: 30,
      label: { zh: '数据目录', en: 'Catalogue' },
      icon: IconServer2,
      covers: ['/catalogue-lists', '/catalogue-history', '/catalogue-excel', '/lineage'],
    },
  },
  { path: '/catalogue-lists', load: () => import('./Lists.tsx') },
  { path: '/catalogue-history', load: () => import('./History.tsx') },
  { path: '/catalogue-excel', load: () => import('./Excel.tsx') },
  { path: '/catalogue/:dataset', load: () => import('./Dataset.tsx') },
];
