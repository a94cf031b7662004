/** My tasks in other hands for a time, and those of others in mine. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Form, Input, Modal, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { CandidatePage, Delegation } from '#cases/model';
import { get, post, shortTime, useText, useUnitWords } from '#web/client';
import { EmptyState, ErrorState, Loaded, Panel, StateMark } from '#web/parts';
import { text } from './text.ts';

const path = '/api/cases/delegations';

const useDelegations = () =>
  useQuery({
    queryKey: ['cases', 'delegations'],
    queryFn: async () => (await get<{ delegations: Delegation[] }>(path)).delegations,
  });

/** A verb on delegations; what is shown is read again. */
function useVerb<T>() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ to, body }: { to: string; body: T }) => post(`${path}${to}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: ['cases'] }),
  });
}

function WhoChoice(props: { value: string; onChange: (account: string) => void }): ReactNode {
  const t = useText(text);
  const unit = useUnitWords();
  const [q, setQ] = useState('');
  const found = useInfiniteQuery({
    queryKey: ['cases', 'candidates', q],
    queryFn: ({ pageParam }) =>
      get<CandidatePage>(`${path}/candidates`, {
        q,
        ...(pageParam === null ? {} : { after: pageParam }),
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });
  const people = (found.data?.pages ?? []).flatMap((page) => page.people);
  const options = people.map(({ account, name, unitName }) => ({
    value: account,
    label: `${name} (${account}) · ${unit(unitName)}`,
  }));
  const toEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement): void => {
    const isNear = scrollHeight - scrollTop - clientHeight < clientHeight;
    if (isNear && found.hasNextPage && !found.isFetching) void found.fetchNextPage();
  };
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setQ }}
      aria-label={t('who')}
      placeholder={t('whoHint')}
      notFoundContent={found.isPending ? t('looking') : t('nobody')}
      onPopupScroll={({ currentTarget }) => toEnd(currentTarget)}
      {...(props.value === '' ? {} : { value: props.value })}
      onChange={props.onChange}
      options={options}
    />
  );
}

function Handing({ onDone }: { onDone: () => void }): ReactNode {
  const t = useText(text);
  const [delegate, setDelegate] = useState('');
  const [time, setTime] = useState<[string, string]>();
  const [reason, setReason] = useState('');
  const sending = useVerb<Record<string, string>>();
  const isReady = delegate !== '' && time !== undefined && reason.trim().length > 1;
  const send = async (): Promise<void> => {
    if (time === undefined) return;
    const [from, until] = time;
    await sending.mutateAsync({ to: '', body: { delegate, from, until, reason } });
    onDone();
  };
  return (
    <Form layout="vertical" onFinish={() => void send().catch(() => undefined)}>
      <Form.Item label={t('who')} required>
        <WhoChoice value={delegate} onChange={setDelegate} />
      </Form.Item>
      <Form.Item label={t('time')} required>
        <DatePicker.RangePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          aria-label={t('time')}
          onChange={(range) => {
            const [from, until] = [range?.[0], range?.[1]];
            setTime(from && until ? [from.toISOString(), until.toISOString()] : undefined);
          }}
        />
      </Form.Item>
      <Form.Item label={t('reason')} required>
        <Input
          aria-label={t('reason')}
          maxLength={200}
          placeholder={t('reasonHint')}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Form.Item>
      {sending.error ? <ErrorState error={sending.error} /> : null}
      <Button type="primary" htmlType="submit" disabled={!isReady} loading={sending.isPending}>
        {t('hand')}
      </Button>
    </Form>
  );
}

const marks = { coming: 'run', running: 'ok', over: 'stale', revoked: 'stale' } as const;

function Line({ one }: { one: Delegation }): ReactNode {
  const t = useText(text);
  const revoking = useVerb<Record<string, never>>();
  const live = one.state === 'running' || one.state === 'coming';
  return (
    <li>
      <span className="row">
        <b className="grow">
          {one.mine ? t('toWhom', { who: one.to }) : t('fromWhom', { who: one.by })}
        </b>
        <StateMark state={marks[one.state]} word={t(one.state)} />
      </span>
      <span className="muted">
        {shortTime(one.from)} – {shortTime(one.until)} · {one.reason}
      </span>
      {one.mine && live ? (
        <Button
          size="small"
          loading={revoking.isPending}
          onClick={() => revoking.mutate({ to: `/${one.id}/revoke`, body: {} })}
        >
          {t('takeBack')}
        </Button>
      ) : null}
      {revoking.error ? <ErrorState error={revoking.error} /> : null}
    </li>
  );
}

const shown = 5;

export function Hands(): ReactNode {
  const t = useText(text);
  const [open, setOpen] = useState(false);
  const found = useDelegations();
  return (
    <Panel
      className="workbench-notices"
      title={t('title')}
      extra={
        <Button size="small" onClick={() => setOpen(true)}>
          {t('hand')}
        </Button>
      }
    >
      <Loaded query={found}>
        {(delegations) =>
          delegations.length === 0 ? (
            <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
          ) : (
            <ul>
              {delegations.slice(0, shown).map((one) => (
                <Line key={one.id} one={one} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <Modal
        open={open}
        title={t('hand')}
        footer={null}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <p className="muted">{t('lead')}</p>
        <Handing onDone={() => setOpen(false)} />
      </Modal>
    </Panel>
  );
}
