import { Button, Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { ErrorState, Loaded, Panel, StateMark } from '#web/parts';
import { type Contact, useContact, useSetContact } from './data.ts';
import { text } from './text.ts';

function MailForm({ contact }: { contact: Contact }): ReactNode {
  const t = useText(text);
  const save = useSetContact();
  return (
    <Form<{ mail?: string }>
      layout="vertical"
      className="account-form"
      initialValues={{ mail: contact.mail ?? '' }}
      onFinish={({ mail }) => save.mutate({ mail: mail?.trim() || null })}
    >
      <Form.Item
        name="mail"
        label={t('mail')}
        extra={t('mailHint')}
        rules={[{ type: 'email', message: t('mailWrong') }]}
      >
        <Input type="email" autoComplete="email" maxLength={200} />
      </Form.Item>
      {save.error ? <ErrorState error={save.error} /> : null}
      <span className="account-row">
        <Button htmlType="submit" loading={save.isPending}>
          {t('save')}
        </Button>
        {save.isSuccess ? <StateMark state="ok" word={t('saved')} /> : null}
      </span>
    </Form>
  );
}

/** Where the person is told what is to do, besides the app. */
export function ContactPanel(): ReactNode {
  const t = useText(text);
  const contact = useContact();
  return (
    <Panel title={t('contact')} note={t('contactNote')}>
      <div className="account-pad">
        <Loaded query={contact}>{(found) => <MailForm contact={found} />}</Loaded>
      </div>
    </Panel>
  );
}
