/** Who is signed in; in the demo, everybody one can be. */
import { Avatar, Button, Dropdown, type MenuProps } from 'antd';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import {
  type Me,
  queryClient,
  sessionKey,
  signOut,
  useLocal,
  useMe,
  useSwitchAccount,
  useText,
} from '#web/client';
import { maskName } from '#web/parts';
import { text } from './text.ts';

type Items = NonNullable<MenuProps['items']>;

const roleLine = (me: Me, local: ReturnType<typeof useLocal>): string => {
  const held = me.actor.roles[0];
  const title = me.accounts.find((account) => account.id === me.actor.id)?.title ?? held?.title;
  return [held?.unitName, local(title)].filter(Boolean).join(' · ');
};

function useItems(me: Me | undefined): Items {
  const t = useText(text);
  const local = useLocal();
  const people: Items = (me?.accounts ?? []).map((account) => ({
    key: account.id,
    label: (
      <span className="role-entry">
        <b>{local(account.title)}</b>
        <span className="faint">
          {maskName(account.name)} · {account.unitName}
        </span>
      </span>
    ),
  }));
  const group: Items =
    people.length > 0
      ? [{ type: 'group', label: `${t('switchRole')} · ${t('switchHint')}`, children: people }]
      : [];
  return [...group, { type: 'divider' }, { key: '#out', label: t('signOut') }];
}

export function Account(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const me = useMe().data;
  const items = useItems(me);
  const become = useSwitchAccount();
  const navigate = useNavigate();
  if (me === undefined || me.actor.kind === 'anonymous') {
    return <Link to="/signin">{t('signIn')}</Link>;
  }
  const leave = async (): Promise<void> => {
    await signOut();
    await queryClient.resetQueries({ queryKey: [...sessionKey] });
    await navigate('/signin');
  };
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items,
        selectedKeys: [me.actor.id],
        className: 'role-menu',
        onClick: ({ key }) => void (key === '#out' ? leave() : become(key)),
      }}
    >
      <Button
        type="text"
        className="account"
        aria-label={`${t('account')} ${maskName(me.actor.name)}`}
      >
        <Avatar size={28}>{me.actor.name.slice(0, 1)}</Avatar>
        <span>
          <b>{maskName(me.actor.name)}</b>
          <small>{roleLine(me, local)}</small>
        </span>
      </Button>
    </Dropdown>
  );
}
