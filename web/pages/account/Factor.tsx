import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, QRCode } from 'antd';
import { type ReactNode, useState } from 'react';
import { serverNow, shortTime, useText } from '#web/client';
import { ErrorState, Loaded, Panel, StateMark, useProof } from '#web/parts';
import {
  confirmFactor,
  type Factor,
  removeFactor,
  startFactor,
  useFactor,
  useFactorChanged,
} from './data.ts';
import { text } from './text.ts';

/** One code, and a button that says what it does. */
function CodeForm(props: {
  label: string;
  action: string;
  send: (code: string) => Promise<unknown>;
  onCancel: () => void;
}): ReactNode {
  const t = useText(text);
  const send = useMutation({ mutationFn: ({ code }: { code: string }) => props.send(code) });
  return (
    <Form<{ code: string }>
      layout="vertical"
      className="account-form"
      onFinish={(given) => send.mutate(given)}
    >
      <Form.Item name="code" label={props.label} rules={[{ required: true, message: t('needed') }]}>
        <Input autoComplete="one-time-code" autoFocus />
      </Form.Item>
      {send.error ? <ErrorState error={send.error} /> : null}
      <span className="account-row">
        <Button type="primary" htmlType="submit" loading={send.isPending}>
          {props.action}
        </Button>
        <Button onClick={props.onCancel}>{t('cancel')}</Button>
      </span>
    </Form>
  );
}

function SetUp(props: {
  begun: { uri: string; secret: string };
  onDone: (recovery: string[]) => void;
  onCancel: () => void;
}): ReactNode {
  const t = useText(text);
  const { uri, secret } = props.begun;
  return (
    <div className="account-scan">
      <div>
        <b>{t('scan')}</b>
        <QRCode value={uri} size={184} aria-label={t('scan')} />
        <span className="muted">{t('typeIt')}</span>
        <code className="account-secret">{secret.match(/.{1,4}/g)?.join(' ')}</code>
      </div>
      <CodeForm
        label={t('enterCode')}
        action={t('enable')}
        send={async (code) => props.onDone((await confirmFactor(code)).recovery)}
        onCancel={props.onCancel}
      />
    </div>
  );
}

function Recovery(props: { codes: readonly string[]; onKept: () => void }): ReactNode {
  const t = useText(text);
  return (
    <>
      <b>{t('recovery')}</b>
      <ul className="account-codes">
        {props.codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <p className="muted">{t('recoveryBody')}</p>
      <span>
        <Button type="primary" onClick={props.onKept}>
          {t('kept')}
        </Button>
      </span>
    </>
  );
}

type Step =
  | { at: 'rest' }
  | { at: 'setting-up'; begun: { uri: string; secret: string } }
  | { at: 'keeping'; codes: string[] }
  | { at: 'removing' };

function Rest(props: { factor: Factor; onStart: () => void; onRemove: () => void }): ReactNode {
  const t = useText(text);
  const { since, required, recoveryLeft } = props.factor;
  if (since === null) {
    return (
      <span>
        <Button type="primary" onClick={props.onStart}>
          {t('setUp')}
        </Button>
      </span>
    );
  }
  return (
    <span className="account-row">
      <span>{t('factorSince', { time: shortTime(since, new Date(serverNow())) })}</span>
      <span className="muted">{t('recoveryLeft', { n: recoveryLeft })}</span>
      {required ? (
        <span className="faint">{t('cannotRemove')}</span>
      ) : (
        <Button onClick={props.onRemove}>{t('remove')}</Button>
      )}
    </span>
  );
}

function Steps({ factor }: { factor: Factor }): ReactNode {
  const t = useText(text);
  const [step, setStep] = useState<Step>({ at: 'rest' });
  const { proving, dialog } = useProof();
  const changed = useFactorChanged();
  const rest = (): void => setStep({ at: 'rest' });
  const start = useMutation({
    mutationFn: () => proving(startFactor),
    onSuccess: (begun) => setStep({ at: 'setting-up', begun }),
  });
  const remove = async (code: string): Promise<void> => {
    await proving(() => removeFactor(code));
    await changed();
    rest();
  };
  const keep = (): void => {
    rest();
    void changed();
  };
  return (
    <div className="account-pad">
      <p className="muted">{t('factorWhat')}</p>
      {step.at === 'rest' ? (
        <Rest
          factor={factor}
          onStart={() => start.mutate()}
          onRemove={() => setStep({ at: 'removing' })}
        />
      ) : null}
      {start.error ? <ErrorState error={start.error} /> : null}
      {step.at === 'setting-up' ? (
        <SetUp
          begun={step.begun}
          onDone={(codes) => setStep({ at: 'keeping', codes })}
          onCancel={rest}
        />
      ) : null}
      {step.at === 'keeping' ? <Recovery codes={step.codes} onKept={keep} /> : null}
      {step.at === 'removing' ? (
        <CodeForm label={t('removeBody')} action={t('remove')} send={remove} onCancel={rest} />
      ) : null}
      {dialog}
    </div>
  );
}

export function FactorPanel(): ReactNode {
  const t = useText(text);
  const factor = useFactor();
  const isOn = typeof factor.data?.since === 'string';
  return (
    <Panel
      title={t('factor')}
      note={
        <StateMark state={isOn ? 'ok' : 'stale'} word={isOn ? t('factorOn') : t('factorOff')} />
      }
    >
      <Loaded query={factor}>{(found) => <Steps factor={found} />}</Loaded>
    </Panel>
  );
}
