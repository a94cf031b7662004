/**
 * The street of the story, drawn: the same place with its cover broken, guarded and repaired. Fixed
 * colours on purpose: it stands for a photograph, so it looks alike on every surface.
 */
import { type ReactNode, useId } from 'react';
import { useText } from '#web/client';
import { text } from './text.ts';

export type SceneName = 'broken' | 'guarded' | 'repaired';

const Building = ({ x, y, w, h }: { x: number; y: number; w: number; h: number }): ReactNode => {
  const columns = Math.floor((w - 8) / 16);
  const rows = Math.floor((h - 8) / 18);
  const windows = Array.from({ length: columns * rows }, (_, i) => ({
    x: x + 8 + (i % columns) * 16,
    y: y + 9 + Math.floor(i / columns) * 18,
  }));
  return (
    <g>
      <rect x={x} y={y} width={w} height={h} fill="#A9B6C2" />
      {windows.map((pane) => (
        <rect
          key={`${pane.x} ${pane.y}`}
          x={pane.x}
          y={pane.y}
          width="8"
          height="9"
          fill="#CBD6DF"
        />
      ))}
    </g>
  );
};

const Tree = ({ x }: { x: number }): ReactNode => (
  <g transform={`translate(${x} 0)`}>
    <rect x="-3" y="52" width="6" height="36" fill="#6E5B48" />
    <circle cx="-15" cy="42" r="20" fill="#6F9174" />
    <circle cx="15" cy="44" r="19" fill="#7F9F82" />
    <circle cx="1" cy="28" r="21" fill="#789A7C" />
  </g>
);

const Street = ({ id }: { id: string }): ReactNode => (
  <g>
    <defs>
      <linearGradient id={`${id}sky`} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="#D3DDE6" />
        <stop offset="1" stopColor="#E3E8EA" />
      </linearGradient>
      <linearGradient id={`${id}road`} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="#6F757C" />
        <stop offset="1" stopColor="#8D9298" />
      </linearGradient>
    </defs>
    <rect width="360" height="88" fill={`url(#${id}sky)`} />
    <Building x={14} y={14} w={72} h={76} />
    <Building x={92} y={34} w={52} h={56} />
    <Building x={226} y={22} w={58} h={68} />
    <Building x={292} y={8} w={60} h={82} />
    <Tree x={170} />
    <Tree x={214} />
    <rect y="80" width="360" height="22" fill="#B9B3A6" />
    <rect y="80" width="360" height="3" fill="#A79F90" />
    <rect y="102" width="360" height="6" fill="#D9D6CC" />
    <rect y="108" width="360" height="132" fill={`url(#${id}road)`} />
    <path d="M0 126 360 116v3L0 130z" fill="#B7BABB" opacity="0.75" />
    <path
      d="M24 214h46M300 226h40M118 232h26M262 152h38M36 160h22"
      stroke="#7E848B"
      strokeWidth="2"
    />
  </g>
);

const Hole = ({ id }: { id: string }): ReactNode => (
  <g>
    <ellipse cx="180" cy="184" rx="82" ry="32" fill="#4A5058" />
    <ellipse cx="180" cy="184" rx="74" ry="27" fill="#12161B" />
    <clipPath id={`${id}hole`}>
      <ellipse cx="180" cy="184" rx="72" ry="26" />
    </clipPath>
    <g clipPath={`url(#${id}hole)`}>
      <path d="M100 152h112l-44 66h-74z" fill="#A09482" />
      <path d="m124 176 62-12M120 190l56-10M126 203l38-7" stroke="#6E6454" strokeWidth="4.5" />
      <path d="m212 152-44 66" stroke="#C4B9A6" strokeWidth="3" />
    </g>
    <path d="m96 168-16-7m20 38-20 9m186-30 20-7m-34 38 14 11" stroke="#565C63" strokeWidth="3" />
  </g>
);

const Cover = (): ReactNode => (
  <g fill="none">
    <ellipse cx="180" cy="184" rx="82" ry="32" fill="#5B6067" />
    <ellipse cx="180" cy="183" rx="74" ry="27" fill="#A3A9AF" />
    <ellipse cx="180" cy="182" rx="66" ry="23" stroke="#6C737B" strokeWidth="3" />
    <ellipse cx="180" cy="182" rx="46" ry="15.5" stroke="#757C84" strokeWidth="3" />
    <ellipse cx="180" cy="182" rx="24" ry="8" stroke="#757C84" strokeWidth="3" />
    <path
      d="M114 182h132M180 159v46M134 166l92 32M226 166l-92 32"
      stroke="#7C838B"
      strokeWidth="2.5"
    />
    <ellipse cx="180" cy="182" rx="9" ry="4" fill="#D5D9DC" stroke="#6C737B" strokeWidth="2" />
  </g>
);

const Cone = ({ x, y, s = 1 }: { x: number; y: number; s?: number }): ReactNode => (
  <g transform={`translate(${x} ${y}) scale(${s})`}>
    <ellipse cx="0" cy="1" rx="22" ry="5" fill="#4F555C" opacity="0.5" />
    <path d="M-19 0h38l-3-6h-32z" fill="#B84E12" />
    <path d="M-13-6-3-46h6L13-6z" fill="#E8702A" />
    <path d="M-9.4-19h18.8l2-8h-0.4L8.4-27h-17z" fill="#FFFFFF" />
    <path d="M-5.8-34h11.6l-1.2-5h-9.2z" fill="#FFFFFF" />
  </g>
);

const Worker = ({ x, y }: { x: number; y: number }): ReactNode => (
  <g transform={`translate(${x} ${y})`}>
    <ellipse cx="0" cy="2" rx="20" ry="5" fill="#4F555C" opacity="0.5" />
    <path d="M-10-34h9v34h-9zM2-34h9v34H2z" fill="#33415A" />
    <path d="M-16-72c0-7 5-11 16-11s17 4 17 11l-2 40h-29z" fill="#D8DE3A" />
    <path d="M-15-58h31M-14.6-46h30" stroke="#F2F4F5" strokeWidth="4" />
    <path d="M-5-83h3v50h-3zM5-83h3v50H5z" fill="#EDEFC0" />
    <circle cx="1" cy="-93" r="10" fill="#E6BF9C" />
    <path d="M-11-95c0-9 5-13 12-13s12 4 12 13z" fill="#F6F7F8" />
    <path d="M-14-95h31v3h-31z" fill="#DDE1E4" />
    <path
      d="M17-72c5 8 6 20 3 32"
      stroke="#C7CD2F"
      strokeWidth="7"
      fill="none"
      strokeLinecap="round"
    />
  </g>
);

const Tape = ({ d }: { d: string }): ReactNode => (
  <g fill="none" strokeWidth="6">
    <path d={d} stroke="#FFFFFF" />
    <path d={d} stroke="#C8343B" strokeDasharray="13 13" />
  </g>
);

const Guard = (): ReactNode => (
  <g>
    <Tape d="M106 150 Q182 158 254 150" />
    <Cone x={106} y={170} s={0.86} />
    <Cone x={254} y={170} s={0.86} />
    <Tape d="M106 150 Q92 178 74 190M254 150Q268 178 286 190" />
    <Cone x={74} y={218} s={1.1} />
    <Cone x={286} y={218} s={1.1} />
    <Worker x={326} y={212} />
  </g>
);

/** Fills its box like a photo (`object-fit: cover`). */
export function Scene({ name }: { name: SceneName }): ReactNode {
  const t = useText(text);
  const id = useId();
  return (
    <svg
      className="scene"
      viewBox="0 0 360 240"
      preserveAspectRatio="xMidYMid slice"
      role="img"
      aria-label={t(`scene_${name}`)}
    >
      <Street id={id} />
      {name === 'repaired' ? <Cover /> : <Hole id={id} />}
      {name === 'guarded' ? <Guard /> : null}
    </svg>
  );
}
