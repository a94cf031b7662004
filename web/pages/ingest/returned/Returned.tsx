/** 退回数据: what is out of each dataset, by item and rule, since when, and the files to mend. */
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ReturnedOverview } from '#ingest/model';
import {
  get,
  shortTime,
  useAge,
  useListed,
  useLive,
  useLocal,
  useText,
  useUnitWords,
  useUrlValue,
} from '#web/client';
import { EmptyState, figure, Loaded, NameAndCode, PageHeader, Panel } from '#web/parts';
import { useReturnedPath } from '../data.ts';
import './returned.css';
import { text } from './text.ts';

type Dataset = ReturnedOverview['datasets'][number];

const useOverview = () =>
  useQuery({
    queryKey: ['ingest', 'overview'],
    queryFn: () => get<ReturnedOverview>('/api/ingest/returned'),
  });

function Sums({ page }: { page: ReturnedOverview }): ReactNode {
  const t = useText(text);
  const oldest = page.datasets.map(({ since }) => since).toSorted()[0];
  const parts: [string, string][] = [
    [t('out'), t('rows', { n: figure(page.rows) })],
    [t('datasets'), figure(page.datasets.length)],
    [t('oldest'), oldest === undefined ? '-' : shortTime(oldest)],
  ];
  return (
    <dl className="ret-sums">
      {parts.map(([name, value]) => (
        <div key={name} className="card">
          <dt>{name}</dt>
          <dd className="num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Reasons({ dataset }: { dataset: Dataset }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const most = dataset.reasons[0]?.count ?? 1;
  return (
    <section className="ret-part">
      <h3>{t('reasons')}</h3>
      <ul className="ret-reasons">
        {dataset.reasons.map((one) => (
          <li key={`${one.item} ${one.rule} ${one.text.en}`}>
            <span className="ret-rule">
              <b>{one.title === null ? t('wholeRow') : local(one.title)}</b>
              <span className="tag">{local(one.words)}</span>
              <span className="muted">{local(one.text).replace('?', '…')}</span>
            </span>
            <span className="num">{t('rows', { n: figure(one.count) })}</span>
            <i style={{ width: `${Math.max((one.count / most) * 100, 1)}%` }} aria-hidden />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Deliveries({ dataset }: { dataset: Dataset }): ReactNode {
  const t = useText(text);
  const listed = useListed();
  const path = useReturnedPath();
  const icon = <IconDownload size={16} aria-hidden />;
  const { batches, deliveries } = dataset;
  return (
    <section className="ret-part">
      <h3>
        {t('deliveries')}
        {deliveries > batches.length ? (
          <span className="faint"> {t('shown', { n: batches.length })}</span>
        ) : null}
      </h3>
      <ul className="ret-batches">
        {batches.map(({ batch, files, rows, since }) => (
          <li key={batch}>
            <span className="ret-file">
              <Link to={`/ingest?batch=${batch}`} title={t('open')}>
                {listed(files)}
              </Link>
              <small className="muted">
                {shortTime(since)} · {t('rows', { n: figure(rows) })}
              </small>
            </span>
            <span className="ret-buttons">
              {(['xlsx', 'csv'] as const).map((format) => (
                <Button key={format} size="small" icon={icon} href={path(batch, format)}>
                  {t(format === 'xlsx' ? 'excel' : 'csv')}
                </Button>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ dataset }: { dataset: Dataset }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const unit = useUnitWords();
  const age = useAge(dataset.since);
  return (
    <Panel
      title={<NameAndCode name={local(dataset.title)} code={dataset.dataset} />}
      extra={
        <Link to={`/ingest?dataset=${dataset.dataset}`}>
          <Button size="small" type="primary" icon={<IconUpload size={16} aria-hidden />}>
            {t('sendBack')}
          </Button>
        </Link>
      }
    >
      <p className="ret-lead">
        <b className="num">{t('rows', { n: figure(dataset.rows) })}</b>
        <span className="muted">
          {unit(dataset.ownerName)} · {t('since', { at: shortTime(dataset.since), age })}
        </span>
      </p>
      <div className="ret-columns">
        <Reasons dataset={dataset} />
        <Deliveries dataset={dataset} />
      </div>
    </Panel>
  );
}

function All({ page }: { page: ReturnedOverview }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [only, setOnly] = useUrlValue('dataset');
  if (page.datasets.length === 0) {
    return <EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState>;
  }
  const shown = page.datasets.filter(({ dataset }) => only === '' || dataset === only);
  const options = page.datasets.map(({ dataset, title }) => ({
    value: dataset,
    label: local(title),
  }));
  return (
    <>
      <Sums page={page} />
      {page.datasets.length > 1 || only !== '' ? (
        <Select
          className="ret-filter"
          aria-label={t('filter')}
          value={only}
          onChange={setOnly}
          options={[{ value: '', label: t('allDatasets') }, ...options]}
        />
      ) : null}
      {shown.length === 0 ? <EmptyState title={t('empty')}>{t('emptyBody')}</EmptyState> : null}
      {shown.map((dataset) => (
        <One key={dataset.dataset} dataset={dataset} />
      ))}
    </>
  );
}

export default function Returned(): ReactNode {
  const t = useText(text);
  const query = useOverview();
  useLive('dataset', ['ingest']);
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <div className="ret-body">
        <Loaded query={query}>{(page) => <All page={page} />}</Loaded>
      </div>
    </>
  );
}
