/** 数据授权: grants to oneself, on the data of one's unit, or all of them; whose, for what, used. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { GrantShown } from '#gate/model';
import { serverNow, shortTime, useLocal, useMay, useText, useUnitWords } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  FilterBar,
  NameAndCode,
  PageHeader,
  Panel,
  PersonName,
  StateMark,
  usePurposeWords,
} from '#web/parts';
import { Detail, marks } from './Detail.tsx';
import { useFilters, useGrants } from './data.ts';
import './grants.css';
import { Issue } from './issue/Issue.tsx';
import { text } from './text.ts';

const states = ['standing', 'expired', 'revoked'] as const;

function useColumns(): Column<GrantShown>[] {
  const t = useText(text);
  const local = useLocal();
  const unit = useUnitWords();
  const purpose = usePurposeWords();
  const now = new Date(serverNow());
  return [
    {
      key: 'dataset',
      title: t('dataset'),
      render: (row) => <NameAndCode name={local(row.datasetTitle)} code={unit(row.ownerName)} />,
    },
    {
      key: 'grantee',
      title: t('grantee'),
      render: (row) => (
        <NameAndCode
          name={<PersonName name={row.granteeName} />}
          code={row.granteeUnits.map(unit).join(t('between'))}
        />
      ),
    },
    { key: 'purpose', named: true, title: t('purpose'), render: (row) => purpose(row.purpose) },
    {
      key: 'used',
      title: t('used'),
      width: 180,
      render: (row) =>
        row.lastRead === null ? (
          <span className="faint">{t('never')}</span>
        ) : (
          <NameAndCode
            name={t('usedBody', {
              reads: row.reads.toLocaleString(),
              rows: row.rowsRead.toLocaleString(),
            })}
            code={shortTime(row.lastRead, now)}
          />
        ),
    },
    {
      key: 'until',
      named: true,
      title: t('until'),
      width: 130,
      render: (row) => shortTime(row.expiresAt, now),
    },
    {
      key: 'state',
      title: t('state'),
      width: 110,
      render: (row) => <StateMark state={marks[row.state]} word={t(`state.${row.state}`)} />,
    },
  ];
}

export default function Grants(): ReactNode {
  const t = useText(text);
  const may = useMay();
  const filters = useFilters();
  const query = useGrants(filters);
  const columns = useColumns();
  const rows = query.data?.pages.flatMap((page) => page.grants);
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          may('gate.manage') ? (
            <Button type="primary" onClick={() => filters.setIssue('-')}>
              {t('issue')}
            </Button>
          ) : null
        }
      >
        {t('lead')}
      </PageHeader>
      <div className="grants-page">
        <FilterBar
          search={{ label: t('search'), value: filters.search, onChange: filters.setSearch }}
          state={{
            label: t('state'),
            value: filters.state,
            any: t('anyState'),
            options: states.map((state) => ({ value: state, label: t(`state.${state}`) })),
            onChange: filters.setState,
          }}
        />
        <Panel title={t('list')}>
          {query.error && rows === undefined ? (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <DataTable
              label={t('list')}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              onRow={(row) => filters.setOpen(row.id)}
              selected={filters.open}
              onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
              loadingMore={query.isFetchingNextPage}
              empty={
                <EmptyState title={t('none')}>
                  {t(may('gate.manage') ? 'noneIssued' : 'noneBody')}
                </EmptyState>
              }
            />
          )}
        </Panel>
      </div>
      {filters.issue === '' || !may('gate.manage') ? null : (
        <Issue
          dataset={filters.issue === '-' ? '' : filters.issue}
          onDone={(grant) => filters.show(grant.id)}
          onClose={() => filters.setIssue('')}
        />
      )}
      {filters.open === '' ? null : (
        <Detail key={filters.open} id={filters.open} onClose={() => filters.setOpen('')} />
      )}
    </>
  );
}
