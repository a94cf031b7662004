/** How the channels of notices stand, for who runs the platform. */
import type { ReactNode } from 'react';
import { useListed, useLocal, useText } from '#web/client';
import { EmptyState, Loaded, Panel, StateMark } from '#web/parts';
import { useChannels } from './data.ts';
import { text } from './text.ts';

export function Channels(): ReactNode {
  const t = useText(text);
  const listed = useListed();
  const local = useLocal();
  const query = useChannels();
  return (
    <Panel title={t('channels')} note={t('channelsNote')}>
      <Loaded query={query}>
        {({ channels }) =>
          channels.length === 0 ? (
            <EmptyState title={t('noChannels')} />
          ) : (
            channels.map((one) => (
              <div key={one.name} className="accounts-change">
                <span className="accounts-line">
                  <StateMark
                    state={one.on ? (one.lastError === null ? 'ok' : 'warn') : 'stale'}
                    word={t(one.on ? 'channelOn' : 'channelOff')}
                  />
                  <b>{local(one.title)}</b>
                  <small className="faint">{one.name}</small>
                </span>
                <small className="muted">
                  {one.on
                    ? t('channelCounts', { n: one.sent, m: one.waiting })
                    : t('channelMissing', { names: listed(one.missing) })}
                  {one.lastError === null ? '' : ` · ${one.lastError}`}
                </small>
              </div>
            ))
          )
        }
      </Loaded>
    </Panel>
  );
}
