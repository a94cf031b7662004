import { IconShieldSearch } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/security/grades',
    access: 'gate.grades',
    load: () => import('./Grades.tsx'),
    nav: {
      order: 92,
      label: { zh: '分类分级', en: 'Types and grades' },
      icon: IconShieldSearch,
      access: 'gate.grades',
    },
  },
];
