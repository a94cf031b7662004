/** Lines drawn by ourselves: the small one beside a number, and the trend with its target. */
import { type ReactNode, useId } from 'react';
import { isToday, useText } from '#web/client';
import { figure } from './figure.ts';
import { text } from './text.ts';

interface Spark {
  values: readonly (number | null)[];
  /** The newest value counts a day that is not over: its stretch is dashed, its dot hollow. */
  running?: boolean;
  width?: number;
  height?: number;
}

type Point = readonly [number, number];

const scaled = (
  values: readonly (number | null)[],
  box: Box,
  lo: number,
  hi: number,
): (Point | null)[] =>
  values.map((value, i) => {
    if (value === null) return null;
    const x = box.x + (values.length < 2 ? box.w : (i / (values.length - 1)) * box.w);
    const y = box.y + (hi === lo ? box.h / 2 : (1 - (value - lo) / (hi - lo)) * box.h);
    return [x, y] as const;
  });

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A path that breaks where a value is missing. */
export function linePath(points: readonly (Point | null)[]): string {
  let pen = false;
  let path = '';
  for (const point of points) {
    if (point === null) {
      pen = false;
      continue;
    }
    path += `${pen ? 'L' : 'M'}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    pen = true;
  }
  return path;
}

/** The line of what is over, the stretch to a value that is still counting, the newest point. */
function stretches(points: readonly (Point | null)[], running: boolean) {
  const last = points.findLast((point) => point !== null);
  const counting = running && points.at(-1) !== null && points.length > 1;
  return {
    over: linePath(counting ? points.slice(0, -1) : points),
    now: counting ? linePath(points.slice(-2)) : '',
    last,
  };
}

const known = (values: readonly (number | null)[]): number[] =>
  values.filter((value): value is number => value !== null);

/**
 * The last fourteen values or so, the newest with a dot; says nothing by itself, so it is hidden
 * from readers.
 */
export function Sparkline(props: Spark): ReactNode {
  const { values, width = 84, height = 32, running = false } = props;
  const numbers = known(values);
  if (numbers.length < 2) return null;
  const box = { x: 3, y: 5, w: width - 10, h: height - 10 };
  const points = scaled(values, box, Math.min(...numbers), Math.max(...numbers));
  const { over, now, last } = stretches(points, running);
  const look = { fill: 'none', stroke: 'currentColor', strokeWidth: 2 };
  return (
    <svg className="sparkline" width={width} height={height} aria-hidden="true">
      <path d={over} {...look} />
      {now === '' ? null : <path d={now} {...look} strokeDasharray="2 3" />}
      {last ? (
        <circle
          cx={last[0]}
          cy={last[1]}
          {...(now === ''
            ? { r: 4, fill: 'currentColor' }
            : { r: 3, ...look, fill: 'var(--surface)' })}
        />
      ) : null}
    </svg>
  );
}

/**
 * Room at the right, in letters, for the target's word and figure. A Chinese character is as wide
 * as the font.
 */
const labelRoom = (word: string): number =>
  [...word].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 1 : 0.58), 2.4);

/** A trend as a card takes it: its values, and whether the newest day is still counting. */
export const lineOf = (points: readonly { day: string; value: number | null }[]) => ({
  trend: points.map((point) => point.value),
  running: isToday(points.at(-1)?.day),
});

export interface TrendProps {
  points: readonly { label: string; value: number | null }[];
  target?: number | null;
  targetWord?: string;
  unit?: string;
  digits?: number;
  width: number;
  height: number;
  fontSize?: number;
  title: string;
  /** The newest point counts a day that is not over: dashed, hollow, and said in words. */
  running?: boolean;
}

/** A little room above and below, but never below 0 or above 100 % where values cannot be. */
const niceBounds = (numbers: readonly number[], percent: boolean): [number, number] => {
  const [lo, hi] = [Math.min(...numbers), Math.max(...numbers)];
  const room = Math.max((hi - lo) * 0.15, 0.5);
  const [low, high] = [Math.floor(lo - room), Math.ceil(hi + room)];
  return [lo >= 0 ? Math.max(0, low) : low, percent && hi <= 100 ? Math.min(100, high) : high];
};

/**
 * One line over days with its target, three levels at the left, the newest value named at the
 * right.
 */
export function Trend(props: TrendProps): ReactNode {
  const id = useId();
  const t = useText(text);
  const font = props.fontSize ?? 12;
  const values = props.points.map((point) => point.value);
  const target = props.target ?? null;
  const numbers = known([...values, target]);
  if (numbers.length === 0) return null;
  const [lo, hi] = niceBounds(numbers, props.unit === '%');
  const box = {
    x: font * 3,
    y: font,
    w: props.width - font * (3 + labelRoom(props.targetWord ?? '')),
    h: props.height - font * 3.2,
  };
  const points = scaled(values, box, lo, hi);
  const { over, now, last } = stretches(points, props.running ?? false);
  const yOf = (value: number): number => box.y + (1 - (value - lo) / (hi - lo)) * box.h;
  const right = box.x + box.w;
  const lastValue = known(values).at(-1);
  const lastY = last?.[1] ?? 0;
  const clash = target !== null && Math.abs(yOf(target) - lastY) < font * 1.2;
  const nudge = clash ? (lastY > yOf(target ?? 0) ? font * 0.6 : -font * 0.6) : 0;
  return (
    <svg
      className="trend"
      width={props.width}
      height={props.height}
      viewBox={`0 0 ${props.width} ${props.height}`}
      role="img"
      aria-labelledby={id}
      fontSize={font}
    >
      <title id={id}>{props.title}</title>
      {[lo, hi].map((level) => (
        <g key={level} className="trend-level">
          <line x1={box.x} x2={right} y1={yOf(level)} y2={yOf(level)} />
          <text x={box.x - 8} y={yOf(level)} textAnchor="end" dominantBaseline="central">
            {level}
          </text>
        </g>
      ))}
      {target === null ? null : (
        <g className="trend-target">
          <line x1={box.x} x2={right} y1={yOf(target)} y2={yOf(target)} />
          <text x={right + 8} y={yOf(target) - nudge} dominantBaseline="central">
            {props.targetWord} {figure(target, 0)}
          </text>
        </g>
      )}
      <path className="trend-line" d={over} />
      {now === '' ? null : <path className="trend-line counting" d={now} />}
      {last ? (
        <circle
          className={now === '' ? 'trend-dot' : 'trend-dot counting'}
          cx={last[0]}
          cy={last[1]}
          r={font * 0.28}
        />
      ) : null}
      {last && lastValue !== undefined ? (
        <text
          className="trend-last"
          x={right + 8}
          y={lastY + nudge}
          dominantBaseline="central"
          fontSize={font * 1.15}
        >
          {figure(lastValue, props.digits ?? 1)}
        </text>
      ) : null}
      <g className="trend-level">
        <text x={box.x} y={props.height - font * 0.6} textAnchor="middle">
          {props.points[0]?.label}
        </text>
        <text x={right} y={props.height - font * 0.6} textAnchor="middle">
          {now === '' ? props.points.at(-1)?.label : t('running')}
        </text>
      </g>
    </svg>
  );
}
