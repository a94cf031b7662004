/**
 * The stop that is looked at: what happens there, and the way into the real thing as the person who
 * does it.
 */
import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { hourMinute, useLocal, useMe, useSwitchAccount, useText } from '#web/client';
import { ErrorState, KeyCap, StateMark, useKeys } from '#web/parts';
import type { StoryStop } from './model.ts';
import { text } from './text.ts';

/** Becomes the person of the stop, then goes to the page. */
function useEnter(stop: StoryStop): { enter: (link: string) => void; error: unknown } {
  const navigate = useNavigate();
  const become = useSwitchAccount();
  const me = useMe().data;
  const [error, setError] = useState<unknown>(null);
  const enter = (link: string): void => {
    const switched = me?.demo && me.actor?.id !== stop.account ? become(stop.account) : null;
    Promise.resolve(switched)
      .then(() => navigate(link))
      .catch(setError);
  };
  return { enter, error };
}

export function StopDetail({ stop }: { stop: StoryStop }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const me = useMe().data;
  const { enter, error } = useEnter(stop);
  const role = local(stop.role);
  const here = me?.actor?.id === stop.account;
  useKeys(
    Object.fromEntries(stop.todo.map((todo) => [todo.key.toLowerCase(), () => enter(todo.link)])),
  );
  return (
    <section className="card stop-detail" aria-live="polite">
      <div className="stop-what">
        <p className="row">
          <b className="stop-n">
            {t('step', { n: stop.n })}
            {stop.at ? ` · ${hourMinute(stop.at)}` : ''}
          </b>
          <StateMark
            state={here ? 'run' : 'stale'}
            soft
            word={t(here ? 'youAre' : 'youWillBe', { role })}
          />
        </p>
        <h2>{local(stop.heading ?? stop.title)}</h2>
        <p>{local(stop.what)}</p>
        {error ? <ErrorState error={error} /> : null}
      </div>
      <div className="stop-tasks">
        <p className="muted">{t('toDo', { role })}</p>
        <ul>
          {stop.todo.map((todo) => (
            <li key={todo.key}>
              <button type="button" className="plain-button" onClick={() => enter(todo.link)}>
                <IconChevronRight size={16} aria-hidden />
                <span className="grow">{local(todo.label)}</span>
                <KeyCap>{todo.key}</KeyCap>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
