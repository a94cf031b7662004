/** Reading a cockpit page, and what its numbers say in words. */
import { useQuery } from '@tanstack/react-query';
import type { CockpitLive, CockpitPage } from '#cockpit/model';
import type { IndicatorValue } from '#indicators/model';
import { get, useLanguage, useLive, useLocal, useNow, useText, useUnitWords } from '#web/client';
import { figure, type MapPoint, type NumberCardProps, readClock, type State } from '#web/parts';
import { text } from './text.ts';

/** The page of a unit, read again whenever an event or an indicator moved. */
export function useCockpit(unit: string) {
  useLive('cases', ['cockpit', 'page']);
  useLive('indicators', ['cockpit', 'page']);
  useLive('datasets', ['cockpit', 'page']);
  return useQuery({
    queryKey: ['cockpit', 'page', unit],
    queryFn: () => get<CockpitPage>('/api/cockpit/page', { unit }),
    refetchInterval: 30_000,
  });
}

export interface Boundary {
  properties: { code: string; name: string; nameEn: string | null; generated: boolean };
  geometry:
    | { type: 'Polygon'; coordinates: number[][][] }
    | { type: 'MultiPolygon'; coordinates: number[][][][] };
}

/** Boundaries below a unit; they do not change while the page is open. */
export const useBoundaries = (unit: string, level: string | undefined) =>
  useQuery({
    queryKey: ['organisation', 'boundaries', unit, level],
    queryFn: () =>
      get<{ features: Boundary[] }>('/api/organisation/boundaries', { under: unit, level }),
    enabled: level !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** How a state of an indicator looks. */
export const looks: Record<IndicatorValue['state'], State> = {
  ok: 'ok',
  warn: 'warn',
  bad: 'bad',
  none: 'stale',
  stale: 'stale',
};

/** The card of a number: target or change since the period before, age, owner. */
export function useNumberCard(): (number: IndicatorValue) => NumberCardProps {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const change = (number: IndicatorValue): string => {
    if (number.value === null || number.previous === null) return '';
    const by = number.value - number.previous;
    if (by === 0) return t('same');
    return t('before', { change: `${by > 0 ? '+' : '−'}${figure(Math.abs(by), number.decimals)}` });
  };
  const goal = (number: IndicatorValue): string =>
    number.target === null
      ? change(number)
      : t('targetLine', {
          sign: number.direction === 'up' ? '≥' : '≤',
          value: figure(number.target, number.decimals),
          measure: local(number.valueUnit),
        });
  return (number) => ({
    name: local(number.title),
    value: number.value,
    unit: local(number.valueUnit),
    digits: number.decimals,
    state: number.state === 'none' ? 'ok' : looks[number.state],
    ...(number.target !== null && number.state === 'ok' ? { stateWord: t('reached') } : {}),
    line: goal(number),
    at: number.asOf,
    owner: unit(number.ownerName),
    stale: number.stale ? { since: number.stale.since, why: local(number.stale.why) } : undefined,
  });
}

/** The five shades in words, calm first. Bounds fall when more is better, rise when less is. */
export function useLegend(map: CockpitPage['map']): string[] {
  const t = useText(text);
  const [first, second, third, fourth] = map.steps.map((step) => String(step));
  if (!first || !second || !third || !fourth) return [];
  const up = map.value.direction === 'up';
  const pair = (a: string, b: string): string =>
    t('range', up ? { low: b, high: a } : { low: a, high: b });
  return [
    t(up ? 'above' : 'below', { value: first }),
    pair(first, second),
    pair(second, third),
    pair(third, fourth),
    t(up ? 'below' : 'above', { value: fourth }),
  ];
}

const clockState = (row: CockpitLive, now: number): State =>
  row.dueAt === null ? 'run' : readClock({ startedAt: row.openedAt, dueAt: row.dueAt }, now).state;

export interface LivePoints {
  points: MapPoint[];
  legend: { state: State; word: string }[];
  overdue: number;
}

/** Open matters as points on the map, with their counts in words. */
export function useLivePoints(rows: readonly CockpitLive[]): LivePoints {
  const unit = useUnitWords();
  const t = useText(text);
  const lang = useLanguage();
  const now = useNow(10_000);
  const states = rows.map((row) => clockState(row, now));
  const count = (state: State): number => states.filter((each) => each === state).length;
  const points = rows.flatMap((row, i): MapPoint[] =>
    row.lon === null || row.lat === null
      ? []
      : [
          {
            id: row.number,
            lon: row.lon,
            lat: row.lat,
            state: states[i] ?? 'run',
            label: `${row.title}${lang === 'zh' ? '，' : ', '}${unit(row.unitName)}`,
          },
        ],
  );
  const words = [
    { state: 'bad' as const, key: 'overdue' as const },
    { state: 'warn' as const, key: 'soon' as const },
    { state: 'run' as const, key: 'running' as const },
  ];
  const legend = words
    .filter(({ state }) => count(state) > 0)
    .map(({ state, key }) => ({ state, word: t(key, { n: count(state) }) }));
  const rank: Record<State, number> = { run: 0, ok: 0, stale: 0, warn: 1, bad: 2 };
  points.sort((a, b) => rank[a.state] - rank[b.state]);
  return { points, legend, overdue: count('bad') };
}
