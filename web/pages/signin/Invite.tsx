/** Where the one-time link leads: the holder of an account chooses its password and is in. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form } from 'antd';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import {
  ApiError,
  post,
  queryClient,
  reconnect,
  serverNow,
  sessionKey,
  shortTime,
  signIn,
  useLanguage,
  useText,
} from '#web/client';
import { EmptyState, ErrorState, Loaded, NewPasswordFields, useTitle } from '#web/parts';
import { Entrance } from './Entrance.tsx';
import { text } from './text.ts';

interface Invite {
  account: string;
  name: string;
  unitName: string;
  unitNameEn: string | null;
  expiresAt: string;
  passwordLength: number;
}

interface Choice {
  password: string;
  again: string;
}

function Choose({ token, invite }: { token: string; invite: Invite }): ReactNode {
  const t = useText(text);
  const navigate = useNavigate();
  const choose = useMutation({
    mutationFn: async ({ password }: Choice) => {
      await post('/api/organisation/invites', { token, password });
      await signIn(invite.account, password);
    },
    onSuccess: async () => {
      await queryClient.resetQueries({ queryKey: [...sessionKey] });
      reconnect();
      await navigate('/', { replace: true });
    },
  });
  return (
    <Form<Choice> layout="vertical" size="large" onFinish={(values) => choose.mutate(values)}>
      <input type="text" autoComplete="username" value={invite.account} readOnly hidden />
      <NewPasswordFields least={invite.passwordLength} autoFocus />
      {choose.error ? <ErrorState error={choose.error} /> : null}
      <Button type="primary" htmlType="submit" block loading={choose.isPending}>
        {t('choose')}
      </Button>
    </Form>
  );
}

function Whose({ invite }: { invite: Invite }): ReactNode {
  const t = useText(text);
  const unit = useLanguage() === 'en' ? (invite.unitNameEn ?? invite.unitName) : invite.unitName;
  return (
    <p className="muted">
      {t('whose', { account: invite.account, name: invite.name, unit })}
      <br />
      {t('until', { time: shortTime(invite.expiresAt, new Date(serverNow())) })}
    </p>
  );
}

export default function InvitePage(): ReactNode {
  const t = useText(text);
  // Behind `#`: the address bar has it, no server's log does.
  const token = window.location.hash.slice(1);
  const invite = useQuery({
    queryKey: ['organisation', 'invite', token],
    queryFn: () => post<Invite>('/api/organisation/invites/look', { token }),
    enabled: token !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useTitle(t('choosePassword'));
  // A link cut short is no token at all.
  const isCut = invite.error instanceof ApiError && invite.error.code === 'kernel.bad_input';
  return (
    <Entrance>
      <h1>{t('choosePassword')}</h1>
      {token === '' || isCut ? (
        <EmptyState title={t('noToken')}>{t('noTokenDo')}</EmptyState>
      ) : (
        <Loaded query={invite}>
          {(found) => (
            <>
              <Whose invite={found} />
              <Choose token={token} invite={found} />
            </>
          )}
        </Loaded>
      )}
    </Entrance>
  );
}
