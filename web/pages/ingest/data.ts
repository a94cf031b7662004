/** What the deliveries page asks the server. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { SearchResult } from '#catalogue/model';
import type { DeliverResult, Delivery, ReturnedPage } from '#ingest/model';
import { get, upload, useLanguage } from '#web/client';

const base = '/api/ingest/deliveries';

/** Datasets of the units one delivers for. */
export const useDatasets = () =>
  useQuery({
    queryKey: ['ingest', 'datasets'],
    queryFn: async () => {
      const [{ resources }, mine] = await Promise.all([
        get<SearchResult>('/api/catalogue/datasets', { limit: 500 }),
        get<{ datasets: string[] }>('/api/ingest/datasets'),
      ]);
      return resources.filter((one) => mine.datasets.includes(one.name));
    },
  });

interface Page {
  deliveries: Delivery[];
  next: string | null;
}

export const useDeliveries = (dataset: string) =>
  useInfiniteQuery({
    queryKey: ['ingest', 'list', dataset],
    queryFn: ({ pageParam }) => get<Page>(base, { dataset, before: pageParam, limit: 30 }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });

const whileRunningMs = 500;

export const useDelivery = (batch: string) =>
  useQuery({
    queryKey: ['ingest', 'one', batch],
    queryFn: () => get<Delivery>(`${base}/${batch}`),
    enabled: batch !== '',
    refetchInterval: (query) => (query.state.data?.state === 'running' ? whileRunningMs : false),
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

interface Sending {
  batch: string;
  /** Part of the bytes sent, 0 to 1. */
  sent: number;
}

/** Sends files; while the server works, the delivery can be followed by its batch. */
export function useSend(onDone: (batch: string) => void) {
  const client = useQueryClient();
  const [sending, setSending] = useState<Sending>();
  const [result, setResult] = useState<DeliverResult>();
  const [error, setError] = useState<unknown>();
  const cancel = useRef<() => void>(undefined);
  const send = async (dataset: string, files: readonly File[], note: string): Promise<void> => {
    const batch = crypto.randomUUID();
    setError(undefined);
    setResult(undefined);
    setSending({ batch, sent: 0 });
    const job = upload<DeliverResult>(base, files, {
      fields: { dataset, batch, ...(note === '' ? {} : { note }) },
      onProgress: (sent) => setSending({ batch, sent }),
    });
    cancel.current = job.cancel;
    try {
      setResult(await job.done);
      onDone(batch);
    } catch (cause) {
      setError(cause);
    } finally {
      setSending(undefined);
      await client.invalidateQueries({ queryKey: ['ingest'] });
      await client.invalidateQueries({ queryKey: ['catalogue'] });
    }
  };
  const reset = (): void => {
    setError(undefined);
    setResult(undefined);
  };
  return { send, sending, result, error, reset, cancel: () => cancel.current?.() };
}
