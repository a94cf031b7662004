/** Ways dates and times are written: pattern of the engine, and the shape that has to fit first. */

export interface DateForm {
  /** Pattern of strptime. */
  format: string;
  /** RE2 and JavaScript alike; the engine alone is too lenient. */
  shape: string;
  kind: 'date' | 'timestamp';
  /** Order of the parts; only these two can be taken for each other. */
  order: 'ymd' | 'dmy' | 'mdy';
}

const two = '\\d{1,2}';

const days: Omit<DateForm, 'kind'>[] = [
  { format: '%Y-%m-%d', shape: `\\d{4}-${two}-${two}`, order: 'ymd' },
  { format: '%Y/%m/%d', shape: `\\d{4}/${two}/${two}`, order: 'ymd' },
  { format: '%Y.%m.%d', shape: `\\d{4}\\.${two}\\.${two}`, order: 'ymd' },
  { format: '%Y年%m月%d日', shape: `\\d{4}年${two}月${two}日`, order: 'ymd' },
  { format: '%Y%m%d', shape: '(?:1[89]|20|21)\\d{6}', order: 'ymd' },
  ...(['/', '-', '.'] as const).flatMap((sign): Omit<DateForm, 'kind'>[] => {
    const plain = sign === '.' ? '\\.' : sign;
    return [
      { format: `%m${sign}%d${sign}%Y`, shape: `${two}${plain}${two}${plain}\\d{4}`, order: 'mdy' },
      { format: `%d${sign}%m${sign}%Y`, shape: `${two}${plain}${two}${plain}\\d{4}`, order: 'dmy' },
      { format: `%m${sign}%d${sign}%y`, shape: `${two}${plain}${two}${plain}\\d{2}`, order: 'mdy' },
      { format: `%d${sign}%m${sign}%y`, shape: `${two}${plain}${two}${plain}\\d{2}`, order: 'dmy' },
    ];
  }),
];

const clocks = [
  { format: '%H:%M:%S', shape: `${two}:\\d{2}:\\d{2}` },
  { format: '%H:%M', shape: `${two}:\\d{2}` },
  { format: '%H:%M:%S.%g', shape: `${two}:\\d{2}:\\d{2}\\.\\d{1,3}` },
  { format: '%H:%M:%S.%f', shape: `${two}:\\d{2}:\\d{2}\\.\\d{4,6}` },
  { format: '%I:%M:%S %p', shape: `${two}:\\d{2}:\\d{2} [AaPp][Mm]` },
  { format: '%I:%M %p', shape: `${two}:\\d{2} [AaPp][Mm]` },
  { format: '%H时%M分%S秒', shape: `${two}时${two}分${two}秒` },
  { format: '%H时%M分', shape: `${two}时${two}分` },
];

/** Offsets as the platform reads them, whatever the pattern. */
export const zoned = '(?:Z|[+-]\\d{2}:?\\d{2})';
export const zonedShape = `\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,6})?${zoned}`;

const stamps = days.flatMap((day) =>
  [' ', 'T'].flatMap((gap) =>
    clocks.map(
      (clock): DateForm => ({
        format: `${day.format}${gap}${clock.format}`,
        shape: `${day.shape}${gap}${clock.shape}`,
        kind: 'timestamp',
        order: day.order,
      }),
    ),
  ),
);

/** Twelve hours, as Chinese workbooks write them: 2026/3/2 下午2:05. */
const halves = days
  .filter(({ order }) => order === 'ymd')
  .flatMap((day) =>
    [
      { format: '%p%I:%M:%S', shape: `${two}:\\d{2}:\\d{2}` },
      { format: '%p%I:%M', shape: `${two}:\\d{2}` },
      { format: '%p%I时%M分%S秒', shape: `${two}时${two}分${two}秒` },
      { format: '%p%I时%M分', shape: `${two}时${two}分` },
    ].map(
      (clock): DateForm => ({
        format: `${day.format} ${clock.format}`,
        shape: `${day.shape} ?[上下]午 ?${clock.shape}`,
        kind: 'timestamp',
        order: 'ymd',
      }),
    ),
  );

/** Every way, days first. */
export const dateForms: readonly DateForm[] = [
  ...days.map((day): DateForm => ({ ...day, kind: 'date' })),
  ...stamps,
  ...halves,
  { format: '%Y%m%d%H%M%S', shape: '(?:19|20)\\d{12}', kind: 'timestamp', order: 'ymd' },
];
