/**
 * A number one can trust: state, value, unit, comparison, age and owner. Always a button to its
 * rows.
 */
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { shortTime, useAge, useText } from '#web/client';
import { figure } from './figure.ts';
import { type State, StateMark } from './marks.tsx';
import { Sparkline } from './sparkline.tsx';
import { text } from './text.ts';

export interface NumberCardProps {
  name: string;
  /** Null is shown as `-`, never as 0. */
  value: number | null;
  unit?: string;
  /** Digits after the point. */
  digits?: number;
  state?: State;
  /** The state's word when it is not the state's own (达标 for ok). */
  stateWord?: string;
  /** One line of comparison or target. */
  line?: string;
  /** When the value was computed. */
  at?: string | null;
  /** Who owns it. */
  owner?: string;
  /** Since when it no longer moves, and why. The number turns grey and dashed. */
  stale?: { since: string; why: string } | undefined;
  size?: 'desk' | 'wall';
  trend?: readonly (number | null)[];
  /** The newest value of the trend counts a day that is not over. */
  running?: boolean;
  onClick?: () => void;
  loading?: boolean;
}

export function NumberCard(props: NumberCardProps): ReactNode {
  const t = useText(text);
  const age = useAge(props.at);
  const state: State = props.stale ? 'stale' : (props.state ?? 'ok');
  const className = `number-card number-${props.size ?? 'desk'}${props.stale ? ' is-stale' : ''}`;
  if (props.loading) {
    return (
      <div className={className}>
        <Skeleton active={false} title={{ width: '40%' }} paragraph={{ rows: 2 }} />
      </div>
    );
  }
  const body = (
    <>
      <span className="number-head">
        <span className="number-name">{props.name}</span>
        {props.value === null && !props.stale ? null : (
          <StateMark
            state={state}
            {...(props.stateWord && !props.stale ? { word: props.stateWord } : {})}
          />
        )}
      </span>
      <span className="number-value">
        <b>{figure(props.value, props.digits)}</b>
        {props.value === null ? null : <span className="number-unit">{props.unit}</span>}
        {props.trend ? (
          <Sparkline values={props.trend} width={72} running={props.running ?? false} />
        ) : null}
      </span>
      <span className="number-line">{props.stale ? props.stale.why : props.line}</span>
      <span className="number-foot">
        <span className={props.stale ? 'number-since' : 'faint'}>
          {props.stale ? t('staleSince', { time: shortTime(props.stale.since) }) : age}
        </span>
        {props.owner ? <span className="chip">{props.owner}</span> : null}
      </span>
    </>
  );
  return props.onClick ? (
    <button type="button" className={`plain-button ${className}`} onClick={props.onClick}>
      {body}
    </button>
  ) : (
    <div className={className}>{body}</div>
  );
}
