/** Reading corrections and cases, acting on them, and delivering what mends them. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { CaseDetail, CaseSummary, Figures } from '#cases/model';
import type { Run } from '#ingest/model';
import type { Correction, CorrectionRows, DatasetQuality } from '#quality/model';
import {
  type Bilingual,
  forgetFile,
  get,
  post,
  sendFile,
  upload,
  useLanguage,
  useLive,
  useLocal,
} from '#web/client';

export interface CaseList {
  items: CaseSummary[];
  next: string | null;
}

export interface CaseQuery {
  type?: string | undefined;
  open?: string | undefined;
  overdue?: string | undefined;
  unit?: string | undefined;
  field?: string | undefined;
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

/** Counts of a case type by unit, slot or field. */
export function useFigures(type: string, by: string) {
  useLive('cases', ['cases']);
  return useQuery({
    queryKey: ['cases', 'figures', type, by],
    queryFn: () => get<Figures>(`/api/cases/types/${type}/figures`, { by }),
    retry: false,
  });
}

const correctionPath = (id: string): string => `/api/quality/corrections/${encodeURIComponent(id)}`;

/** What the data says of a correction; a case that is about no dataset has none of it. */
export const useCorrection = (id: string) =>
  useQuery({
    queryKey: ['cases', 'correction', id],
    queryFn: () => get<Correction>(correctionPath(id)),
    retry: false,
  });

export const useRows = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: ['cases', 'rows', id],
    queryFn: () => get<CorrectionRows>(`${correctionPath(id)}/rows`, { limit: 20 }),
    enabled,
    retry: false,
  });

/** Title of the rule or the check that found it; any other source as it calls itself. */
export function useFoundBy(source: string | null | undefined): string {
  const local = useLocal();
  const rule = /^rules\/(\w+)$/.exec(source ?? '')?.[1];
  const [, dataset, check] = /^quality\/(\w+)\.(\w+)$/.exec(source ?? '') ?? [];
  const once = { retry: false, staleTime: Number.POSITIVE_INFINITY };
  const ofRule = useQuery({
    queryKey: ['rules', 'title', rule],
    queryFn: () => get<{ title: Bilingual }>(`/api/rules/${rule}/title`),
    enabled: rule !== undefined,
    ...once,
  });
  const ofDataset = useQuery({
    queryKey: ['quality', 'dataset', dataset],
    queryFn: () => get<DatasetQuality>(`/api/quality/datasets/${dataset}`),
    enabled: dataset !== undefined,
    ...once,
  });
  const title =
    ofRule.data?.title ?? ofDataset.data?.checks.find((one) => one.check === check)?.title;
  // A machine's name is no stand-in for a title on its way.
  if (ofRule.isLoading || ofDataset.isLoading) return '\u00a0';
  return title === undefined ? (source ?? '') : local(title);
}

/** Address of the faulty rows as a file. */
export function useFilePath(id: string): (format: 'xlsx' | 'csv', notes: boolean) => string {
  const lang = useLanguage();
  return (format, notes) =>
    `${correctionPath(id)}/file?format=${format}&lang=${lang}&notes=${notes}`;
}

export interface Acting {
  action: string;
  task: number | null;
  version: number;
  data: Record<string, unknown>;
  reason: string;
  photos: readonly File[];
}

/** Photos of an action, stored before it is done. */
async function stored(photos: readonly File[]): Promise<string[]> {
  const hashes: string[] = [];
  for (const photo of photos) {
    const { sha256 } = await upload<{ sha256: string }>('/api/cases/attachments', [photo]).done;
    hashes.push(sha256);
  }
  return hashes;
}

export function useAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ task, reason, photos, ...rest }: Acting) =>
      post(`/api/cases/${encodeURIComponent(id)}/act`, {
        ...rest,
        ...(task === null ? {} : { task }),
        ...(reason.trim() === '' ? {} : { reason }),
        attachments: await stored(photos),
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['cases'] }),
  });
}

const ended: ReadonlySet<Run['state']> = new Set(['done', 'refused', 'cancelled', 'failed']);
const askMs = 500;

export interface Mending {
  file: File | undefined;
  /** Bytes that have come, while they come. */
  sent: number | undefined;
  run: Run | undefined;
  error: unknown;
}

const idle: Mending = { file: undefined, sent: undefined, run: undefined, error: undefined };

/** Sends a mended file piece by piece and follows its delivery to the end. */
export function useMending(dataset: string, note: string) {
  const client = useQueryClient();
  const [mending, setMending] = useState<Mending>(idle);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const follow = async (run: Run, signal: AbortSignal): Promise<void> => {
    for (let now = run; ; ) {
      setMending((old) => ({ ...old, sent: undefined, run: now }));
      if (ended.has(now.state)) return;
      await new Promise((resolve) => setTimeout(resolve, askMs));
      if (signal.aborted) return;
      now = await get<Run>(`/api/ingest/runs/${now.id}`);
    }
  };

  const send = async (file: File): Promise<void> => {
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    setMending({ ...idle, file, sent: 0 });
    try {
      const upload = await sendFile(file, mine.signal, (sent) =>
        setMending((old) => ({ ...old, sent })),
      );
      const run = await post<Run>('/api/ingest/runs', { dataset, uploads: [upload], note });
      forgetFile(file);
      await follow(run, mine.signal);
    } catch (error) {
      if (!mine.signal.aborted) setMending((old) => ({ ...old, error }));
    } finally {
      await client.invalidateQueries({ queryKey: ['cases'] });
    }
  };

  const cancel = async (): Promise<void> => {
    stop.current?.abort();
    const run = mending.run;
    if (run !== undefined && !ended.has(run.state)) {
      await post(`/api/ingest/runs/${run.id}/cancel`, {}).catch(() => undefined);
    }
    setMending(idle);
  };
  return { mending, send, cancel };
}

export const isEnded = (run: Run): boolean => ended.has(run.state);
