/** A new password, written twice: for who comes by a link and for who changes his own. */
import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { text } from './text.ts';

/** Characters as people count them: one for an emoji, one for a Chinese character. */
const lengthOf = (word: string): number => [...word].length;

/**
 * Items `password` and `again` of a form.
 * @param least fewest characters; when it is not known, only that there are some is asked for
 */
export function NewPasswordFields(props: { least?: number; autoFocus?: boolean }): ReactNode {
  const t = useText(text);
  const { least } = props;
  const tooShort = least === undefined ? t('passwordNeeded') : t('passwordShort', { least });
  return (
    <>
      <Form.Item
        name="password"
        label={t('passwordNew')}
        extra={least === undefined ? undefined : t('passwordRule', { least })}
        rules={[
          {
            validator: async (_rule, word: string | undefined) => {
              if (lengthOf(word ?? '') < (least ?? 1)) throw new Error(tooShort);
            },
          },
        ]}
      >
        <Input.Password autoComplete="new-password" autoFocus={props.autoFocus === true} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('passwordAgain')}
        dependencies={['password']}
        rules={[
          ({ getFieldValue }) => ({
            validator: async (_rule, word: string | undefined) => {
              if (word !== getFieldValue('password')) throw new Error(t('passwordDifferent'));
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
