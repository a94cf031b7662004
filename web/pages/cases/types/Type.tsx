/** One kind of case: its picture with what stands at each step, its figures, its versions. */
import { useQuery } from '@tanstack/react-query';
import { Segmented, Select } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { useParams } from 'react-router';
import type { Figures, GroupFigures, StepFigures, TypeDetail } from '#cases/model';
import {
  get,
  serverNow,
  shortTime,
  useLive,
  useLocal,
  useText,
  useUnitWords,
  useUrlValue,
} from '#web/client';
import { DataTable, figure, Loaded, PageHeader, Panel, StateMark } from '#web/parts';
import '../cases.css';
import { useDays } from '../words.ts';
import { Flow } from './Flow.tsx';
import { text } from './text.ts';

const periods = ['7', '30', '90', '365'] as const;
const dayMs = 86_400_000;

const useType = (name: string) =>
  useQuery({
    queryKey: ['cases', 'type', name],
    queryFn: () => get<TypeDetail>(`/api/cases/types/${encodeURIComponent(name)}`),
  });

/** Figures of a period that ends now; asked anew each day, not each moment. */
function useTypeFigures(name: string, by: string, filter: { unit: string; days: string }) {
  useLive('cases', ['cases']);
  const from = useMemo(
    () => new Date(serverNow() - Number(filter.days) * dayMs).toISOString(),
    [filter.days],
  );
  return useQuery({
    queryKey: ['cases', 'figures', name, by, filter],
    queryFn: () =>
      get<Figures>(`/api/cases/types/${encodeURIComponent(name)}/figures`, {
        by,
        from,
        unit: filter.unit || undefined,
      }),
    placeholderData: (before) => before,
  });
}

function Filters(props: {
  groups: readonly GroupFigures[];
  unit: string;
  setUnit: (unit: string) => void;
  days: string;
  setDays: (days: string) => void;
}): ReactNode {
  const t = useText(text);
  const words = useUnitWords();
  const options = props.groups.flatMap(({ key, title }) =>
    key === null ? [] : [{ value: key, label: words(title ?? key) }],
  );
  return (
    <div className="list-filters">
      <Segmented
        value={props.days}
        onChange={props.setDays}
        aria-label={t('period')}
        options={periods.map((value) => ({ value, label: t(`days${value}`) }))}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('unit')}
        placeholder={t('allUnits')}
        className="flow-unit"
        {...(props.unit === '' ? {} : { value: props.unit })}
        onChange={(value?: string) => props.setUnit(value ?? '')}
        options={options}
      />
    </div>
  );
}

function Steps({ detail, figures }: { detail: TypeDetail; figures: Figures }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const days = useDays();
  const title = (step: string): string => {
    const declared = detail.definition.steps[step];
    return declared ? local(declared.title) : `${step}${t('gone')}`;
  };
  const number = (key: 'medianAge' | 'p90Age' | 'medianStay' | 'p90Stay') => ({
    key,
    title: t(key),
    number: true,
    named: true,
    width: 130,
    render: (row: StepFigures) => days(row[key]),
  });
  return (
    <Panel title={t('bySteps')}>
      <DataTable<StepFigures>
        label={t('bySteps')}
        rows={figures.steps}
        rowKey={(row) => row.step}
        columns={[
          { key: 'step', title: t('step'), render: (row) => <b>{title(row.step)}</b> },
          {
            key: 'open',
            title: t('open'),
            number: true,
            named: true,
            width: 80,
            render: (row) => figure(row.open),
          },
          {
            key: 'overdue',
            title: t('overdue'),
            number: true,
            named: true,
            width: 80,
            render: (row) => figure(row.overdue),
          },
          number('medianAge'),
          number('p90Age'),
          {
            key: 'left',
            title: t('left'),
            number: true,
            named: true,
            width: 110,
            render: (row) => figure(row.left),
          },
          number('medianStay'),
          number('p90Stay'),
        ]}
      />
    </Panel>
  );
}

function Units({ groups }: { groups: readonly GroupFigures[] }): ReactNode {
  const t = useText(text);
  const words = useUnitWords();
  const days = useDays();
  const count = (key: 'open' | 'overdue' | 'opened' | 'closed' | 'inTime') => ({
    key,
    title: t(key),
    number: true,
    named: true,
    width: 100,
    render: (row: GroupFigures) => figure(row[key]),
  });
  return (
    <Panel title={t('byUnits')}>
      <DataTable<GroupFigures>
        label={t('byUnits')}
        rows={groups}
        rowKey={(row) => row.key ?? ''}
        columns={[
          {
            key: 'unit',
            title: t('unit'),
            render: (row) => <b>{words(row.title ?? row.key ?? '-')}</b>,
          },
          count('open'),
          count('overdue'),
          count('opened'),
          count('closed'),
          count('inTime'),
          {
            key: 'time',
            title: t('medianTime'),
            number: true,
            named: true,
            width: 130,
            render: (row) => days(row.medianTime),
          },
        ]}
      />
    </Panel>
  );
}

type Version = TypeDetail['versions'][number];

function Changes({ version }: { version: Version }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (version.changes.length === 0) return null;
  return (
    <ul className="flow-changes">
      {version.changes.map((change) => (
        <li key={`${change.what} ${change.at}`}>
          <span className={`flow-change is-${change.how}`}>{t(change.how)}</span>
          {t(`what_${change.what}`)} “{local(change.title)}”{' '}
          <small className="faint">{change.at}</small>
        </li>
      ))}
    </ul>
  );
}

function Versions({ detail }: { detail: TypeDetail }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  return (
    <Panel title={t('versions')}>
      <ol className="flow-versions">
        {detail.versions.map((version) => (
          <li key={version.version}>
            <p>
              <b>{t('version', { n: version.version })}</b>{' '}
              <StateMark
                state={version.open > 0 ? 'run' : 'stale'}
                word={t('openOn', { n: version.open })}
              />{' '}
              <span className="faint">
                {version.appliedAt === null
                  ? t('unknown')
                  : `${t('appliedAt')} ${shortTime(version.appliedAt)}`}
                {version.version === 1
                  ? ''
                  : ` · ${t(version.running === 'move' ? 'moved' : 'finished')}`}
              </span>
            </p>
            {version.says === null ? null : <p>{local(version.says)}</p>}
            <Changes version={version} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Body({ detail }: { detail: TypeDetail }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [unit, setUnit] = useUrlValue('unit');
  const [days, setDays] = useUrlValue('days', '30');
  const by = 'owner' in detail.definition.slots ? 'slot:owner' : 'unit';
  const found = useTypeFigures(detail.name, by, { unit, days });
  const all = useTypeFigures(detail.name, by, { unit: '', days });
  const { definition } = detail;
  return (
    <>
      <PageHeader
        title={local(definition.title)}
        crumbs={[{ label: t('types'), to: '/case-types' }]}
        marks={<span className="muted">{t('version', { n: detail.version })}</span>}
      >
        {[local(definition.description), definition.source].filter(Boolean).join(' · ')}
      </PageHeader>
      <div className="list-page">
        <Filters groups={all.data?.groups ?? []} {...{ unit, setUnit, days, setDays }} />
        <div className="card">
          <Flow type={definition} roles={detail.roles} figures={found.data?.steps ?? []} />
        </div>
        <Loaded query={found}>
          {(figures) => (
            <>
              <Steps detail={detail} figures={figures} />
              <Units groups={figures.groups} />
            </>
          )}
        </Loaded>
        <Versions detail={detail} />
      </div>
    </>
  );
}

export default function Type(): ReactNode {
  const { type = '' } = useParams();
  const found = useType(type);
  return <Loaded query={found}>{(detail) => <Body detail={detail} />}</Loaded>;
}
