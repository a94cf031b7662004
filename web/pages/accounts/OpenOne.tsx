import { useMutation } from '@tanstack/react-query';
import { Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { ErrorState, UnitChoice, useProof } from '#web/parts';
import { openOne, useRefresh } from './data.ts';
import { text } from './text.ts';

interface Given {
  id: string;
  name: string;
  unit: string;
}

export function OpenOne({
  onDone,
  onOpened,
}: {
  onDone: () => void;
  onOpened: (id: string) => void;
}): ReactNode {
  const t = useText(text);
  const refresh = useRefresh();
  const { proving, dialog } = useProof();
  const open = useMutation({
    mutationFn: (given: Given) => proving(() => openOne(given)),
    onSuccess: async (_, { id }) => {
      await refresh();
      onOpened(id);
    },
  });
  const rules = [{ required: true, message: t('needed') }];
  return (
    <Modal
      open
      title={t('openOne')}
      okText={t('openOne')}
      cancelText={t('cancel')}
      okButtonProps={{ htmlType: 'submit', form: 'open-one', loading: open.isPending }}
      onCancel={onDone}
    >
      <Form<Given> id="open-one" layout="vertical" onFinish={(given) => open.mutate(given)}>
        <Form.Item
          name="id"
          label={t('account')}
          extra={t('idRule')}
          rules={[...rules, { pattern: /^[a-z][a-z0-9_]{1,31}$/, message: t('idRule') }]}
        >
          <Input autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item name="name" label={t('name')} rules={rules}>
          <Input autoComplete="off" maxLength={64} />
        </Form.Item>
        <Form.Item name="unit" label={t('unit')} rules={rules}>
          <UnitChoice label={t('unit')} />
        </Form.Item>
        {open.error ? <ErrorState error={open.error} /> : null}
      </Form>
      {dialog}
    </Modal>
  );
}
