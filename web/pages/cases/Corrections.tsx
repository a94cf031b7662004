/**
 * 问题数据整改: every fault that was found, with the department that has it and its clock; beside it
 * how each department stands.
 */
import { Button, Input, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { CaseSummary, GroupFigures } from '#cases/model';
import { shortTime, useListed, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  ClockBar,
  clockProps,
  DatasetTitle,
  DataTable,
  EmptyState,
  ErrorState,
  figure,
  MoveKeys,
  NameAndCode,
  PageHeader,
  Panel,
  StateMark,
  useKeys,
} from '#web/parts';
import './cases.css';
import { useCases, useFigures, useFoundBy } from './data.ts';
import { text } from './text.ts';
import { useDays, useHeadline } from './words.ts';

/** Case types this list shows, one at a time: the first unless the address names another. */
const kinds = ['correction', 'objection'] as const;

export function Standing({ row }: { row: CaseSummary }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (row.outcome !== null) {
    const state = row.outcome === 'done' ? 'ok' : 'stale';
    return <StateMark state={state} word={t(`outcome_${row.outcome}`)} />;
  }
  return <StateMark state={row.clock?.expired ? 'bad' : 'run'} word={local(row.stepTitle)} />;
}

function useFilters() {
  const [show, setShow] = useUrlValue('show', 'open');
  const [q, setQ] = useUrlValue('q');
  const [unit, setUnit] = useUrlValue('unit');
  const [dataset, setDataset] = useUrlValue('dataset');
  const [source, setSource] = useUrlValue('source');
  const [type, setType] = useUrlValue('type', kinds[0]);
  const chosen = { q, unit, dataset, source };
  const set = { setShow, setQ, setUnit, setDataset, setSource, setType };
  return { show, type, ...chosen, ...set };
}

type Filters = ReturnType<typeof useFilters>;

function FilterRow({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const unitWords = useUnitWords();
  const { show, q, unit, dataset } = filters;
  const foundBy = useFoundBy(filters.source);
  const groups = useFigures(filters.type, 'slot:owner').data?.groups ?? [];
  const name = groups.find((one) => one.key === unit)?.title ?? unit;
  return (
    <div className="list-filters">
      <Segmented
        aria-label={t('kinds')}
        value={filters.type}
        onChange={filters.setType}
        options={kinds.map((value) => ({ value, label: t(`kind_${value}`) }))}
      />
      <Segmented
        value={show}
        onChange={filters.setShow}
        options={(['open', 'overdue', 'closed', 'all'] as const).map((value) => ({
          value,
          label: t(value),
        }))}
      />
      <span className="corr-chips">
        {unit === '' ? null : (
          <Button size="small" onClick={() => filters.setUnit('')}>
            {unitWords(name)} ×
          </Button>
        )}
        {filters.source === '' ? null : (
          <Button size="small" onClick={() => filters.setSource('')}>
            {foundBy} ×
          </Button>
        )}
        {dataset === '' ? null : (
          <Button size="small" onClick={() => filters.setDataset('')}>
            <DatasetTitle name={dataset} /> ×
          </Button>
        )}
      </span>
      <Input.Search
        allowClear
        defaultValue={q}
        placeholder={t('search')}
        aria-label={t('search')}
        onSearch={filters.setQ}
      />
    </div>
  );
}

/** One field at a time: a source is of one dataset. */
const fieldOf = ({ dataset, source }: Filters): string | undefined => {
  if (source !== '') return `source:${source}`;
  return dataset === '' ? undefined : `dataset:${dataset}`;
};

const useList = (filters: Filters) => {
  const { show, q, type, unit } = filters;
  return useCases({
    type,
    q: q || undefined,
    unit: unit || undefined,
    field: fieldOf(filters),
    open: show === 'all' ? undefined : String(show !== 'closed'),
    overdue: show === 'overdue' ? 'true' : undefined,
  });
};

/** `2 / 3`: faulty rows of those checked, and what the last recheck counted. */
function Faulty({ row }: { row: CaseSummary }): ReactNode {
  const t = useText(text);
  const { rows, of, after_rows: after } = row.data;
  if (typeof rows !== 'number') return <span className="faint">{t('oneRow')}</span>;
  return (
    <span className="num">
      {typeof after === 'number' && after !== rows ? (
        <>
          <del className="faint">{figure(rows)}</del> {figure(after)}
        </>
      ) : (
        figure(rows)
      )}
      {typeof of === 'number' ? <small className="faint"> / {figure(of)}</small> : null}
    </span>
  );
}

function useColumns() {
  const headline = useHeadline();
  const unit = useUnitWords();
  const t = useText(text);
  const listed = useListed();
  return [
    {
      key: 'title',
      title: t('title'),
      render: (row: CaseSummary) => <NameAndCode name={headline(row)} code={row.number} />,
    },
    {
      key: 'step',
      title: t('step'),
      width: 120,
      render: (row: CaseSummary) => <Standing row={row} />,
    },
    {
      key: 'with',
      title: t('withWhom'),
      width: 130,
      render: (row: CaseSummary) => (
        <span className="corr-with">{listed(row.with.map((name) => unit(name))) || '-'}</span>
      ),
    },
    {
      key: 'rows',
      named: true,
      title: t('faultyRows'),
      width: 110,
      number: true,
      render: (row: CaseSummary) => <Faulty row={row} />,
    },
    {
      key: 'clock',
      title: t('clock'),
      width: 210,
      render: (row: CaseSummary) =>
        row.clock ? <ClockBar compact {...clockProps(row.clock)} /> : '-',
    },
    {
      key: 'opened',
      named: true,
      title: t('openedAt'),
      width: 90,
      number: true,
      render: (row: CaseSummary) => shortTime(row.openedAt),
    },
  ];
}

/** Nothing found is another matter than nothing there. */
function Nothing({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const isObjection = filters.type === 'objection';
  const narrowed = filters.q !== '' || filters.unit !== '' || fieldOf(filters) !== undefined;
  if (!narrowed && filters.show === 'open' && isObjection) {
    return <EmptyState title={t('allAnswered')}>{t('allAnsweredHint')}</EmptyState>;
  }
  if (!narrowed && filters.show === 'open') {
    return <EmptyState title={t('allMended')}>{t('allMendedHint')}</EmptyState>;
  }
  const hint = isObjection ? 'allAnsweredHint' : 'noneHint';
  return (
    <EmptyState title={t(isObjection ? 'noObjections' : 'none')}>
      {t(narrowed ? 'noneNarrow' : hint)}
    </EmptyState>
  );
}

function Table({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const navigate = useNavigate();
  const list = useList(filters);
  const rows = list.data?.pages.flatMap((page) => page.items);
  const [at, setAt] = useState(0);
  const columns = useColumns();
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
      empty={<Nothing filters={filters} />}
      columns={columns}
    />
  );
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${Math.round((part / whole) * 100)} %`;

function Department(props: { group: GroupFigures; most: number; filters: Filters }): ReactNode {
  const t = useText(text);
  const unit = useUnitWords();
  const days = useDays();
  const { group, most, filters } = props;
  const isChosen = filters.unit === group.key;
  const part = most === 0 ? 0 : (group.open / most) * 100;
  return (
    <li>
      <button
        type="button"
        className={isChosen ? 'corr-unit is-chosen' : 'corr-unit'}
        aria-pressed={isChosen}
        onClick={() => filters.setUnit(isChosen ? '' : (group.key ?? ''))}
      >
        <b>{unit(group.title ?? t('noUnit'))}</b>
        <span className="num">
          {group.open}
          {group.overdue > 0 ? <em> {t('ofOverdue', { n: group.overdue })}</em> : null}
        </span>
        <span className="corr-bar" aria-hidden>
          <i style={{ width: `${part}%` }} />
        </span>
        <small className="faint">
          {group.closed === 0
            ? t('noneClosed')
            : t('closedLately', { n: group.closed, share: share(group.inTime, group.closed) })}
          {group.medianTime === null
            ? ''
            : ` · ${t('medianTime', { time: days(group.medianTime) })}`}
        </small>
      </button>
    </li>
  );
}

function Departments({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const found = useFigures(filters.type, 'slot:owner');
  const groups = found.data?.groups ?? [];
  const most = Math.max(0, ...groups.map((one) => one.open));
  return (
    <Panel title={t('byUnit')} note={t('last30')} className="corr-units">
      {found.isSuccess && groups.length === 0 ? (
        <p className="faint">{t(filters.type === 'objection' ? 'noObjections' : 'noUnits')}</p>
      ) : (
        <ul>
          {groups.map((group) => (
            <Department key={group.key ?? ''} {...{ group, most, filters }} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function FoundBy({ source }: { source: string }): ReactNode {
  return <span className="corr-source">{useFoundBy(source)}</span>;
}

/** What found the most: one line for each check of a dataset and each rule. */
function Sources({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  const groups = (useFigures(filters.type, 'field:source').data?.groups ?? []).filter(
    (one) => one.open > 0 && one.key !== null,
  );
  const most = Math.max(0, ...groups.map((one) => one.open));
  if (groups.length === 0) return null;
  return (
    <Panel title={t('bySource')} className="corr-units">
      <ul>
        {groups.map((group) => {
          const key = group.key ?? '';
          const isChosen = filters.source === key;
          return (
            <li key={key}>
              <button
                type="button"
                className={isChosen ? 'corr-unit is-chosen' : 'corr-unit'}
                aria-pressed={isChosen}
                onClick={() => filters.setSource(isChosen ? '' : key)}
              >
                <FoundBy source={key} />
                <span className="num">
                  {group.open}
                  {group.overdue > 0 ? <em> {t('ofOverdue', { n: group.overdue })}</em> : null}
                </span>
                <span className="corr-bar" aria-hidden>
                  <i style={{ width: `${(group.open / Math.max(1, most)) * 100}%` }} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

export default function Corrections(): ReactNode {
  const t = useText(text);
  const filters = useFilters();
  return (
    <>
      <PageHeader
        title={t('corrections')}
        actions={
          <>
            <Link to={`/case-types/${filters.type}`}>
              <Button>{t('pileUp')}</Button>
            </Link>
            <Link to="/challenge">
              <Button type="primary">{t('challenge')}</Button>
            </Link>
          </>
        }
      >
        {t('lead')}
      </PageHeader>
      <div className="list-page corr-page">
        <div className="corr-main">
          <FilterRow filters={filters} />
          <div className="card">
            <Table filters={filters} />
            <MoveKeys opens />
          </div>
        </div>
        <div className="corr-side">
          <Departments filters={filters} />
          <Sources filters={filters} />
        </div>
      </div>
    </>
  );
}
