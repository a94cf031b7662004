/** 待办: what I have to do now, the first of it as a card. */
import { IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { TaskItem } from '#cases/model';
import { get, shortTime, useLive, useLocal, useText, useUnitWords } from '#web/client';
import { ChannelIcon, EmptyState, Loaded, StateMark } from '#web/parts';
import { useCase } from '../data.ts';
import '../hub.css';
import { text } from '../text.ts';
import { Head } from './Head.tsx';
import { TaskCard } from './TaskCard.tsx';

const useTodo = () => {
  useLive('cases', ['hub', 'todo']);
  return useQuery({
    queryKey: ['hub', 'todo'],
    queryFn: () => get<{ items: TaskItem[]; total: number }>('/api/cases/tasks', { limit: 50 }),
  });
};

function First({ id }: { id: string }): ReactNode {
  const found = useCase(id);
  return <Loaded query={found}>{(data) => <TaskCard found={data} />}</Loaded>;
}

function TodoRow({ item }: { item: TaskItem }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const { clock } = item.case;
  const mine = clock !== null && (clock.task === null || clock.task === item.task.id);
  const late = clock?.expired === true;
  return (
    <li>
      <Link to={`/phone/cases/${item.case.id}`} className="hub-todo-row">
        <ChannelIcon channel={String(item.case.data.channel ?? 'platform')} />
        <span>
          <b>{item.case.title}</b>
          <small>
            {local(item.task.title)} · {String(item.case.data.address ?? unit(item.case.unitName))}
          </small>
          {item.dueAt && mine ? (
            <StateMark
              state={late ? 'bad' : 'run'}
              word={t('before', { time: shortTime(item.dueAt) })}
            />
          ) : null}
        </span>
        <IconChevronRight size={20} aria-hidden />
      </Link>
    </li>
  );
}

export default function Todo(): ReactNode {
  const t = useText(text);
  const todo = useTodo();
  return (
    <div className="hub-phone">
      <Head title={t('todo')} {...(todo.data ? { count: todo.data.total } : {})} />
      <Loaded query={todo}>
        {({ items: [first, ...rest] }) =>
          first ? (
            <>
              <First id={first.case.id} />
              {rest.length > 0 ? (
                <ul className="card">
                  {rest.map((item) => (
                    <TodoRow key={`${item.case.id} ${item.task.id}`} item={item} />
                  ))}
                </ul>
              ) : null}
            </>
          ) : (
            <EmptyState title={t('noTodo')}>{t('noTodoBody')}</EmptyState>
          )
        }
      </Loaded>
    </div>
  );
}
