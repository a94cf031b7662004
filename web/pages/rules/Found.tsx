/** What a rule finds now, read through the gate as the reader; and the signals it raised. */
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { Findings } from '#rules/model';
import type { Signal } from '#signals/model';
import { shortTime, useLocal, useMay, useText } from '#web/client';
import { DataTable, EmptyState, ErrorState, GradeChip, Panel, StateMark } from '#web/parts';
import { signalLooks, useFindings, useSignalsOf } from './data.ts';
import { text } from './text.ts';

interface Row {
  n: number;
  values: readonly unknown[];
}

const shown = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '-' : String(value);

type Column = Findings['columns'][number];

/** A column's title with its grade; one that nobody titled by its code. */
function Head({ column }: { column: Column }): ReactNode {
  const local = useLocal();
  return (
    <span className="rule-column">
      {column.title.zh === column.name ? <code>{column.name}</code> : local(column.title)}{' '}
      <GradeChip grade={column.grade} short />
    </span>
  );
}

export function Rows({ rule }: { rule: string }): ReactNode {
  const t = useText(text);
  const query = useFindings(rule);
  const pages = query.data?.pages;
  const columns = pages?.[0]?.columns ?? [];
  const rows = pages?.flatMap((page) => page.rows).map((values, n): Row => ({ n, values }));
  return (
    <Panel title={t('rows')} note={t('rowsNote')}>
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable<Row>
          wide
          label={t('rows')}
          rows={rows}
          rowKey={(row) => String(row.n)}
          empty={<EmptyState title={t('noRows')}>{t('noRowsHint')}</EmptyState>}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={columns.map((column, at) => ({
            key: column.name,
            title: <Head column={column} />,
            render: (row: Row) => shown(row.values[at]),
          }))}
        />
      )}
    </Panel>
  );
}

export function Signals({ rule }: { rule: string }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const may = useMay()('signals.read');
  const navigate = useNavigate();
  const query = useSignalsOf(rule, may);
  if (!may) return null;
  return (
    <Panel title={t('signals')} note={t('signalsNote')}>
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable<Signal>
          label={t('signals')}
          rows={query.data?.pages.flatMap((page) => page.items)}
          rowKey={(row) => row.id}
          onRow={() => void navigate('/signals')}
          empty={<EmptyState title={t('noSignals')}>{t('noSignalsHint')}</EmptyState>}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            { key: 'what', title: t('what'), render: (row) => local(row.title) },
            {
              key: 'state',
              title: t('state'),
              width: 110,
              render: (row) => (
                <StateMark state={signalLooks[row.state]} word={t(`state_${row.state}`)} />
              ),
            },
            {
              key: 'last',
              title: t('lastSeen'),
              width: 120,
              number: true,
              render: (row) => shortTime(row.lastSeen),
            },
          ]}
        />
      )}
    </Panel>
  );
}
