import { IconInbox, IconMessageReport } from '@tabler/icons-react';
import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  {
    path: '/hub',
    load: () => import('./Desk.tsx'),
    nav: {
      order: 20,
      label: { zh: '一网统管', en: 'City hub' },
      icon: IconInbox,
      access: 'hub.read',
    },
  },
  {
    path: '/mine',
    load: () => import('./Mine.tsx'),
    nav: {
      order: 15,
      label: { zh: '我的反映', en: 'My reports' },
      icon: IconMessageReport,
      access: 'hub.follow',
    },
  },
  { path: '/hub/:event', load: () => import('./Desk.tsx') },
  { path: '/cases/:case', load: () => import('./CasePage.tsx') },
  { path: '/phone', load: () => import('./phone/Todo.tsx'), frame: 'phone' },
  { path: '/phone/cases/:case', load: () => import('./phone/Card.tsx'), frame: 'phone' },
  { path: '/phone/report', load: () => import('./phone/Report.tsx'), frame: 'phone' },
];
