/** 变更记录: every change of every contract, newest first. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { shortTime, useLocal, useText } from '#web/client';
import { EmptyState, Loaded, PageHeader } from '#web/parts';
import { useWho, WhatChanged } from './Changed.tsx';
import './catalogue.css';
import { useHistory } from './data.ts';
import { Tools } from './Tools.tsx';
import { text } from './text.ts';

export default function History(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const who = useWho();
  const query = useHistory();
  return (
    <>
      <PageHeader title={t('history.title')} actions={<Tools here="history" />}>
        {t('history.lead')}
      </PageHeader>
      <div className="cat-page">
        <Loaded query={query}>
          {({ pages }) => {
            const changes = pages.flatMap((page) => page.changes);
            if (changes.length === 0) return <EmptyState title={t('historyEmpty')} />;
            return (
              <ol className="card cat-history">
                {changes.map((one) => (
                  <li key={`${one.name} ${one.version}`}>
                    <div>
                      <Link to={`/catalogue/${one.name}`}>{local(one.title)}</Link>
                      <span className="chip">{t('versionOf', { n: one.version })}</span>
                      <span className="faint">
                        {shortTime(one.appliedAt)} · {who(one.appliedBy)}
                      </span>
                    </div>
                    <WhatChanged one={one} />
                  </li>
                ))}
              </ol>
            );
          }}
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
