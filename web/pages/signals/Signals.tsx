/** The inbox of everything raised. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Drawer, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Signal } from '#signals/model';
import {
  get,
  shortTime,
  useLive,
  useLocal,
  useText,
  useUnitsWithin,
  useUrlValue,
} from '#web/client';
import {
  DataTable,
  EmptyState,
  ErrorState,
  figure,
  NameAndCode,
  PageHeader,
  type State,
  StateMark,
} from '#web/parts';
import { Detail } from './Detail.tsx';
import './signals.css';
import { text } from './text.ts';

interface SignalList {
  items: Signal[];
  next: string | null;
}

const severityLooks: Record<Signal['severity'], State> = {
  notice: 'run',
  warn: 'warn',
  serious: 'bad',
  critical: 'bad',
};

const stateLooks: Record<Signal['state'], State> = {
  raised: 'warn',
  acknowledged: 'run',
  confirmed: 'run',
  dismissed: 'stale',
  closed: 'ok',
};

const states = ['raised', 'acknowledged', 'confirmed', 'closed', 'dismissed'] as const;

function useSignals(state: string) {
  useLive('signals', ['signals']);
  return useInfiniteQuery({
    queryKey: ['signals', 'list', state],
    queryFn: ({ pageParam }) =>
      get<SignalList>('/api/signals', { state, limit: 50, after: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

/** Its title, with the thing's code where the title does not name it already. */
function What({ signal }: { signal: Signal }): ReactNode {
  const local = useLocal();
  const within = useUnitsWithin();
  const title = within(local(signal.title));
  return title.includes(signal.subject.id) ? (
    <b>{title}</b>
  ) : (
    <NameAndCode name={title} code={signal.subject.id} />
  );
}

function Table(props: { state: string; onOpen: (signal: Signal) => void }): ReactNode {
  const t = useText(text);
  const list = useSignals(props.state);
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <DataTable<Signal>
      label={t('title')}
      rows={list.data?.pages.flatMap((page) => page.items)}
      rowKey={(row) => row.id}
      onRow={props.onOpen}
      onMore={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
      loadingMore={list.isFetchingNextPage}
      empty={<EmptyState title={t('none')}>{t('noneHint')}</EmptyState>}
      columns={[
        {
          key: 'severity',
          title: t('severity'),
          width: 100,
          render: (row) => (
            <StateMark state={severityLooks[row.severity]} word={t(`severity_${row.severity}`)} />
          ),
        },
        {
          key: 'what',
          title: t('what'),
          render: (row) => <What signal={row} />,
        },
        {
          key: 'state',
          title: t('state'),
          width: 110,
          render: (row) => <StateMark state={stateLooks[row.state]} word={t(row.state)} />,
        },
        {
          key: 'count',
          named: true,
          title: t('count'),
          width: 80,
          number: true,
          render: (row) => figure(row.count),
        },
        {
          key: 'last',
          named: true,
          title: t('lastSeen'),
          width: 130,
          number: true,
          render: (row) => shortTime(row.lastSeen),
        },
      ]}
    />
  );
}

export default function Signals(): ReactNode {
  const t = useText(text);
  const within = useUnitsWithin();
  const local = useLocal();
  const [state, setState] = useUrlValue('state');
  const [open, setOpen] = useState<Signal | null>(null);
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <div className="signals-page">
        <Segmented
          value={state}
          onChange={setState}
          options={[
            { value: '', label: t('all') },
            ...states.map((value) => ({ value, label: t(value) })),
          ]}
        />
        <div className="card">
          <Table state={state} onOpen={setOpen} />
        </div>
      </div>
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={560}
        title={open ? within(local(open.title)) : ''}
      >
        {open ? <Detail id={open.id} /> : null}
      </Drawer>
    </>
  );
}
