/** The bar of actions at the foot of a case: what this person may do now, each with its key. */
import { Button, Drawer, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import type { ActionView, CaseDetail } from '#cases/model';
import { useLocal, useText } from '#web/client';
import { asksNothing, ErrorState, type Filled, KeyCap, nothingFilled, useKeys } from '#web/parts';
import { ActionForm } from './ActionForm.tsx';
import { sendAction, useWrite } from './data.ts';
import { text } from './text.ts';

export interface ActionsProps {
  found: CaseDetail;
  /** Actions the desk does by verbs of its own: name -> what to do. */
  own?: Record<string, () => void>;
  /** Keys of some actions; the others are numbered. */
  keys?: Record<string, string>;
  initial?: Record<string, unknown>;
  /** Actions done elsewhere on the page. */
  hidden?: readonly (string | undefined)[];
}

function useActions(props: ActionsProps) {
  const { found, own = {} } = props;
  const [asked, setAsked] = useState<ActionView>();
  const sending = useWrite(
    ({ action, filled }: { action: ActionView; filled: Filled }) =>
      sendAction(
        found.id,
        { action: action.name, task: action.task, version: found.version },
        filled,
      ),
    () => setAsked(undefined),
  );
  const start = (action: ActionView): void => {
    if (action.blocked) return;
    const mine = own[action.name];
    sending.reset();
    if (mine) mine();
    else if (asksNothing(action)) sending.mutate({ action, filled: nothingFilled });
    else setAsked(action);
  };
  return { asked, setAsked, sending, start };
}

export function Actions(props: ActionsProps): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { asked, setAsked, sending, start } = useActions(props);
  const actions = props.found.actions.filter(({ name }) => !props.hidden?.includes(name));
  let number = 0;
  const keyed = actions.map((action) => {
    const key = props.keys?.[action.name];
    number += key ? 0 : 1;
    return { action, key: key ?? String(number) };
  });
  useKeys(
    Object.fromEntries(keyed.map(({ action, key }) => [key.toLowerCase(), () => start(action)])),
  );
  return (
    <footer className="hub-actions">
      {actions.length === 0 ? <span className="muted">{t('nothingToDo')}</span> : null}
      {keyed.map(({ action, key }) => (
        <Tooltip key={`${action.name} ${action.task}`} title={local(action.blocked)}>
          <Button
            type={action.weight === 'main' ? 'primary' : 'default'}
            disabled={action.blocked !== null}
            loading={sending.isPending && sending.variables.action.name === action.name}
            onClick={() => start(action)}
          >
            {local(action.title)} <KeyCap>{key}</KeyCap>
          </Button>
        </Tooltip>
      ))}
      {sending.error && !asked ? <ErrorState error={sending.error} /> : null}
      <Drawer
        open={asked !== undefined}
        title={local(asked?.title)}
        onClose={() => setAsked(undefined)}
        destroyOnHidden
      >
        {asked ? (
          <ActionForm
            action={asked}
            error={sending.error}
            pending={sending.isPending}
            {...(props.initial ? { initial: props.initial } : {})}
            onCancel={() => setAsked(undefined)}
            onSend={(filled) => sending.mutate({ action: asked, filled })}
          />
        ) : null}
      </Drawer>
    </footer>
  );
}
