/** The line above every desk page. */
import { IconLanguage, IconSearch, IconTextSize } from '@tabler/icons-react';
import { Button } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import {
  dayWords,
  hourMinuteSecond,
  setElder,
  setLanguage,
  useConnected,
  useElder,
  useLanguage,
  useLocal,
  useMe,
  useNow,
  useText,
} from '#web/client';
import { KeyCap, useKeys } from '#web/parts';
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

export function Mark(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const me = useMe().data;
  const district = local(me?.district.name);
  return (
    <>
      <Link to="/story" className="mark" aria-label={`${t('product')} · ${t('story')}`}>
        <img src="/mark.svg" alt="" width="26" height="26" />
        <b>{t('product')}</b>
      </Link>
      <span className="district">{district === '' ? '' : t('platform', { district })}</span>
      {me?.demo ? <span className="chip">{t('demoData')}</span> : null}
    </>
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

/** Language and size of letters: two choices every reader has, signed in or not. */
export function Reading(): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  const elder = useElder();
  return (
    <span className="reading">
      <Button
        type="text"
        lang={lang === 'zh' ? 'en' : 'zh-CN'}
        icon={<IconLanguage size={18} stroke={1.6} />}
        onClick={() => setLanguage(lang === 'zh' ? 'en' : 'zh')}
      >
        {t('language')}
      </Button>
      <Button
        type="text"
        aria-pressed={elder}
        icon={<IconTextSize size={18} stroke={1.6} />}
        onClick={() => setElder(!elder)}
      >
        {elder ? t('elderOff') : t('elder')}
      </Button>
    </span>
  );
}

export function Header(): ReactNode {
  const t = useText(text);
  const me = useMe().data;
  const connected = useConnected();
  const signedIn = me !== undefined && me.actor.kind !== 'anonymous';
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
