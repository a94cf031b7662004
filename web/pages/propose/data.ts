/** What the page that catalogues a file asks the server. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type {
  DialectInput,
  FileProposal,
  Proposal,
  ProposalCheck,
  Run,
  SavedProposal,
} from '#ingest/model';
import { forgetFile, get, post, sendFile } from '#web/client';

const base = '/api/ingest/proposals';

/** A file that has come, how it was said to be read, and what it is. */
export interface Come {
  upload: string;
  dialect: DialectInput;
  found: FileProposal;
}

/**
 * Brings a file piece by piece and asks what it is; read otherwise, the same bytes are asked again.
 * `sent` is the part of the bytes that are there, 0 to 1; undefined when nothing is on its way.
 */
export function usePropose() {
  const [come, setCome] = useState<Come>();
  const [sent, setSent] = useState<number>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const ask = async (upload: string, owner: string, dialect: DialectInput): Promise<void> => {
    const body = { dialect, ...(owner === '' ? {} : { owner }) };
    const found = await post<FileProposal>(`/api/ingest/uploads/${upload}/proposal`, body);
    setCome({ upload, dialect, found });
  };
  const working = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    const controller = new AbortController();
    stop.current = controller;
    setError(undefined);
    setSent(0);
    try {
      await work(controller.signal);
    } catch (cause) {
      if (!controller.signal.aborted) setError(cause);
    } finally {
      setSent(undefined);
    }
  };
  const propose = (file: File, owner: string): Promise<void> =>
    working(async (signal) => {
      setCome(undefined);
      const upload = await sendFile(file, signal, (bytes) => setSent(bytes / file.size));
      await ask(upload, owner, {});
    });
  const again = (upload: string, owner: string, dialect: DialectInput): Promise<void> =>
    working(() => ask(upload, owner, dialect));
  return { propose, again, come, sent, error, cancel: () => stop.current?.abort() };
}

const pauseMs = 500;

/** The last value that stood for a moment: not every key is a question to the server. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Every fault of the draft as it stands; `settled` is false while keys are still pressed. */
export function useCheck(draft: Proposal) {
  const settled = useSettled(draft);
  const query = useQuery({
    queryKey: ['proposal', settled],
    queryFn: () => post<ProposalCheck>(`${base}/check`, settled),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { ...query, settled: settled === draft && !query.isFetching };
}

export function useSave() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: Proposal) => post<SavedProposal>(`${base}/save`, draft),
    onSuccess: () => client.invalidateQueries({ queryKey: ['catalogue'] }),
  });
}

const ended = new Set<Run['state']>(['done', 'refused', 'cancelled', 'failed']);
const lookMs = 700;

/** The first delivery: the file that has come is handed over, and its run followed to the end. */
export function useFirstDelivery() {
  const client = useQueryClient();
  const [run, setRun] = useState<Run>();
  const mutation = useMutation({
    mutationFn: async ({ dataset, come, file }: { dataset: string; come: Come; file: File }) => {
      const isSaid = Object.keys(come.dialect).length > 0;
      const body = {
        ...{ dataset, uploads: [come.upload], dialect: come.dialect },
        // What had to be said once has to be said of the next file too.
        keepDialect: isSaid,
      };
      let now = await post<Run>('/api/ingest/runs', body);
      forgetFile(file);
      for (setRun(now); !ended.has(now.state); setRun(now)) {
        await new Promise((resolve) => setTimeout(resolve, lookMs));
        now = await get<Run>(`/api/ingest/runs/${now.id}`);
      }
      return now;
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['ingest'] }),
        client.invalidateQueries({ queryKey: ['catalogue'] }),
      ]),
  });
  return { ...mutation, run };
}
