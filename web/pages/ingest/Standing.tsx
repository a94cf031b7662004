/** How a run stands, in one mark; how far it is, in one line. */
import { Progress } from 'antd';
import type { ReactNode } from 'react';
import type { Run, Source } from '#ingest/model';
import { duration, useLanguage, useText } from '#web/client';
import { figure, type State, StateMark } from '#web/parts';
import { isOpen } from './data.ts';
import { size } from './size.ts';
import { text } from './text.ts';

const marks: Record<Source['state'], State> = {
  never: 'stale',
  paused: 'stale',
  queued: 'stale',
  reading: 'run',
  judging: 'run',
  landing: 'run',
  done: 'ok',
  refused: 'bad',
  cancelled: 'stale',
  failed: 'bad',
};

/** The word of a run: done with rows returned, done with nothing new, or its state. */
function wordOf(run: Run): keyof typeof text {
  if (run.state === 'queued' && run.error !== null) return 'state.waiting';
  if (run.state !== 'done') return `state.${run.state}`;
  if (run.batch === null || (run.accepted > 0 && run.unchanged === run.accepted)) {
    return 'state.unchanged';
  }
  return run.returned > 0 ? 'state.partly' : 'state.done';
}

export function Standing({ run }: { run: Run }): ReactNode {
  const t = useText(text);
  // Whoever ends a run wanted it so: nothing is wrong with it.
  const isFault = run.error !== null && run.state !== 'cancelled';
  const isWarn = (run.state === 'done' && run.returned > 0) || isFault;
  const plain = marks[run.state];
  const mark = isWarn && (plain === 'ok' || plain === 'stale') ? 'warn' : plain;
  return <StateMark state={mark} word={t(wordOf(run))} />;
}

export function SourceStanding({ source }: { source: Source }): ReactNode {
  const t = useText(text);
  if (source.last !== null && !source.paused) return <Standing run={source.last} />;
  return <StateMark state={marks[source.state]} word={t(`state.${source.state}`)} />;
}

/** Rows, rate and time left of a run under way; nothing of one that has ended. */
export function Live({ run }: { run: Run }): ReactNode {
  const t = useText(text);
  const lang = useLanguage();
  if (!isOpen(run) || run.state === 'queued') return null;
  const { rowsSeen, rate, secondsLeft, bytesSeen, bytesAll } = run;
  const parts = [
    ...(rowsSeen > 0 ? [t('rowsSeen', { n: figure(rowsSeen) })] : []),
    ...(rate === null ? [] : [t('rate', { n: figure(rate, 0) })]),
    ...(bytesAll === null
      ? []
      : [t('bytesSeen', { a: size(Math.min(bytesSeen, bytesAll)), b: size(bytesAll) })]),
    ...(secondsLeft === null ? [] : [t('left', { time: duration(secondsLeft * 1000, lang) })]),
  ];
  const percent = Math.round(run.progress * 100);
  return (
    <div className="ing-live">
      <Progress percent={percent} size="small" aria-label={t(`state.${run.state}`)} />
      <small className="muted">{parts.join(' · ')}</small>
    </div>
  );
}
