import { IconUserSearch } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  { path: '/account', load: () => import('./Account.tsx') },
  {
    path: '/my-data',
    load: () => import('./own/MyData.tsx'),
    nav: {
      order: 16,
      label: { zh: '我的数据', en: 'My data' },
      icon: IconUserSearch,
      access: 'hub.follow',
    },
  },
  { path: '/looked', load: () => import('./Looked.tsx') },
];
