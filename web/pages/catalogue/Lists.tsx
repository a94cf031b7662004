/** 三清单: demands, duties, refusals, and what is overdue, each in its tab of the address. */
import { Segmented } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type {
  DemandLine,
  DutyLine,
  Lists as Found,
  NegativeLine,
  OverdueLine,
} from '#catalogue/model';
import { shortTime, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ExportMenu,
  Loaded,
  PageHeader,
  type State,
  StateMark,
} from '#web/parts';
import './catalogue.css';
import { useLists } from './data.ts';
import { Sought } from './Sought.tsx';
import { Tools } from './Tools.tsx';
import { text } from './text.ts';

const tabs = ['demands', 'duties', 'negatives', 'overdue'] as const;
type Tab = (typeof tabs)[number];

function ResourceLink({ resource }: { resource: DemandLine['resource'] }): ReactNode {
  const local = useLocal();
  if (resource === null) return <span className="faint">-</span>;
  return <Link to={`/catalogue/${resource.name}`}>{local(resource.title)}</Link>;
}

/** A name with what is said of it below. */
const Two = ({ first, second }: { first: ReactNode; second: ReactNode }): ReactNode => (
  <span className="cat-reason">
    <span>{first}</span>
    {second === '' || second === null ? null : <small className="muted">{second}</small>}
  </span>
);

function useDemandColumns(): Column<DemandLine>[] {
  const unit = useUnitWords();
  const t = useText(text);
  return [
    {
      key: 'wanted',
      title: t('wanted'),
      render: (row) => <Two first={<b>{row.wanted}</b>} second={`${row.id} · ${row.scenario}`} />,
    },
    {
      key: 'applicant',
      title: t('applicant'),
      named: true,
      width: 130,
      render: (row) => unit(row.applicantUnit.name),
    },
    { key: 'basis', title: t('basis'), named: true, render: (row) => row.basis },
    {
      key: 'answered',
      title: t('answeredBy'),
      named: true,
      render: (row) => (
        <Two
          first={<ResourceLink resource={row.resource} />}
          second={unit(row.providerUnit?.name)}
        />
      ),
    },
    {
      key: 'deadline',
      title: t('deadline'),
      named: true,
      width: 110,
      render: (row) => (row.deadline === '' ? '-' : row.deadline),
    },
    {
      key: 'state',
      title: t('state'),
      width: 170,
      render: (row) => {
        const done = row.state === 'delivered' || row.state === 'rated';
        const state = row.late
          ? 'bad'
          : done
            ? 'ok'
            : row.state === 'unavailable'
              ? 'stale'
              : 'run';
        const word = t(`demand.${row.state}`);
        const said = row.late ? `${word} · ${t('late')}` : word;
        return <Two first={<StateMark state={state} word={said} />} second={row.note} />;
      },
    },
  ];
}

const dutyStates: Record<DutyLine['state'], State> = {
  no_resource: 'stale',
  waiting: 'run',
  overdue: 'bad',
  late: 'warn',
  kept: 'ok',
};

function useDutyColumns(): Column<DutyLine>[] {
  const unit = useUnitWords();
  const t = useText(text);
  return [
    {
      key: 'owed',
      title: t('owed'),
      render: (row) => <Two first={<b>{row.title}</b>} second={`${row.id} · ${row.basis}`} />,
    },
    {
      key: 'unit',
      title: t('responsible'),
      named: true,
      render: (row) => <Two first={unit(row.responsible.name)} second={row.role} />,
    },
    {
      key: 'by',
      title: t('answeredBy'),
      named: true,
      render: (row) => <ResourceLink resource={row.resource} />,
    },
    {
      key: 'deadline',
      title: t('deadline'),
      named: true,
      width: 110,
      render: (row) => row.deadline || '-',
    },
    {
      key: 'last',
      title: t('lastDelivery'),
      named: true,
      width: 130,
      render: (row) => (row.asOf === null ? t('never') : shortTime(row.asOf)),
    },
    {
      key: 'state',
      title: t('state'),
      width: 130,
      render: (row) => <StateMark state={dutyStates[row.state]} word={t(`duty.${row.state}`)} />,
    },
  ];
}

const negativeStates = { approved: 'ok', expired: 'warn', unapproved: 'bad' } as const;

function useNegativeColumns(): Column<NegativeLine>[] {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  return [
    {
      key: 'resource',
      title: t('resource'),
      render: (row) => (
        <Two
          first={<ResourceLink resource={row.resource} />}
          second={row.item === null ? t('whole') : `${local(row.item.title)} ${row.item.name}`}
        />
      ),
    },
    {
      key: 'owner',
      title: t('owner'),
      named: true,
      width: 130,
      render: (row) => unit(row.owner.name),
    },
    {
      key: 'clause',
      title: t('clause'),
      named: true,
      render: (row) => <Two first={row.clause} second={row.reason} />,
    },
    {
      key: 'approval',
      title: t('approval'),
      named: true,
      width: 130,
      render: (row) => <Two first={row.approver ?? '-'} second={row.approvedOn} />,
    },
    {
      key: 'review',
      title: t('review'),
      named: true,
      width: 110,
      render: (row) => row.reviewOn ?? '-',
    },
    {
      key: 'state',
      title: t('state'),
      width: 130,
      render: (row) => (
        <StateMark state={negativeStates[row.state]} word={t(`negative.${row.state}`)} />
      ),
    },
  ];
}

function useOverdueColumns(): Column<OverdueLine>[] {
  const unit = useUnitWords();
  const t = useText(text);
  return [
    { key: 'resource', title: t('resource'), render: (row) => <ResourceLink resource={row} /> },
    { key: 'owner', title: t('owner'), named: true, render: (row) => unit(row.owner.name) },
    {
      key: 'cycle',
      title: t('cycle'),
      named: true,
      width: 110,
      render: (row) => t(`cycle.${row.cycle as 'daily'}`),
    },
    {
      key: 'last',
      title: t('lastDelivery'),
      named: true,
      width: 140,
      render: (row) => (row.asOf === null ? t('never') : shortTime(row.asOf)),
    },
    { key: 'due', title: t('dueOn'), named: true, width: 120, render: (row) => row.due ?? '-' },
    {
      key: 'days',
      title: t('state'),
      width: 140,
      render: (row) =>
        row.due === null ? (
          <StateMark state="stale" word={t('neverLate')} />
        ) : (
          <StateMark state="bad" word={t('daysLate', { n: row.days })} />
        ),
    },
  ];
}

/** Every word of a line, whatever it stands under. */
function wordsOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? Object.values(value).map(wordsOf).join('\n') : String(value);
}

function having(found: Found, q: string): Found {
  const word = q.trim().toLowerCase();
  const fits = (line: unknown): boolean => wordsOf(line).toLowerCase().includes(word);
  return {
    ...found,
    demands: found.demands.filter(fits),
    duties: found.duties.filter(fits),
    negatives: found.negatives.filter(fits),
    overdue: found.overdue.filter(fits),
  };
}

function Table({ tab, found, q }: { tab: Tab; found: Found; q: string }): ReactNode {
  const t = useText(text);
  const columns = {
    demands: useDemandColumns(),
    duties: useDutyColumns(),
    negatives: useNegativeColumns(),
    overdue: useOverdueColumns(),
  };
  const label = t(`tab.${tab}`);
  const empty =
    q !== '' ? (
      <EmptyState title={t('emptyFound')}>{t('emptyFoundBody')}</EmptyState>
    ) : tab === 'overdue' ? (
      <EmptyState title={t('emptyOverdue')}>{t('emptyOverdueBody')}</EmptyState>
    ) : (
      <EmptyState title={t('emptyList')}>{t('emptyListBody')}</EmptyState>
    );
  const same = { label, empty };
  if (tab === 'demands') {
    return (
      <DataTable {...same} columns={columns.demands} rows={found.demands} rowKey={(r) => r.id} />
    );
  }
  if (tab === 'duties') {
    return (
      <DataTable {...same} columns={columns.duties} rows={found.duties} rowKey={(r) => r.id} />
    );
  }
  if (tab === 'overdue') {
    return (
      <DataTable {...same} columns={columns.overdue} rows={found.overdue} rowKey={(r) => r.name} />
    );
  }
  const key = (row: NegativeLine): string => `${row.resource.name} ${row.item?.name ?? ''}`;
  return <DataTable {...same} columns={columns.negatives} rows={found.negatives} rowKey={key} />;
}

export default function Lists(): ReactNode {
  const t = useText(text);
  const query = useLists();
  const [said, setTab] = useUrlValue('tab');
  const [q, setQ] = useUrlValue('q');
  const tab = tabs.find((one) => one === said) ?? 'demands';
  const found = query.data === undefined ? undefined : having(query.data, q);
  const count = (one: Tab): string => (found === undefined ? '' : ` ${found[one].length}`);
  return (
    <>
      <PageHeader
        title={t('lists.title')}
        actions={
          <>
            <Tools here="lists" />
            <ExportMenu path={`/api/catalogue/lists/${tab}/export`} />
          </>
        }
      >
        {t('lists.lead')}
      </PageHeader>
      <div className="cat-page">
        <div className="cat-bar">
          <Segmented
            className="cat-tabs"
            aria-label={t('lists.title')}
            value={tab}
            onChange={(next) => setTab(next)}
            options={tabs.map((one) => ({ value: one, label: `${t(`tab.${one}`)}${count(one)}` }))}
          />
          <Sought label={t('searchLists')} value={q} onChange={setQ} />
        </div>
        <Loaded query={query}>
          {(all) => (
            <div className="card cat-table">
              <Table tab={tab} found={found ?? all} q={q} />
            </div>
          )}
        </Loaded>
      </div>
    </>
  );
}
