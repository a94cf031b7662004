/** What the page that catalogues a file asks the server. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type {
  DeliverResult,
  FileProposal,
  Proposal,
  ProposalCheck,
  SavedProposal,
} from '#ingest/model';
import { post, upload } from '#web/client';

const base = '/api/ingest/proposals';

/** Sends a file and gets back what it is; `sent` is the part of the bytes on the way, 0 to 1. */
export function usePropose() {
  const [found, setFound] = useState<FileProposal>();
  const [sent, setSent] = useState<number>();
  const [error, setError] = useState<unknown>();
  const cancel = useRef<() => void>(undefined);
  const propose = async (file: File, owner: string): Promise<void> => {
    setError(undefined);
    setFound(undefined);
    setSent(0);
    const job = upload<FileProposal>(base, [file], {
      fields: owner === '' ? {} : { owner },
      onProgress: setSent,
    });
    cancel.current = job.cancel;
    try {
      setFound(await job.done);
    } catch (cause) {
      setError(cause);
    } finally {
      setSent(undefined);
    }
  };
  return { propose, found, sent, error, cancel: () => cancel.current?.() };
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

/** The first delivery of the file that was catalogued. */
export function useFirstDelivery() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dataset, file }: { dataset: string; file: File }) =>
      upload<DeliverResult>('/api/ingest/deliveries', [file], { fields: { dataset } }).done,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['ingest'] }),
        client.invalidateQueries({ queryKey: ['catalogue'] }),
      ]),
  });
}
