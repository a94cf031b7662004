/** Proposes the roles of one account; the security administrator confirms them. */
import { useMutation } from '@tanstack/react-query';
import { Button, Input, Modal, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useLocal, useText } from '#web/client';
import { ErrorState, UnitChoice } from '#web/parts';
import { type Account, type HeldRole, propose, useRefresh, useRoles } from './data.ts';
import { text } from './text.ts';

type Draft = HeldRole & { key: number };

function HeldRow(props: {
  held: Draft;
  onChange: (next: Draft) => void;
  onDrop: () => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const roles = useRoles().data?.roles ?? [];
  const { held } = props;
  return (
    <div className="accounts-held">
      <Select
        aria-label={t('roles')}
        placeholder={t('roles')}
        {...(held.role === '' ? {} : { value: held.role })}
        options={roles.map((role) => ({ value: role.name, label: local(role.title) }))}
        onChange={(role) => props.onChange({ ...held, role })}
      />
      <UnitChoice
        label={t('unit')}
        value={held.unit}
        onChange={(unit) => props.onChange({ ...held, unit })}
      />
      <Button size="small" onClick={props.onDrop}>
        {t('drop')}
      </Button>
    </div>
  );
}

function useDrafts(account: Account) {
  const [drafts, setDrafts] = useState<Draft[]>(
    account.roles.map(({ role, unit }, key) => ({ role, unit, key })),
  );
  const [count, setCount] = useState(account.roles.length);
  return {
    drafts,
    add: (): void => {
      setDrafts([...drafts, { role: '', unit: account.unit, key: count }]);
      setCount(count + 1);
    },
    change: (next: Draft): void =>
      setDrafts(drafts.map((one) => (one.key === next.key ? next : one))),
    drop: (key: number): void => setDrafts(drafts.filter((one) => one.key !== key)),
  };
}

export function RolesForm(props: { account: Account; onDone: () => void }): ReactNode {
  const t = useText(text);
  const { account } = props;
  const { drafts, add, change, drop } = useDrafts(account);
  const [reason, setReason] = useState('');
  const refresh = useRefresh();
  const roles = drafts.filter((one) => one.role !== '' && one.unit !== '');
  const send = useMutation({
    mutationFn: () =>
      propose(
        account,
        roles.map(({ role, unit }) => ({ role, unit })),
        reason,
      ),
    onSuccess: async () => {
      await refresh();
      props.onDone();
    },
  });
  return (
    <Modal
      open
      width={640}
      title={t('rolesOf', { name: account.name, id: account.id })}
      okText={t('send')}
      cancelText={t('cancel')}
      okButtonProps={{ disabled: reason.trim() === '', loading: send.isPending }}
      onOk={() => send.mutate()}
      onCancel={props.onDone}
    >
      <div className="accounts-form">
        {drafts.map((held) => (
          <HeldRow key={held.key} held={held} onChange={change} onDrop={() => drop(held.key)} />
        ))}
        <span>
          <Button size="small" onClick={add}>
            {t('addRole')}
          </Button>
        </span>
        <Input
          aria-label={t('reason')}
          placeholder={`${t('reason')} · ${t('reasonHint')}`}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
        />
        {send.error ? <ErrorState error={send.error} /> : null}
      </div>
    </Modal>
  );
}
