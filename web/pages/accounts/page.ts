import { IconUsers } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/accounts',
    access: 'organisation.read',
    load: () => import('./Accounts.tsx'),
    nav: {
      order: 95,
      label: { zh: '系统', en: 'System' },
      icon: IconUsers,
      access: 'organisation.read',
    },
  },
];
