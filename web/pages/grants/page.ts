import { IconCertificate } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/security/grants',
    load: () => import('./Grants.tsx'),
    nav: {
      order: 93,
      label: { zh: '数据授权', en: 'Grants' },
      icon: IconCertificate,
      access: 'catalogue.read',
    },
  },
];
