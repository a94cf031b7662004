/** What the hub's pages read from the server and send to it. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { CaseDetail, CaseSummary, TaskItem } from '#cases/model';
import type { Component, DispatchSuggestion, EventView, JoinSuggestion } from '#hub/model';
import { get, post, upload, useLive, useMay } from '#web/client';
import type { Filled } from '#web/parts';

export interface DeskFacts {
  channels: {
    name: string;
    title: { zh: string; en: string };
    icon: string;
    ways: string[];
    /** Takes reports from whoever looks. */
    mine: boolean;
  }[];
  caseType: string;
  actions: Record<string, string>;
}

export interface Suggestions {
  joins: JoinSuggestion[];
  dispatch: DispatchSuggestion;
  components: Component[];
}

export interface SimilarEvent {
  id: string;
  number: string;
  title: string;
  openedAt: string;
  closedAt: string | null;
  hostName: string | null;
  metres: number;
  inTime: boolean | null;
}

export const tabs = ['mine', 'open', 'soon', 'overdue'] as const;
export type Tab = (typeof tabs)[number];

/** One row of the list, whether it came as a task or as a case. */
export interface Row {
  item: CaseSummary;
  task: string | null;
}

interface Page {
  rows: Row[];
  next: string | null;
  total: number | null;
}

export function useDesk(): DeskFacts | undefined {
  return useQuery({
    queryKey: ['hub', 'desk'],
    queryFn: () => get<DeskFacts>('/api/hub/channels'),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}

const once = (items: readonly TaskItem[]): Row[] => {
  const rows = new Map<string, Row>();
  for (const item of items) {
    if (!rows.has(item.case.id)) {
      rows.set(item.case.id, { item: item.case, task: item.task.title.zh });
    }
  }
  return [...rows.values()];
};

async function readPage(
  tab: Tab,
  type: string,
  q: string,
  after: string | undefined,
): Promise<Page> {
  if (tab === 'mine' || tab === 'soon') {
    const due = tab === 'soon' ? 'soon' : undefined;
    const page = await get<{ items: TaskItem[]; next: string | null; total: number }>(
      '/api/cases/tasks',
      { type, due, after, limit: 100 },
    );
    const rows = once(page.items).filter((row) => q === '' || row.item.title.includes(q));
    return { rows, next: page.next, total: tab === 'mine' ? page.total : null };
  }
  const page = await get<{ items: CaseSummary[]; next: string | null }>('/api/cases/', {
    type,
    open: tab === 'open' ? 'true' : undefined,
    overdue: tab === 'overdue' ? 'true' : undefined,
    q,
    after,
  });
  return { rows: page.items.map((item) => ({ item, task: null })), next: page.next, total: null };
}

/** The list of a tab, by keyset pages, live. */
export function useInbox(tab: Tab, type: string | undefined, q: string) {
  useLive('cases', ['hub', 'list']);
  return useInfiniteQuery({
    queryKey: ['hub', 'list', tab, type, q],
    queryFn: ({ pageParam }) => readPage(tab, type ?? '', q, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: type !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** Everything of one case, live. */
export function useCase(id: string | undefined) {
  useLive('cases', ['hub', 'case']);
  return useQuery({
    queryKey: ['hub', 'case', id],
    queryFn: () => get<CaseDetail>(`/api/cases/${id}`),
    enabled: id !== undefined,
  });
}

/** What the hub knows of an event beside its case; undefined for other cases. */
export function useEvent(id: string | undefined, isEvent: boolean) {
  useLive('hub', ['hub', 'case']);
  return useQuery({
    queryKey: ['hub', 'case', id, 'event'],
    queryFn: () => get<{ event: EventView }>(`/api/hub/events/${id}`),
    enabled: id !== undefined && isEvent,
    select: (answer) => answer.event,
  });
}

export function useSuggestions(id: string | undefined, wanted: boolean) {
  const may = useMay();
  return useQuery({
    queryKey: ['hub', 'case', id, 'suggestions'],
    queryFn: () => get<Suggestions>(`/api/hub/events/${id}/suggestions`),
    enabled: id !== undefined && wanted && may('hub.dispatch'),
  });
}

export function useSimilar(id: string | undefined) {
  return useQuery({
    queryKey: ['hub', 'similar', id],
    queryFn: () => get<{ events: SimilarEvent[] }>(`/api/hub/events/${id}/similar`),
    enabled: id !== undefined,
    select: (answer) => answer.events,
  });
}

interface Boundaries {
  features: {
    properties: { code: string; name: string };
    geometry: { type: 'Polygon'; coordinates: number[][][] };
  }[];
}

/** The outline of the grid an event lies in. */
export function useGridOutline(code: string | null | undefined) {
  return useQuery({
    queryKey: ['organisation', 'boundary', code],
    queryFn: () =>
      get<Boundaries>('/api/organisation/boundaries', { under: code ?? '', level: 'grid' }),
    enabled: Boolean(code),
    staleTime: Number.POSITIVE_INFINITY,
    select: (answer) => {
      const found = answer.features[0];
      return found && { ...found.properties, geometry: found.geometry };
    },
  });
}

/** Title of a dataset, for the chip that names the register. */
export function useDatasetTitle(name: string | undefined) {
  return useQuery({
    queryKey: ['catalogue', 'title', name],
    queryFn: () =>
      get<{ contract: { title: { zh: string; en: string } } }>(`/api/catalogue/datasets/${name}`),
    enabled: name !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  }).data?.contract.title;
}

/** Uploads photos of an action, or of a report: two doors, each with its own permission. */
async function uploadAll(
  photos: readonly File[],
  door: '/api/cases/attachments' | '/api/hub/photos' = '/api/cases/attachments',
): Promise<string[]> {
  const hashes: string[] = [];
  for (const photo of photos) {
    const stored = await upload<{ sha256: string }>(door, [photo]).done;
    hashes.push(stored.sha256);
  }
  return hashes;
}

/** Sends one action with its photos. */
export async function sendAction(
  id: string,
  wanted: { action: string; task: number | null; version?: number },
  filled: Filled,
): Promise<unknown> {
  const attachments = await uploadAll(filled.photos);
  return post(`/api/cases/${id}/act`, {
    action: wanted.action,
    ...(wanted.task === null ? {} : { task: wanted.task }),
    ...(wanted.version === undefined ? {} : { version: wanted.version }),
    data: filled.data,
    ...(filled.reason === '' ? {} : { reason: filled.reason }),
    attachments,
  });
}

/** A write of the hub; afterwards everything of it is read again. */
export function useWrite<T>(write: (input: T) => Promise<unknown>, after?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['hub'] });
      after?.();
    },
  });
}

export const photoUrl = (id: string, sha256: string): string =>
  `/api/cases/${id}/attachments/${sha256}`;

export { uploadAll };
