/** What the pages of indicators read. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { DrillResult, Explanation, IndicatorValue, State } from '#indicators/model';
import { get, useLive, useMe, useUrlValue } from '#web/client';
import type { State as Mark } from '#web/parts';

export const trendDays = 30;
const pageRows = 50;

/**
 * The unit of the address, else the reader's own; departments look at the district they work for.
 */
export function useUnit(): [string, (next: string) => void] {
  const me = useMe().data;
  const own = me?.actor?.roles[0]?.unit ?? '';
  const isPlace = /^\d{6}(\d{3}){0,2}$/.test(own);
  return useUrlValue('unit', isPlace ? own : (me?.district.code ?? ''));
}

export function useValues(unit: string) {
  useLive('indicators', ['indicators']);
  return useQuery({
    queryKey: ['indicators', 'values', unit],
    queryFn: () =>
      get<{ values: IndicatorValue[] }>('/api/indicators/values', {
        unit,
        days: trendDays,
        children: true,
      }),
    enabled: unit !== '',
  });
}

export function useExplanation(indicator: string, unit: string) {
  useLive('indicators', ['indicators']);
  return useQuery({
    queryKey: ['indicators', 'explain', indicator, unit],
    queryFn: () =>
      get<Explanation>(`/api/indicators/${indicator}/explain`, { unit, days: trendDays }),
    enabled: unit !== '',
  });
}

export function useRows(indicator: string, unit: string, part: string) {
  return useInfiniteQuery({
    queryKey: ['indicators', 'rows', indicator, unit, part],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      get<DrillResult>(`/api/indicators/${indicator}/rows`, {
        unit,
        part,
        offset: pageParam,
        limit: pageRows,
      }),
    getNextPageParam: (last, pages) => (last.more ? pages.length * pageRows : undefined),
    enabled: unit !== '',
  });
}

/** A value without threshold has no mark of its own. */
export const markOf = (state: State): Mark | undefined => (state === 'none' ? undefined : state);
