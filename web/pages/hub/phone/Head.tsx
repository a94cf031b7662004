/** The head of a phone page: title, who I am, large type, and whether there is a network. */

import { IconCloudOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { setElder, useElder, useLocal, useMe, useMyRole, useText, useUnitWords } from '#web/client';
import { maskName, useTitle } from '#web/parts';
import { text } from '../text.ts';
import { discard, sendKept, useKept, useOnline } from './queue.ts';

function Network(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const online = useOnline();
  const kept = useKept();
  const client = useQueryClient();
  useEffect(() => {
    if (!online) return;
    void sendKept().then((count) => {
      if (count > 0) void client.invalidateQueries({ queryKey: ['hub'] });
    });
  }, [online, client]);
  const refused = kept.filter((one) => one.refused !== null);
  const waiting = kept.length - refused.length;
  return (
    <>
      {!online || waiting > 0 ? (
        <div className="hub-offline" role="status">
          <IconCloudOff size={20} aria-hidden />
          <b>{t('offline')}</b>
          <span>{waiting > 0 ? t('waiting', { n: waiting }) : t('offlineNote')}</span>
        </div>
      ) : null}
      {refused.map((one) => (
        <div key={one.id} className="hub-offline" role="alert">
          <span className="grow">{t('refusedLater', { why: local(one.refused) })}</span>
          <Button onClick={() => void discard(one.id)}>{t('discard')}</Button>
        </div>
      ))}
    </>
  );
}

export function Head({ title, count }: { title: string; count?: number }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const me = useMe().data?.actor;
  const role = useMyRole();
  const elder = useElder();
  useTitle(title);
  return (
    <header className="hub-phone-head">
      <h1>
        {title} {count === undefined ? null : <b>{count}</b>}
      </h1>
      <p>{t('of', { who: maskName(me?.name ?? ''), unit: unit(role?.unitName) })}</p>
      <Button aria-pressed={elder} onClick={() => setElder(!elder)}>
        {elder ? t('normal') : t('elder')}
      </Button>
      <Network />
    </header>
  );
}
