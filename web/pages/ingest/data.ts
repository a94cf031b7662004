/** What the deliveries page asks the server. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type {
  DeliveredResource,
  Delivery,
  ReturnedPage,
  Run,
  RunPage,
  Source,
  Upload,
} from '#ingest/model';
import { get, post, useLanguage, useLocal } from '#web/client';

const base = '/api/ingest/deliveries';

/** Datasets of the units one delivers for. */
export const useDatasets = () =>
  useQuery({
    queryKey: ['ingest', 'datasets'],
    queryFn: async () =>
      (await get<{ resources: DeliveredResource[] }>('/api/ingest/datasets')).resources,
  });

export interface RunFilter {
  dataset: string;
  state: string;
  road: string;
  q: string;
  source?: string;
}

const openMs = 2000;

export const useRuns = (filter: RunFilter) =>
  useInfiniteQuery({
    queryKey: ['ingest', 'runs', filter],
    queryFn: ({ pageParam }) =>
      get<RunPage>('/api/ingest/runs', { ...filter, before: pageParam, limit: 30 }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    // The stream tells of every step; this is for when it is cut.
    refetchInterval: (query) =>
      query.state.data?.pages.some(({ runs }) => runs.some(isOpen)) ? openMs : false,
  });

const ended = new Set<Run['state']>(['done', 'refused', 'cancelled', 'failed']);
export const isOpen = (run: Run): boolean => !ended.has(run.state);

export const useRun = (id: string) =>
  useQuery({
    queryKey: ['ingest', 'run', id],
    queryFn: () => get<Run>(`/api/ingest/runs/${id}`),
    enabled: id !== '',
    refetchInterval: (query) =>
      query.state.data !== undefined && isOpen(query.state.data) ? openMs / 2 : false,
  });

/** A verb on a run or a source; what is shown is read again. */
export function useVerb<T>() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body?: unknown }) =>
      post<T>(`/api/ingest/${path}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['ingest'] }),
  });
}

export const useSources = () =>
  useQuery({
    queryKey: ['ingest', 'sources'],
    queryFn: async () => (await get<{ sources: Source[] }>('/api/ingest/sources')).sources,
  });

/** Titles of sources by their names. */
export function useSourceTitles(): (name: string) => string {
  const local = useLocal();
  const titles = new Map((useSources().data ?? []).map(({ name, title }) => [name, local(title)]));
  return (name) => titles.get(name) ?? name;
}

export const useDelivery = (batch: string) =>
  useQuery({
    queryKey: ['ingest', 'one', batch],
    queryFn: () => get<Delivery>(`${base}/${batch}`),
    enabled: batch !== '',
  });

export const useReturned = (batch: string, enabled: boolean) =>
  useQuery({
    queryKey: ['ingest', 'returned', batch],
    queryFn: () => get<ReturnedPage>(`${base}/${batch}/returned`, { limit: 50 }),
    enabled,
  });

/** Address of the returned rows of a delivery as a file, its reasons in the reader's language. */
export function useReturnedPath(): (batch: string, format: 'csv' | 'xlsx') => string {
  const lang = useLanguage();
  return (batch, format) => `${base}/${batch}/returned.${format}?lang=${lang}`;
}

/** Files that began to come and did not all come. */
export const useUploads = () =>
  useQuery({
    queryKey: ['ingest', 'uploads'],
    queryFn: async () => (await get<{ uploads: Upload[] }>('/api/ingest/uploads')).uploads,
  });
