/** The form of an objection: what is held, what it should be, how one knows. */
import { Button, Drawer, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useLocal, useText, useUnitWords } from '#web/client';
import { ErrorState, PhotoInput } from '#web/parts';
import { type OwnItem, type OwnSet, useObject } from './data.ts';
import { text } from './text.ts';

export interface Pointed {
  set: OwnSet;
  item: OwnItem;
  record: string;
  /** The value in words. */
  value: string;
}

const leastReason = 4;

function Fields({ pointed, onSent }: { pointed: Pointed; onSent: (number: string) => void }) {
  const t = useText(text);
  const unit = useUnitWords();
  const [said, setSaid] = useState({ expected: '', reason: '', photos: [] as File[] });
  const sending = useObject();
  const { set, item, record, value } = pointed;
  const send = async (): Promise<void> => {
    const about = { dataset: set.dataset, record, item: item.item };
    const made = await sending.mutateAsync({ ...about, ...said });
    onSent(made.case);
  };
  return (
    <Form layout="vertical" onFinish={() => void send().catch(() => undefined)}>
      <p className="own-now">
        <span className="faint">{t('now')}</span>
        <b>{value}</b>
      </p>
      <Form.Item label={t('expected')} extra={t('expectedHint')}>
        <Input
          aria-label={t('expected')}
          maxLength={500}
          value={said.expected}
          onChange={({ target }) => setSaid((old) => ({ ...old, expected: target.value }))}
        />
      </Form.Item>
      <Form.Item label={t('reason')} required>
        <Input.TextArea
          aria-label={t('reason')}
          placeholder={t('reasonHint')}
          autoSize={{ minRows: 3, maxRows: 8 }}
          maxLength={500}
          value={said.reason}
          onChange={({ target }) => setSaid((old) => ({ ...old, reason: target.value }))}
        />
      </Form.Item>
      <Form.Item label={t('photo')}>
        <PhotoInput
          label={t('photo')}
          photos={said.photos}
          onChange={(photos) => setSaid((old) => ({ ...old, photos }))}
        />
      </Form.Item>
      <p className="own-to muted">{t('toldTo', { unit: unit(set.ownerName) })}</p>
      {sending.error ? <ErrorState error={sending.error} /> : null}
      <Button
        block
        type="primary"
        size="large"
        htmlType="submit"
        loading={sending.isPending}
        disabled={said.reason.trim().length < leastReason}
      >
        {t('send')}
      </Button>
    </Form>
  );
}

export function Saying(props: {
  pointed: Pointed | undefined;
  onClose: () => void;
  onSent: (number: string) => void;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { pointed } = props;
  return (
    <Drawer
      open={pointed !== undefined}
      onClose={props.onClose}
      title={t('objectTo', { item: local(pointed?.item.title) })}
      placement="right"
      size={420}
      destroyOnHidden
    >
      {pointed ? <Fields pointed={pointed} onSent={props.onSent} /> : null}
    </Drawer>
  );
}
