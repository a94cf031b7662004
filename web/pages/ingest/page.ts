import { IconCloudUpload, IconTableMinus } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/ingest',
    load: () => import('./Deliveries.tsx'),
    nav: {
      order: 40,
      label: { zh: '数据归集', en: 'Deliveries' },
      icon: IconCloudUpload,
      access: 'ingest.deliver',
    },
  },
  {
    path: '/returned',
    load: () => import('./returned/Returned.tsx'),
    nav: {
      order: 41,
      label: { zh: '退回数据', en: 'Returned rows' },
      icon: IconTableMinus,
      access: 'ingest.deliver',
    },
  },
  { path: '/ingest/sources', load: () => import('./Sources.tsx') },
];
