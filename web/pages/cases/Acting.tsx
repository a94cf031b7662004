/** What this person may do with the ticket now; a form where one is asked for. */
import { Button, Form, Input, InputNumber, Modal, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import type { ActionView, CaseDetail } from '#cases/model';
import { useLocal, useText } from '#web/client';
import { ErrorState } from '#web/parts';
import { useAct } from './data.ts';
import { text } from './text.ts';

const isBare = (action: ActionView): boolean =>
  Object.keys(action.form).length === 0 && !action.reason;

interface Filled {
  data: Record<string, unknown>;
  reason: string;
}

const lacks = (action: ActionView, { data, reason }: Filled): boolean =>
  (action.reason && reason.trim() === '') ||
  Object.entries(action.form).some(([name, field]) => field.required && data[name] === undefined);

function Fields(props: {
  action: ActionView;
  filled: Filled;
  onChange: (filled: Filled) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { action, filled, onChange } = props;
  const set = (name: string, value: unknown): void =>
    onChange({ ...filled, data: { ...filled.data, [name]: value ?? undefined } });
  return (
    <Form layout="vertical">
      {Object.entries(action.form).map(([name, field]) => (
        <Form.Item key={name} label={local(field.title)} required={field.required}>
          {field.type === 'integer' || field.type === 'decimal' ? (
            <InputNumber
              aria-label={local(field.title)}
              {...(field.min === undefined ? {} : { min: field.min })}
              {...(field.max === undefined ? {} : { max: field.max })}
              onChange={(value) => set(name, value)}
            />
          ) : (
            <Input
              aria-label={local(field.title)}
              maxLength={field.max ?? 500}
              onChange={(event) => set(name, event.target.value || undefined)}
            />
          )}
        </Form.Item>
      ))}
      {action.reason ? (
        <Form.Item label={t('reason')} required>
          <Input.TextArea
            aria-label={t('reason')}
            autoSize={{ minRows: 2, maxRows: 6 }}
            maxLength={1000}
            value={filled.reason}
            onChange={(event) => onChange({ ...filled, reason: event.target.value })}
          />
        </Form.Item>
      ) : null}
    </Form>
  );
}

const empty: Filled = { data: {}, reason: '' };

export function Acting({ found }: { found: CaseDetail }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [asked, setAsked] = useState<ActionView>();
  const [filled, setFilled] = useState<Filled>(empty);
  const acting = useAct(found.id);
  const send = async (action: ActionView, with_: Filled): Promise<void> => {
    const { name, task } = action;
    await acting.mutateAsync({ action: name, task, version: found.version, ...with_ });
    setAsked(undefined);
  };
  const start = (action: ActionView): void => {
    acting.reset();
    setFilled(empty);
    if (isBare(action)) void send(action, empty).catch(() => undefined);
    else setAsked(action);
  };
  return (
    <>
      {found.actions.map((action) => (
        <Tooltip key={`${action.name} ${action.task}`} title={local(action.blocked)}>
          <Button
            type={action.weight === 'main' ? 'primary' : 'default'}
            disabled={action.blocked !== null}
            onClick={() => start(action)}
          >
            {local(action.title)}
          </Button>
        </Tooltip>
      ))}
      {acting.error && asked === undefined ? <ErrorState error={acting.error} /> : null}
      <Modal
        open={asked !== undefined}
        title={local(asked?.title)}
        onCancel={() => setAsked(undefined)}
        okText={local(asked?.title)}
        cancelText={t('cancel')}
        confirmLoading={acting.isPending}
        okButtonProps={{ disabled: asked === undefined || lacks(asked, filled) }}
        onOk={() => {
          if (asked) void send(asked, filled).catch(() => undefined);
        }}
        destroyOnHidden
      >
        {asked ? <Fields action={asked} filled={filled} onChange={setFilled} /> : null}
        {acting.error && asked ? <ErrorState error={acting.error} /> : null}
      </Modal>
    </>
  );
}
