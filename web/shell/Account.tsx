/** Who is signed in; in the demo, everybody one can be. */
import { Avatar, Button, Dropdown, Input, type MenuProps } from 'antd';
import { type ReactNode, useState } from 'react';
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
  useUnitWords,
} from '#web/client';
import { maskName } from '#web/parts';
import { text } from './text.ts';

type Items = NonNullable<MenuProps['items']>;

/** The people of the demo that fit what was typed, and the way out. */
function useItems(words: string): Items {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const people = useDemoAccounts()
    .map((account) => ({ ...account, title: local(account.title), name: maskName(account.name) }))
    .filter(({ id, title, unitName }) => `${id} ${title} ${unitName}`.includes(words.trim()))
    .map((account) => ({
      key: account.id,
      label: (
        <span className="role-entry">
          <b>{account.title}</b>
          <span className="muted">
            {account.name} · {unit(account.unitName)}
          </span>
        </span>
      ),
    }));
  return [
    ...people,
    { type: 'divider' },
    { key: '/account', label: t('myAccount') },
    { key: '/my-data', label: t('myData') },
    { key: '/looked', label: t('looked') },
    { key: '#out', label: t('signOut') },
  ];
}

function Finder(props: { words: string; onWords: (words: string) => void }): ReactNode {
  const t = useText(text);
  return (
    <div className="role-find">
      <span className="faint">
        {t('switchRole')} · {t('switchHint')}
      </span>
      <Input
        allowClear
        value={props.words}
        placeholder={t('findRole')}
        aria-label={t('findRole')}
        onChange={(event) => props.onWords(event.target.value)}
      />
    </div>
  );
}

export function Account(): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const me = useMe().data;
  const role = useMyRole();
  const [words, setWords] = useState('');
  const items = useItems(words);
  const become = useSwitchAccount();
  const navigate = useNavigate();
  if (me === undefined || me.actor === null) return <Link to="/signin">{t('signIn')}</Link>;
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
      onOpenChange={() => setWords('')}
      menu={{
        items,
        selectedKeys: [actor.id],
        className: 'role-menu',
        onClick: ({ key }) => {
          if (key === '#out') void leave();
          else void (key.startsWith('/') ? navigate(key) : become(key));
        },
      }}
      popupRender={(menu) => (
        <div className="role-popup">
          {me.demo ? <Finder words={words} onWords={setWords} /> : null}
          {menu}
        </div>
      )}
    >
      <Button type="text" className="account" title={t('account')}>
        <Avatar size={28}>{actor.name.slice(0, 1)}</Avatar>
        <span className="account-words">
          <b>{maskName(actor.name)}</b>
          <small>{[unit(role?.unitName), local(role?.title)].filter(Boolean).join(' · ')}</small>
        </span>
      </Button>
    </Dropdown>
  );
}
