/** Reason before action: what may be joined, who is proposed and why, what stands confirmed. */
import { Button, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { DispatchSuggestion, EventView } from '#hub/model';
import { post, shortTime, useLocal, useMay, useText, useUnitWords } from '#web/client';
import { ErrorState, KeyCap, ReasonCard, UnitChoice, useChannelName, useKeys } from '#web/parts';
import { type Suggestions, useDatasetTitle, useWrite } from './data.ts';
import { text } from './text.ts';

function Sources({ dispatch }: { dispatch: DispatchSuggestion }): ReactNode {
  const t = useText(text);
  const local = useLocal();
  const { component } = dispatch;
  const title = useDatasetTitle(component?.dataset);
  const dataset = local(title) || component?.dataset || '';
  return (
    <>
      {component ? (
        <span className="chip">
          {t('register', { dataset, version: component.version ?? '-' })}
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
  const unit = useUnitWords();
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
        {t('host')} <b>{unit(dispatch.hostName) || '-'}</b> · {t('cohost')}{' '}
        <b>{unit(dispatch.cohostName) || '-'}</b>
      </p>
      {props.children}
    </ReasonCard>
  );
}

export interface OtherUnits {
  host?: string;
  cohost?: string;
  reason?: string;
}

export function useDispatch(event: EventView | undefined, version: number | undefined) {
  return useWrite((other: OtherUnits) =>
    post(`/api/hub/events/${event?.id}/dispatch`, { ...other, version }),
  );
}

/** Another host than proposed: whoever chooses it says why. */
function Otherwise(props: {
  dispatch: DispatchSuggestion;
  dispatching: ReturnType<typeof useDispatch>;
}): ReactNode {
  const t = useText(text);
  const { dispatch, dispatching } = props;
  const [host, setHost] = useState(dispatch.host ?? '');
  const [cohost, setCohost] = useState(dispatch.cohost ?? '');
  const [reason, setReason] = useState('');
  const ready = host !== '' && cohost !== '' && reason.trim().length > 1;
  return (
    <Form layout="vertical" onFinish={() => dispatching.mutate({ host, cohost, reason })}>
      <Form.Item label={t('host')} required>
        <UnitChoice label={t('host')} value={host} onChange={setHost} />
      </Form.Item>
      <Form.Item label={t('cohost')} required>
        <UnitChoice label={t('cohost')} value={cohost} onChange={setCohost} />
      </Form.Item>
      <Form.Item label={t('reason')} required>
        <Input.TextArea
          aria-label={t('reason')}
          autoSize={{ minRows: 2 }}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" disabled={!ready} loading={dispatching.isPending}>
        {t('dispatchOther')}
      </Button>
    </Form>
  );
}

export function Proposal(props: {
  suggestions: Suggestions;
  dispatching: ReturnType<typeof useDispatch>;
}): ReactNode {
  const t = useText(text);
  const { dispatching } = props;
  const { dispatch } = props.suggestions;
  const [other, setOther] = useState(dispatch.host === null || dispatch.cohost === null);
  return (
    <DispatchReason dispatch={dispatch} label={t('proposed')}>
      {other ? (
        <Otherwise dispatch={dispatch} dispatching={dispatching} />
      ) : (
        <Button size="small" onClick={() => setOther(true)}>
          {t('otherUnits')}
        </Button>
      )}
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
  const possible = joins.length > 0 && may('hub.join');
  const joinAll = (): void => joining.mutate(joins.map((one) => one.event));
  useKeys({ m: joinAll }, possible && !joining.isPending);
  if (!possible) return null;
  return (
    <section className="card hub-joins">
      <h3 className="hub-title">
        {t('joins')}
        <span className="grow" />
        <Button size="small" loading={joining.isPending} onClick={joinAll}>
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
