/** The line above every desk page. */
import type { ReactNode } from 'react';
import {
  dayWords,
  hourMinuteSecond,
  useConnected,
  useLanguage,
  useMe,
  useNow,
  useText,
} from '#web/client';
import { Mark, Reading } from '#web/parts';
import { Account } from './Account.tsx';
import { Bell } from './Bell.tsx';
import { Search } from './Search.tsx';
import { text } from './text.ts';

function LiveClock(): ReactNode {
  const lang = useLanguage();
  const now = useNow(1000);
  return (
    <time className="live-clock" dateTime={new Date(now).toISOString()}>
      {dayWords(now, lang)} <b>{hourMinuteSecond(now)}</b>
    </time>
  );
}

export function Header(): ReactNode {
  const t = useText(text);
  const me = useMe().data;
  const connected = useConnected();
  const signedIn = me !== undefined && me.actor !== null;
  return (
    <header className="header">
      <Mark />
      <Search />
      <span className="grow" />
      {signedIn && !connected ? (
        <span className="chip dashed live-lost" role="status" title={t('offline')}>
          {t('offline')}
        </span>
      ) : null}
      <Reading />
      <LiveClock />
      {signedIn ? <Bell /> : null}
      <Account />
    </header>
  );
}
