/** The four frames pages stand in. */
import { type ReactNode, Suspense } from 'react';
import { Navigate, Outlet, useLocation, useMatches } from 'react-router';
import { ApiError, type PageRoute, useMay, useMe, useText } from '#web/client';
import { ErrorState, PageSkeleton, Surface, type SurfaceName } from '#web/parts';
import { NotYours } from './Faults.tsx';
import { Header } from './Header.tsx';
import { Navigation, PhoneTabs } from './Navigation.tsx';
import './shell.css';
import { text } from './text.ts';

const isPage = (handle: unknown): handle is PageRoute =>
  typeof handle === 'object' && handle !== null && 'load' in handle;

/** Sends visitors who are not signed in to the sign-in page, and back afterwards. */
function Gate({ children }: { children: ReactNode }): ReactNode {
  const me = useMe();
  const may = useMay();
  const location = useLocation();
  const page = useMatches()
    .map((match) => match.handle)
    .find(isPage);
  if (page?.open !== true) {
    const refused = me.error instanceof ApiError && me.error.status === 401;
    if (me.data?.actor === null || (refused && me.data === undefined)) {
      const back = encodeURIComponent(location.pathname + location.search);
      return <Navigate to={`/signin?back=${back}`} replace />;
    }
    if (me.data === undefined) {
      return me.error ? (
        <ErrorState error={me.error} onRetry={() => void me.refetch()} />
      ) : (
        <PageSkeleton />
      );
    }
  }
  if (me.data?.mustEnrol === true && page?.open !== true && location.pathname !== '/account') {
    return <Navigate to="/account" replace />;
  }
  if (page?.access !== undefined && !may(page.access)) return <NotYours />;
  return <Suspense fallback={<PageSkeleton />}>{children}</Suspense>;
}

function Frame(props: { surface: SurfaceName; className: string; children: ReactNode }): ReactNode {
  const t = useText(text);
  return (
    <Surface name={props.surface}>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <div className={props.className}>{props.children}</div>
    </Surface>
  );
}

export function DeskFrame({ pages }: { pages: readonly PageRoute[] }): ReactNode {
  return (
    <Frame surface="light" className="desk">
      <Header />
      <Navigation pages={pages} />
      <main id="main" className="desk-main">
        <Gate>
          <Outlet />
        </Gate>
      </main>
    </Frame>
  );
}

export function PhoneFrame(): ReactNode {
  return (
    <Frame surface="light" className="phone">
      <main id="main" className="phone-main">
        <Gate>
          <Outlet />
        </Gate>
      </main>
      <PhoneTabs />
    </Frame>
  );
}

export function WallFrame(): ReactNode {
  return (
    <Frame surface="wall" className="wall">
      <main id="main" className="wall-main">
        <Gate>
          <Outlet />
        </Gate>
      </main>
    </Frame>
  );
}

export function BareFrame(): ReactNode {
  return (
    <Frame surface="light" className="bare">
      <main id="main">
        <Gate>
          <Outlet />
        </Gate>
      </main>
    </Frame>
  );
}
