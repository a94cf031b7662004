/** Who is signed in, and the demo's switch between people. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { get, post, setCsrf } from './fetch.ts';
import type { Bilingual } from './i18n.ts';
import { reconnect } from './live.ts';

export interface DemoAccount {
  id: string;
  role: string;
  title: Bilingual;
  name: string;
  unitName: string;
}

export interface RoleHeld {
  role: string;
  title?: Bilingual;
  unit: string;
  path: string;
  unitName: string;
}

export interface Me {
  actor: { kind: string; id: string; name: string; roles: RoleHeld[]; permissions: string[] };
  /** Sent as `x-csrf-token` with every write. */
  csrf: string;
  /** Demo mode: sample data, role switcher. */
  demo: boolean;
  accounts: DemoAccount[];
  district: { code: string; name: Bilingual };
}

export const sessionKey = ['auth', 'me'] as const;

const readMe = async (): Promise<Me> => {
  const me = await get<Me>('/api/auth/me');
  setCsrf(me.csrf);
  return me;
};

/** The session; `data` is undefined until known. Anonymous visitors have `actor.kind === 'anonymous'`. */
export const useMe = () => useQuery({ queryKey: sessionKey, queryFn: readMe, staleTime: 60_000 });

/** Whether the signed-in actor holds a permission: to leave out what he could not do anyway. */
export function useMay(): (permission: string) => boolean {
  const held = useMe().data?.actor.permissions ?? [];
  return (permission) => held.includes('*') || held.includes(permission);
}

/** Changes who is looking and forgets everything read as somebody else. */
export function useSwitchAccount(): (account: string) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (account: string) => {
      await post('/api/auth/demo', { account });
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'auth' });
      await client.refetchQueries({ queryKey: [...sessionKey] });
      reconnect();
    },
    [client],
  );
}

export const signIn = (login: string, password: string): Promise<unknown> =>
  post('/api/auth/login', { login, password });

export const signOut = (): Promise<unknown> => post('/api/auth/logout');
