/** 谁看过我的数据: unit, role, purpose and time of every reading that concerned the person. */
import type { ReactNode } from 'react';
import { serverNow, shortTime, useLanguage, useLocal, useText, useUnitWords } from '#web/client';
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  PageHeader,
  Panel,
  usePurposeWords,
} from '#web/parts';
import './account.css';
import { type Look, useLooks } from './data.ts';
import { text } from './text.ts';

const words: Record<string, { zh: string; en: string }> = text;

function useColumns(): Column<Look>[] {
  const t = useText(text);
  const unit = useUnitWords();
  const local = useLocal();
  const purpose = usePurposeWords();
  const english = useLanguage() === 'en';
  return [
    {
      key: 'at',
      title: t('when'),
      width: 132,
      render: (row) => (
        <time dateTime={row.at} title={row.at}>
          {shortTime(row.at, new Date(serverNow()))}
        </time>
      ),
    },
    { key: 'unit', title: t('unit'), render: (row) => unit(row.unit) || '-' },
    { key: 'role', title: t('role'), render: (row) => (english ? row.roleEn : row.role) || '-' },
    {
      key: 'which',
      title: t('which'),
      render: (row) => local(row.title) || row.dataset || '-',
    },
    {
      key: 'why',
      named: true,
      title: t('why'),
      render: (row) =>
        row.purpose === null ? '-' : local(words[`for.${row.purpose}`]) || purpose(row.purpose),
    },
  ];
}

export default function Looked(): ReactNode {
  const t = useText(text);
  const looks = useLooks();
  const columns = useColumns();
  const rows = looks.data?.pages.flatMap((page) => page.looks);
  const isUnbound = looks.data?.pages[0]?.bound === false;
  const list = looks.error ? (
    <ErrorState error={looks.error} onRetry={() => void looks.refetch()} />
  ) : (
    <DataTable
      label={t('looked')}
      columns={columns}
      rows={rows}
      rowKey={(row) => `${row.at} ${row.unit} ${row.dataset} ${row.action}`}
      onMore={looks.hasNextPage ? () => void looks.fetchNextPage() : undefined}
      loadingMore={looks.isFetchingNextPage}
      empty={<EmptyState title={t('noLooks')}>{t('noLooksBody')}</EmptyState>}
    />
  );
  return (
    <div className="account-page">
      <PageHeader title={t('looked')}>{t('lookedLead')}</PageHeader>
      <div className="account-body">
        <Panel>
          {isUnbound ? <EmptyState title={t('notBound')}>{t('notBoundBody')}</EmptyState> : list}
        </Panel>
      </div>
    </div>
  );
}
