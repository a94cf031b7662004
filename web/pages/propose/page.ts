import { IconTablePlus } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/propose',
    load: () => import('./Propose.tsx'),
    nav: {
      order: 42,
      label: { zh: '建目录', en: 'New dataset' },
      icon: IconTablePlus,
      access: 'ingest.deliver',
    },
  },
];
