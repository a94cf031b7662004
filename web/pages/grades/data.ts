/** What the page of types and grades reads and changes. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  DecidedItems,
  DiscoveryRun,
  DiscoveryStep,
  GradedItem,
  GradesPage,
  GradesSummary,
} from '#gate/model';
import { del, get, post, useLocal } from '#web/client';

export interface Filters {
  state?: string | undefined;
  owner?: string | undefined;
  type?: string | undefined;
  grade?: string | undefined;
  q?: string | undefined;
}

export const keyOf = ({ dataset, item }: Pick<GradedItem, 'dataset' | 'item'>): string =>
  `${dataset}.${item}`;

const pageSize = 50;

export const useGrades = (filters: Filters) =>
  useInfiniteQuery({
    queryKey: ['grades', 'items', filters],
    queryFn: ({ pageParam }) =>
      get<GradesPage>('/api/gate/grades', { ...filters, after: pageParam, limit: pageSize }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before) => before,
  });

export const useSummary = () =>
  useQuery({
    queryKey: ['grades', 'summary'],
    queryFn: () => get<GradesSummary>('/api/gate/grades/summary'),
  });

export const useRights = () =>
  useQuery({
    queryKey: ['grades', 'rights'],
    queryFn: () => get<{ discover: boolean; confirm: boolean }>('/api/gate/grades/rights'),
  });

export const isGoing = (run: DiscoveryRun | undefined): boolean =>
  run?.state === 'waiting' || run?.state === 'running';

/** The newest run of the open datasets, and of every sealed one the reader knows of. */
export interface NewestRuns {
  open: DiscoveryRun | undefined;
  sealed: DiscoveryRun[];
}

function newestOf({ runs }: { runs: DiscoveryRun[] }): NewestRuns {
  const byWhat = Map.groupBy(runs, ({ compartment }) => compartment);
  const newest = [...byWhat.values()].flatMap((all) => all.slice(0, 1));
  return {
    open: newest.find(({ compartment }) => compartment === null),
    sealed: newest.filter(({ compartment }) => compartment !== null),
  };
}

/** Newest runs; asked for every second while one goes on. */
export const useRuns = () =>
  useQuery({
    queryKey: ['grades', 'runs'],
    queryFn: () => get<{ runs: DiscoveryRun[] }>('/api/gate/discovery'),
    select: newestOf,
    refetchInterval: ({ state }) => (state.data?.runs.some(isGoing) ? 1000 : false),
  });

export const useSteps = (one: GradedItem | undefined) =>
  useQuery({
    queryKey: ['grades', 'steps', one?.dataset, one?.item],
    queryFn: () =>
      get<{ steps: DiscoveryStep[] }>(
        `/api/gate/grades/${encodeURIComponent(one?.dataset ?? '')}/${encodeURIComponent(one?.item ?? '')}/steps`,
      ),
    enabled: one !== undefined,
  });

function useChange<In, Out>(change: (input: In) => Promise<Out>, done?: (out: Out) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (out) => {
      await client.invalidateQueries({ queryKey: ['grades'] });
      done?.(out);
    },
  });
}

export const useStart = () =>
  useChange((whole: boolean) => post<DiscoveryRun>('/api/gate/discovery', { whole }));

export const useStop = () =>
  useChange((id: string) => del<DiscoveryRun>(`/api/gate/discovery/${id}`));

/** An item as it stands, or with another type or grade. */
export interface SaidItem {
  dataset: string;
  item: string;
  semantic?: string;
  grade?: GradedItem['grade'];
}

interface Said {
  items: SaidItem[];
  reason: string;
}

export const useSubmit = (done: (out: DecidedItems) => void) =>
  useChange((said: Said) => post<DecidedItems>('/api/gate/grades/submit', said), done);

export const useDecide = (done: (out: DecidedItems) => void) =>
  useChange(
    (said: Said & { verdict: 'confirmed' | 'refused' }) =>
      post<DecidedItems>('/api/gate/grades/decide', said),
    done,
  );

/** Names of types in the reader's language. */
export function useTypeNames(summary: GradesSummary | undefined): (type: string) => string {
  const local = useLocal();
  const titles = new Map(summary?.types.map(({ name, title }) => [name, title]));
  return (type) => {
    const title = titles.get(type);
    return title === undefined ? type : local(title);
  };
}

/** `12.3 %`; a share that is not nothing is never shown as 0. */
export const percent = (share: number): string =>
  share > 0 && share < 0.001 ? '< 0.1 %' : `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
