/** Who is signed in, and the demo's switch between people. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { get, post, setCsrf } from './fetch.ts';
import { type Bilingual, useLanguage } from './i18n.ts';
import { reconnect } from './live.ts';
import { setZone } from './time.ts';

/** One card of the demo's role switcher. */
export interface DemoAccount {
  id: string;
  role: string;
  title: Bilingual;
  name: string;
  unitName: string;
}

export interface RoleHeld {
  role: string;
  unit: string;
  path: string;
  unitName: string;
}

export interface Me {
  /** Null when nobody is signed in. */
  actor: {
    kind: string;
    id: string;
    name: string;
    roles: RoleHeld[];
    permissions: string[];
  } | null;
  /** A second factor has to be set up before anything else. */
  mustEnrol: boolean;
  /** Sent as `x-csrf-token` with every write. */
  csrf: string | null;
  /** Demo mode: sample data, role switcher. */
  demo: boolean;
  district: { code: string; name: string; timeZone: string };
}

export const sessionKey = ['auth', 'me'] as const;

const readMe = async (): Promise<Me> => {
  const me = await get<Me>('/api/auth/me');
  setCsrf(me.csrf ?? '');
  setZone(me.district.timeZone);
  return me;
};

/** The session; `data` is undefined until known. */
export const useMe = () => useQuery({ queryKey: sessionKey, queryFn: readMe, staleTime: 60_000 });

/** The people one can be in the demo; empty outside of it. */
export function useDemoAccounts(): readonly DemoAccount[] {
  const me = useMe().data;
  const accounts = useQuery({
    queryKey: ['auth', 'demo-accounts'],
    queryFn: () => get<DemoAccount[]>('/api/auth/demo-accounts'),
    enabled: me?.demo === true && me.actor !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return accounts.data ?? [];
}

interface MyAccount {
  account: { roles: { role: string; title: Bilingual; unit: string; unitName: string }[] };
}

/** The first role of the signed-in person, with its title. */
export function useMyRole(): { title: Bilingual; unitName: string } | undefined {
  const me = useMe().data;
  const mine = useQuery({
    queryKey: ['organisation', 'me', me?.actor?.id],
    queryFn: () => get<MyAccount>('/api/organisation/me'),
    enabled: me !== undefined && me.actor !== null,
    staleTime: 60_000,
  });
  return mine.data?.account.roles[0];
}

/** Name of the district in the reader's language. */
export function useDistrictName(): string {
  const me = useMe().data;
  const lang = useLanguage();
  const unit = useQuery({
    queryKey: ['organisation', 'unit', me?.district.code],
    queryFn: () =>
      get<{ unit: { nameEn?: string } }>(`/api/organisation/units/${me?.district.code}`),
    enabled: lang === 'en' && me !== undefined && me.actor !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const name = me?.district.name ?? '';
  return lang === 'en' ? (unit.data?.unit.nameEn ?? name) : name;
}

/**
 * Names of units in the reader's language. What the server tells carries Chinese names, which are
 * the official ones; a reader of English gets the whole list of transcriptions once.
 */
export function useUnitWords(): (name: string | null | undefined) => string {
  const me = useMe().data;
  const english = useLanguage() === 'en';
  const names = useQuery({
    queryKey: ['organisation', 'names'],
    queryFn: () => get<{ names: Record<string, string> }>('/api/organisation/names'),
    enabled: english && me !== undefined && me.actor !== null,
    staleTime: Number.POSITIVE_INFINITY,
  }).data?.names;
  return (name) => (english && name ? (names?.[name] ?? name) : (name ?? ''));
}

/** Words in which names of units stand, those in the reader's language; other words as they are. */
export function useUnitsWithin(): (words: string) => string {
  const unit = useUnitWords();
  const english = useLanguage() === 'en';
  return (words) => (english ? words.replaceAll(/[\u4e00-\u9fff]+/g, (name) => unit(name)) : words);
}

/** Themes of the catalogue in the reader's language; one that no pack translates stays Chinese. */
export function useThemeWords(): (theme: string) => string {
  const me = useMe().data;
  const english = useLanguage() === 'en';
  const themes = useQuery({
    queryKey: ['catalogue', 'themes'],
    queryFn: () => get<{ themes: Record<string, string> }>('/api/catalogue/themes'),
    enabled: english && me !== undefined && me.actor !== null,
    staleTime: Number.POSITIVE_INFINITY,
  }).data?.themes;
  return (theme) => (english ? (themes?.[theme] ?? theme) : theme);
}

/** Whether the signed-in actor holds a permission: to leave out what he could not do anyway. */
export function useMay(): (permission: string) => boolean {
  const held = useMe().data?.actor?.permissions ?? [];
  return (permission) => held.includes('*') || held.includes(permission);
}

/** Changes who is looking and forgets everything read as somebody else. */
export function useSwitchAccount(): (account: string) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (account: string) => {
      const me = await post<Me>('/api/auth/switch', { account });
      setCsrf(me.csrf ?? '');
      client.setQueryData([...sessionKey], me);
      reconnect();
      await client.resetQueries({ predicate: (query) => query.queryKey[0] !== 'auth' });
    },
    [client],
  );
}

export const signIn = (name: string, password: string, code?: string): Promise<unknown> =>
  post('/api/auth/login', { name, password, ...(code ? { code } : {}) });

export const signOut = (): Promise<unknown> => post('/api/auth/logout');
