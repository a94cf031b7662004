/** 数据归集: hand in files, follow them, fetch what came back. */
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Run } from '#ingest/model';
import { shortTime, useListed, useLive, useLocal, useText, useUrlValue } from '#web/client';
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
import { useRowColumns } from './columns.tsx';
import { Detail } from './Detail.tsx';
import { useDatasets, useRuns, useSourceTitles } from './data.ts';
import './ingest.css';
import { Send } from './Send.tsx';
import { Live, Standing } from './Standing.tsx';
import { text } from './text.ts';

const notYet = '\u00a0';

/** Titles of datasets by their names; while they are on their way, nothing a reader must forget. */
export function useTitles(): (name: string) => string {
  const local = useLocal();
  const { data: datasets = [], isPending } = useDatasets();
  const titles = new Map(datasets.map(({ name, title }) => [name, local(title)]));
  return (name) => titles.get(name) ?? (isPending ? notYet : name);
}

function useColumns(): Column<Run>[] {
  const t = useText(text);
  const listed = useListed();
  const title = useTitles();
  const sourceTitle = useSourceTitles();
  return [
    { key: 'at', title: t('at'), width: 112, render: (row) => shortTime(row.createdAt) },
    {
      key: 'what',
      title: t('dataset'),
      render: (row) => (
        <span className="ing-what">
          <b>{title(row.dataset)}</b>
          <small className="muted">
            {[t(`road.${row.road}`), listed(row.files)].filter((word) => word !== '').join(' · ')}
          </small>
        </span>
      ),
    },
    {
      key: 'state',
      title: t('state'),
      render: (row) => (
        <span className="ing-what">
          <Standing run={row} />
          <Live run={row} />
        </span>
      ),
    },
    { key: 'rows', title: t('rows'), named: true, number: true, render: (row) => figure(row.rows) },
    ...useRowColumns(),
    {
      key: 'by',
      title: t('by'),
      named: true,
      render: ({ source, actorName }) =>
        source === null ? <PersonName name={actorName} /> : sourceTitle(source),
    },
  ];
}

const states = ['open', 'done', 'refused', 'failed', 'cancelled'] as const;
const roads = ['upload', 'direct', 'folder', 'http', 'postgres', 'mysql'] as const;

/** Every filter is in the address. */
function useFilter() {
  const [dataset, setDataset] = useUrlValue('dataset');
  const [state, setState] = useUrlValue('state');
  const [road, setRoad] = useUrlValue('road');
  const [q, setQ] = useUrlValue('q');
  return { filter: { dataset, state, road, q }, setDataset, setState, setRoad, setQ };
}

function Filters({ all }: { all: ReturnType<typeof useFilter> }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { filter, setDataset, setState, setRoad, setQ } = all;
  const datasets = (useDatasets().data ?? []).map(({ name, title }) => ({
    value: name,
    label: local(title),
  }));
  const choices = [
    { label: t('dataset'), value: filter.dataset, set: setDataset, all: t('all'), of: datasets },
    {
      ...{ label: t('state'), value: filter.state, set: setState, all: t('allStates') },
      of: states.map((value) => ({ value, label: t(`state.${value}`) })),
    },
    {
      ...{ label: t('road'), value: filter.road, set: setRoad, all: t('allRoads') },
      of: roads.map((value) => ({ value, label: t(`road.${value}`) })),
    },
  ];
  return (
    <>
      <Input.Search
        size="small"
        className="ing-search"
        allowClear
        defaultValue={filter.q}
        placeholder={t('search')}
        aria-label={t('search')}
        onSearch={setQ}
      />
      {choices.map(({ label, value, set, all: every, of }) => (
        <Select
          key={label}
          size="small"
          className="ing-filter"
          aria-label={label}
          value={value}
          onChange={set}
          options={[{ value: '', label: every }, ...of]}
        />
      ))}
    </>
  );
}

function List(props: {
  all: ReturnType<typeof useFilter>;
  shown: string;
  onShow: (id: string) => void;
  query: ReturnType<typeof useRuns>;
}): ReactNode {
  const t = useText(text);
  const columns = useColumns();
  const { query, shown, onShow } = props;
  const rows = query.data?.pages.flatMap((page) => page.runs);
  return (
    <section className="card ing-list">
      <div className="panel-head ing-head">
        <h2>{t('list')}</h2>
        <Filters all={props.all} />
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
          rowKey={(row) => row.id}
          selected={shown}
          onRow={(row) => onShow(row.id)}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          empty={<EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>}
        />
      )}
    </section>
  );
}

export default function Deliveries(): ReactNode {
  const t = useText(text);
  const all = useFilter();
  const [chosen, setChosen] = useUrlValue('batch');
  const query = useRuns(all.filter);
  const rows = query.data?.pages.flatMap((page) => page.runs);
  // The newest stands open until one is chosen.
  const shown = chosen || (rows?.[0]?.id ?? '');
  const at = rows?.findIndex((row) => row.id === shown) ?? -1;
  const step = (by: number) => () => {
    const next = rows?.[Math.max(0, at + by)];
    if (next !== undefined) setChosen(next.id);
  };
  useLive('run', ['ingest']);
  useLive('dataset', ['ingest']);
  useKeys({ j: step(1), k: step(-1) });
  return (
    <>
      <PageHeader title={t('title')} actions={<Link to="/ingest/sources">{t('sources')}</Link>}>
        {t('lead')}
      </PageHeader>
      <div className="ing-body">
        <div className="ing-main">
          <Send dataset={all.filter.dataset} onDataset={all.setDataset} onDone={setChosen} />
          <List all={all} shown={shown} onShow={setChosen} query={query} />
        </div>
        <Detail id={shown} />
      </div>
    </>
  );
}
