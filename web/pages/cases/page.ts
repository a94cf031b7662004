import { IconSitemap, IconTool } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/corrections',
    load: () => import('./Corrections.tsx'),
    nav: {
      order: 50,
      label: { zh: '问题整改', en: 'Corrections' },
      icon: IconTool,
      access: 'cases.read',
    },
  },
  { path: '/corrections/:case', load: () => import('./Correction.tsx') },
  { path: '/challenge', load: () => import('./challenge/Challenge.tsx') },
  {
    path: '/case-types',
    load: () => import('./types/Types.tsx'),
    nav: {
      order: 52,
      label: { zh: '事项流程', en: 'Processes' },
      icon: IconSitemap,
      access: 'cases.read',
    },
  },
  { path: '/case-types/:type', load: () => import('./types/Type.tsx') },
];
