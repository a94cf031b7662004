/** The district filling with its sample data, live: what is in already and what comes next. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Bilingual, get, useLive, useLocal, useText } from '#web/client';
import { figure } from './figure.ts';
import { StateMark } from './marks.tsx';
import { text } from './text.ts';

export interface FillingStep {
  name: string;
  title: Bilingual;
  state: 'waiting' | 'running' | 'done' | 'failed';
  rows: number;
  total: number | null;
  seconds: number | null;
  error: string | null;
}

export interface FillingReport {
  done: boolean;
  seconds: number | null;
  steps: FillingStep[];
}

const marks = { waiting: 'stale', running: 'run', done: 'ok', failed: 'bad' } as const;

/** `undefined` until known; a server without a demo has no steps. */
export const useFilling = () => {
  useLive('filling', ['system', 'filling']);
  return useQuery({
    queryKey: ['system', 'filling'],
    queryFn: () => get<FillingReport>('/api/system/filling'),
    // Every second while it fills: rows grow faster than hints are worth sending.
    refetchInterval: (query) => (query.state.data?.done === false ? 1000 : false),
  });
};

const Step = ({ step }: { step: FillingStep }): ReactNode => {
  const t = useText(text);
  const local = useLocal();
  const part = step.state === 'done' ? 1 : step.total ? Math.min(1, step.rows / step.total) : 0;
  const rows = step.rows === 0 ? '' : t('fillRows', { n: figure(step.rows) });
  const seconds = step.seconds === null ? '' : t('fillSeconds', { n: figure(step.seconds, 1) });
  return (
    <li>
      <span className="row">
        <b className="grow ellipsis">{local(step.title)}</b>
        <StateMark state={marks[step.state]} word={t(`fill_${step.state}`)} />
      </span>
      <div className="clock-bar clock-run" aria-hidden="true">
        <i style={{ width: `${part * 100}%` }} />
      </div>
      <small className="faint">{[rows, seconds].filter(Boolean).join(' · ') || '-'}</small>
    </li>
  );
};

/** Nothing once everything is in, unless `always`; `brief` is one line with the step that runs. */
export function Filling(props: { always?: boolean; brief?: boolean }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const steps = useFilling().data?.steps ?? [];
  const done = steps.filter((step) => step.state === 'done').length;
  if (steps.length === 0 || (done === steps.length && !props.always)) return null;
  const note = t('fillNote', { done, all: steps.length });
  if (props.brief) {
    const now = steps.find((step) => step.state === 'running' || step.state === 'failed');
    return (
      <section className="card filling-brief" aria-live="polite">
        <b>{t('fillTitle')}</b>
        <span className="muted">{note}</span>
        <div className="clock-bar clock-run grow" aria-hidden="true">
          <i style={{ width: `${(done / steps.length) * 100}%` }} />
        </div>
        {now ? (
          <>
            <span>{local(now.title)}</span>
            <StateMark
              state={marks[now.state]}
              word={now.rows > 0 ? t('fillRows', { n: figure(now.rows) }) : t(`fill_${now.state}`)}
            />
          </>
        ) : null}
      </section>
    );
  }
  return (
    <section className="card filling" aria-live="polite">
      <div className="panel-head">
        <h2>{t('fillTitle')}</h2>
        <span className="faint">{note}</span>
      </div>
      <ol>
        {steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
    </section>
  );
}
