/** What the page of policies reads and changes. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PolicyHistory, PolicyLine, PolicySaved, PolicyTable, Simulation } from '#gate/model';
import { type Bilingual, get, post, put, useLocal, useText } from '#web/client';
import { text } from './text.ts';

export const usePolicies = () =>
  useQuery({
    queryKey: ['policy', 'table'],
    queryFn: () => get<PolicyTable>('/api/gate/policies'),
  });

export interface PolicyId {
  pack: string;
  name: string;
}

const path = ({ pack, name }: PolicyId): string =>
  `/api/gate/policies/${encodeURIComponent(pack)}/${encodeURIComponent(name)}`;

export const filePath = (id: PolicyId, version?: number): string =>
  `${path(id)}/file${version === undefined ? '' : `?version=${version}`}`;

export const useHistory = (id: PolicyId) =>
  useQuery({
    queryKey: ['policy', 'history', id.pack, id.name],
    queryFn: () => get<{ versions: PolicyHistory[] }>(`${path(id)}/history`),
  });

export function useSave(id: PolicyId, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (edit: { version: number; reason: string; lines: PolicyLine[] }) =>
      put<PolicySaved>(path(id), edit),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['policy'] });
      done();
    },
  });
}

export function useRollBack(id: PolicyId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (edit: { version: number; reason: string; to: number }) =>
      post<PolicySaved>(`${path(id)}/roll-back`, edit),
    onSuccess: () => client.invalidateQueries({ queryKey: ['policy'] }),
  });
}

export interface Asked {
  dataset: string;
  purpose: string;
  account?: string | undefined;
  role?: string | undefined;
  unit?: string | undefined;
  grant?: string | undefined;
}

export const useSimulation = (asked: Asked | undefined) =>
  useQuery({
    queryKey: ['policy', 'simulation', asked],
    queryFn: () => get<Simulation>('/api/gate/simulate', { ...asked }),
    enabled: asked !== undefined,
    placeholderData: (before) => before,
    retry: false,
  });

/** Names of roles, meanings and masks in the reader's language. */
export function useWords(table: PolicyTable) {
  const t = useText(text);
  const local = useLocal();
  const roles = new Map(table.roles.map(({ name, title }) => [name, title]));
  const meanings = new Map(table.meanings.map(({ name, title }) => [name, title]));
  const masks = new Map(table.masks.map((mask) => [mask.name as string, mask.title]));
  const purposes = new Map(table.policies.flatMap((one) => Object.entries(one.purposes)));
  const named = (words: Map<string, Bilingual>, name: string): string => {
    const title = words.get(name);
    return title === undefined ? name : local(title);
  };
  const mask = (name: string): string => named(masks, name);
  return {
    /** What is said beside the form: its mask, or how many persons a group has at least. */
    how: (line: {
      mask?: string | null | undefined;
      least?: number | undefined;
    }): { how?: string } => {
      if (line.least !== undefined) return { how: t('leastOf', { n: line.least }) };
      return line.mask ? { how: mask(line.mask) } : {};
    },
    role: (name: string): string => {
      if (name === '*') return t('everybody');
      return name === 'platform' ? t('platform') : named(roles, name);
    },
    meaning: (name: string): string => named(meanings, name),
    purpose: (name: string): string => named(purposes, name),
    /** Purposes that have a name. */
    purposes: [...purposes.keys()],
    mask,
  };
}

export type Words = ReturnType<typeof useWords>;
