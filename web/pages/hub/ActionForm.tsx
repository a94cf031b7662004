/** The form of one action, the same on desk and phone. */
import { Button, Form } from 'antd';
import { type ReactNode, useState } from 'react';
import type { ActionView } from '#cases/model';
import { useLocal, useText } from '#web/client';
import { ActionFields, ErrorState, type Filled, lacksAnswer, nothingFilled } from '#web/parts';
import { text } from './text.ts';

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
    ...nothingFilled,
    data: known(action, props.initial),
  });
  return (
    <Form layout="vertical" onFinish={() => props.onSend(filled)} className="hub-form">
      <ActionFields action={action} reason={t('reason')} filled={filled} onChange={setFilled} />
      {props.error ? <ErrorState error={props.error} /> : null}
      <div className="hub-form-foot">
        <Button onClick={props.onCancel}>{t('cancel')}</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={props.pending}
          disabled={lacksAnswer(action, filled)}
        >
          {local(action.title)}
        </Button>
      </div>
    </Form>
  );
}
