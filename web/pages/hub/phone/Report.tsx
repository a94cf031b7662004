/**
 * 上报 and 我要报: what, where, a photo. A resident reports himself; who works writes down for others.
 */
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { post, useLocal, useMay, useText } from '#web/client';
import { EmptyState, ErrorState, PhotoInput, StateMark } from '#web/parts';
import { uploadAll, useDesk } from '../data.ts';
import '../hub.css';
import { text } from '../text.ts';
import { Head } from './Head.tsx';

interface Draft {
  channel: string;
  what: string;
  where: string;
  /** Who said it, when somebody else did. */
  who: string;
  photos: File[];
}

const empty: Draft = { channel: '', what: '', where: '', who: '', photos: [] };

/** What one sees oneself comes first for who is on the spot. */
const fromTheSpot = (one: { icon: string }): boolean => one.icon === 'people';

async function report(draft: Draft): Promise<unknown> {
  const photos = await uploadAll(draft.photos, '/api/hub/photos');
  return post('/api/hub/reports', {
    channel: draft.channel,
    text: draft.what.trim(),
    address: draft.where.trim(),
    ...(draft.who.trim() === '' ? {} : { reporterName: draft.who.trim() }),
    photos,
  });
}

function Sent({ onAgain }: { onAgain: () => void }): ReactNode {
  const t = useText(text);
  return (
    <section className="card hub-card-body" role="status">
      <StateMark state="ok" word={t('sent')} soft />
      <p>{t('sentBody')}</p>
      <Button onClick={onAgain}>{t('another')}</Button>
    </section>
  );
}

export default function Report(): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const may = useMay();
  const [draft, setDraft] = useState<Draft>(empty);
  const sending = useMutation({ mutationFn: report, onSuccess: () => setDraft(empty) });
  const known = useDesk();
  const channels = known?.channels.filter((one) => one.ways.includes('form') && one.mine) ?? [];
  const channel = draft.channel || (channels.find(fromTheSpot) ?? channels[0])?.name || '';
  const own = may('hub.follow');
  const ready = channel !== '' && draft.what.trim().length > 1 && draft.where.trim().length > 1;
  const set = (change: Partial<Draft>): void => setDraft((old) => ({ ...old, ...change }));
  return (
    <div className="hub-phone">
      <Head title={t(own ? 'reportOwn' : 'report')} />
      {known && channels.length === 0 ? (
        <EmptyState title={t('noChannel')}>{t('noChannelBody')}</EmptyState>
      ) : null}
      {sending.isSuccess ? (
        <Sent onAgain={() => sending.reset()} />
      ) : (
        <Form
          layout="vertical"
          className="card hub-card-body"
          onFinish={() => sending.mutate({ ...draft, channel })}
        >
          <p className="muted">{t('reportLead')}</p>
          {channels.length > 1 ? (
            <Segmented
              block
              aria-label={t('channel')}
              value={channel}
              options={channels.map((one) => ({ value: one.name, label: local(one.title) }))}
              onChange={(next) => set({ channel: next })}
            />
          ) : (
            <p>
              <span className="chip">{local(channels[0]?.title)}</span>
            </p>
          )}
          <PhotoInput
            label={t('photo')}
            photos={draft.photos}
            onChange={(photos) => set({ photos })}
          />
          <Form.Item label={t('what')} required>
            <Input.TextArea
              aria-label={t('what')}
              placeholder={t('whatHint')}
              autoSize={{ minRows: 3 }}
              maxLength={2000}
              value={draft.what}
              onChange={(event) => set({ what: event.target.value })}
            />
          </Form.Item>
          <Form.Item label={t('where')} required>
            <Input
              aria-label={t('where')}
              placeholder={t('whereHint')}
              maxLength={200}
              value={draft.where}
              onChange={(event) => set({ where: event.target.value })}
            />
          </Form.Item>
          {own ? null : (
            <Form.Item label={t('who')} extra={t('whoHint')}>
              <Input
                aria-label={t('who')}
                maxLength={40}
                value={draft.who}
                onChange={(event) => set({ who: event.target.value })}
              />
            </Form.Item>
          )}
          {sending.error ? <ErrorState error={sending.error} /> : null}
          <Button
            type="primary"
            htmlType="submit"
            className="hub-card-main"
            disabled={!ready}
            loading={sending.isPending}
          >
            {t('sendReport')}
          </Button>
        </Form>
      )}
    </div>
  );
}
