/** What the catalogue pages ask the server. */
import { useQuery } from '@tanstack/react-query';
import type { Contract, DataVersion, Lineage, SearchResult, Summary } from '#catalogue/model';
import type { DatasetView, DiffRows, PageResult } from '#gate/model';
import type { Delivery } from '#ingest/model';
import { type Bilingual, get, useMay } from '#web/client';

export interface Filters {
  q: string;
  theme: string;
  owner: string;
  grade: string;
  layer: string;
  share: string;
}

const base = '/api/catalogue/datasets';

export const useSearch = (filters: Filters) =>
  useQuery({
    queryKey: ['catalogue', 'list', filters],
    queryFn: () => get<SearchResult>(base, { ...filters }),
    placeholderData: (before) => before,
  });

export interface Resource {
  contract: Contract;
  summary: Summary;
  lineage: Lineage;
  /** Words of the semantic types used. */
  meanings: Record<string, Bilingual>;
}

export const useResource = (name: string) =>
  useQuery({
    queryKey: ['catalogue', 'one', name],
    queryFn: () => get<Resource>(`${base}/${name}`),
  });

export const useVersions = (name: string) =>
  useQuery({
    queryKey: ['catalogue', 'versions', name],
    queryFn: () => get<{ versions: DataVersion[] }>(`${base}/${name}/versions`),
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

/** Rows that changed up to a version, through the gate. */
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
