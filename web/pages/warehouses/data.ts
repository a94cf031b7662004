/** What the pages of warehouses ask the server. */
import { useQuery } from '@tanstack/react-query';
import type { Library } from '#catalogue/model';
import type { TownWarehouse, Warehouses } from '#ingest/model';
import { get } from '#web/client';

export const useWarehouses = () =>
  useQuery({
    queryKey: ['warehouses', 'departments'],
    queryFn: () => get<Warehouses>('/api/ingest/warehouses'),
  });

export const useTowns = () =>
  useQuery({
    queryKey: ['warehouses', 'towns'],
    queryFn: () => get<{ towns: TownWarehouse[] }>('/api/ingest/warehouses/towns'),
  });

export const useLibraries = () =>
  useQuery({
    queryKey: ['warehouses', 'libraries'],
    queryFn: () => get<{ libraries: Library[] }>('/api/catalogue/libraries'),
  });
