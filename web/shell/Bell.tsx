/** Notices of the signed-in account; the number is what is unread. */
import { IconBell } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Badge, Button, Popover } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { Notice } from '#notices/model';
import { get, post, shortTime, useLive, useLocal, useText } from '#web/client';
import { EmptyState } from '#web/parts';
import { text } from './text.ts';

export const useNotices = () => {
  useLive('notices', ['notices']);
  return useQuery({
    queryKey: ['notices', 'mine'],
    queryFn: () => get<{ items: Notice[]; unread: number }>('/api/notices/mine', { limit: 8 }),
  });
};

export function Bell(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const list = useNotices().data;
  const unread = list?.unread ?? 0;
  const read = async (notice: Notice): Promise<void> => {
    setOpen(false);
    if (notice.readAt === null) await post(`/api/notices/${encodeURIComponent(notice.id)}/read`);
    await client.invalidateQueries({ queryKey: ['notices'] });
  };
  const content = (
    <div className="bell-list">
      {list && list.items.length > 0 ? (
        <ul>
          {list.items.map((notice) => (
            <li key={notice.id} className={notice.readAt === null ? 'unread' : ''}>
              <Link to={notice.link ?? '/'} onClick={() => void read(notice)}>
                <b>{local(notice.title)}</b>
                <span>{local(notice.body)}</span>
                <time className="faint">{shortTime(notice.at)}</time>
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState title={t('noNotices')}>{t('noNoticesHint')}</EmptyState>
      )}
    </div>
  );
  return (
    <Popover
      content={content}
      title={t('notices')}
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
    >
      <Button type="text" className="bell" aria-label={t('bell', { n: unread })}>
        <Badge count={unread} size="small" offset={[unread > 9 ? 2 : 0, 4]}>
          <IconBell size={20} stroke={1.6} />
        </Badge>
      </Button>
    </Popover>
  );
}
