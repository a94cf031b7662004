import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Divider, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import {
  ApiError,
  type Bilingual,
  get,
  post,
  queryClient,
  reconnect,
  sessionKey,
  signIn,
  useLanguage,
  useLocal,
  useMe,
  useText,
} from '#web/client';
import { ErrorState, useTitle } from '#web/parts';
import { Entrance } from './Entrance.tsx';
import { text } from './text.ts';

interface Login {
  name: string;
  password: string;
  code?: string;
}

const isCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof ApiError && codes.includes(error.code);

const asksCode = (error: unknown): boolean => isCode(error, 'auth.code_needed', 'auth.wrong_code');

/** Only a path of this site is followed. */
const safeBack = (back: string | null): string =>
  back?.startsWith('/') && !back.startsWith('//') && !back.startsWith('/signin') ? back : '/';

/** What follows on being signed in, however that was done. */
function useGoOn(): (to: string) => Promise<void> {
  const navigate = useNavigate();
  return async (to) => {
    await queryClient.refetchQueries({ queryKey: [...sessionKey] });
    reconnect();
    await navigate(to, { replace: true });
  };
}

function LoginForm(): ReactNode {
  const t = useText(text);
  const goOn = useGoOn();
  const [params] = useSearchParams();
  const [withCode, setWithCode] = useState(false);
  const login = useMutation({
    mutationFn: ({ name, password, code }: Login) => signIn(name, password, code),
    onError: (error) => setWithCode((before) => before || asksCode(error)),
    onSuccess: () => goOn(safeBack(params.get('back'))),
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
      {/* To be asked for the second proof is a step on the way, no fault. */}
      {login.error && !isCode(login.error, 'auth.code_needed') ? (
        <ErrorState error={login.error} />
      ) : null}
      <Button type="primary" htmlType="submit" block loading={login.isPending}>
        {t('submit')}
      </Button>
    </Form>
  );
}

interface Provider {
  name: string;
  title: Bilingual;
}

/** One button for each identity provider; nothing at all where none is set up. */
function Providers(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [params] = useSearchParams();
  const found = useQuery({
    queryKey: ['auth', 'providers'],
    queryFn: () => get<{ providers: Provider[] }>('/api/auth/providers'),
    retry: false,
  });
  const providers = found.data?.providers ?? [];
  if (providers.length === 0) return null;
  const back = encodeURIComponent(safeBack(params.get('back')));
  return (
    <>
      <Divider plain>{t('or')}</Divider>
      {providers.map(({ name, title }) => (
        <Button key={name} block size="large" href={`/auth/via/${name}?back=${back}`}>
          {t('via', { name: local(title) })}
        </Button>
      ))}
    </>
  );
}

/** Why the way to a provider and back did not end here; only what is known is told. */
function Problem(): ReactNode {
  const t = useText(text);
  const [params] = useSearchParams();
  const problem = params.get('problem');
  if (problem === null) return null;
  const key = `problem.${problem}`;
  const isKnown = (name: string): name is keyof typeof text => Object.hasOwn(text, name);
  return (
    <p className="signin-problem" role="alert">
      {t(isKnown(key) ? key : 'problem.other')}
    </p>
  );
}

/** A provider has vouched for the person; the account's own second factor is still asked for. */
function CodeForm(): ReactNode {
  const t = useText(text);
  const goOn = useGoOn();
  const give = useMutation({
    mutationFn: ({ code }: { code: string }) =>
      post<{ back: string }>('/api/auth/via/code', { code }),
    onSuccess: ({ back }) => goOn(safeBack(back)),
  });
  return (
    <>
      <p className="muted">{t('codeWhy')}</p>
      <Form<{ code: string }>
        layout="vertical"
        size="large"
        onFinish={(given) => give.mutate(given)}
      >
        <Form.Item
          name="code"
          label={t('code')}
          extra={t('codeHint')}
          rules={[{ required: true, message: t('codeMissing') }]}
        >
          <Input autoComplete="one-time-code" inputMode="numeric" autoFocus />
        </Form.Item>
        {give.error ? <ErrorState error={give.error} /> : null}
        <Button type="primary" htmlType="submit" block loading={give.isPending}>
          {t('submit')}
        </Button>
      </Form>
      <Link to="/signin">{t('restart')}</Link>
    </>
  );
}

export default function SignIn(): ReactNode {
  const t = useText(text);
  const me = useMe().data;
  const english = useLanguage() === 'en';
  const [params] = useSearchParams();
  const isSecond = params.get('step') === 'code';
  const title = isSecond ? t('codeTitle') : t('title');
  useTitle(title);
  return (
    <Entrance>
      <h1>{title}</h1>
      <p className="muted">
        {/* Nobody has signed in: the name of the district is known in Chinese alone. */}
        {english ? '' : me?.district.name}
        {t('welcome')}
      </p>
      <Problem />
      {isSecond ? (
        <CodeForm />
      ) : (
        <>
          <LoginForm />
          <Providers />
        </>
      )}
      {me?.demo ? <p className="faint">{t('demo')}</p> : null}
    </Entrance>
  );
}
