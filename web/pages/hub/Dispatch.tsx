/** Reason before action: what may be joined, who is proposed and why, what stands confirmed. */
import { Button } from 'antd';
import type { ReactNode } from 'react';
import type { DispatchSuggestion, EventView } from '#hub/model';
import { post, shortTime, useLocal, useMay, useText } from '#web/client';
import { ErrorState, KeyCap, ReasonCard, useChannelName } from '#web/parts';
import { type Suggestions, useWrite } from './data.ts';
import { text } from './text.ts';

function Sources({ dispatch }: { dispatch: DispatchSuggestion }): ReactNode {
  const t = useText(text);
  const { component } = dispatch;
  return (
    <>
      {component ? (
        <span className="chip">
          {t('register', { dataset: component.dataset, version: component.version ?? '-' })}
        </span>
      ) : null}
      <span className="chip">{dispatch.source}</span>
    </>
  );
}

export function DispatchReason(props: {
  dispatch: DispatchSuggestion;
  label: string;
  children?: ReactNode;
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { dispatch } = props;
  return (
    <ReasonCard
      label={props.label}
      title={local(dispatch.reason)}
      sources={<Sources dispatch={dispatch} />}
    >
      {dispatch.because.map((line) => (
        <p key={line.zh}>{local(line)}</p>
      ))}
      <p>
        {t('host')} <b>{dispatch.hostName ?? '-'}</b> · {t('cohost')}{' '}
        <b>{dispatch.cohostName ?? '-'}</b>
      </p>
      {props.children}
    </ReasonCard>
  );
}

export function useDispatch(event: EventView | undefined, version: number | undefined) {
  return useWrite(() => post(`/api/hub/events/${event?.id}/dispatch`, { version }));
}

export function Proposal(props: {
  suggestions: Suggestions;
  dispatching: ReturnType<typeof useDispatch>;
}): ReactNode {
  const t = useText(text);
  const { dispatching } = props;
  return (
    <DispatchReason dispatch={props.suggestions.dispatch} label={t('proposed')}>
      <div className="row">
        <Button
          type="primary"
          loading={dispatching.isPending}
          onClick={() => dispatching.mutate({})}
        >
          {t('confirmDispatch')} <KeyCap>D</KeyCap>
        </Button>
      </div>
      {dispatching.error ? <ErrorState error={dispatching.error} /> : null}
    </DispatchReason>
  );
}

/** Events that may be the same thing, each with the reason in words. */
export function Joins({
  event,
  joins,
}: {
  event: EventView;
  joins: Suggestions['joins'];
}): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const may = useMay();
  const channelName = useChannelName();
  const joining = useWrite((others: string[]) =>
    post(`/api/hub/events/${event.id}/join`, { others }),
  );
  if (joins.length === 0 || !may('hub.join')) return null;
  return (
    <section className="card hub-joins">
      <h3 className="hub-title">
        {t('joins')}
        <span className="grow" />
        <Button
          size="small"
          loading={joining.isPending}
          onClick={() => joining.mutate(joins.map((one) => one.event))}
        >
          {t('join')} <KeyCap>M</KeyCap>
        </Button>
      </h3>
      <ul>
        {joins.map((one) => (
          <li key={one.event}>
            <b>
              {channelName(one.channel)} {one.number}
            </b>{' '}
            {one.title} <span className="faint">{shortTime(one.at)}</span>
            <small>{local(one.reason.words)}</small>
          </li>
        ))}
      </ul>
      {joining.error ? <ErrorState error={joining.error} /> : null}
    </section>
  );
}
