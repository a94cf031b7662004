/** 数据归集: hand in files, follow them, fetch what came back. */
import { Select } from 'antd';
import type { ReactNode } from 'react';
import type { Delivery } from '#ingest/model';
import { shortTime, useLive, useLocal, useText, useUrlValue } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  figure,
  MoveKeys,
  PageHeader,
  PersonName,
  useKeys,
} from '#web/parts';
import { Detail } from './Detail.tsx';
import { useDatasets, useDeliveries } from './data.ts';
import './ingest.css';
import { Send } from './Send.tsx';
import { Standing } from './Standing.tsx';
import { text } from './text.ts';

function useTitles(): (name: string) => string {
  const local = useLocal();
  const datasets = useDatasets().data ?? [];
  const titles = new Map(datasets.map(({ name, title }) => [name, local(title)]));
  return (name) => titles.get(name) ?? name;
}

function useColumns(): Column<Delivery>[] {
  const t = useText(text);
  const title = useTitles();
  return [
    { key: 'at', title: t('at'), width: 112, render: (row) => shortTime(row.startedAt) },
    {
      key: 'what',
      title: t('dataset'),
      render: (row) => (
        <span className="ing-what">
          <b>{title(row.dataset)}</b>
          <small className="muted">{row.files.map(({ name }) => name).join('、')}</small>
        </span>
      ),
    },
    { key: 'state', title: t('state'), render: (row) => <Standing delivery={row} /> },
    { key: 'rows', title: t('rows'), number: true, render: (row) => figure(row.rows) },
    { key: 'accepted', title: t('accepted'), number: true, render: (row) => figure(row.accepted) },
    {
      key: 'returned',
      title: t('returned'),
      number: true,
      render: (row) =>
        row.returned > 0 ? <b className="ing-returned">{figure(row.returned)}</b> : '0',
    },
    { key: 'by', title: t('by'), render: (row) => <PersonName name={row.actorName} /> },
  ];
}

export default function Deliveries(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [dataset, setDataset] = useUrlValue('dataset');
  const [batch, setBatch] = useUrlValue('batch');
  const query = useDeliveries(dataset);
  const datasets = useDatasets().data ?? [];
  const columns = useColumns();
  const rows = query.data?.pages.flatMap((page) => page.deliveries);
  // The newest stands open until one is chosen.
  const shown = batch || (rows?.[0]?.batch ?? '');
  const at = rows?.findIndex((row) => row.batch === shown) ?? -1;
  const step = (by: number) => () => {
    const next = rows?.[Math.max(0, at + by)];
    if (next !== undefined) setBatch(next.batch);
  };
  useLive('dataset', ['ingest']);
  useKeys({ j: step(1), k: step(-1) });
  const options = datasets.map(({ name, title }) => ({ value: name, label: local(title) }));
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <div className="ing-body">
        <div className="ing-main">
          <Send dataset={dataset} onDataset={setDataset} onDone={setBatch} />
          <section className="card ing-list">
            <div className="panel-head">
              <h2>{t('list')}</h2>
              <Select
                size="small"
                className="ing-filter"
                aria-label={t('dataset')}
                value={dataset}
                onChange={setDataset}
                options={[{ value: '', label: t('all') }, ...options]}
              />
              <span className="grow" />
              <MoveKeys />
            </div>
            {query.error && rows === undefined ? (
              <ErrorState error={query.error} onRetry={() => void query.refetch()} />
            ) : (
              <DataTable
                label={t('list')}
                columns={columns}
                rows={rows}
                rowKey={(row) => row.batch}
                selected={shown}
                onRow={(row) => setBatch(row.batch)}
                onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
                loadingMore={query.isFetchingNextPage}
                empty={<EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>}
              />
            )}
          </section>
        </div>
        <Detail batch={shown} />
      </div>
    </>
  );
}
