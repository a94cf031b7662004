/** 我的异议: how far each is, what was answered, and what the person may still do. */
import { Button, Form, Input, Modal, Popconfirm } from 'antd';
import { type ReactNode, useState } from 'react';
import type { OwnObjection } from '#quality/model';
import { dayWords, shortTime, useLanguage, useLocal, useText, useUnitWords } from '#web/client';
import { ErrorState, Panel, type State, StateMark } from '#web/parts';
import { useAppeal, useObjections, useTakeBack } from './data.ts';
import { text } from './text.ts';

const stateOf = ({ outcome, overdue, canAppeal }: OwnObjection): State => {
  if (outcome !== null) return outcome === 'done' ? 'ok' : 'stale';
  if (overdue) return 'bad';
  return canAppeal ? 'warn' : 'run';
};

function Appeal({ one, onClose }: { one: OwnObjection; onClose: () => void }): ReactNode {
  const t = useText(text);
  const [reason, setReason] = useState('');
  const sending = useAppeal();
  const send = async (): Promise<void> => {
    await sending.mutateAsync({ number: one.number, reason });
    onClose();
  };
  return (
    <Modal
      open
      title={t('appealTitle', { number: one.number })}
      okText={t('appealSend')}
      cancelText={t('cancel')}
      okButtonProps={{ disabled: reason.trim().length < 4, loading: sending.isPending }}
      onCancel={onClose}
      onOk={() => void send().catch(() => undefined)}
    >
      <Form layout="vertical">
        <Form.Item label={t('appealReason')} extra={t('appealTo')} required>
          <Input.TextArea
            aria-label={t('appealReason')}
            autoSize={{ minRows: 3, maxRows: 8 }}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Form.Item>
      </Form>
      {sending.error ? <ErrorState error={sending.error} /> : null}
    </Modal>
  );
}

/** By when, and with whom it lies. */
function Standing({ one }: { one: OwnObjection }): ReactNode {
  const t = useText(text);
  const unit = useUnitWords();
  const lang = useLanguage();
  if (one.outcome !== null) return null;
  const due = one.dueAt === null ? '' : t('due', { day: dayWords(one.dueAt, lang) });
  const parts = [
    one.withName === null ? '' : t('with', { unit: unit(one.withName) }),
    one.overdue ? t('overdue') : due,
  ];
  return <p className="muted">{parts.filter(Boolean).join(' · ')}</p>;
}

function Answers({ one }: { one: OwnObjection }): ReactNode {
  const local = useLocal();
  const unit = useUnitWords();
  return one.answers.map((answer) => (
    <blockquote key={answer.at}>
      <span className="faint">
        {[unit(answer.unitName), local(answer.title), shortTime(answer.at)]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <p>{answer.reason}</p>
    </blockquote>
  ));
}

function One({ one }: { one: OwnObjection }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [appealing, setAppealing] = useState(false);
  const back = useTakeBack();
  return (
    <li className="own-objection">
      <header>
        <b>
          {local(one.datasetTitle)} · {local(one.itemTitle)}
        </b>
        <StateMark state={stateOf(one)} word={local(one.step)} />
        <span className="faint">
          {one.number} · {shortTime(one.openedAt)}
        </span>
      </header>
      <p>
        <span className="faint">{t('said')} </span>
        {one.expected === null ? '' : t('saidExpected', { value: one.expected })}
        {one.reason}
      </p>
      <Standing one={one} />
      <Answers one={one} />
      {back.error ? <ErrorState error={back.error} /> : null}
      {one.canAppeal || one.canWithdraw ? (
        <div className="own-buttons">
          {one.canAppeal ? (
            <Button type="primary" onClick={() => setAppealing(true)}>
              {t('appeal')}
            </Button>
          ) : null}
          {one.canWithdraw ? (
            <Popconfirm
              title={t('takeBackSure')}
              okText={t('takeBack')}
              cancelText={t('cancel')}
              onConfirm={() => back.mutate(one.number)}
            >
              <Button loading={back.isPending}>{t('takeBack')}</Button>
            </Popconfirm>
          ) : null}
        </div>
      ) : null}
      {appealing ? <Appeal one={one} onClose={() => setAppealing(false)} /> : null}
    </li>
  );
}

export function Objections(): ReactNode {
  const t = useText(text);
  const found = useObjections();
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined || found.data.length === 0) return null;
  return (
    <Panel title={t('objections')}>
      <ul className="own-objections">
        {found.data.map((one) => (
          <One key={`${one.number} ${one.item}`} one={one} />
        ))}
      </ul>
    </Panel>
  );
}
