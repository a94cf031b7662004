import { IconTool } from '@tabler/icons-react';
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
];
