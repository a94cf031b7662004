/**
 * Every page folder's `page.ts` gathered into one table; pages themselves are loaded when somebody
 * goes there.
 */
import { createBrowserRouter, type RouteObject } from 'react-router';
import type { PageRoute } from '#web/client';
import { PageSkeleton } from '#web/parts';
import { BareFrame, DeskFrame, NotFound, PageError, PhoneFrame, WallFrame } from './shell/index.ts';

const found = import.meta.glob<{ pages: readonly PageRoute[] }>('./pages/*/page.ts', {
  eager: true,
});

export const pages: readonly PageRoute[] = Object.values(found).flatMap((module) => module.pages);

const routeOf = (page: PageRoute): RouteObject => ({
  path: page.path,
  handle: page,
  lazy: async () => ({ Component: (await page.load()).default }),
  errorElement: <PageError />,
});

const framed = (frame: NonNullable<PageRoute['frame']>): RouteObject[] =>
  pages.filter((page) => (page.frame ?? 'desk') === frame).map(routeOf);

export const router = createBrowserRouter([
  {
    hydrateFallbackElement: <PageSkeleton />,
    children: [
      {
        element: <DeskFrame pages={pages} />,
        children: [...framed('desk'), { path: '*', element: <NotFound /> }],
      },
      { element: <PhoneFrame />, children: framed('phone') },
      { element: <WallFrame />, children: framed('wall') },
      { element: <BareFrame />, children: framed('bare') },
    ],
  },
]);
