import { IconChartLine } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/indicators',
    load: () => import('./List.tsx'),
    nav: {
      order: 70,
      label: { zh: '指标', en: 'Indicators' },
      icon: IconChartLine,
      access: 'indicators.read',
    },
  },
  { path: '/indicators/:indicator', load: () => import('./Indicator.tsx') },
];
