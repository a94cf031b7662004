/** One action on the tasks that are chosen: each is checked alone, each has its result. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import type { ActionType, ManyResult, TaskItem, TypeDetail } from '#cases/model';
import { get, post, useLocal, useText } from '#web/client';
import {
  ActionFields,
  ErrorState,
  type Filled,
  lacksAnswer,
  nothingFilled,
  StateMark,
} from '#web/parts';
import { text } from './text.ts';

/** What asks for a photo or for a unit of its own is done one by one. */
const isForMany = (action: ActionType): boolean =>
  action.evidence.length === 0 &&
  Object.values(action.form ?? {}).every((field) => ['text', 'integer'].includes(field.type));

function useActions(item: TaskItem | undefined): [string, ActionType][] {
  const type = item?.case.type ?? '';
  const found = useQuery({
    queryKey: ['cases', 'type', type],
    queryFn: () => get<TypeDetail>(`/api/cases/types/${type}`),
    enabled: type !== '',
  });
  const steps = Object.values(found.data?.definition.steps ?? {});
  const task = steps.flatMap((step) => step.tasks[item?.task.name ?? ''] ?? [])[0];
  return Object.entries(task?.actions ?? {}).filter(([, action]) => isForMany(action));
}

function useMany(chosen: readonly TaskItem[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ action, filled }: { action: string; filled: Filled }) => {
      const items = chosen.map((item) => ({
        case: item.case.id,
        task: item.task.id,
        version: item.case.version,
      }));
      const reason = filled.reason.trim() === '' ? {} : { reason: filled.reason };
      const body = { items, action, data: filled.data, ...reason };
      return (await post<{ results: ManyResult[] }>('/api/cases/act', body)).results;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['cases'] }),
  });
}

function Results(props: { results: readonly ManyResult[]; chosen: readonly TaskItem[] }) {
  const t = useText(text);
  const local = useLocal();
  const done = props.results.filter((one) => one.done).length;
  const numberOf = (id: string): string =>
    props.chosen.find((item) => item.case.id === id)?.case.number ?? id;
  return (
    <>
      <p role="status">{t('doneN', { done, failed: props.results.length - done })}</p>
      <ul className="many-results">
        {props.results.map((one) => (
          <li key={one.case}>
            <StateMark state={one.done ? 'ok' : 'bad'} word={t(one.done ? 'done' : 'refused')} />
            <b>{one.number ?? numberOf(one.case)}</b>
            <span className="muted">{one.error === null ? '' : local(one.error.text)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The bar above the list, while something is chosen. */
export function Many(props: { chosen: readonly TaskItem[]; onClear: () => void }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { chosen, onClear } = props;
  const [first] = chosen;
  const actions = useActions(first);
  const [asked, setAsked] = useState<[string, ActionType]>();
  const [filled, setFilled] = useState<Filled>(nothingFilled);
  const acting = useMany(chosen);
  const close = (): void => {
    setAsked(undefined);
    if (acting.isSuccess) onClear();
    acting.reset();
  };
  if (!first) return null;
  return (
    <div className="many-bar">
      <b>{t('chosen', { n: chosen.length, task: local(first.task.title) })}</b>
      {actions.map(([name, action]) => (
        <Button
          key={name}
          type={action.weight === 'main' ? 'primary' : 'default'}
          onClick={() => {
            setFilled(nothingFilled);
            setAsked([name, action]);
          }}
        >
          {local(action.title)}
        </Button>
      ))}
      <Button type="text" onClick={onClear}>
        {t('clear')}
      </Button>
      <Modal
        open={asked !== undefined}
        title={`${local(asked?.[1].title)} × ${chosen.length}`}
        onCancel={close}
        okText={acting.isSuccess ? t('close') : local(asked?.[1].title)}
        cancelText={t('cancel')}
        confirmLoading={acting.isPending}
        okButtonProps={{ disabled: asked === undefined || lacksAnswer(asked[1], filled) }}
        onOk={() => {
          if (acting.isSuccess) close();
          else if (asked) acting.mutate({ action: asked[0], filled });
        }}
        destroyOnHidden
      >
        {acting.data ? (
          <Results results={acting.data} chosen={chosen} />
        ) : asked ? (
          <Form layout="vertical">
            <ActionFields
              reason={t('reason')}
              action={asked[1]}
              filled={filled}
              onChange={setFilled}
            />
          </Form>
        ) : null}
        {acting.error ? <ErrorState error={acting.error} /> : null}
      </Modal>
    </div>
  );
}
