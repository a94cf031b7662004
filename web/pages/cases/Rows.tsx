/** The faulty rows of a correction as this reader may see them, the wrong items marked. */
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { CorrectionRows } from '#quality/model';
import { useLocal, useText } from '#web/client';
import { EmptyState, ErrorState, PageSkeleton, Panel } from '#web/parts';
import { useRows } from './data.ts';
import { Downloads } from './Mend.tsx';
import { text } from './text.ts';

const shown = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '-' : String(value);

type Row = CorrectionRows['rows'][number];

function Cell(props: { row: Row; name: string; at: number }): ReactNode {
  const t = useText(text);
  const { row, name, at } = props;
  const value = shown(row.values[at]);
  if (!row.items.includes(name)) return <td>{value}</td>;
  return (
    <td className="is-wrong">
      <Tooltip title={t('wrongItem')}>
        <b>{value}</b>
      </Tooltip>
      {row.expected === null ? null : <ins> → {row.expected}</ins>}
    </td>
  );
}

/** The wrong items first: on a narrow screen they are what is seen. */
function inOrder({ columns, rows }: CorrectionRows): number[] {
  const wrong = new Set(rows.flatMap((row) => row.items));
  const places = columns.map((_, at) => at);
  const isWrong = (at: number): number => (wrong.has(columns[at]?.name ?? '') ? 0 : 1);
  const [key, ...rest] = places;
  return key === undefined ? [] : [key, ...rest.sort((a, b) => isWrong(a) - isWrong(b) || a - b)];
}

function Sample({ found }: { found: CorrectionRows }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (found.rows.length === 0) {
    return (
      <EmptyState title={t(found.hidden > 0 ? 'rowsHidden' : 'rowsNone')}>
        {t(found.hidden > 0 ? 'rowsHiddenHint' : 'rowsNoneHint')}
      </EmptyState>
    );
  }
  const places = inOrder(found);
  // Of one record the facts above say it.
  const hasEvents = found.rows.length > 1 && found.rows.some(({ event }) => event !== null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard
    <section className="rows-scroll" tabIndex={0} aria-label={t('rows')}>
      <table className="rows-table">
        <thead>
          <tr>
            {places.map((at) => (
              <th key={at} scope="col">
                {local(found.columns[at]?.title)}
              </th>
            ))}
            {hasEvents ? <th scope="col">{t('event')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {found.rows.map((row) => (
            <tr key={JSON.stringify(row.values)}>
              {places.map((at) => (
                <Cell key={at} row={row} name={found.columns[at]?.name ?? ''} at={at} />
              ))}
              {hasEvents ? (
                <td>
                  {row.event === null ? '-' : <Link to={`/hub/${row.event}`}>{row.event}</Link>}
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Rows({ number }: { number: string }): ReactNode {
  const t = useText(text);
  const found = useRows(number, true);
  const { data } = found;
  const note =
    data === undefined || data.rows.length === 0 ? '' : t('rowsNote', { n: data.rows.length });
  return (
    <Panel
      title={t('rows')}
      note={data?.more ? t('rowsMore', { n: data.rows.length }) : note}
      extra={data !== undefined && data.rows.length > 0 ? <Downloads number={number} /> : null}
    >
      {found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {data === undefined ? found.error ? null : <PageSkeleton /> : <Sample found={data} />}
      {data !== undefined && data.hidden > 0 && data.rows.length > 0 ? (
        <p className="faint">{t('rowsSomeHidden', { n: data.hidden })}</p>
      ) : null}
    </Panel>
  );
}
