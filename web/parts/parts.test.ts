/** What parts say: clocks, names, figures, times, maps. */
import { describe, expect, it } from 'vitest';
import { age, duration, isoDay, shortTime } from '#web/client';
import { readClock } from './clock.tsx';
import { figure } from './figure.ts';
import { areaPath, boundsOf, centreOf, projection } from './geo.ts';
import { maskName } from './marks.tsx';
import { linePath } from './sparkline.tsx';
import { cssVariables, palettes } from './theme/tokens.ts';

const at = (time: string): number => Date.parse(`2026-11-20T${time}Z`);
const clock = (more = {}) => ({
  startedAt: '2026-11-20T08:00:00Z',
  dueAt: '2026-11-20T09:00:00Z',
  ...more,
});

describe('a clock', () => {
  it('runs, warns from its last tick, is over', () => {
    // Two spans of half an hour with a pause of a day between: the pause is nobody's time.
    const working = [
      ['2026-11-20T08:00:00Z', '2026-11-20T08:30:00Z'],
      ['2026-11-21T08:00:00Z', '2026-11-21T08:30:00Z'],
    ] as const;
    const spans = {
      startedAt: working[0][0],
      dueAt: working[1][1],
      working,
    };
    const told = (time: string) => readClock(spans, Date.parse(time));
    expect(told('2026-11-20T08:15:00Z')).toEqual({ state: 'run', part: 0.25, ms: 2_700_000 });
    expect(told('2026-11-20T20:00:00Z')).toEqual({ state: 'run', part: 0.5, ms: 1_800_000 });
    expect(told('2026-11-21T08:24:00Z')).toMatchObject({ state: 'warn', ms: 360_000 });
    expect(told('2026-11-21T09:30:00Z')).toMatchObject({ state: 'bad', ms: -3_600_000 });
    expect(readClock(clock(), at('08:30:00'))).toEqual({ state: 'run', part: 0.5, ms: 1_800_000 });
    expect(readClock(clock(), at('08:48:00')).state).toBe('warn');
    expect(readClock(clock({ ticks: [50, 90] }), at('08:48:00')).state).toBe('run');
    expect(readClock(clock(), at('09:00:01'))).toMatchObject({ state: 'bad', ms: -1000 });
  });

  it('stopped in time is good for ever, stopped late is not, suspended is neither', () => {
    const later = at('23:00:00');
    expect(readClock(clock({ stoppedAt: '2026-11-20T08:00:22Z' }), later)).toMatchObject({
      state: 'ok',
      ms: 22_000,
    });
    expect(readClock(clock({ stoppedAt: '2026-11-20T09:30:00Z' }), later).state).toBe('bad');
    expect(readClock(clock({ suspended: true }), later).state).toBe('stale');
  });

  it('without a length is full, not infinite', () => {
    const none = { startedAt: '2026-11-20T08:00:00Z', dueAt: '2026-11-20T08:00:00Z' };
    expect(readClock(none, at('08:00:00')).part).toBe(1);
  });
});

describe('words of time', () => {
  it('lengths have two parts at most', () => {
    expect(duration(22_000, 'zh')).toBe('22 秒');
    expect(duration(13_380_000, 'zh')).toBe('3 时 43 分');
    expect(duration(25_500_000, 'zh')).toBe('7 时 05 分');
    expect(duration(532_800_000, 'en')).toBe('6 d 4 h');
    expect(duration(-5, 'zh')).toBe('0 秒');
  });

  it('ages and short times', () => {
    const now = at('12:00:00');
    expect(age(now - 180_000, now, 'zh')).toBe('3 分钟前');
    expect(age(now - 500, now, 'zh')).toBe('刚刚');
    expect(age(now - 90_000_000, now, 'en')).toBe('1 d ago');
    expect(isoDay(at('16:30:00'))).toBe('2026-11-21');
    expect(shortTime(at('00:21:00'), now)).toBe('08:21');
    expect(shortTime(at('00:21:00'), now + 3 * 86_400_000)).toBe('11-20 08:21');
    expect(shortTime(at('00:21:00'), now + 80 * 86_400_000)).toBe('2026-11-20');
  });
});

describe('figures and names', () => {
  it('nothing is a dash, never 0', () => {
    expect([figure(null), figure(undefined), figure(Number.NaN), figure(0)]).toEqual([
      '-',
      '-',
      '-',
      '0',
    ]);
    expect([figure(1284), figure(94.06, 1)]).toEqual(['1,284', '94.1']);
  });

  it('names are masked once', () => {
    expect(['王建国', '欧阳娜', '王**', ' ', 'Zhou Min'].map(maskName)).toEqual([
      '王**',
      '欧阳**',
      '王**',
      '',
      'Z**',
    ]);
  });
});

describe('drawings', () => {
  const square = {
    code: '1',
    name: '1',
    geometry: {
      type: 'Polygon' as const,
      coordinates: [
        [
          [120, 30],
          [121, 30],
          [121, 31],
          [120, 31],
          [120, 30],
        ],
      ],
    },
  };

  it('an area fits its box, north is up', () => {
    const project = projection(boundsOf([square]), 200, 100, 0);
    const [, top] = project(120, 31);
    const [, bottom] = project(120, 30);
    expect([Math.round(top), Math.round(bottom)]).toEqual([0, 100]);
    const [x, y] = centreOf(square.geometry, project);
    expect([Math.round(x), Math.round(y)]).toEqual([100, 50]);
    expect(areaPath(square.geometry, project)).toMatch(/^M[\d. L]+Z$/);
  });

  it('a line breaks where a value is missing', () => {
    expect(linePath([[0, 0], [1, 1], null, [2, 2]])).toBe('M0.0 0.0L1.0 1.0M2.0 2.0');
  });
});

const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

describe.each(['light', 'wall'] as const)('the %s palette', (name) => {
  const palette = palettes[name];

  it.each(['text', 'text-2', 'text-3', 'accent', 'ok', 'warn', 'bad', 'stale'] as const)(
    '%s reads on every ground it stands on',
    (colour) => {
      for (const ground of ['surface', 'sunken', 'bg'] as const) {
        expect(contrast(palette[colour], palette[ground]), ground).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it.each(['accent', 'ok', 'warn', 'bad', 'stale'] as const)('%s reads on its soft ground', (c) => {
    expect(contrast(palette[c], palette[`${c}-soft`])).toBeGreaterThanOrEqual(4.5);
  });

  it('grows in elder mode', () => {
    const [normal, elder] = [cssVariables(name, false), cssVariables(name, true)];
    expect([normal['--fs-14'], elder['--fs-14']]).toEqual(['14px', '18px']);
  });
});
