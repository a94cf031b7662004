import { IconMedal, IconRosetteDiscountCheck } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/quality',
    load: () => import('./Overview.tsx'),
    nav: {
      order: 43,
      label: { zh: '数据质量', en: 'Quality' },
      icon: IconRosetteDiscountCheck,
      access: 'quality.read',
    },
  },
  {
    path: '/ranking',
    load: () => import('./Ranking.tsx'),
    nav: {
      order: 44,
      label: { zh: '晾晒榜', en: 'Ranking' },
      icon: IconMedal,
      access: 'quality.read',
    },
  },
  { path: '/quality/:dataset', load: () => import('./Dataset.tsx') },
];
