import { IconBooks, IconBuildingWarehouse, IconHomeStats } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/warehouses',
    load: () => import('./Departments.tsx'),
    nav: {
      order: 31,
      label: { zh: '部门数据仓', en: 'Units' },
      icon: IconBuildingWarehouse,
      access: 'catalogue.read',
    },
  },
  {
    path: '/town-warehouses',
    load: () => import('./Towns.tsx'),
    nav: {
      order: 32,
      label: { zh: '镇街数据仓', en: 'Towns' },
      icon: IconHomeStats,
      access: 'gate.read',
    },
  },
  {
    path: '/libraries',
    load: () => import('./Libraries.tsx'),
    nav: {
      order: 33,
      label: { zh: '专题库', en: 'Libraries' },
      icon: IconBooks,
      access: 'catalogue.read',
    },
  },
];
