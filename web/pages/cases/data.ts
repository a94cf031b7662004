/** Reading cases, and how they look in lists. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { CaseDetail, CaseSummary } from '#cases/model';
import { get, useLive } from '#web/client';

export interface CaseList {
  items: CaseSummary[];
  next: string | null;
}

export interface CaseQuery {
  type?: string | undefined;
  open?: string | undefined;
  overdue?: string | undefined;
  q?: string | undefined;
}

/** Cases of a filter, page by page, live. */
export function useCases(filter: CaseQuery) {
  useLive('cases', ['cases']);
  return useInfiniteQuery({
    queryKey: ['cases', 'list', filter],
    queryFn: ({ pageParam }) =>
      get<CaseList>('/api/cases', { ...filter, limit: 50, after: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

export function useCase(id: string) {
  useLive('cases', ['cases']);
  return useQuery({
    queryKey: ['cases', 'one', id],
    queryFn: () => get<CaseDetail>(`/api/cases/${encodeURIComponent(id)}`),
  });
}
