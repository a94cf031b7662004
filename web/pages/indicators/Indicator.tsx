/**
 * One indicator of one unit: the number, its trend, the units below, where it comes from, the rows
 * behind it.
 */
import { type ReactNode, useMemo } from 'react';
import { useParams } from 'react-router';
import type { Explanation, UnitValue } from '#indicators/model';
import { isToday, useLocal, useText, useUnitWords } from '#web/client';
import {
  DataTable,
  EmptyState,
  figure,
  Loaded,
  NameAndCode,
  PageHeader,
  Panel,
  StateMark,
  Trend,
  useMedia,
} from '#web/parts';
import { About, History } from './About.tsx';
import { markOf, trendDays, useExplanation, useUnit } from './data.ts';
import './indicators.css';
import { Card } from './List.tsx';
import { Rows } from './Rows.tsx';
import { text } from './text.ts';

const urgency = { bad: 0, warn: 1, stale: 2, ok: 3, none: 4 } as const;

/** What needs attention first, then the worse value by the indicator's direction, then by code. */
function ranked(data: Explanation): UnitValue[] {
  const sign = data.direction === 'up' ? 1 : -1;
  const worth = (value: UnitValue): number => (value.value ?? sign * 1e15) * sign;
  return data.children.toSorted(
    (a, b) =>
      urgency[a.state] - urgency[b.state] || worth(a) - worth(b) || a.unit.localeCompare(b.unit),
  );
}

function Below({ data, onUnit }: { data: Explanation; onUnit: (unit: string) => void }): ReactNode {
  const t = useText(text);
  const named = useUnitWords();
  const rows = useMemo(() => ranked(data), [data]);
  if (rows.length === 0) return null;
  return (
    <Panel title={t('below')} note={t('belowNote')} className="indicator-below">
      <DataTable<UnitValue>
        label={t('below')}
        rows={rows}
        rowKey={(row) => row.unit}
        onRow={(row) => onUnit(row.unit)}
        columns={[
          {
            key: 'unit',
            title: t('unit'),
            render: (row) => <NameAndCode name={named(row.name)} code={row.unit} />,
          },
          {
            key: 'value',
            named: true,
            title: t('value'),
            number: true,
            render: (row) =>
              row.withheld ? (
                <span className="faint">{t('withheld')}</span>
              ) : (
                figure(row.value, data.decimals)
              ),
          },
          {
            key: 'share',
            named: true,
            title: t('share'),
            number: true,
            render: (row) => `${figure(row.numerator)} / ${figure(row.denominator)}`,
          },
          {
            key: 'state',
            title: t('state'),
            render: (row) => {
              const mark = markOf(row.state);
              return mark ? <StateMark state={mark} /> : '-';
            },
          },
        ]}
      />
    </Panel>
  );
}

function Course({ data }: { data: Explanation }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  // Drawn for the width it stands in: letters that shrink with it are read by nobody.
  const narrow = useMedia('(max-width: 640px)');
  const enough = data.trend.filter((point) => point.value !== null).length > 1;
  return (
    <Panel title={t('trend')} note={t('trendDays', { n: trendDays })} className="indicator-course">
      {enough ? (
        <Trend
          title={local(data.title)}
          width={narrow ? 340 : 920}
          height={190}
          unit={local(data.valueUnit)}
          digits={data.decimals}
          target={data.target}
          targetWord={t('targetWord')}
          running={isToday(data.trend.at(-1)?.day)}
          points={data.trend.map((point) => ({ label: point.day.slice(5), value: point.value }))}
        />
      ) : (
        <EmptyState title={t('trendEmpty')} />
      )}
    </Panel>
  );
}

export default function Indicator(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const named = useUnitWords();
  const { indicator = '' } = useParams();
  const [unit, setUnit] = useUnit();
  const about = useExplanation(indicator, unit);
  return (
    <Loaded query={about}>
      {(data) => (
        <>
          <PageHeader
            title={local(data.title)}
            crumbs={[
              { label: t('title'), to: `/indicators?unit=${unit}` },
              { label: named(data.name) },
            ]}
          >
            {local(data.meaning)}
          </PageHeader>
          <div className="indicator-page">
            <div className="indicator-top">
              <Card value={data} />
              <Course data={data} />
            </div>
            <div className="indicator-body">
              <Below data={data} onUnit={setUnit} />
              <div className="indicator-side">
                <About data={data} />
                <History data={data} />
              </div>
            </div>
            <Rows indicator={indicator} unit={unit} ratio={data.measure === 'ratio'} />
          </div>
        </>
      )}
    </Loaded>
  );
}
