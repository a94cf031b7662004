/** The form of one action: its fields, its reason, its photos; the same on desk and phone. */
import { IconCamera } from '@tabler/icons-react';
import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { ActionView, FormField } from '#cases/model';
import { useLocal, useText } from '#web/client';
import { ErrorState } from '#web/parts';
import type { Filled } from './data.ts';
import { text } from './text.ts';
import { UnitChoice } from './UnitChoice.tsx';

function FieldInput(props: {
  field: FormField;
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
}): ReactNode {
  const local = useLocal();
  const { field, value, onChange, label } = props;
  if (field.type === 'unit') {
    return <UnitChoice label={label} value={String(value ?? '')} onChange={onChange} />;
  }
  if (field.type === 'integer' || field.type === 'decimal') {
    const bounds = {
      ...(field.min === undefined ? {} : { min: field.min }),
      ...(field.max === undefined ? {} : { max: field.max }),
    };
    return (
      <InputNumber
        {...bounds}
        aria-label={label}
        value={typeof value === 'number' ? value : null}
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  }
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

export function PhotoInput(props: {
  photos: File[];
  onChange: (photos: File[]) => void;
  label: string;
}): ReactNode {
  const t = useText(text);
  return (
    <label className="hub-photo-input">
      <IconCamera size={20} aria-hidden />
      <span>
        {props.photos.length > 0 ? t('photos', { n: props.photos.length }) : t('addPhoto')}
      </span>
      <input
        type="file"
        accept="image/jpeg,image/png,image/webp"
        multiple
        aria-label={props.label}
        className="visually-hidden"
        onChange={(event) => props.onChange([...(event.target.files ?? [])])}
      />
    </label>
  );
}

const missing = (action: ActionView, filled: Filled): boolean =>
  Object.entries(action.form).some(
    ([name, field]) => field.required && filled.data[name] === undefined,
  ) ||
  (action.reason && filled.reason.trim() === '') ||
  (action.evidence.includes('photo') && filled.photos.length === 0);

export const asksNothing = (action: ActionView): boolean =>
  Object.keys(action.form).length === 0 && !action.reason && action.evidence.length === 0;

/** Of the values known already, those this form asks for. */
const known = (action: ActionView, initial: Record<string, unknown> = {}) =>
  Object.fromEntries(Object.entries(initial).filter(([name]) => name in action.form));

export function ActionForm(props: {
  action: ActionView;
  error: unknown;
  pending: boolean;
  onSend: (filled: Filled) => void;
  onCancel: () => void;
  /** Values known already. */
  initial?: Record<string, unknown>;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { action } = props;
  const [filled, setFilled] = useState<Filled>({
    data: known(action, props.initial),
    reason: '',
    photos: [],
  });
  const set = (name: string) => (value: unknown) =>
    setFilled((old) => ({ ...old, data: { ...old.data, [name]: value } }));
  return (
    <Form layout="vertical" onFinish={() => props.onSend(filled)} className="hub-form">
      {Object.entries(action.form).map(([name, field]) => (
        <Form.Item key={name} label={local(field.title)} required={field.required}>
          <FieldInput
            field={field}
            label={local(field.title)}
            value={filled.data[name]}
            onChange={set(name)}
          />
        </Form.Item>
      ))}
      {action.reason ? (
        <Form.Item label={t('reason')} required>
          <Input.TextArea
            aria-label={t('reason')}
            autoSize={{ minRows: 2, maxRows: 6 }}
            maxLength={1000}
            value={filled.reason}
            onChange={(event) => setFilled((old) => ({ ...old, reason: event.target.value }))}
          />
        </Form.Item>
      ) : null}
      {action.evidence.includes('photo') ? (
        <Form.Item label={t('photo')} required>
          <PhotoInput
            label={t('photo')}
            photos={filled.photos}
            onChange={(photos) => setFilled((old) => ({ ...old, photos }))}
          />
        </Form.Item>
      ) : null}
      {props.error ? <ErrorState error={props.error} /> : null}
      <div className="hub-form-foot">
        <Button onClick={props.onCancel}>{t('cancel')}</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={props.pending}
          disabled={missing(action, filled)}
        >
          {local(action.title)}
        </Button>
      </div>
    </Form>
  );
}
