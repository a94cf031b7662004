/** What the page of grants reads and changes. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import type { GrantDetail, GrantsPage } from '#gate/model';
import { get, post, useUrlValue } from '#web/client';

export const root = ['grants'] as const;

export function useFilters() {
  const [search, setSearch] = useUrlValue('q');
  const [state, setState] = useUrlValue('state');
  const [open, setOpen] = useUrlValue('grant');
  /** The dataset a new grant is written for; `-` when none is chosen yet. */
  const [issue, setIssue] = useUrlValue('issue');
  const [, setParams] = useSearchParams();
  /** The new grant in place of the drawer it was written in: one step of the address. */
  const show = (id: string): void =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        next.delete('issue');
        next.set('grant', id);
        return next;
      },
      { replace: true },
    );
  return { search, setSearch, state, setState, open, setOpen, issue, setIssue, show };
}
export type Filters = ReturnType<typeof useFilters>;

export const useGrants = ({ search, state }: Filters) =>
  useInfiniteQuery({
    queryKey: [...root, 'list', { search, state }],
    queryFn: ({ pageParam }) =>
      get<GrantsPage>('/api/gate/grants', {
        search,
        state: state === '' ? undefined : state,
        after: pageParam === '' ? undefined : pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const useGrant = (id: string) =>
  useQuery({
    queryKey: [...root, 'one', id],
    queryFn: () => get<GrantDetail>(`/api/gate/grants/${encodeURIComponent(id)}`),
    retry: false,
  });

export function useRevoke(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      post<{ revoked: true }>(`/api/gate/grants/${encodeURIComponent(id)}/revoke`, { reason }),
    onSettled: () => client.invalidateQueries({ queryKey: root }),
  });
}
