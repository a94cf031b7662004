import type { PageRoute } from '#web/client';

export const pages: readonly PageRoute[] = [
  { path: '/signin', load: () => import('./SignIn.tsx'), frame: 'bare', open: true },
  { path: '/invite', load: () => import('./Invite.tsx'), frame: 'bare', open: true },
];
