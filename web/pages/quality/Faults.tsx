/** The faulty rows of a check, as the reader may see them, and its runs. */
import { IconDownload } from '@tabler/icons-react';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { CheckRun, CheckView, FaultyRows } from '#quality/model';
import { shortTime, useLanguage, useLocal, useText } from '#web/client';
import { DataTable, EmptyState, ErrorState, figure, Panel, StateMark } from '#web/parts';
import { fileHref, looks, useFaults, useRuns } from './data.ts';
import { text } from './text.ts';

interface Row {
  n: number;
  row: FaultyRows['rows'][number];
}

const shown = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '-' : String(value);

function Downloads({ dataset, check }: { dataset: string; check: string }): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  const one = (format: 'csv' | 'xlsx', word: string): ReactNode => (
    <Button icon={<IconDownload size={16} />} href={fileHref(dataset, check, format, lang)}>
      {word}
    </Button>
  );
  return (
    <span className="quality-actions">
      {one('csv', t('csv'))}
      {one('xlsx', t('excel'))}
    </span>
  );
}

export function Faults({ dataset, check }: { dataset: string; check: CheckView }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const query = useFaults(dataset, check.check);
  const pages = query.data?.pages;
  const columns = pages?.[0]?.columns ?? [];
  const titles = new Map(columns.map(({ name, title }) => [name, local(title)]));
  const rows = pages?.flatMap((page) => page.rows).map((row, n): Row => ({ n, row }));
  const hidden = pages?.reduce((sum, page) => sum + page.hidden, 0) ?? 0;
  const named = ({ row }: Row): string =>
    row.items.map((item) => titles.get(item) ?? item).join(t('comma'));
  return (
    <Panel
      title={`${t('faultRows')} · ${local(check.title)}`}
      note={hidden > 0 ? t('hidden', { n: hidden }) : t('faultRowsNote')}
      extra={<Downloads dataset={dataset} check={check.check} />}
    >
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable<Row>
          wide
          label={t('faultRows')}
          rows={rows}
          rowKey={({ n }) => String(n)}
          empty={<EmptyState title={t('noFaults')}>{t('noFaultsHint')}</EmptyState>}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            { key: 'fault', title: t('atFault'), render: named },
            {
              key: 'expected',
              title: t('shouldBe'),
              render: ({ row }) => row.expected ?? local(check.expected),
            },
            ...columns.map((column, at) => ({
              key: column.name,
              title: local(column.title),
              render: ({ row }: Row) =>
                row.items.includes(column.name) ? (
                  <span className="quality-fault">{shown(row.values[at])}</span>
                ) : (
                  shown(row.values[at])
                ),
            })),
          ]}
        />
      )}
    </Panel>
  );
}

export function Runs({ dataset, check }: { dataset: string; check: CheckView }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const runs = useRuns(dataset, check.check);
  const word = (state: CheckRun['state']): string => t(state === 'failed' ? 'failedWord' : state);
  return (
    <Panel title={`${t('runs')} · ${local(check.title)}`}>
      <DataTable<CheckRun>
        label={t('runs')}
        rows={runs.data?.runs}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title={t('never')} />}
        columns={[
          { key: 'at', title: t('time'), render: ({ at }) => shortTime(at) },
          {
            key: 'state',
            title: t('state'),
            render: ({ state, failed }) => (
              <span className="quality-state">
                <StateMark state={looks[state]} word={word(state)} />
                {failed === null ? null : <code>{failed}</code>}
              </span>
            ),
          },
          {
            key: 'rows',
            title: t('rows'),
            number: true,
            render: ({ rows, of }) => (of === null ? '-' : `${figure(rows)} / ${figure(of)}`),
          },
          {
            key: 'measure',
            title: t('expected'),
            render: ({ measure }) => (measure === null ? '-' : local(measure.basis)),
          },
          { key: 'ms', title: t('took'), number: true, render: ({ ms }) => t('ms', { n: ms }) },
        ]}
      />
    </Panel>
  );
}
