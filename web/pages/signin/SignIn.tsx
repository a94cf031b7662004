import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { ApiError, queryClient, reconnect, sessionKey, signIn, useMe, useText } from '#web/client';
import { ErrorState, useTitle } from '#web/parts';
import { Entrance } from './Entrance.tsx';
import { text } from './text.ts';

interface Login {
  name: string;
  password: string;
  code?: string;
}

const asksCode = (error: unknown): boolean =>
  error instanceof ApiError && ['auth.code_needed', 'auth.wrong_code'].includes(error.code);

/** Only a path of this site is followed. */
const safeBack = (back: string | null): string =>
  back?.startsWith('/') && !back.startsWith('//') && !back.startsWith('/signin') ? back : '/';

function LoginForm(): ReactNode {
  const t = useText(text);
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [withCode, setWithCode] = useState(false);
  const login = useMutation({
    mutationFn: ({ name, password, code }: Login) => signIn(name, password, code),
    onError: (error) => setWithCode((before) => before || asksCode(error)),
    onSuccess: async () => {
      await queryClient.refetchQueries({ queryKey: [...sessionKey] });
      reconnect();
      await navigate(safeBack(params.get('back')), { replace: true });
    },
  });
  return (
    <Form<Login> layout="vertical" size="large" onFinish={(values) => login.mutate(values)}>
      <Form.Item
        name="name"
        label={t('name')}
        rules={[{ required: true, message: t('nameMissing') }]}
      >
        <Input autoComplete="username" autoFocus />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('password')}
        rules={[{ required: true, message: t('passwordMissing') }]}
      >
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      {withCode ? (
        <Form.Item name="code" label={t('code')} extra={t('codeHint')}>
          <Input autoComplete="one-time-code" inputMode="numeric" autoFocus />
        </Form.Item>
      ) : null}
      {login.error ? <ErrorState error={login.error} /> : null}
      <Button type="primary" htmlType="submit" block loading={login.isPending}>
        {t('submit')}
      </Button>
    </Form>
  );
}

export default function SignIn(): ReactNode {
  const t = useText(text);
  const me = useMe().data;
  useTitle(t('title'));
  return (
    <Entrance>
      <h1>{t('title')}</h1>
      <p className="muted">
        {me?.district.name} {t('welcome')}
      </p>
      <LoginForm />
      {me?.demo ? <p className="faint">{t('demo')}</p> : null}
    </Entrance>
  );
}
