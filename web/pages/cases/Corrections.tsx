/** Corrections: data that disagrees with the facts, each with its department and its clock. */
import { Input, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { CaseSummary } from '#cases/model';
import { shortTime, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  ClockBar,
  clockProps,
  DataTable,
  EmptyState,
  ErrorState,
  NameAndCode,
  PageHeader,
  StateMark,
  useKeys,
} from '#web/parts';
import './cases.css';
import { useCases } from './data.ts';
import { text } from './text.ts';

/** The case type this list shows, unless the address names another. */
const correctionType = 'correction';

export function Standing({ row }: { row: CaseSummary }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (row.outcome !== null) {
    return <StateMark state="ok" word={t(`outcome_${row.outcome}`)} />;
  }
  return <StateMark state={row.clock?.expired ? 'bad' : 'run'} word={local(row.stepTitle)} />;
}

function Filters(): ReactNode {
  const t = useText(text);
  const [show, setShow] = useUrlValue('show', 'open');
  const [q, setQ] = useUrlValue('q');
  return (
    <div className="list-filters">
      <Segmented
        value={show}
        onChange={setShow}
        options={(['open', 'overdue', 'closed', 'all'] as const).map((value) => ({
          value,
          label: t(value),
        }))}
      />
      <Input.Search
        allowClear
        defaultValue={q}
        placeholder={t('search')}
        aria-label={t('search')}
        onSearch={setQ}
      />
    </div>
  );
}

function useList() {
  const [show] = useUrlValue('show', 'open');
  const [q] = useUrlValue('q');
  const [type] = useUrlValue('type', correctionType);
  return useCases({
    type,
    q: q || undefined,
    open: show === 'all' ? undefined : String(show !== 'closed'),
    overdue: show === 'overdue' ? 'true' : undefined,
  });
}

function Table(): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const navigate = useNavigate();
  const list = useList();
  const rows = list.data?.pages.flatMap((page) => page.items);
  const [at, setAt] = useState(0);
  const open = (row: CaseSummary | undefined): void => {
    if (row) void navigate(`/corrections/${row.number}`);
  };
  const step = (by: number) => () =>
    setAt((now) => Math.max(0, Math.min((rows?.length ?? 1) - 1, now + by)));
  const openSelected = (): void => open(rows?.[at]);
  useKeys({ j: step(1), k: step(-1), Enter: openSelected });
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <DataTable<CaseSummary>
      label={t('corrections')}
      rows={rows}
      rowKey={(row) => row.id}
      selected={rows?.[at]?.id}
      onRow={open}
      onMore={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
      loadingMore={list.isFetchingNextPage}
      empty={<EmptyState title={t('none')}>{t('noneHint')}</EmptyState>}
      columns={[
        {
          key: 'title',
          title: t('title'),
          render: (row) => <NameAndCode name={row.title} code={row.number} />,
        },
        { key: 'step', title: t('step'), width: 120, render: (row) => <Standing row={row} /> },
        { key: 'unit', title: t('unit'), width: 150, render: (row) => unit(row.unitName) },
        {
          key: 'clock',
          title: t('clock'),
          width: 250,
          render: (row) => (row.clock ? <ClockBar compact {...clockProps(row.clock)} /> : '-'),
        },
        {
          key: 'opened',
          title: t('openedAt'),
          width: 90,
          number: true,
          render: (row) => shortTime(row.openedAt),
        },
      ]}
    />
  );
}

export default function Corrections(): ReactNode {
  const t = useText(text);
  return (
    <>
      <PageHeader title={t('corrections')}>{t('lead')}</PageHeader>
      <div className="list-page">
        <Filters />
        <div className="card">
          <Table />
        </div>
      </div>
    </>
  );
}
