/** The rows behind a number: the same formula, filtered, read through the gate as the reader. */
import { Segmented } from 'antd';
import type { ReactNode } from 'react';
import type { DrillResult } from '#indicators/model';
import { shortTime, useLocal, useText, useUrlValue } from '#web/client';
import { DataTable, EmptyState, ErrorState, figure, GradeChip, Panel } from '#web/parts';
import { useRows } from './data.ts';
import { text } from './text.ts';

interface Row {
  n: number;
  values: readonly unknown[];
}

type Column = DrillResult['columns'][number];

const isInstant = (type: string): boolean => /^timestamp/i.test(type);
const isNumber = (type: string): boolean => /int|decimal|double|float/i.test(type);

/** The two sums of a row say one thing: it counts or it does not. */
const hidden = new Set(['denominator']);

function Cell({ column, value }: { column: Column; value: unknown }): ReactNode {
  const t = useText(text);
  if (value === null || value === undefined) return '-';
  if (column.name === 'numerator') return Number(value) > 0 ? t('yes') : t('no');
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (isInstant(column.type)) return shortTime(String(value));
  if (isNumber(column.type)) return figure(Number(value), Number.isInteger(Number(value)) ? 0 : 1);
  return String(value);
}

const parts = ['all', 'counted', 'missing'] as const;

export function Rows(props: { indicator: string; unit: string; ratio: boolean }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [part, setPart] = useUrlValue('part', 'all');
  const query = useRows(props.indicator, props.unit, part);
  const pages = query.data?.pages;
  const columns = pages?.[0]?.columns ?? [];
  const rows = pages?.flatMap((page) => page.rows).map((values, n): Row => ({ n, values }));
  return (
    <Panel
      title={t('rows')}
      note={t('rowsNote')}
      extra={
        props.ratio ? (
          <Segmented
            aria-label={t('rows')}
            value={part}
            options={parts.map((value) => ({ value, label: t(value) }))}
            onChange={setPart}
          />
        ) : null
      }
    >
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
          columns={columns
            .map((column, at) => ({ column, at }))
            .filter(({ column }) => !hidden.has(column.name))
            .map(({ column, at }) => ({
              key: column.name,
              title: (
                <span className="indicator-column">
                  {column.title.zh === column.name ? (
                    <code>{column.name}</code>
                  ) : (
                    local(column.title)
                  )}{' '}
                  <GradeChip grade={column.grade} short />
                </span>
              ),
              number: isNumber(column.type) && column.name !== 'numerator',
              render: (row: Row) => <Cell column={column} value={row.values[at]} />,
            }))}
        />
      )}
    </Panel>
  );
}
