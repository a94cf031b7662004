/** What the platform told this person. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Notice } from '#notices/model';
import { get, post, shortTime, useLive, useLocal, useText } from '#web/client';
import { EmptyState, Loaded, Panel } from '#web/parts';
import { text } from './text.ts';

interface NoticeList {
  items: Notice[];
  unread: number;
}

const shown = 12;

const Line = ({ notice }: { notice: Notice }): ReactNode => {
  const local = useLocal();
  const body = (
    <>
      <span className="row">
        <b className="grow">{local(notice.title)}</b>
        <time className="faint" dateTime={notice.at}>
          {shortTime(notice.at)}
        </time>
      </span>
      <span className="muted">{local(notice.body)}</span>
    </>
  );
  return (
    <li className={notice.readAt === null ? 'unread' : ''}>
      {notice.link ? <Link to={notice.link}>{body}</Link> : body}
    </li>
  );
};

export function Notices(): ReactNode {
  const t = useText(text);
  const client = useQueryClient();
  useLive('notices', ['notices']);
  const list = useQuery({
    queryKey: ['notices', 'desk'],
    queryFn: () => get<NoticeList>('/api/notices/mine', { limit: shown }),
  });
  const readAll = useMutation({
    mutationFn: () => post('/api/notices/read-all'),
    onSettled: () => client.invalidateQueries({ queryKey: ['notices'] }),
  });
  const unread = list.data?.unread ?? 0;
  return (
    <Panel
      className="workbench-notices"
      title={t('notices')}
      note={t('noticesNote', { n: unread })}
      extra={
        unread > 0 ? (
          <Button size="small" type="text" onClick={() => readAll.mutate()}>
            {t('readAll')}
          </Button>
        ) : null
      }
    >
      <Loaded query={list}>
        {(data) =>
          data.items.length === 0 ? (
            <EmptyState title={t('noticesNone')}>{t('noticesNoneHint')}</EmptyState>
          ) : (
            <ul>
              {data.items.map((notice) => (
                <Line key={notice.id} notice={notice} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
