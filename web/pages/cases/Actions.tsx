/** What the reader may do now; an action that asks for something asks in a form made from its declaration. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Form, Input, InputNumber, Modal, Select, Switch } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { ActionView, CaseDetail } from '#cases/model';
import { post, useLocal, useText } from '#web/client';
import { ErrorState, Panel } from '#web/parts';
import { text } from './text.ts';

type FieldType = ActionView['form'][string];
type Values = Record<string, unknown>;

function Field({ field }: { field: FieldType }): ReactNode {
  const local = useLocal();
  switch (field.type) {
    case 'integer':
    case 'decimal':
      return (
        <InputNumber
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
          {...(field.type === 'integer' ? { precision: 0 } : {})}
        />
      );
    case 'boolean':
      return <Switch />;
    case 'date':
      return <DatePicker />;
    case 'timestamp':
      return <DatePicker showTime />;
    case 'choice':
      return (
        <Select
          options={Object.entries(field.choices ?? {}).map(([value, title]) => ({
            value,
            label: local(title),
          }))}
        />
      );
    default:
      return <Input.TextArea autoSize={{ minRows: 1, maxRows: 6 }} />;
  }
}

interface Formattable {
  format: (pattern: string) => string;
  toISOString: () => string;
}

const isDate = (value: unknown): value is Formattable =>
  typeof value === 'object' && value !== null && 'toISOString' in value && 'format' in value;

/** Dates as the server takes them: a day for `date`, an instant for `timestamp`. */
const sent = (action: ActionView, values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (!isDate(value)) return [name, value];
      const day = action.form[name]?.type === 'date';
      return [name, day ? value.format('YYYY-MM-DD') : value.toISOString()];
    }),
  );

function useAct(data: CaseDetail) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ action, values }: { action: ActionView; values: Values }) => {
      const { reason, ...form } = values;
      return post(`/api/cases/${data.id}/act`, {
        action: action.name,
        data: sent(action, form),
        version: data.version,
        ...(action.task === null ? {} : { task: action.task }),
        ...(typeof reason === 'string' && reason !== '' ? { reason } : {}),
      });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['cases'] }),
  });
}

function Asking(props: {
  action: ActionView;
  error: unknown;
  busy: boolean;
  onSend: (values: Values) => void;
  onClose: () => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [form] = Form.useForm<Values>();
  const { action } = props;
  const needed = [{ required: true, message: t('required') }];
  return (
    <Modal
      open
      title={local(action.title)}
      okText={local(action.title)}
      cancelText={t('cancel')}
      confirmLoading={props.busy}
      onOk={() => form.submit()}
      onCancel={props.onClose}
    >
      <Form form={form} layout="vertical" onFinish={props.onSend}>
        {Object.entries(action.form).map(([name, field]) => (
          <Form.Item
            key={name}
            name={name}
            label={local(field.title)}
            rules={field.required ? needed : []}
          >
            <Field field={field} />
          </Form.Item>
        ))}
        {action.reason ? (
          <Form.Item name="reason" label={t('reason')} rules={needed}>
            <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={1000} showCount />
          </Form.Item>
        ) : null}
      </Form>
      {props.error ? <ErrorState error={props.error} /> : null}
    </Modal>
  );
}

export function Actions(props: { data: CaseDetail; dataset: string | undefined }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const act = useAct(props.data);
  const [asking, ask] = useState<ActionView | null>(null);
  const start = (action: ActionView): void => {
    act.reset();
    if (Object.keys(action.form).length > 0 || action.reason) ask(action);
    else act.mutate({ action, values: {} });
  };
  const send = (action: ActionView, values: Values): void =>
    act.mutate({ action, values }, { onSuccess: () => ask(null) });
  const actions = props.data.actions;
  return (
    <Panel className="case-actions">
      {actions.length === 0 ? <p className="muted">{t('nothingToDo')}</p> : null}
      {actions.map((action) => (
        <div key={`${action.name} ${action.task}`}>
          <Button
            block
            type={
              action.weight === 'main' ? 'primary' : action.weight === 'quiet' ? 'text' : 'default'
            }
            disabled={action.blocked !== null}
            loading={act.isPending && act.variables?.action === action}
            onClick={() => start(action)}
          >
            {local(action.title)}
          </Button>
          {action.blocked ? <small className="faint">{local(action.blocked)}</small> : null}
        </div>
      ))}
      {props.dataset && props.dataset !== '-' && actions.length > 0 ? (
        <Link to={`/ingest?dataset=${props.dataset}`}>{t('deliver')}</Link>
      ) : null}
      {act.error && asking === null ? <ErrorState error={act.error} /> : null}
      {asking ? (
        <Asking
          action={asking}
          error={act.error}
          busy={act.isPending}
          onSend={(values) => send(asking, values)}
          onClose={() => ask(null)}
        />
      ) : null}
    </Panel>
  );
}
