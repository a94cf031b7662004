import { IconEyeCog } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/security/policy',
    load: () => import('./Policy.tsx'),
    nav: {
      order: 91,
      label: { zh: '可见规则', en: 'Who sees what' },
      icon: IconEyeCog,
      access: 'catalogue.read',
    },
  },
];
