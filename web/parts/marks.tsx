/**
 * Small marks: state, grade, view, channel, key, person. Shape + word + colour, so that colour is
 * never alone.
 */
import {
  IconBuildingBroadcastTower,
  IconBuildingStore,
  IconDeviceMobile,
  IconEye,
  IconEyeOff,
  IconHash,
  IconHeadset,
  IconLock,
  IconMessageCircle,
  IconRuler2,
  IconShieldCheck,
  IconSum,
  IconUsers,
  IconVideo,
  IconWifi,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '#web/client';
import { text } from './text.ts';

export type State = 'ok' | 'warn' | 'bad' | 'run' | 'stale';

const shapes: Record<State, ReactNode> = {
  ok: <circle cx="6" cy="6" r="4.6" fill="currentColor" />,
  warn: <path d="M6 1.2 11.2 10.8H.8z" fill="currentColor" />,
  bad: <path d="M6 .6 11.4 6 6 11.4.6 6z" fill="currentColor" />,
  run: <path d="M2.6 1.4 10 6l-7.4 4.6z" fill="currentColor" />,
  stale: (
    <circle
      cx="6"
      cy="6"
      r="4.4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeDasharray="2.6 2"
    />
  ),
};

/** ● ▲ ◆ ▶ and the dashed ring; inside SVG drawings use `StateShape` as a child. */
export const StateShape = ({ state, size = 12 }: { state: State; size?: number }): ReactNode => (
  <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" className="state-shape">
    {shapes[state]}
  </svg>
);

export interface StateMarkProps {
  state: State;
  /** The word; without it the state's own (正常, 关注, 异常, 进行中, 陈旧). */
  word?: string;
  /** Soft ground behind it, for headings. */
  soft?: boolean;
}

export function StateMark({ state, word, soft = false }: StateMarkProps): ReactNode {
  const t = useText(text);
  return (
    <span className={`state state-${state}${soft ? ' soft' : ''}`}>
      <StateShape state={state} />
      {word ?? t(state)}
    </span>
  );
}

export type Grade = 'L1' | 'L2' | 'L3' | 'L4';

export function GradeChip({ grade, short = false }: { grade: Grade; short?: boolean }): ReactNode {
  const t = useText(text);
  return (
    <span className={`grade grade-${grade}`} title={`${t('grade')} ${grade} ${t(grade)}`}>
      <b>{grade}</b>
      {short ? null : <span>{t(grade)}</span>}
    </span>
  );
}

export type View = 'plain' | 'masked' | 'generalised' | 'hashed' | 'counted' | 'absent';

const viewIcons = {
  plain: IconEye,
  masked: IconLock,
  generalised: IconRuler2,
  hashed: IconHash,
  counted: IconSum,
  absent: IconEyeOff,
} as const;

/** What this viewer sees of an item; `how` says how it is masked (留姓, 取整 50 米). */
export function ViewMark({ view, how }: { view: View; how?: string }): ReactNode {
  const t = useText(text);
  const Icon = viewIcons[view];
  return (
    <span className={`view view-${view}`}>
      <Icon size={16} stroke={1.75} aria-hidden />
      <b>{t(view)}</b>
      {how === undefined ? null : <span className="faint">{how}</span>}
    </span>
  );
}

const channelIcons = {
  '12345': IconHeadset,
  '110': IconShieldCheck,
  group: IconMessageCircle,
  iot: IconWifi,
  video: IconVideo,
  grid: IconUsers,
  window: IconBuildingStore,
  citizen: IconDeviceMobile,
  platform: IconBuildingBroadcastTower,
} as const;

export type Channel = keyof typeof channelIcons;

const isChannel = (name: string): name is Channel => name in channelIcons;

/** The one icon of a channel; an unknown name (a later pack's) shows the platform's. */
export function ChannelIcon(props: { channel: string; size?: number; tile?: boolean }): ReactNode {
  const t = useText(text);
  const channel: Channel = isChannel(props.channel) ? props.channel : 'platform';
  const Icon = channelIcons[channel];
  const icon = <Icon size={props.size ?? 18} stroke={1.75} aria-hidden />;
  return (
    <span
      className={props.tile === false ? 'channel' : 'channel tile'}
      role="img"
      aria-label={t(`channel.${channel}`)}
    >
      {icon}
    </span>
  );
}

export function useChannelName(): (channel: string) => string {
  const t = useText(text);
  return (channel) => (isChannel(channel) ? t(`channel.${channel}`) : channel);
}

/** 王建国 -> 王**; two-character surnames keep both; names in Latin letters keep the first letter. */
export function maskName(name: string): string {
  const clean = name.trim();
  if (clean === '' || clean.includes('*')) return clean;
  const double = /^(欧阳|上官|司马|诸葛|东方|夏侯|皇甫|尉迟|公孙|慕容|司徒|令狐)/.exec(clean);
  return `${double?.[1] ?? clean.slice(0, 1)}**`;
}

export const PersonName = ({ name }: { name: string }): ReactNode => <span>{maskName(name)}</span>;

export const KeyCap = ({ children }: { children: string }): ReactNode => (
  <kbd className="keycap">{children}</kbd>
);
