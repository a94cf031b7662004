/** What the catalogue pages ask the server. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  Contract,
  ContractVersion,
  DataVersion,
  Elements,
  HistoryPage,
  ImportResult,
  KeepingNow,
  Lineage,
  Lists,
  SearchResult,
  Summary,
} from '#catalogue/model';
import type { DatasetView, DiffRows, PageResult } from '#gate/model';
import type { Delivery, RefreshPlan } from '#ingest/model';
import { type Bilingual, currentLanguage, get, upload, useMay } from '#web/client';

export interface Filters {
  q: string;
  theme: string;
  owner: string;
  grade: string;
  layer: string;
  share: string;
}

const base = '/api/catalogue';

export const useSearch = (filters: Filters) =>
  useInfiniteQuery({
    queryKey: ['catalogue', 'list', filters],
    queryFn: ({ pageParam }) =>
      get<SearchResult>(`${base}/datasets`, { ...filters, after: pageParam, limit: 50 }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });

export const useLists = () =>
  useQuery({ queryKey: ['catalogue', 'lists'], queryFn: () => get<Lists>(`${base}/lists`) });

export const useHistory = (q: string) =>
  useInfiniteQuery({
    queryKey: ['catalogue', 'history', q],
    queryFn: ({ pageParam }) =>
      get<HistoryPage>(`${base}/history`, { after: pageParam, ...(q === '' ? {} : { q }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });

/** Takes a workbook in: looked at first, applied when somebody says so. */
export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ file, apply }: { file: File; apply: boolean }) =>
      upload<ImportResult>(`${base}/excel`, [file], { fields: { apply: String(apply) } }).done,
    onSuccess: () => client.invalidateQueries({ queryKey: ['catalogue'] }),
  });
}

export interface Resource {
  contract: Contract;
  summary: Summary;
  lineage: Lineage;
  elements: Elements;
  history: ContractVersion[];
  /** Day the next delivery is due. */
  due: string | null;
  keeping: KeepingNow;
  /** Words of the semantic types used. */
  meanings: Record<string, Bilingual>;
}

export const useResource = (name: string) =>
  useQuery({
    queryKey: ['catalogue', 'one', name],
    queryFn: () => get<Resource>(`${base}/datasets/${name}`),
  });

export const useVersions = (name: string) =>
  useQuery({
    queryKey: ['catalogue', 'versions', name],
    queryFn: () => get<{ versions: DataVersion[] }>(`${base}/datasets/${name}/versions`),
  });

/** How a derived resource is kept up to date. */
export const useRefresh = (name: string, enabled: boolean) =>
  useQuery({
    queryKey: ['catalogue', 'refresh', name],
    queryFn: () => get<RefreshPlan>(`/api/ingest/datasets/${name}/refresh`),
    enabled,
  });

const gate = (name: string): string => `/api/gate/datasets/${name}`;

/** What this reader, or a role he looks through, sees of each item. */
export const useView = (name: string, as: string) =>
  useQuery({
    queryKey: ['catalogue', 'view', name, as],
    queryFn: () => get<DatasetView>(`${gate(name)}/views`, { as }),
    placeholderData: (before) => before,
  });

/** One row through the gate, for the sample column; refused when nothing is visible. */
export const useSample = (name: string, enabled: boolean) =>
  useQuery({
    queryKey: ['catalogue', 'sample', name],
    queryFn: () => get<PageResult>(`${gate(name)}/rows`, { limit: 1 }),
    enabled,
    retry: false,
  });

/** The first rows through the gate, once somebody asks for them; as they stood at `asOf`. */
export const usePreview = (name: string, asOf: string, enabled: boolean) =>
  useQuery({
    queryKey: ['catalogue', 'preview', name, asOf],
    queryFn: () =>
      get<PageResult>(`${gate(name)}/rows`, { limit: 20, ...(asOf === '' ? {} : { asOf }) }),
    enabled,
    retry: false,
  });

/** Address of the file of what the reader sees. */
export function downloadHref(name: string, format: 'csv' | 'xlsx', asOf: string): string {
  const asked = { format, lang: currentLanguage(), purpose: 'download' };
  const query = new URLSearchParams({ ...asked, ...(asOf === '' ? {} : { asOf }) });
  return `${gate(name)}/download?${query}`;
}

/** Rows that changed from one snapshot to another, through the gate. */
export const useDiff = (name: string, from: number | undefined, to: number | undefined) =>
  useQuery({
    queryKey: ['catalogue', 'diff', name, from, to],
    queryFn: () => get<DiffRows>(`${gate(name)}/diff`, { from, to, limit: 20 }),
    enabled: from !== undefined && to !== undefined,
    retry: false,
  });

/** Deliveries, for those who deliver. */
export function useDeliveriesOf(name: string) {
  const may = useMay();
  return useQuery({
    queryKey: ['ingest', 'of', name],
    queryFn: () =>
      get<{ deliveries: Delivery[] }>('/api/ingest/deliveries', { dataset: name, limit: 5 }),
    enabled: may('ingest.deliver'),
  });
}

/** Roles to look through, for those who may. */
export function useRoles() {
  const may = useMay();
  return useQuery({
    queryKey: ['catalogue', 'roles'],
    queryFn: () => get<{ roles: { name: string; title: Bilingual }[] }>('/api/organisation/roles'),
    enabled: may('gate.manage'),
  });
}
