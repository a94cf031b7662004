/** 变更记录: every change of every contract, newest first, found by words. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { HistoryPage } from '#catalogue/model';
import { useLocal, useText, useUrlValue } from '#web/client';
import { EmptyState, Loaded, PageHeader } from '#web/parts';
import { Version } from './Changed.tsx';
import './catalogue.css';
import { useHistory } from './data.ts';
import { Sought } from './Sought.tsx';
import { Tools } from './Tools.tsx';
import { text } from './text.ts';

function Changes({ changes, q }: Pick<HistoryPage, 'changes'> & { q: string }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  if (changes.length === 0) {
    return q === '' ? (
      <EmptyState title={t('historyEmpty')}>{t('historyEmptyBody')}</EmptyState>
    ) : (
      <EmptyState title={t('historyNone')}>{t('emptyFoundBody')}</EmptyState>
    );
  }
  return (
    <ol className="card cat-history">
      {changes.map((one) => (
        <Version key={`${one.name} ${one.version}`} one={one}>
          <Link to={`/catalogue/${one.name}`}>{local(one.title)}</Link>
          <span className="chip">{t('versionOf', { n: one.version })}</span>
        </Version>
      ))}
    </ol>
  );
}

export default function History(): ReactNode {
  const t = useText(text);
  const [q, setQ] = useUrlValue('q');
  const query = useHistory(q);
  return (
    <>
      <PageHeader title={t('history.title')} actions={<Tools here="history" />}>
        {t('history.lead')}
      </PageHeader>
      <div className="cat-page">
        <div className="cat-bar">
          <Sought label={t('searchHistory')} value={q} onChange={setQ} />
        </div>
        <Loaded query={query}>
          {({ pages }) => <Changes changes={pages.flatMap((page) => page.changes)} q={q} />}
        </Loaded>
        {query.hasNextPage ? (
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
        ) : null}
      </div>
    </>
  );
}
