/** Pushes that did not leave: why, tried again at once, or given up. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { type ReactNode, useState } from 'react';
import type { StuckPush } from '#notices/model';
import { type Bilingual, get, post, shortTime, useLocal, useText } from '#web/client';
import { EmptyState, ErrorState, Loaded, Panel, StateMark } from '#web/parts';
import { useChannels } from './data.ts';
import { text } from './text.ts';

const key = ['accounts', 'stuck'];

function useStuck() {
  return useQuery({
    queryKey: key,
    queryFn: () => get<{ pushes: StuckPush[] }>('/api/notices/pushes/stuck'),
    select: (answer) => answer.pushes,
  });
}

function useDoing() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: 'again' | 'give-up' }) =>
      post(`/api/notices/pushes/${id}/${verb}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['accounts'] }),
  });
}

/** Why it did not leave, in words where the reason is one of the platform's own. */
function useWhy(): (reason: string) => string {
  const local = useLocal();
  const words: Record<string, Bilingual> = text;
  return (reason) => local(words[`why.${reason.replace(/^notices[.]/, '')}`]) || reason;
}

function One({ push, doing }: { push: StuckPush; doing: ReturnType<typeof useDoing> }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const why = useWhy();
  const channels = useChannels().data?.channels ?? [];
  const channel = local(channels.find(({ name }) => name === push.channel)?.title) || push.channel;
  const { id, state, attempts, lastError, triedAt } = push;
  const isBusy = doing.isPending && doing.variables.id === id;
  return (
    <div className="accounts-change">
      <span className="accounts-line">
        <StateMark state={state === 'dropped' ? 'bad' : 'warn'} word={t(`push_${state}`)} />
        <b>{push.account}</b>
        <small className="faint">{[channel, push.template].filter(Boolean).join(' \u00b7 ')}</small>
      </span>
      <small className="muted">
        {t('pushTried', { n: attempts, at: triedAt === null ? '-' : shortTime(triedAt) })}
        {lastError === null ? '' : ` \u00b7 ${why(lastError)}`}
      </small>
      <span className="accounts-line">
        <Button
          size="small"
          loading={isBusy && doing.variables?.verb === 'again'}
          onClick={() => doing.mutate({ id, verb: 'again' })}
        >
          {t('pushAgain')}
        </Button>
        {state === 'dropped' ? null : (
          <Popconfirm
            title={t('pushGiveUpSure')}
            okText={t('pushGiveUp')}
            cancelText={t('cancel')}
            onConfirm={() => doing.mutate({ id, verb: 'give-up' })}
          >
            <Button size="small">{t('pushGiveUp')}</Button>
          </Popconfirm>
        )}
      </span>
    </div>
  );
}

/** Shown before all are asked for: one broken channel stops many letters alike. */
const shown = 5;

export function Stuck(): ReactNode {
  const t = useText(text);
  const query = useStuck();
  const doing = useDoing();
  const [all, setAll] = useState(false);
  return (
    <Panel title={t('stuck')} note={t('stuckNote')}>
      {doing.error ? <ErrorState error={doing.error} /> : null}
      <Loaded query={query}>
        {(pushes) =>
          pushes.length === 0 ? (
            <EmptyState title={t('noStuck')} />
          ) : (
            <>
              {pushes.slice(0, all ? pushes.length : shown).map((push) => (
                <One key={push.id} push={push} doing={doing} />
              ))}
              {pushes.length <= shown || all ? null : (
                <div className="accounts-change">
                  <Button size="small" onClick={() => setAll(true)}>
                    {t('stuckAll', { n: pushes.length })}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}
