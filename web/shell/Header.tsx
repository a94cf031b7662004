/** The line above every desk page. */
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import {
  dayWords,
  hourMinuteSecond,
  useConnected,
  useLanguage,
  useMe,
  useNow,
  useText,
} from '#web/client';
import { KeyCap, Mark, Reading, useKeys } from '#web/parts';
import { Account } from './Account.tsx';
import { Bell } from './Bell.tsx';
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

function Search(): ReactNode {
  const t = useText(text);
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  useKeys({ '/': () => input.current?.focus() });
  return (
    <search>
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          void navigate(`/catalogue?q=${encodeURIComponent(words)}`);
        }}
      >
        <IconSearch size={16} stroke={1.75} aria-hidden />
        <input
          ref={input}
          type="search"
          value={words}
          placeholder={t('search')}
          aria-label={t('search')}
          onChange={(event) => setWords(event.target.value)}
        />
        <KeyCap>/</KeyCap>
      </form>
    </search>
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
