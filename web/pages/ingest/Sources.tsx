/** 数据来源: what is fetched by itself, when next, how it went, and by hand now. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Run, Source } from '#ingest/model';
import { shortTime, useLive, useLocal, useText, useUrlValue } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  Facts,
  Loaded,
  PageHeader,
  Panel,
} from '#web/parts';
import { useRowColumns } from './columns.tsx';
import { useTitles } from './Deliveries.tsx';
import { useRuns, useSources, useVerb } from './data.ts';
import './ingest.css';
import { Push } from './Push.tsx';
import { Live, SourceStanding, Standing } from './Standing.tsx';
import { text } from './text.ts';

function useSchedule(): (source: Source) => string {
  const t = useText(text);
  return ({ schedule }) => {
    if (schedule.every_minutes !== null) return t('everyMinutes', { n: schedule.every_minutes });
    return schedule.cron ?? t('byHand');
  };
}

const timeOf = (at: string | null): string => (at === null ? '-' : shortTime(at));

function useColumns(): Column<Source>[] {
  const t = useText(text);
  const local = useLocal();
  const title = useTitles();
  const schedule = useSchedule();
  return [
    {
      key: 'name',
      title: t('source'),
      render: (row) => (
        <span className="ing-what">
          <b>{local(row.title)}</b>
          <small className="muted">
            {t(`road.${row.road}`)} · {row.place}
          </small>
        </span>
      ),
    },
    { key: 'dataset', title: t('dataset'), named: true, render: (row) => title(row.dataset) },
    {
      key: 'state',
      title: t('lastResult'),
      render: (row) => (
        <span className="ing-what">
          <SourceStanding source={row} />
          {row.last === null ? null : <Live run={row.last} />}
        </span>
      ),
    },
    { key: 'schedule', title: t('schedule'), named: true, render: schedule },
    { key: 'looked', title: t('lookedAt'), named: true, render: (row) => timeOf(row.lookedAt) },
    { key: 'next', title: t('nextAt'), named: true, render: (row) => timeOf(row.nextAt) },
  ];
}

/** Fetch now, everything anew, pause, go on. */
function Verbs({ source }: { source: Source }): ReactNode {
  const t = useText(text);
  const verb = useVerb<unknown>();
  const path = `sources/${source.name}`;
  const run = (whole: boolean) => verb.mutate({ path: `${path}/run`, body: { whole } });
  return (
    <div className="ing-pad ing-verbs">
      <Button type="primary" loading={verb.isPending} onClick={() => run(false)}>
        {t('runNow')}
      </Button>
      {source.road === 'folder' ? null : <Button onClick={() => run(true)}>{t('runWhole')}</Button>}
      <Button
        onClick={() => verb.mutate({ path: `${path}/${source.paused ? 'resume' : 'pause'}` })}
      >
        {t(source.paused ? 'resume' : 'pause')}
      </Button>
      {verb.error ? <ErrorState error={verb.error} /> : null}
    </div>
  );
}

function History({ source }: { source: Source }): ReactNode {
  const t = useText(text);
  const query = useRuns({ dataset: '', state: '', road: '', q: '', source: source.name });
  const rows = query.data?.pages.flatMap((page) => page.runs);
  const columns: Column<Run>[] = [
    {
      key: 'at',
      title: t('at'),
      render: (row) => <Link to={`/ingest?batch=${row.id}`}>{shortTime(row.createdAt)}</Link>,
    },
    { key: 'state', title: t('state'), render: (row) => <Standing run={row} /> },
    ...useRowColumns(),
  ];
  return (
    <Panel title={t('history')}>
      <DataTable
        side
        label={t('history')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        loadingMore={query.isFetchingNextPage}
        empty={<EmptyState title={t('noHistory')}>{t('noHistoryBody')}</EmptyState>}
      />
    </Panel>
  );
}

function SourceDetail({ source }: { source: Source }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const schedule = useSchedule();
  const error = source.last?.error ?? null;
  const facts: [string, ReactNode][] = [
    [t('road'), t(`road.${source.road}`)],
    [t('place'), <code key="place">{source.place}</code>],
    [t('schedule'), schedule(source)],
    [t('lookedAt'), timeOf(source.lookedAt)],
    [t('nextAt'), timeOf(source.nextAt)],
    [t('declaredIn'), <code key="pack">{`${source.pack}/sources/${source.name}.yaml`}</code>],
  ];
  return (
    <aside className="ing-detail">
      <Panel title={local(source.title)} extra={<SourceStanding source={source} />}>
        {error === null ? null : (
          <p className="ing-pad ing-returned" role="alert">
            {local(error.message)}
          </p>
        )}
        <Verbs source={source} />
        <div className="ing-pad">
          <Facts rows={facts} />
        </div>
      </Panel>
      <History source={source} />
    </aside>
  );
}

export default function Sources(): ReactNode {
  const t = useText(text);
  const query = useSources();
  const columns = useColumns();
  const [chosen, setChosen] = useUrlValue('source');
  useLive('run', ['ingest']);
  return (
    <>
      <PageHeader
        title={t('sources')}
        crumbs={[{ label: t('title'), to: '/ingest' }, { label: t('sources') }]}
      >
        {t('sourcesLead')}
      </PageHeader>
      <Loaded query={query}>
        {(sources) => {
          const shown = sources.find(({ name }) => name === chosen) ?? sources[0];
          return (
            <div className={shown === undefined ? 'ing-body is-alone' : 'ing-body'}>
              <div className="ing-column">
                <section className="card ing-list">
                  <DataTable
                    label={t('sources')}
                    columns={columns}
                    rows={sources}
                    rowKey={(row) => row.name}
                    selected={shown?.name}
                    onRow={(row) => setChosen(row.name)}
                    empty={<EmptyState title={t('noSources')}>{t('noSourcesBody')}</EmptyState>}
                  />
                </section>
                <Push />
              </div>
              {shown === undefined ? null : <SourceDetail source={shown} />}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
