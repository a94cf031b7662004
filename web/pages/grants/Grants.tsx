/** 数据授权: grants to oneself, on the data of one's unit, or all of them; whose, for what, used. */
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import type { GrantShown } from '#gate/model';
import { serverNow, shortTime, useLocal, useText, useUnitWords } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  NameAndCode,
  PageHeader,
  Panel,
  PersonName,
  StateMark,
} from '#web/parts';
import { Detail, marks } from './Detail.tsx';
import { type Filters, useFilters, useGrants, usePurposeWords } from './data.ts';
import './grants.css';
import { text } from './text.ts';

const states = ['standing', 'expired', 'revoked'] as const;

function FilterBar({ filters }: { filters: Filters }): ReactNode {
  const t = useText(text);
  return (
    <search className="grants-filters">
      <Input.Search
        allowClear
        className="wide"
        aria-label={t('search')}
        placeholder={t('search')}
        defaultValue={filters.search}
        onSearch={filters.setSearch}
      />
      <Select
        className="tight"
        aria-label={t('state')}
        value={filters.state}
        options={[
          { value: '', label: t('anyState') },
          ...states.map((state) => ({ value: state, label: t(`state.${state}`) })),
        ]}
        onChange={filters.setState}
      />
    </search>
  );
}

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
    { key: 'purpose', title: t('purpose'), render: (row) => purpose(row.purpose) },
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
    { key: 'until', title: t('until'), width: 130, render: (row) => shortTime(row.expiresAt, now) },
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
  const filters = useFilters();
  const query = useGrants(filters);
  const columns = useColumns();
  const rows = query.data?.pages.flatMap((page) => page.grants);
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <div className="grants-page">
        <FilterBar filters={filters} />
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
              empty={<EmptyState title={t('none')}>{t('noneBody')}</EmptyState>}
            />
          )}
        </Panel>
      </div>
      {filters.open === '' ? null : (
        <Detail key={filters.open} id={filters.open} onClose={() => filters.setOpen('')} />
      )}
    </>
  );
}
