/** What the pages of rules read. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Findings, RuleView, Run } from '#rules/model';
import type { Signal } from '#signals/model';
import { get, useLive } from '#web/client';
import type { State } from '#web/parts';

const pageRows = 50;
const runsShown = 20;

export function useRules() {
  useLive('signals', ['rules']);
  return useQuery({
    queryKey: ['rules', 'list'],
    queryFn: () => get<{ rules: RuleView[] }>('/api/rules'),
  });
}

export function useRule(rule: string) {
  useLive('signals', ['rules']);
  return useQuery({
    queryKey: ['rules', 'one', rule],
    queryFn: () => get<RuleView>(`/api/rules/${encodeURIComponent(rule)}`),
  });
}

export const useRuns = (rule: string) =>
  useQuery({
    queryKey: ['rules', 'runs', rule],
    queryFn: () =>
      get<{ runs: Run[] }>(`/api/rules/${encodeURIComponent(rule)}/runs`, { limit: runsShown }),
  });

export const useFindings = (rule: string) =>
  useInfiniteQuery({
    queryKey: ['rules', 'rows', rule],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      get<Findings>(`/api/rules/${encodeURIComponent(rule)}/rows`, {
        offset: pageParam,
        limit: pageRows,
      }),
    getNextPageParam: (last, pages) => (last.more ? pages.length * pageRows : undefined),
  });

interface SignalPage {
  items: Signal[];
  next: string | null;
}

/** Signals of one rule, as far as the reader may see signals. */
export const useSignalsOf = (rule: string, may: boolean) =>
  useInfiniteQuery({
    queryKey: ['rules', 'signals', rule],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      get<SignalPage>('/api/signals', { source: `rules/${rule}`, limit: 50, after: pageParam }),
    getNextPageParam: (last) => last.next ?? undefined,
    enabled: may,
  });

export const severityLooks: Record<RuleView['severity'], State> = {
  notice: 'run',
  warn: 'warn',
  serious: 'bad',
  critical: 'bad',
};

export const signalLooks: Record<Signal['state'], State> = {
  raised: 'warn',
  acknowledged: 'run',
  confirmed: 'run',
  dismissed: 'stale',
  closed: 'ok',
};
