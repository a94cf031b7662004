/** Everything one person has to do, whatever it belongs to: one inbox. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { TaskItem } from '#cases/model';
import { get, useLive, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  ClockBar,
  clockProps,
  DataTable,
  EmptyState,
  ErrorState,
  KeyCap,
  NameAndCode,
  Panel,
  useKeys,
} from '#web/parts';
import { text } from './text.ts';

interface TaskList {
  items: TaskItem[];
  total: number;
  next: string | null;
}

function useTasks(due: string) {
  useLive('cases', ['cases']);
  return useInfiniteQuery({
    queryKey: ['cases', 'tasks', due],
    queryFn: ({ pageParam }) =>
      get<TaskList>('/api/cases/tasks', { due, limit: 50, after: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

const Limit = ({ item }: { item: TaskItem }): ReactNode => {
  const { clock } = item.case;
  if (!clock) return '-';
  return <ClockBar compact {...clockProps(clock)} />;
};

function List(props: { list: ReturnType<typeof useTasks> }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const navigate = useNavigate();
  const { list } = props;
  const rows = list.data?.pages.flatMap((page) => page.items);
  const [at, setAt] = useState(0);
  const open = (item: TaskItem | undefined): void => {
    if (item) void navigate(`/cases/${item.case.number}`);
  };
  const step = (by: number) => () =>
    setAt((now) => Math.max(0, Math.min((rows?.length ?? 1) - 1, now + by)));
  const openSelected = (): void => open(rows?.[at]);
  useKeys({ j: step(1), k: step(-1), Enter: openSelected });
  const keyOf = (item: TaskItem): string => `${item.case.id}/${item.task.id}`;
  const selected = rows?.[at];
  if (list.error) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <DataTable<TaskItem>
      label={t('todo')}
      rows={rows}
      rowKey={keyOf}
      selected={selected ? keyOf(selected) : undefined}
      onRow={open}
      onMore={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
      loadingMore={list.isFetchingNextPage}
      empty={<EmptyState title={t('todoNone')}>{t('todoNoneHint')}</EmptyState>}
      columns={[
        {
          key: 'task',
          title: t('task'),
          width: 150,
          render: (item) => <b>{local(item.task.title)}</b>,
        },
        {
          key: 'case',
          title: t('case'),
          render: (item) => <NameAndCode name={item.case.title} code={item.case.number} />,
        },
        { key: 'where', title: t('where'), width: 130, render: (item) => unit(item.case.unitName) },
        { key: 'limit', title: t('limit'), width: 240, render: (item) => <Limit item={item} /> },
      ]}
    />
  );
}

export function Tasks(): ReactNode {
  const t = useText(text);
  const [due, setDue] = useUrlValue('due');
  const list = useTasks(due);
  const total = list.data?.pages[0]?.total;
  return (
    <Panel
      className="workbench-tasks"
      title={t('todo')}
      note={total === undefined ? '' : t('todoNote', { n: total })}
      extra={
        <Segmented
          value={due}
          onChange={setDue}
          options={[
            { value: '', label: t('all') },
            { value: 'soon', label: t('soon') },
            { value: 'overdue', label: t('overdue') },
          ]}
        />
      }
    >
      <List list={list} />
      <p className="workbench-keys faint">
        <KeyCap>J</KeyCap> <KeyCap>K</KeyCap> {t('move')} <KeyCap>Enter</KeyCap> {t('open')}
      </p>
    </Panel>
  );
}
