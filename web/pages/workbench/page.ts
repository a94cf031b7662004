import { IconHome } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/',
    load: () => import('./Workbench.tsx'),
    nav: { order: 10, label: { zh: '工作台', en: 'Desk' }, icon: IconHome },
  },
];
