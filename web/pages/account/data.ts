/** What a person reads and changes of his own sign-in. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Bilingual, del, get, post, put, sessionKey } from '#web/client';

export interface MySession {
  id: string;
  createdAt: string;
  seenAt: string;
  from: string;
  agent: string;
  current: boolean;
}

export const useSessions = (enabled: boolean) =>
  useQuery({
    queryKey: ['account', 'sessions'],
    queryFn: () => get<{ sessions: MySession[] }>('/api/auth/sessions'),
    enabled,
  });

/** Ends one session, or with null all but this. */
export function useEnd() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string | null) =>
      del(id === null ? '/api/auth/sessions' : `/api/auth/sessions/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['account', 'sessions'] }),
  });
}

export interface Factor {
  since: string | null;
  required: boolean;
  recoveryLeft: number;
}

export const useFactor = () =>
  useQuery({ queryKey: ['account', 'factor'], queryFn: () => get<Factor>('/api/auth/factor') });

export const startFactor = () => post<{ uri: string; secret: string }>('/api/auth/factor');
export const confirmFactor = (code: string) =>
  post<{ recovery: string[] }>('/api/auth/factor/confirm', { code });
export const removeFactor = (code: string) => post('/api/auth/factor/remove', { code });

export interface LinkedProvider {
  name: string;
  title: Bilingual;
  since: string | null;
}

export const useLinks = () =>
  useQuery({
    queryKey: ['account', 'links'],
    queryFn: () => get<{ providers: LinkedProvider[] }>('/api/auth/link'),
  });

export function useLinksChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['account', 'links'] });
}

/** Where the browser goes to be linked. */
export const startLink = (name: string) => post<{ url: string }>(`/api/auth/link/${name}`);
export const takeLink = (name: string) => del(`/api/auth/link/${name}`);

export interface NewPassword {
  old: string;
  password: string;
  code?: string;
}
export const changePassword = (given: NewPassword) => put('/api/organisation/me/password', given);

/** Reads the factor and the session again after a change. */
export function useFactorChanged(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: ['account', 'factor'] });
    await client.invalidateQueries({ queryKey: [...sessionKey] });
  };
}

export interface Contact {
  mail: string | null;
}

export const useContact = () =>
  useQuery({
    queryKey: ['account', 'contact'],
    queryFn: () => get<Contact>('/api/notices/contact'),
  });

export function useSetContact() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (contact: Contact) => put('/api/notices/contact', contact),
    onSettled: () => client.invalidateQueries({ queryKey: ['account', 'contact'] }),
  });
}

export interface Look {
  at: string;
  unit: string;
  role: string;
  roleEn: string;
  dataset: string | null;
  title: { zh: string; en: string } | null;
  purpose: string | null;
  action: string;
}

interface LooksPage {
  bound: boolean;
  looks: Look[];
  next: string | null;
}

export const useLooks = () =>
  useInfiniteQuery({
    queryKey: ['account', 'looks'],
    queryFn: ({ pageParam }) =>
      get<LooksPage>('/api/gate/me/looks', { after: pageParam, limit: 30 }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    refetchOnWindowFocus: false,
    retry: false,
  });
