/** What the pages of quality read. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  CheckRun,
  CheckView,
  DatasetQuality,
  FaultyRows,
  Overview,
  Ranking,
  Scoring,
} from '#quality/model';
import { get, post, useLive } from '#web/client';
import type { State } from '#web/parts';

const pageRows = 20;
const root = '/api/quality';
const ofCheck = (dataset: string, check: string): string =>
  `${root}/datasets/${encodeURIComponent(dataset)}/checks/${encodeURIComponent(check)}`;

export function useOverview() {
  useLive('signals', ['quality']);
  return useQuery({
    queryKey: ['quality', 'overview'],
    queryFn: () => get<Overview>(`${root}/overview`),
  });
}

export const useScoring = () =>
  useQuery({
    queryKey: ['quality', 'scoring'],
    queryFn: () => get<Scoring>(`${root}/scoring`),
  });

export function useQuality(dataset: string) {
  useLive('dataset', ['quality']);
  useLive('signals', ['quality']);
  return useQuery({
    queryKey: ['quality', 'dataset', dataset],
    queryFn: () => get<DatasetQuality>(`${root}/datasets/${encodeURIComponent(dataset)}`),
  });
}

export function useRunNow(dataset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      post<DatasetQuality>(`${root}/datasets/${encodeURIComponent(dataset)}/run`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['quality'] }),
  });
}

export const useFaults = (dataset: string, check: string) =>
  useInfiniteQuery({
    queryKey: ['quality', 'rows', dataset, check],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      get<FaultyRows>(`${ofCheck(dataset, check)}/rows`, { offset: pageParam, limit: pageRows }),
    getNextPageParam: (last, pages) => (last.more ? pages.length * pageRows : undefined),
  });

const runsShown = 20;

export const useRuns = (dataset: string, check: string) =>
  useQuery({
    queryKey: ['quality', 'runs', dataset, check],
    queryFn: () =>
      get<{ runs: CheckRun[] }>(`${ofCheck(dataset, check)}/runs`, { limit: runsShown }),
  });

export const fileHref = (
  dataset: string,
  check: string,
  format: 'csv' | 'xlsx',
  lang: 'zh' | 'en',
): string => `${ofCheck(dataset, check)}/file?format=${format}&lang=${lang}`;

export const useMonths = () =>
  useQuery({
    queryKey: ['quality', 'months'],
    queryFn: () => get<{ months: { month: string; frozen: boolean }[] }>(`${root}/rankings`),
  });

export const useRanking = (month: string) =>
  useQuery({
    queryKey: ['quality', 'ranking', month],
    queryFn: () => get<Ranking>(`${root}/rankings/${month}`),
    enabled: month !== '',
  });

export const rankingHref = (
  month: string,
  format: 'docx' | 'xlsx',
  language: 'zh' | 'en',
): string => `${root}/rankings/${month}/file?format=${format}&language=${language}`;

type Standing = CheckRun['state'] | 'delivered' | 'returned' | 'never';

/** How a check stands; the rules of deliveries by what is out. */
export function standingOf({ kind, last, rate }: CheckView): Standing {
  if (kind === 'delivery') return rate === 1 ? 'delivered' : 'returned';
  return last?.state ?? 'never';
}

export const looks: Record<Standing, State> = {
  passed: 'ok',
  delivered: 'ok',
  failed: 'bad',
  returned: 'warn',
  waiting: 'stale',
  never: 'stale',
  broken: 'warn',
};

export const points = (score: number | null): string => (score === null ? '-' : score.toFixed(2));
export const percent = (rate: number | null): string =>
  rate === null ? '-' : `${(rate * 100).toFixed(rate === 1 ? 0 : 2)}%`;
