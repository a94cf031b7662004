/** 指标: every indicator of one unit. */
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { IndicatorValue } from '#indicators/model';
import { useLocal, useText, useUnitWords } from '#web/client';
import { EmptyState, figure, Loaded, lineOf, NumberCard, PageHeader } from '#web/parts';
import { markOf, useUnit, useValues } from './data.ts';
import './indicators.css';
import { Matrix } from './Matrix.tsx';
import { text } from './text.ts';

/** Target where there is one, else the value of the period before. */
export function useLine(): (value: IndicatorValue) => string {
  const t = useText(text);
  const local = useLocal();
  return (value) => {
    const unit = local(value.valueUnit);
    if (value.target !== null) {
      return t('target', { target: figure(value.target, value.decimals), unit });
    }
    if (value.previous === null) return '';
    const key = value.period === 'month' ? 'previousMonth' : 'previousDay';
    return t(key, { value: figure(value.previous, value.decimals), unit });
  };
}

export function Card({ value, to }: { value: IndicatorValue; to?: () => void }): ReactNode {
  const unit = useUnitWords();
  const local = useLocal();
  const line = useLine();
  const mark = markOf(value.state);
  return (
    <NumberCard
      name={local(value.title)}
      value={value.value}
      unit={local(value.valueUnit)}
      digits={value.decimals}
      {...(mark ? { state: mark } : {})}
      line={line(value)}
      at={value.asOf}
      owner={unit(value.ownerName)}
      stale={value.stale ? { since: value.stale.since, why: local(value.stale.why) } : undefined}
      {...lineOf(value.trend)}
      {...(to ? { onClick: to } : {})}
    />
  );
}

export default function List(): ReactNode {
  const t = useText(text);
  const navigate = useNavigate();
  const named = useUnitWords();
  const [unit, setUnit] = useUnit();
  const values = useValues(unit);
  return (
    <>
      <PageHeader
        title={t('title')}
        marks={<span className="chip">{named(values.data?.values[0]?.name)}</span>}
      >
        {t('lead')}
      </PageHeader>
      <div className="indicator-page">
        <Loaded query={values}>
          {(data) =>
            data.values.length === 0 ? (
              <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
            ) : (
              <>
                <div className="indicator-cards">
                  {data.values.map((value) => (
                    <Card
                      key={value.indicator}
                      value={value}
                      to={() => void navigate(`/indicators/${value.indicator}?unit=${unit}`)}
                    />
                  ))}
                </div>
                <Matrix values={data.values} onUnit={setUnit} />
              </>
            )
          }
        </Loaded>
      </div>
    </>
  );
}
