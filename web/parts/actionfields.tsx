/** What an action asks for before it is done: the fields of its form, and a reason. */
import { Form, Input, InputNumber } from 'antd';
import type { ReactNode } from 'react';
import type { ActionView } from '#cases/model';
import { useLocal } from '#web/client';

export interface Filled {
  data: Record<string, unknown>;
  reason: string;
}

export const nothingFilled: Filled = { data: {}, reason: '' };

/** The part of an action that asks; one as a type declares it may ask for no fields. */
interface Asking {
  form?: ActionView['form'] | undefined;
  reason?: boolean | undefined;
}

export const lacksAnswer = (action: Asking, { data, reason }: Filled): boolean =>
  (action.reason === true && reason.trim() === '') ||
  Object.entries(action.form ?? {}).some(
    ([name, field]) => field.required && data[name] === undefined,
  );

export function ActionFields(props: {
  action: Asking;
  /** What the reason is called. */
  reason: string;
  filled: Filled;
  onChange: (filled: Filled) => void;
}): ReactNode {
  const local = useLocal();
  const { action, filled, onChange } = props;
  const set = (name: string, value: unknown): void =>
    onChange({ ...filled, data: { ...filled.data, [name]: value ?? undefined } });
  return (
    <Form layout="vertical">
      {Object.entries(action.form ?? {}).map(([name, field]) => (
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
        <Form.Item label={props.reason} required>
          <Input.TextArea
            aria-label={props.reason}
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
