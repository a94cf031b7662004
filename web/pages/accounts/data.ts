/** Accounts of the own units: lists, changes of roles, rates. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Bilingual, get, post, put, upload, useMe, useUrlValue } from '#web/client';

export interface HeldRole {
  role: string;
  unit: string;
}

export interface Account {
  id: string;
  name: string;
  unit: string;
  unitName: string;
  roles: (HeldRole & { title: Bilingual; unitName: string })[];
  activated: boolean;
  identity: 'none' | 'claimed' | 'bound';
  disabled: boolean;
  demo: boolean;
  lastSignIn: string | null;
  version: number;
}

export interface RoleChange {
  id: string;
  account: string;
  name: string;
  unitName: string;
  before: HeldRole[];
  after: HeldRole[];
  reason: string;
  state: 'proposed' | 'confirmed' | 'rejected' | 'replaced';
  proposedBy: string;
  proposedAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  answer: string | null;
}

export interface Role {
  name: string;
  title: Bilingual;
  levels: string[];
}

export interface UnitRate {
  code: string;
  name: string;
  level: string;
  open: number;
  able: number;
  active: number;
}

export const root = ['accounts'] as const;

/** The filters, all of them in the address. */
export function useFilters() {
  const [search, setSearch] = useUrlValue('q');
  const [unit, setUnit] = useUrlValue('unit');
  const [role, setRole] = useUrlValue('role');
  const [state, setState] = useUrlValue('state');
  return { search, setSearch, unit, setUnit, role, setRole, state, setState };
}
export type Filters = ReturnType<typeof useFilters>;

export function useAccounts({ search, unit, role, state }: Filters) {
  return useInfiniteQuery({
    queryKey: [...root, 'list', { search, unit, role, state }],
    queryFn: ({ pageParam }) =>
      get<{ accounts: Account[]; next: string | null }>('/api/organisation/accounts', {
        search,
        unit,
        role,
        state,
        after: pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export const useRoleChanges = () =>
  useQuery({
    queryKey: [...root, 'changes'],
    queryFn: () => get<{ changes: RoleChange[] }>('/api/organisation/role-changes'),
  });

export const useRoles = () =>
  useQuery({
    queryKey: ['organisation', 'roles'],
    queryFn: () => get<{ roles: Role[] }>('/api/organisation/roles'),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The highest unit of the signed-in person: what he looks after. */
export function useOwnUnit(): string {
  const me = useMe().data;
  const held = [...(me?.actor?.roles ?? [])].sort((a, b) => a.path.length - b.path.length);
  return held[0]?.unit ?? me?.district.code ?? '';
}

export const useRates = (under: string) =>
  useQuery({
    queryKey: [...root, 'rates', under],
    queryFn: () => get<{ units: UnitRate[] }>('/api/organisation/rates', { under }),
    enabled: under !== '',
  });

export interface ChannelState {
  name: string;
  title: Bilingual;
  on: boolean;
  missing: string[];
  sent: number;
  waiting: number;
  lastError: string | null;
}

export const useChannels = () =>
  useQuery({
    queryKey: [...root, 'channels'],
    queryFn: () => get<{ channels: ChannelState[] }>('/api/notices/channels'),
  });

export const openOne = (given: { id: string; name: string; unit: string }) =>
  post<Account>('/api/organisation/accounts', given);
export const makeLink = (account: string) =>
  post<{ token: string; expiresAt: string }>(`/api/organisation/accounts/${account}/invite`);
export const setClosed = ({ id, version }: Account, closed: boolean) =>
  put<Account>(`/api/organisation/accounts/${id}/closed`, { version, closed });
export const resetFactor = (account: string) =>
  post(`/api/organisation/accounts/${account}/factor-reset`);
export const propose = ({ id, version }: Account, roles: HeldRole[], reason: string) =>
  put<RoleChange>(`/api/organisation/accounts/${id}/roles`, { version, roles, reason });
export const confirmChange = (id: string) => post(`/api/organisation/role-changes/${id}/confirm`);
export const rejectChange = (id: string, answer: string) =>
  post(`/api/organisation/role-changes/${id}/reject`, { answer });

const identityPath = (account: string): string =>
  `/api/organisation/accounts/${encodeURIComponent(account)}/identity`;

/** The first of the two says whose account it is. */
export const bindPerson = (account: string, identity: string) =>
  put<{ state: 'claimed' | 'bound' }>(identityPath(account), { identity });
/** The second, who saw the document too. */
export const confirmPerson = (account: string, identity: string) =>
  post<{ state: 'bound' }>(`${identityPath(account)}/confirm`, { identity });

export interface OpenedMany {
  opened: { account: string; unit: string; token: string; expiresAt: string }[];
  proposed: number;
}
export const openMany = (file: File) =>
  upload<OpenedMany>('/api/organisation/accounts/bulk', [file]).done;

/** Address of the page where the password is chosen; behind `#` no server's log has the token. */
export const linkOf = (token: string): string => `${window.location.origin}/invite#${token}`;

/** Reads everything of the page again. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: [...root] });
}
