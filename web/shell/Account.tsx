/** Who is signed in; in the demo, everybody one can be. */
import { Avatar, Button, Dropdown, type MenuProps } from 'antd';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import {
  queryClient,
  sessionKey,
  signOut,
  useDemoAccounts,
  useLocal,
  useMe,
  useMyRole,
  useSwitchAccount,
  useText,
} from '#web/client';
import { maskName } from '#web/parts';
import { text } from './text.ts';

type Items = NonNullable<MenuProps['items']>;

function useItems(): Items {
  const t = useText(text);
  const local = useLocal();
  const people: Items = useDemoAccounts().map((account) => ({
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
  const role = useMyRole();
  const items = useItems();
  const become = useSwitchAccount();
  const navigate = useNavigate();
  if (me === undefined || me.actor === null) {
    return <Link to="/signin">{t('signIn')}</Link>;
  }
  const { actor } = me;
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
        selectedKeys: [actor.id],
        className: 'role-menu',
        onClick: ({ key }) => void (key === '#out' ? leave() : become(key)),
      }}
    >
      <Button type="text" className="account" title={t('account')}>
        <Avatar size={28}>{actor.name.slice(0, 1)}</Avatar>
        <span className="account-words">
          <b>{maskName(actor.name)}</b>
          <small>{[role?.unitName, local(role?.title)].filter(Boolean).join(' · ')}</small>
        </span>
      </Button>
    </Dropdown>
  );
}
