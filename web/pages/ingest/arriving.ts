/**
 * Files on their way: they come as soon as they are chosen, and are looked at when they are here.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { DialectInput, FilePreview, Run } from '#ingest/model';
import { del, forgetFile, post, sendFile } from '#web/client';

export interface Sending {
  name: string;
  sent: number;
  bytes: number;
}

/** A file that has come whole. */
export interface Arrived {
  id: string;
  name: string;
}

/** What is in flight for one choice of files. */
interface Choice {
  stop: AbortController;
  /** Uploads begun so far. */
  begun: Set<string>;
  arrived: Promise<Arrived[]>;
}

async function bring(
  files: readonly File[],
  { stop, begun }: Pick<Choice, 'stop' | 'begun'>,
  tell: (sending: Sending) => void,
): Promise<Arrived[]> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const arrived: Arrived[] = [];
  let before = 0;
  for (const file of files) {
    const id = await sendFile(file, stop.signal, (sent, upload) => {
      begun.add(upload);
      tell({ name: file.name, sent: before + sent, bytes });
    });
    arrived.push({ id, name: file.name });
    before += file.size;
  }
  return arrived;
}

export interface Delivering {
  dataset: string;
  note: string;
  /** What was said of each, by upload; nothing of one that is read as usual. */
  byFile: ByFile;
  keep: boolean;
}

export type ByFile = Readonly<Record<string, DialectInput>>;

/** What was said of every file alike; nothing when they differ, or nobody said anything. */
export function saidOfAll(ids: readonly string[], byFile: ByFile): DialectInput | undefined {
  const [first = '', ...others] = ids;
  const said = byFile[first];
  const same = JSON.stringify(said);
  return others.every((id) => JSON.stringify(byFile[id]) === same) ? said : undefined;
}

/** Chosen files come piece by piece; handed over they are a run. */
export function useArriving(onDone: (run: string) => void) {
  const client = useQueryClient();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [sending, setSending] = useState<Sending>();
  const [arrived, setArrived] = useState<readonly Arrived[]>([]);
  const [begun, setBegun] = useState<ReadonlySet<string>>(new Set());
  const [handing, setHanding] = useState(false);
  const [error, setError] = useState<unknown>();
  const choice = useRef<Choice>(undefined);
  useEffect(() => () => choice.current?.stop.abort(), []);

  const asked = () => client.invalidateQueries({ queryKey: ['ingest', 'uploads'] });

  /** What was chosen before is not wanted any more. */
  const drop = async (): Promise<void> => {
    const before = choice.current;
    choice.current = undefined;
    before?.stop.abort();
    for (const file of files) forgetFile(file);
    const gone = [...(before?.begun ?? [])].map((id) => del(`/api/ingest/uploads/${id}`));
    await Promise.allSettled(gone);
  };

  const choose = async (next: readonly File[]): Promise<void> => {
    const dropped = drop();
    setFiles(next);
    setArrived([]);
    setError(undefined);
    setSending(undefined);
    await dropped;
    if (next.length === 0) return void asked();
    const stop = new AbortController();
    const ids = new Set<string>();
    const tell = (at: Sending): void => {
      setBegun(new Set(ids));
      setSending(at);
    };
    const coming = bring(next, { stop, begun: ids }, tell);
    choice.current = { stop, begun: ids, arrived: coming };
    try {
      const all = await coming;
      if (!stop.signal.aborted) setArrived(all);
    } catch (cause) {
      if (!stop.signal.aborted) setError(cause);
    } finally {
      if (!stop.signal.aborted) setSending(undefined);
      await asked();
    }
  };

  const deliver = async ({ dataset, note, byFile, keep }: Delivering): Promise<void> => {
    const mine = choice.current;
    if (mine === undefined) return;
    setHanding(true);
    setError(undefined);
    try {
      const uploads = (await mine.arrived).map(({ id }) => id);
      const dialect = saidOfAll(uploads, byFile);
      const said = dialect === undefined ? { dialects: byFile } : { dialect, keepDialect: keep };
      const body = { dataset, uploads, ...said, ...(note === '' ? {} : { note }) };
      const run = await post<Run>('/api/ingest/runs', body);
      for (const file of files) forgetFile(file);
      choice.current = undefined;
      setFiles([]);
      setArrived([]);
      onDone(run.id);
    } catch (cause) {
      if (!mine.stop.signal.aborted) setError(cause);
    } finally {
      setHanding(false);
      await client.invalidateQueries({ queryKey: ['ingest'] });
    }
  };
  return { files, sending, arrived, begun, handing, error, choose, deliver };
}

/** How an upload would be read; what stood before stays on the screen while it is asked anew. */
export const usePreview = (upload: string, dataset: string, said: DialectInput | undefined) =>
  useQuery({
    queryKey: ['preview', upload, dataset, said],
    queryFn: () =>
      post<FilePreview>(`/api/ingest/uploads/${upload}/preview`, {
        ...(dataset === '' ? {} : { dataset }),
        ...(said === undefined ? {} : { dialect: said }),
      }),
    enabled: upload !== '',
    placeholderData: (before, query) => (query?.queryKey[1] === upload ? before : undefined),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
