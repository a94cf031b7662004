/**
 * Behind a number: its owner, its formula, the snapshots it was counted from, and the rows, read
 * through the gate.
 */
import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DrillResult, Explanation } from '#indicators/model';
import { get, shortTime, useLocal, useText, useUnitWords } from '#web/client';
import { DataTable, EmptyState, Facts, figure, Loaded, PageSkeleton } from '#web/parts';
import { text } from './text.ts';

interface BehindRow {
  n: number;
  values: readonly unknown[];
}

const rowsShown = 50;

type Say = ReturnType<typeof useText<typeof text>>;

/** The two sums of a row say one thing: it counts or it does not. */
const shown = (t: Say, column: DrillResult['columns'][number], value: unknown): string => {
  if (value === null || value === undefined) return '-';
  if (column.name === 'numerator') return t(Number(value) > 0 ? 'yes' : 'no');
  return /^timestamp/i.test(column.type) ? shortTime(String(value)) : String(value);
};

function Rows({ indicator, unit }: { indicator: string; unit: string }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const rows = useQuery({
    queryKey: ['indicators', 'rows', indicator, unit],
    queryFn: () =>
      get<DrillResult>(`/api/indicators/${indicator}/rows`, { unit, limit: rowsShown }),
  });
  return (
    <section className="behind-rows">
      <h3>
        {t('rows')} <small className="faint">{t('rowsNote')}</small>
      </h3>
      <Loaded query={rows} skeleton={<PageSkeleton rows={4} />}>
        {(data) => (
          <>
            <DataTable<BehindRow>
              wide
              label={t('rows')}
              rows={data.rows.map((values, n) => ({ n, values }))}
              rowKey={(row) => String(row.n)}
              empty={<EmptyState title={t('noRows')} />}
              columns={data.columns
                .map((column, at) => ({ column, at }))
                .filter(({ column }) => column.name !== 'denominator')
                .map(({ column, at }) => ({
                  key: column.name,
                  title: local(column.title),
                  number: column.name !== 'numerator' && /int|decimal|double/i.test(column.type),
                  render: (row) => shown(t, column, row.values[at]),
                }))}
            />
            {data.more ? <p className="faint">{t('more', { n: rowsShown })}</p> : null}
          </>
        )}
      </Loaded>
    </section>
  );
}

const amounts = (data: Explanation): Record<'numerator' | 'denominator', string> => ({
  numerator: figure(data.numerator),
  denominator: figure(data.denominator),
});

function Behind({ data }: { data: Explanation }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  return (
    <>
      <p className="behind-value">
        <b>{figure(data.value, data.decimals)}</b>{' '}
        {data.value === null ? null : local(data.valueUnit)}
        {data.denominator === null ? null : (
          <span className="muted">{t('sum', amounts(data))}</span>
        )}
      </p>
      <p className="muted">{local(data.meaning)}</p>
      <Facts
        rows={[
          [t('owner'), unit(data.ownerName)],
          [t('asOf'), data.asOf ? shortTime(data.asOf) : '-'],
          [
            t('snapshots'),
            <ul key="snapshots">
              {data.snapshots.map((snapshot) => (
                <li key={snapshot.snapshot}>
                  <Link to={`/catalogue/${snapshot.dataset}`}>{local(snapshot.title)}</Link>{' '}
                  <span className="faint">
                    {t('version', { n: snapshot.version })} · {unit(snapshot.ownerName)} ·{' '}
                    {shortTime(snapshot.at)}
                  </span>
                </li>
              ))}
            </ul>,
          ],
          [t('unnamed'), data.name],
        ]}
      />
      <details className="behind-sql">
        <summary>
          {t('formula')} <span className="faint">{data.file}</span>
        </summary>
        <pre>{data.sql}</pre>
      </details>
    </>
  );
}

export interface Chosen {
  indicator: string;
  unit: string;
}

export function NumberDrawer(props: { chosen: Chosen | null; onClose: () => void }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { chosen } = props;
  const about = useQuery({
    queryKey: ['indicators', 'explain', chosen?.indicator, chosen?.unit],
    queryFn: () =>
      get<Explanation>(`/api/indicators/${chosen?.indicator}/explain`, { unit: chosen?.unit }),
    enabled: chosen !== null,
  });
  const title = about.data ? local(about.data.title) : t('drawer');
  return (
    <Drawer
      open={chosen !== null}
      onClose={props.onClose}
      size={720}
      title={title}
      extra={
        chosen ? (
          <Link to={`/indicators/${chosen.indicator}?unit=${chosen.unit}`}>{t('toIndicator')}</Link>
        ) : null
      }
    >
      {chosen === null ? null : (
        <div className="behind">
          <Loaded query={about} skeleton={<PageSkeleton rows={5} />}>
            {(data) => <Behind data={data} />}
          </Loaded>
          <Rows indicator={chosen.indicator} unit={chosen.unit} />
        </div>
      )}
    </Drawer>
  );
}
