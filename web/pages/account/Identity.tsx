/** The own account and the identity providers one may sign in by; nothing where none is set up. */
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { serverNow, shortTime, useLocal, useText } from '#web/client';
import { ErrorState, Panel, StateMark, useProof } from '#web/parts';
import { type LinkedProvider, startLink, takeLink, useLinks, useLinksChanged } from './data.ts';
import { text } from './text.ts';

function OneLink({ provider }: { provider: LinkedProvider }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { proving, dialog } = useProof();
  const changed = useLinksChanged();
  const { name, since } = provider;
  const link = useMutation({
    mutationFn: () => proving(() => startLink(name)),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const take = useMutation({
    mutationFn: () => proving(() => takeLink(name)),
    onSuccess: changed,
  });
  const error = link.error ?? take.error;
  return (
    <div className="account-pad">
      <span className="account-row">
        <b>{local(provider.title)}</b>
        {since === null ? (
          <StateMark state="stale" word={t('linkOff')} />
        ) : (
          <StateMark
            state="ok"
            word={t('linkOn', { time: shortTime(since, new Date(serverNow())) })}
          />
        )}
        {since === null ? (
          <Button loading={link.isPending} onClick={() => link.mutate()}>
            {t('linkUp')}
          </Button>
        ) : (
          <Button loading={take.isPending} onClick={() => take.mutate()}>
            {t('remove')}
          </Button>
        )}
      </span>
      {error ? <ErrorState error={error} /> : null}
      {dialog}
    </div>
  );
}

export function IdentityPanel(): ReactNode {
  const t = useText(text);
  const providers = useLinks().data?.providers ?? [];
  if (providers.length === 0) return null;
  return (
    <Panel title={t('link')} note={t('linkNote')}>
      {providers.map((provider) => (
        <OneLink key={provider.name} provider={provider} />
      ))}
    </Panel>
  );
}
