/** The quality of one dataset: score, checks, what they found, over time. */
import { IconPlayerPlay } from '@tabler/icons-react';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { CheckView, DatasetQuality } from '#quality/model';
import { shortTime, useLocal, useMay, useText, useUnitWords, useUrlValue } from '#web/client';
import { DataTable, EmptyState, figure, Loaded, PageHeader, Panel, StateMark } from '#web/parts';
import { looks, percent, standingOf, useQuality, useRunNow } from './data.ts';
import { Families, Headline, History, useFamilies, useSaid } from './Families.tsx';
import { Faults, Runs } from './Faults.tsx';
import './quality.css';
import { text } from './text.ts';

function Name({ check }: { check: CheckView }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  return (
    <span className="quality-check">
      <b>{local(check.title)}</b>
      <small className="muted">
        {local(check.expected)}
        {check.tolerance > 0 ? ` · ${t('tolerance', { n: percent(check.tolerance) })}` : ''}
      </small>
      {check.source === null ? null : <small className="faint">{check.source}</small>}
    </span>
  );
}

const rounded = (value: number): string => figure(Math.round(value * 1000) / 1000);

function Result({ check }: { check: CheckView }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const standing = standingOf(check);
  const { measure = null, failed = null } = check.last ?? {};
  return (
    <span className="quality-state">
      <StateMark
        state={looks[standing]}
        word={t(standing === 'failed' ? 'failedWord' : standing)}
      />
      {measure === null ? null : (
        <small className="faint">
          {measure.value === null ? '' : `${t('measured', { value: rounded(measure.value) })} · `}
          {local(measure.basis)}
        </small>
      )}
      {failed === null ? null : <code>{failed}</code>}
      {check.case === null ? null : <Link to={`/corrections/${check.case}`}>{t('seeCase')}</Link>}
    </span>
  );
}

function Checks({ data }: { data: DatasetQuality }): ReactNode {
  const t = useText(text);
  const titleOf = useFamilies();
  const said = useSaid();
  const [open, setOpen] = useUrlValue('check');
  return (
    <Panel title={t('checks')} note={t('checksOf', { n: data.checks.length })}>
      <DataTable<CheckView>
        label={t('checks')}
        rows={data.checks}
        rowKey={({ check }) => check}
        selected={open}
        onRow={({ check, kind }) => (kind === 'delivery' ? undefined : setOpen(check))}
        empty={<EmptyState title={t('never')} />}
        columns={[
          {
            key: 'family',
            title: t('family'),
            width: 110,
            render: ({ family }) => titleOf(family),
          },
          { key: 'name', title: t('checks'), render: (check) => <Name check={check} /> },
          { key: 'state', title: t('state'), render: (check) => <Result check={check} /> },
          {
            key: 'rows',
            title: t('rows'),
            number: true,
            width: 150,
            render: ({ last }) =>
              said(
                t('rows'),
                last === null || last.of === null
                  ? '-'
                  : `${figure(last.rows)} / ${figure(last.of)}`,
              ),
          },
          {
            key: 'rate',
            title: t('rate'),
            number: true,
            width: 100,
            render: ({ rate }) => said(t('rate'), percent(rate)),
          },
          {
            key: 'at',
            title: t('lastRun'),
            number: true,
            width: 130,
            render: ({ last }) => said(t('lastRun'), last === null ? '-' : shortTime(last.at)),
          },
        ]}
      />
    </Panel>
  );
}

function Opened({ data }: { data: DatasetQuality }): ReactNode {
  const [open] = useUrlValue('check');
  const check = data.checks.find((one) => one.check === open && one.kind !== 'delivery');
  if (check === undefined) return null;
  const { dataset } = data.dataset;
  return (
    <>
      {check.hasRows ? <Faults dataset={dataset} check={check} /> : null}
      <Runs dataset={dataset} check={check} />
    </>
  );
}

function RunNow({ dataset }: { dataset: string }): ReactNode {
  const t = useText(text);
  const may = useMay();
  const run = useRunNow(dataset);
  if (!may('quality.run')) return null;
  return (
    <Button
      icon={<IconPlayerPlay size={16} />}
      loading={run.isPending}
      onClick={() => run.mutate()}
    >
      {run.isPending ? t('running') : t('runNow')}
    </Button>
  );
}

function Body({ data }: { data: DatasetQuality }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const named = useUnitWords();
  const { dataset } = data;
  return (
    <>
      <PageHeader
        title={local(dataset.title)}
        crumbs={[{ label: t('title'), to: '/quality' }, { label: local(dataset.title) }]}
        marks={<span className="chip">{named(dataset.ownerName)}</span>}
        actions={
          <span className="quality-actions">
            <RunNow dataset={dataset.dataset} />
            <Link to={`/catalogue/${dataset.dataset}`}>{t('dataset')}</Link>
          </span>
        }
      />
      <div className="quality-page">
        <div className="quality-top">
          <Headline name={t('score')} score={dataset} />
          <Families score={dataset} />
        </div>
        <Checks data={data} />
        <Opened data={data} />
        <History days={data.history} title={local(dataset.title)} />
      </div>
    </>
  );
}

export default function Dataset(): ReactNode {
  const { dataset = '' } = useParams();
  const query = useQuality(dataset);
  return <Loaded query={query}>{(data) => <Body data={data} />}</Loaded>;
}
