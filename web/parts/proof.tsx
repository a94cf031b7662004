/**
 * Before a dangerous act the person proves once more who he is: the act is tried, and when the
 * server asks for a proof, this asks for the password and tries again.
 */
import { Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { ApiError, post, useText } from '#web/client';
import { ErrorState } from './states.tsx';
import { text } from './text.ts';

interface Waiting {
  again: () => void;
  leave: (error: unknown) => void;
}

interface Given {
  password: string;
  code?: string;
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof ApiError && error.code === code;

function ProofForm(props: { onProved: () => void; id: string }): ReactNode {
  const t = useText(text);
  const [error, setError] = useState<unknown>();
  const [withCode, setWithCode] = useState(false);
  const prove = async (given: Given): Promise<void> => {
    try {
      await post('/api/auth/prove', given);
      props.onProved();
    } catch (refusal) {
      // To be asked for the code as well is a step on the way, no fault.
      const asks = isCode(refusal, 'auth.code_needed');
      if (asks) setWithCode(true);
      setError(asks ? undefined : refusal);
    }
  };
  return (
    <Form<Given> id={props.id} layout="vertical" onFinish={(given) => void prove(given)}>
      <p className="muted">{t('proofWhy')}</p>
      <Form.Item
        name="password"
        label={t('proofPassword')}
        rules={[{ required: true, message: t('proofPasswordMissing') }]}
      >
        <Input.Password autoComplete="current-password" autoFocus />
      </Form.Item>
      {withCode ? (
        <Form.Item name="code" label={t('proofCode')}>
          <Input autoComplete="one-time-code" inputMode="numeric" />
        </Form.Item>
      ) : null}
      {error === undefined ? null : <ErrorState error={error} />}
    </Form>
  );
}

/**
 * `proving(act)` does the act, asking for a proof when it is needed; `dialog` stands somewhere on the
 * page. Leaving the dialog refuses the act with what the server said.
 */
export function useProof(): {
  proving: <T>(act: () => Promise<T>) => Promise<T>;
  dialog: ReactNode;
} {
  const t = useText(text);
  const [waiting, setWaiting] = useState<Waiting>();
  const proving = async <T,>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (!isCode(error, 'auth.prove_first')) throw error;
      await new Promise<void>((resolve, reject) => {
        setWaiting({ again: resolve, leave: () => reject(error as Error) });
      });
      return act();
    }
  };
  const end = (how: 'again' | 'leave') => (): void => {
    waiting?.[how](undefined);
    setWaiting(undefined);
  };
  const dialog = (
    <Modal
      open={waiting !== undefined}
      title={t('proofTitle')}
      okText={t('proofOk')}
      cancelText={t('proofCancel')}
      okButtonProps={{ htmlType: 'submit', form: 'proof' }}
      onCancel={end('leave')}
      destroyOnHidden
    >
      <ProofForm id="proof" onProved={end('again')} />
    </Modal>
  );
  return { proving, dialog };
}
