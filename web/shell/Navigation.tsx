/** Where one can go: icons with words at the left of a desk, tabs at the foot of a phone. */
import {
  IconCamera,
  IconChartBar,
  IconDeviceMobile,
  IconDots,
  IconInbox,
  IconMessageReport,
  IconServer2,
  IconUser,
} from '@tabler/icons-react';
import { Dropdown } from 'antd';
import type { ReactNode } from 'react';
import { Link, NavLink, useLocation, useNavigate } from 'react-router';
import { type PageRoute, useLocal, useMay, useText } from '#web/client';
import { text } from './text.ts';

interface Entry {
  to: string;
  label: string;
  icon: NonNullable<PageRoute['nav']>['icon'];
  /** Addresses at which one is in this part, its own first. */
  covers: readonly string[];
}

const stands = (at: string, address: string): boolean =>
  at === address || (address !== '/' && at.startsWith(`${address}/`));

function useEntries(pages: readonly PageRoute[]): Entry[] {
  const local = useLocal();
  const may = useMay();
  return pages
    .flatMap((page) => (page.nav ? [{ ...page.nav, path: page.path }] : []))
    .filter((nav) => nav.access === undefined || may(nav.access))
    .sort((a, b) => a.order - b.order)
    .map((nav) => {
      const to = nav.to ?? nav.path;
      return { to, label: local(nav.label), icon: nav.icon, covers: [to, ...(nav.covers ?? [])] };
    });
}

const tabsOnPhone = 3;

/** On a narrow screen it stands at the foot: the phone's to-do list, three entries and 更多. */
export function Navigation({ pages }: { pages: readonly PageRoute[] }): ReactNode {
  const t = useText(text);
  const entries = useEntries(pages);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const isHere = ({ covers }: Entry): boolean => covers.some((one) => stands(pathname, one));
  const rest = entries.slice(tabsOnPhone);
  const may = useMay();
  const phone = may('cases.act') && pages.some((page) => page.path === '/phone');
  return (
    <nav className="side" aria-label={t('nav')}>
      <ul>
        {phone ? (
          <li className="side-phone">
            <NavLink to="/phone">
              <IconDeviceMobile size={22} stroke={1.6} />
              <span>{t('phone.todo')}</span>
            </NavLink>
          </li>
        ) : null}
        {entries.map((entry, i) => (
          <li key={entry.to} className={i >= tabsOnPhone ? 'beyond' : ''}>
            <Link
              to={entry.to}
              className={isHere(entry) ? 'active' : ''}
              aria-current={isHere(entry) ? 'page' : undefined}
            >
              <entry.icon size={22} stroke={1.6} />
              <span>{entry.label}</span>
            </Link>
          </li>
        ))}
        <li className="side-more">
          <Dropdown
            trigger={['click']}
            menu={{
              items: rest.map((entry) => ({ key: entry.to, label: entry.label })),
              onClick: ({ key }) => void navigate(key),
            }}
          >
            <button type="button" className="plain-button">
              <IconDots size={22} stroke={1.6} />
              <span>{t('more')}</span>
            </button>
          </Dropdown>
        </li>
      </ul>
    </nav>
  );
}

/** The grid worker's tabs, as far as he may go there; 上报 stands in the thumb's reach. */
export function PhoneTabs(): ReactNode {
  const t = useText(text);
  const may = useMay();
  const tab = (to: string, Icon: Entry['icon'], label: string, access?: string): ReactNode =>
    access !== undefined && !may(access) ? null : (
      <li>
        <NavLink to={to} end>
          <Icon size={24} stroke={1.6} />
          <span>{label}</span>
        </NavLink>
      </li>
    );
  return (
    <nav className="tabs" aria-label={t('nav')}>
      <ul>
        {tab('/phone', IconInbox, t('phone.todo'), 'cases.act')}
        {tab('/mine', IconMessageReport, t('phone.follow'), 'hub.follow')}
        {tab('/hub', IconServer2, t('phone.ledger'), 'hub.read')}
        {may('hub.report') ? (
          <li className="tab-report">
            <NavLink to="/phone/report">
              <IconCamera size={28} stroke={1.6} />
              <span>{t('phone.report')}</span>
            </NavLink>
          </li>
        ) : null}
        {tab('/cockpit', IconChartBar, t('phone.village'), 'cockpit.view')}
        {tab('/', IconUser, t('phone.mine'))}
      </ul>
    </nav>
  );
}
