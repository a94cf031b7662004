/** What an action asks for before it is done: the fields of its form, a reason, photos. */
import { Checkbox, Form, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { ActionView, FormField } from '#cases/model';
import { useLocal, useText } from '#web/client';
import { PhotoInput } from './photo.tsx';
import { text } from './text.ts';
import { UnitChoice } from './unitchoice.tsx';

export interface Filled {
  data: Record<string, unknown>;
  reason: string;
  photos: File[];
}

export const nothingFilled: Filled = { data: {}, reason: '', photos: [] };

/** The part of an action that asks; one as a type declares it may ask for no fields. */
interface Asking {
  form?: ActionView['form'] | undefined;
  reason?: boolean | undefined;
  evidence?: readonly string[] | undefined;
}

const wantsPhoto = ({ evidence = [] }: Asking): boolean => evidence.includes('photo');

export const asksNothing = (action: Asking): boolean =>
  Object.keys(action.form ?? {}).length === 0 && action.reason !== true && !wantsPhoto(action);

export const lacksAnswer = (action: Asking, { data, reason, photos }: Filled): boolean =>
  (action.reason === true && reason.trim() === '') ||
  (wantsPhoto(action) && photos.length === 0) ||
  Object.entries(action.form ?? {}).some(
    ([name, field]) => field.required && data[name] === undefined,
  );

interface FieldProps {
  field: FormField;
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
}

function NumberField({ field, value, onChange, label }: FieldProps): ReactNode {
  return (
    <InputNumber
      aria-label={label}
      {...(field.min === undefined ? {} : { min: field.min })}
      {...(field.max === undefined ? {} : { max: field.max })}
      value={typeof value === 'number' ? value : null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

function Field(props: FieldProps): ReactNode {
  const local = useLocal();
  const { field, value, onChange, label } = props;
  if (field.type === 'unit') {
    return <UnitChoice label={label} value={String(value ?? '')} onChange={onChange} />;
  }
  if (field.type === 'integer' || field.type === 'decimal') return <NumberField {...props} />;
  if (field.type === 'boolean') {
    return (
      <Checkbox checked={value === true} onChange={(event) => onChange(event.target.checked)}>
        {label}
      </Checkbox>
    );
  }
  if (field.type === 'choice') {
    const options = Object.entries(field.choices ?? {}).map(([name, title]) => ({
      value: name,
      label: local(title),
    }));
    return <Select aria-label={label} options={options} value={value} onChange={onChange} />;
  }
  return (
    <Input.TextArea
      aria-label={label}
      autoSize={{ minRows: 1, maxRows: 5 }}
      maxLength={field.max ?? 500}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  );
}

/** Fields of a form; the caller frames them, and has its buttons. */
export function ActionFields(props: {
  action: Asking;
  /** What the reason is called. */
  reason: string;
  filled: Filled;
  onChange: (filled: Filled) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { action, filled, onChange } = props;
  const set = (name: string, value: unknown): void =>
    onChange({ ...filled, data: { ...filled.data, [name]: value ?? undefined } });
  return (
    <>
      {Object.entries(action.form ?? {}).map(([name, field]) => (
        <Form.Item key={name} label={local(field.title)} required={field.required}>
          <Field
            field={field}
            label={local(field.title)}
            value={filled.data[name]}
            onChange={(value) => set(name, value)}
          />
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
      {wantsPhoto(action) ? (
        <Form.Item label={t('photos')} required>
          <PhotoInput
            label={t('photos')}
            photos={filled.photos}
            onChange={(photos) => onChange({ ...filled, photos })}
          />
        </Form.Item>
      ) : null}
    </>
  );
}
