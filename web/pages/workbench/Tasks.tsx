/** Everything one person has to do, whatever it belongs to: one inbox. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Checkbox, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { TaskItem } from '#cases/model';
import { get, useLive, useLocal, useText, useUnitWords, useUrlValue } from '#web/client';
import {
  ClockBar,
  caseAddress,
  clockProps,
  DataTable,
  EmptyState,
  ErrorState,
  KeyCap,
  NameAndCode,
  Panel,
  useKeys,
} from '#web/parts';
import { Many } from './hands/Many.tsx';
import { text as handsText } from './hands/text.ts';
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

const keyOf = (item: TaskItem): string => `${item.case.id}/${item.task.id}`;

/** Tasks that can be done together: of one kind, and each of another case. */
const isAlike = (one: TaskItem, other: TaskItem): boolean =>
  one.case.type === other.case.type && one.task.name === other.task.name;

function Choose(props: {
  item: TaskItem;
  chosen: readonly TaskItem[];
  onChange: (chosen: TaskItem[]) => void;
}): ReactNode {
  const t = useText(handsText);
  const { item, chosen, onChange } = props;
  const isChosen = chosen.some((one) => keyOf(one) === keyOf(item));
  const [first] = chosen;
  const other = first !== undefined && !isAlike(first, item);
  const isTwice = chosen.some((one) => one.case.id === item.case.id);
  return (
    <Checkbox
      checked={isChosen}
      disabled={!isChosen && (other || isTwice)}
      aria-label={t('chooseOne', { number: item.case.number })}
      onChange={() =>
        onChange(isChosen ? chosen.filter((one) => keyOf(one) !== keyOf(item)) : [...chosen, item])
      }
    />
  );
}

function List(props: {
  list: ReturnType<typeof useTasks>;
  chosen: readonly TaskItem[];
  onChoose: (chosen: TaskItem[]) => void;
}): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const navigate = useNavigate();
  const hands = useText(handsText);
  const { list } = props;
  const rows = list.data?.pages.flatMap((page) => page.items);
  const [at, setAt] = useState(0);
  const open = (item: TaskItem | undefined): void => {
    if (item) void navigate(caseAddress(item.case));
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
          key: 'choose',
          title: <span className="visually-hidden">{hands('choose')}</span>,
          width: 44,
          render: (item) => <Choose item={item} chosen={props.chosen} onChange={props.onChoose} />,
        },
        {
          key: 'task',
          title: t('task'),
          width: 150,
          render: (item) => (
            <>
              <b>{local(item.task.title)}</b>
              {item.task.actsFor === null ? null : (
                <small className="chip">{hands('forWhom', { who: item.task.actsFor })}</small>
              )}
            </>
          ),
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
  const [chosen, setChosen] = useState<TaskItem[]>([]);
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
      <Many chosen={chosen} onClear={() => setChosen([])} />
      <List list={list} chosen={chosen} onChoose={setChosen} />
      <p className="workbench-keys faint">
        <KeyCap>J</KeyCap> <KeyCap>K</KeyCap> {t('move')} <KeyCap>Enter</KeyCap> {t('open')}
      </p>
    </Panel>
  );
}
