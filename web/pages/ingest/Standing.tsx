/** How a delivery stands, in one mark. */
import type { ReactNode } from 'react';
import type { Delivery } from '#ingest/model';
import { useText } from '#web/client';
import { type State, StateMark } from '#web/parts';
import { text } from './text.ts';

const marks: Record<Delivery['state'], State> = {
  running: 'run',
  landed: 'ok',
  unchanged: 'ok',
  refused: 'bad',
  interrupted: 'stale',
  cancelled: 'stale',
};

export function Standing({ delivery }: { delivery: Delivery }): ReactNode {
  const t = useText(text);
  const { state, returned } = delivery;
  const mark = state === 'landed' && returned > 0 ? 'warn' : marks[state];
  return <StateMark state={mark} word={t(`state.${state}`)} />;
}
