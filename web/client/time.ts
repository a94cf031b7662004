/**
 * Times as officials write them. Server instants are UTC; the district's zone is the reader's wall
 * clock.
 */
import { useEffect, useState } from 'react';
import { type Language, useLanguage } from './i18n.ts';

/** The zone of the district; the session tells it once (`setZone`). */
let zone = 'Asia/Shanghai';

export const setZone = (name: string): void => {
  zone = name;
};

type Instant = string | number | Date;

const date = (at: Instant): Date => (at instanceof Date ? at : new Date(at));

const format = (at: Instant, options: Intl.DateTimeFormatOptions, lang: Language): string =>
  new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    ...options,
  }).format(date(at));

/** The instant of a wall clock of the district, `2026-03-31T08:00`, as ISO 8601 in UTC. */
export function instantOf(wall: string): string | undefined {
  const utc = Date.parse(`${wall}Z`);
  if (Number.isNaN(utc)) return undefined;
  const shown = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(utc);
  return new Date(2 * utc - Date.parse(`${shown.replace(' ', 'T')}Z`)).toISOString();
}

/** `08:24` */
export const hourMinute = (at: Instant): string =>
  format(at, { hour: '2-digit', minute: '2-digit' }, 'en');

/** `08:24:36` */
export const hourMinuteSecond = (at: Instant): string =>
  format(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' }, 'en');

/** `2026-11-20` in the district's zone */
export const isoDay = (at: Instant): string => {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return parts.format(date(at));
};

/** Whether a day, as `isoDay` writes it, is not over yet. */
export const isToday = (day: string | undefined): boolean => day === isoDay(serverNow());

/** `11月20日 周五` / `Fri 20 Nov` */
export const dayWords = (at: Instant, lang: Language): string =>
  lang === 'zh'
    ? `${format(at, { month: 'long', day: 'numeric' }, 'zh')} ${format(at, { weekday: 'short' }, 'zh')}`
    : format(at, { weekday: 'short', day: 'numeric', month: 'short' }, 'en');

/** `周五` / `Fri` */
export const weekday = (at: Instant, lang: Language): string =>
  format(at, { weekday: 'short' }, lang);

/** `08:24` today, else `11-20 08:24`, else `2025-12-19`. */
export function shortTime(at: Instant, now: Instant = new Date()): string {
  const day = isoDay(at);
  const today = isoDay(now);
  if (day === today) return hourMinute(at);
  if (day.slice(0, 4) === today.slice(0, 4)) return `${day.slice(5)} ${hourMinute(at)}`;
  return day;
}

const units = {
  zh: {
    s: '秒',
    m: '分',
    h: '时',
    d: '天',
    ago: '{}前',
    now: '刚刚',
    minute: '分钟',
    hour: '小时',
  },
  en: {
    s: 's',
    m: 'min',
    h: 'h',
    d: 'd',
    ago: '{} ago',
    now: 'just now',
    minute: 'min',
    hour: 'h',
  },
} as const;

/** A length of time in two parts at most: `3 时 43 分`, `22 秒`, `6 天 4 时`. */
export function duration(ms: number, lang: Language): string {
  const u = units[lang];
  const s = Math.max(0, Math.floor(ms / 1000));
  const [d, h, m] = [
    Math.floor(s / 86400),
    Math.floor((s % 86400) / 3600),
    Math.floor((s % 3600) / 60),
  ];
  if (d > 0) return h > 0 ? `${d} ${u.d} ${h} ${u.h}` : `${d} ${u.d}`;
  if (h > 0) return m > 0 ? `${h} ${u.h} ${String(m).padStart(2, '0')} ${u.m}` : `${h} ${u.h}`;
  if (m > 0) return `${m} ${u.m}`;
  return `${s} ${u.s}`;
}

/** How long ago: `12 秒前`, `3 分钟前`, `2 小时前`, `6 天前`. */
export function age(at: Instant, now: number, lang: Language): string {
  const u = units[lang];
  const s = Math.max(0, Math.floor((now - date(at).getTime()) / 1000));
  if (s < 2) return u.now;
  const words =
    s < 60
      ? `${s} ${u.s}`
      : s < 3600
        ? `${Math.floor(s / 60)} ${u.minute}`
        : s < 86400
          ? `${Math.floor(s / 3600)} ${u.hour}`
          : `${Math.floor(s / 86400)} ${u.d}`;
  return u.ago.replace('{}', lang === 'zh' ? `${words}` : words).replace(/ 前$/, '前');
}

/**
 * The server's clock minus ours, learnt from the answers' Date header: clocks count in the server's
 * time.
 */
let skew = 0;

export const learnServerTime = (serverNow: number): void => {
  const next = serverNow - Date.now();
  // The Date header has whole seconds: smaller differences say nothing.
  if (Math.abs(next - skew) > 2000) skew = next;
};

export const serverNow = (): number => Date.now() + skew;

/** The time now, again every `stepMs`; one timer for each step is shared by the page. */
export function useNow(stepMs = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}

/** `useAge(at)` -> `3 分钟前`, kept fresh. */
export function useAge(at: Instant | null | undefined): string {
  const now = useNow(5000);
  const lang = useLanguage();
  return at === null || at === undefined ? '' : age(at, now, lang);
}
