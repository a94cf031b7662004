import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, queryClient, sessionKey, useText } from '#web/client';
import { ErrorState, NewPasswordFields, Panel } from '#web/parts';
import { changePassword, type NewPassword } from './data.ts';
import { text } from './text.ts';

interface Given extends NewPassword {
  again: string;
}

const asksCode = (error: unknown): boolean =>
  error instanceof ApiError && ['auth.code_needed', 'auth.wrong_code'].includes(error.code);

function Fields({ withCode }: { withCode: boolean }): ReactNode {
  const t = useText(text);
  const rules = [{ required: true, message: t('needed') }];
  return (
    <>
      <Form.Item name="old" label={t('old')} rules={rules}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <NewPasswordFields />
      {withCode ? (
        <Form.Item name="code" label={t('code')}>
          <Input autoComplete="one-time-code" />
        </Form.Item>
      ) : null}
    </>
  );
}

export function PasswordPanel(): ReactNode {
  const t = useText(text);
  const navigate = useNavigate();
  const [withCode, setWithCode] = useState(false);
  const change = useMutation({
    mutationFn: ({ old, password, code }: Given) =>
      changePassword({ old, password, ...(code ? { code } : {}) }),
    onError: (error) => setWithCode((before) => before || asksCode(error)),
    onSuccess: async () => {
      await queryClient.resetQueries({ queryKey: [...sessionKey] });
      await navigate('/signin', { replace: true });
    },
  });
  return (
    <Panel title={t('password')} note={t('passwordNote')}>
      <div className="account-pad">
        <Form<Given>
          layout="vertical"
          className="account-form"
          onFinish={(given) => change.mutate(given)}
        >
          <Fields withCode={withCode} />
          {change.error ? <ErrorState error={change.error} /> : null}
          <Button htmlType="submit" loading={change.isPending}>
            {t('change')}
          </Button>
        </Form>
      </div>
    </Panel>
  );
}
