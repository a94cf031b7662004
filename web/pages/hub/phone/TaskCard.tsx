/** One task on the phone: the photo, where, one clock, one big action and two lesser ones. */
import { IconMapPin } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Drawer } from 'antd';
import { type ReactNode, useState } from 'react';
import type { ActionView, CaseDetail } from '#cases/model';
import { shortTime, useLocal, useText, useUnitWords } from '#web/client';
import {
  asksNothing,
  ClockBar,
  clockProps,
  ErrorState,
  type Filled,
  nothingFilled,
  Photo,
  StateMark,
} from '#web/parts';
import { ActionForm } from '../ActionForm.tsx';
import { photoUrl } from '../data.ts';
import { text } from '../text.ts';
import { sendOrKeep } from './queue.ts';

interface Doing {
  asked: ActionView | undefined;
  error: unknown;
  pending: string | null;
  kept: boolean;
}

function useDoing(found: CaseDetail) {
  const client = useQueryClient();
  const [doing, setDoing] = useState<Doing>({
    asked: undefined,
    error: null,
    pending: null,
    kept: false,
  });
  const send = async (action: ActionView, filled: Filled): Promise<void> => {
    setDoing((old) => ({ ...old, pending: action.name, error: null }));
    try {
      const { name, task } = action;
      const sent = await sendOrKeep({ case: found.id, action: name, task, filled });
      setDoing({ asked: undefined, error: null, pending: null, kept: !sent });
      await client.invalidateQueries({ queryKey: ['hub'] });
    } catch (error) {
      setDoing((old) => ({ ...old, pending: null, error }));
    }
  };
  const start = (action: ActionView): void => {
    if (asksNothing(action)) void send(action, nothingFilled);
    else setDoing((old) => ({ ...old, asked: action, error: null }));
  };
  const close = (): void => setDoing((old) => ({ ...old, asked: undefined, error: null }));
  return { doing, start, send, close };
}

function Buttons(props: {
  actions: readonly ActionView[];
  pending: string | null;
  onStart: (action: ActionView) => void;
}): ReactNode {
  const local = useLocal();
  const possible = props.actions.filter((action) => action.blocked === null);
  const [main, ...rest] = possible.length > 0 ? possible : props.actions;
  const button = (action: ActionView, className: string): ReactNode => (
    <Button
      key={`${action.name} ${action.task}`}
      className={className}
      type={className === '' ? 'default' : 'primary'}
      disabled={action.blocked !== null}
      loading={props.pending === action.name}
      onClick={() => props.onStart(action)}
      block
    >
      {local(action.title)}
    </Button>
  );
  return (
    <>
      {main ? button(main, 'hub-card-main') : null}
      {rest.length > 0 ? (
        <div className="hub-card-two">{rest.map((action) => button(action, ''))}</div>
      ) : null}
    </>
  );
}

/** My task's own clock, or the case's; the clock of somebody else's task is none of mine. */
const clockOf = (found: CaseDetail, mine: number | undefined): CaseDetail['clock'] => {
  if (mine === undefined) return found.clock;
  const own = [mine, null];
  return found.clocks.find((one) => own.includes(one.task) && one.state !== 'stopped') ?? null;
};

export function TaskCard({ found }: { found: CaseDetail }): ReactNode {
  const unit = useUnitWords();
  const t = useText(text);
  const local = useLocal();
  const { doing, start, send, close } = useDoing(found);
  const mine = found.tasks.find((task) => task.mine);
  const clock = clockOf(found, mine?.id);
  const photo = found.attachments.at(-1);
  const address = found.fields.find((field) => field.name === 'address')?.value;
  return (
    <article className="card hub-card">
      {mine ? (
        <span className="hub-card-task">
          <StateMark state="run" word={t('yourTask', { task: local(mine.title) })} soft />
        </span>
      ) : null}
      {photo ? (
        <Photo
          src={photoUrl(found.id, photo.sha256)}
          caption={t('photoBy', { time: shortTime(photo.at), who: photo.by })}
          height={220}
        />
      ) : null}
      <div className="hub-card-body">
        {photo || !mine ? null : <span style={{ height: 16 }} />}
        <h2>{found.title}</h2>
        <p className="row">
          <IconMapPin size={20} aria-hidden />
          <span>{String(address ?? unit(found.unitName))}</span>
        </p>
        {clock ? <ClockBar {...clockProps(clock, local(clock.title))} /> : null}
        {doing.kept ? <StateMark state="stale" word={t('kept')} soft /> : null}
        <Buttons actions={found.actions} pending={doing.pending} onStart={start} />
        {doing.error && !doing.asked ? <ErrorState error={doing.error} /> : null}
      </div>
      <Drawer
        open={doing.asked !== undefined}
        placement="bottom"
        rootClassName="hub-phone-form"
        size="large"
        title={local(doing.asked?.title)}
        onClose={close}
        destroyOnHidden
      >
        {doing.asked ? (
          <ActionForm
            action={doing.asked}
            error={doing.error}
            pending={doing.pending !== null}
            onCancel={close}
            onSend={(filled) => doing.asked && void send(doing.asked, filled)}
          />
        ) : null}
      </Drawer>
    </article>
  );
}
