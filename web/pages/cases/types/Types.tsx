/** All kinds of cases, and how many of each are open. */

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { TypeSummary } from '#cases/model';
import { get, useLive, useLocal, useText } from '#web/client';
import {
  DataTable,
  EmptyState,
  ErrorState,
  figure,
  NameAndCode,
  PageHeader,
  StateMark,
} from '#web/parts';
import '../cases.css';
import { text } from './text.ts';

export const useTypes = () => {
  useLive('cases', ['cases']);
  return useQuery({
    queryKey: ['cases', 'types'],
    queryFn: async () => (await get<{ types: TypeSummary[] }>('/api/cases/types')).types,
  });
};

function Table(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const navigate = useNavigate();
  const found = useTypes();
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <DataTable<TypeSummary>
      label={t('types')}
      rows={found.data}
      rowKey={(row) => row.name}
      onRow={(row) => void navigate(`/case-types/${row.name}`)}
      empty={<EmptyState title={t('noTypes')}>{t('noTypesHint')}</EmptyState>}
      columns={[
        {
          key: 'title',
          title: t('type'),
          render: (row) => <NameAndCode name={local(row.title)} code={row.name} />,
        },
        {
          key: 'state',
          title: t('versions'),
          width: 200,
          render: (row) => (
            <>
              <StateMark
                state={row.retired ? 'stale' : 'ok'}
                word={t(row.retired ? 'retired' : 'inForce')}
              />{' '}
              <span className="faint">{t('version', { n: row.version })}</span>
            </>
          ),
        },
        {
          key: 'open',
          named: true,
          title: t('open'),
          width: 110,
          number: true,
          render: (row) => figure(row.open),
        },
        {
          key: 'overdue',
          named: true,
          title: t('overdue'),
          width: 110,
          number: true,
          render: (row) => figure(row.overdue),
        },
      ]}
    />
  );
}

export default function Types(): ReactNode {
  const t = useText(text);
  return (
    <>
      <PageHeader title={t('types')}>{t('typesLead')}</PageHeader>
      <div className="list-page">
        <div className="card">
          <Table />
        </div>
      </div>
    </>
  );
}
