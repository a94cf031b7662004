/** The numbers of the reader's own unit, small; each opens its indicator. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { IndicatorValue } from '#indicators/model';
import { get, useLive, useLocal, useMay, useMe, useUnitWords } from '#web/client';
import { figure, lineOf, NumberCard, type State } from '#web/parts';

/**
 * Figures are kept for district, town and village; a grid worker looks at his village, a department
 * at the district.
 */
const figureUnit = (path: string): string =>
  path
    .split('/')
    .filter((code) => /^(\d{6}|\d{9}|\d{12})$/.test(code))
    .at(-1) ?? '';

const looks: Record<IndicatorValue['state'], State> = {
  ok: 'ok',
  warn: 'warn',
  bad: 'bad',
  none: 'ok',
  stale: 'stale',
};

const trendDays = 14;

export function Numbers(): ReactNode {
  const named = useUnitWords();
  const local = useLocal();
  const navigate = useNavigate();
  const may = useMay();
  const me = useMe().data;
  const unit = figureUnit(me?.actor?.roles[0]?.path ?? '');
  useLive('datasets', ['indicators']);
  const list = useQuery({
    queryKey: ['indicators', 'mine', unit],
    queryFn: () =>
      get<{ values: IndicatorValue[] }>('/api/indicators/values', { unit, days: trendDays }),
    enabled: unit !== '' && may('indicators.read'),
    refetchInterval: 30_000,
  });
  const numbers = list.data?.values ?? [];
  if (numbers.length === 0) return null;
  return (
    <div className="workbench-numbers">
      {numbers.map((number) => (
        <NumberCard
          key={number.indicator}
          name={local(number.title)}
          value={number.value}
          unit={local(number.valueUnit)}
          digits={number.decimals}
          state={looks[number.state]}
          line={[named(number.name), ...(number.target === null ? [] : [targetOf(number)])].join(
            ' · ',
          )}
          at={number.asOf}
          owner={named(number.ownerName)}
          stale={
            number.stale ? { since: number.stale.since, why: local(number.stale.why) } : undefined
          }
          {...lineOf(number.trend)}
          onClick={() => void navigate(`/indicators/${number.indicator}?unit=${number.unit}`)}
        />
      ))}
    </div>
  );
}

const targetOf = (number: IndicatorValue): string =>
  `${number.direction === 'up' ? '≥' : '≤'} ${figure(number.target, number.decimals)}`;
