import { IconBellRinging } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/signals',
    load: () => import('./Signals.tsx'),
    nav: {
      order: 60,
      label: { zh: '预警中心', en: 'Signals' },
      icon: IconBellRinging,
      access: 'signals.read',
    },
  },
];
