/** What this person may do with the ticket now; a form where one is asked for. */
import { Button, Form, Modal, Popconfirm, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import type { ActionView, CaseDetail } from '#cases/model';
import { useLocal, useText } from '#web/client';
import {
  ActionFields,
  asksNothing,
  ErrorState,
  type Filled,
  lacksAnswer,
  nothingFilled,
} from '#web/parts';
import { useAct } from './data.ts';
import { text } from './text.ts';

export function Acting({ found }: { found: CaseDetail }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const [asked, setAsked] = useState<ActionView>();
  const [filled, setFilled] = useState<Filled>(nothingFilled);
  const acting = useAct(found.id);
  const send = async (action: ActionView, with_: Filled): Promise<void> => {
    const { name, task } = action;
    await acting.mutateAsync({ action: name, task, version: found.version, ...with_ });
    setAsked(undefined);
  };
  const start = (action: ActionView): void => {
    acting.reset();
    setFilled(nothingFilled);
    if (asksNothing(action)) void send(action, nothingFilled).catch(() => undefined);
    else setAsked(action);
  };
  return (
    <>
      {found.actions.map((action) => (
        <Tooltip key={`${action.name} ${action.task}`} title={local(action.blocked)}>
          <Popconfirm
            placement="bottomLeft"
            title={local(action.title)}
            description={t('actBody')}
            // What asks for a form has its own way back.
            disabled={action.blocked !== null || !asksNothing(action)}
            onConfirm={() => start(action)}
          >
            <Button
              type={action.weight === 'main' ? 'primary' : 'default'}
              disabled={action.blocked !== null}
              onClick={() => asksNothing(action) || start(action)}
            >
              {local(action.title)}
            </Button>
          </Popconfirm>
        </Tooltip>
      ))}
      {acting.error && asked === undefined ? <ErrorState error={acting.error} /> : null}
      <Modal
        open={asked !== undefined}
        title={local(asked?.title)}
        onCancel={() => setAsked(undefined)}
        okText={local(asked?.title)}
        cancelText={t('cancel')}
        confirmLoading={acting.isPending}
        okButtonProps={{ disabled: asked === undefined || lacksAnswer(asked, filled) }}
        onOk={() => {
          if (asked) void send(asked, filled).catch(() => undefined);
        }}
        destroyOnHidden
      >
        {asked ? (
          <Form layout="vertical">
            <ActionFields
              reason={t('reason')}
              action={asked}
              filled={filled}
              onChange={setFilled}
            />
          </Form>
        ) : null}
        {acting.error && asked ? <ErrorState error={acting.error} /> : null}
      </Modal>
    </>
  );
}
