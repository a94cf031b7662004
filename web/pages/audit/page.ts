import { IconShieldLock } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/audit',
    access: 'audit.read',
    load: () => import('./Audit.tsx'),
    nav: {
      order: 90,
      label: { zh: '安全与审计', en: 'Security and audit' },
      icon: IconShieldLock,
      access: 'audit.read',
    },
  },
];
