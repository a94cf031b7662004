import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { literal, semantics } from '#catalogue';
import { type KnownColumn, type KnowOptions, knowColumns, type Sql } from './index.ts';

const options: KnowOptions = {
  today: '2026-11-22',
  misfitPermille: 20,
  codesMax: 20,
  sampleRows: 2000,
};

let instance: DuckDBInstance;
let sql: Sql;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  sql = { rows: async (text) => (await db.runAndReadAll(text)).getRowObjectsJson() };
});
afterAll(() => instance.closeSync());

/** Knows one column of these values. */
async function known(
  values: readonly (string | null)[],
  header = '字段',
  over: Partial<KnowOptions> = {},
): Promise<KnownColumn> {
  const rows = values.map((value) => `(${value === null ? 'null' : literal(value)})`).join(', ');
  const relation = `(select * from (values ${rows}) as t(c0))`;
  const [column] = await knowColumns(sql, relation, [{ name: header, column: 'c0' }], {
    ...options,
    ...over,
  });
  if (column === undefined) throw new Error('no column');
  return column;
}

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));
const two = (n: number): string => String(n).padStart(2, '0');

describe('what must not be taken for something else', () => {
  test('numbers of orders with eighteen digits are no citizen ids', async () => {
    const orders = times(
      200,
      (at) => `2026${two((at % 12) + 1)}1500${String(9_000_000_000 + at * 7919).slice(0, 8)}`,
    );
    expect((await known(orders, '订单号')).semanticType).not.toBe('citizen_id');
  });

  test('eleven digits that begin with 12 are no telephones, whatever the header says', async () => {
    const ids = times(100, (at) => `12${String(345_678_901 + at)}`);
    expect(['mobile', 'phone', 'landline']).not.toContain(
      (await known(ids, '手机号')).semanticType,
    );
  });

  test('under a header of numbers of orders, telephones are not seen', async () => {
    const ids = times(100, (at) => `138${String(10_000_000 + at)}`);
    expect((await known(ids, '工单编号')).semanticType).toBe('identifier');
  });

  test('sixteen digits that fail Luhn are no bank cards', async () => {
    const ids = times(100, (at) => `621700${String(1_000_000_000 + at * 10)}`);
    expect((await known(ids, '字段')).semanticType).not.toBe('bank_card');
  });

  test('a grid of one town is no citizen id of fifteen digits', async () => {
    const grids = times(60, (at) => `3301091012${two((at % 28) + 1)}00${(at % 9) + 1}`);
    expect((await known(grids, '字段')).semanticType).toBe('grid_code');
    expect((await known(grids, '网格编码')).semanticType).toBe('grid_code');
  });

  test('roads named after families are no people', async () => {
    const roads = times(
      60,
      (at) => `${'王李张刘陈杨黄赵吴周'[at % 10]}${'家山水田'[at % 4]}${'路街巷'[at % 3]}`,
    );
    expect((await known(roads, '字段')).semanticType).not.toBe('person_name');
  });

  test('towns and villages are divisions and no bodies; the body that acts is one', async () => {
    const towns = '新塘街道 北干街道 瓜沥镇 临浦镇 闻堰街道 衙前镇 河上镇 霞江村'.split(' ');
    const rows = times(80, (at) => towns[at % towns.length] ?? '');
    for (const header of ['所属镇街', '属地', '字段']) {
      expect((await known(rows, header)).semanticType).toBe('division_name');
    }
    expect((await known(rows, '承办单位')).semanticType).toBe('organisation_name');
    const bureaus = times(80, (at) => `区${'教卫民财农水'[at % 6]}${at % 6}局`);
    expect((await known(bureaus, '字段')).semanticType).toBe('organisation_name');
  });

  test('0 and 1 that count something are numbers', async () => {
    expect((await known(['0', '1', '0', '1'], '照片张数')).type).toBe('integer');
    expect((await known(['0', '1', '0', '1'], '是否独居')).type).toBe('boolean');
    expect((await known(['0', '1', '2', '1'], '是否独居')).type).toBe('integer');
    expect((await known(['1', '1', '1', '1'], '是否独居')).type).toBe('integer');
  });

  test('digits of Excel are days only when asked', async () => {
    const days = times(30, (at) => String(45_000 + at));
    expect((await known(days, '日期')).type).toBe('integer');
    const asked = await known(days, '日期', { excelDates: ['日期'] });
    expect(asked).toMatchObject({ type: 'date', min: '2023-03-15' });
  });

  test('an empty column is text and says so', async () => {
    expect(await known([null, '', ' '])).toMatchObject({
      type: 'text',
      nulls: 3,
      semanticType: null,
    });
  });
});

describe('types over all rows', () => {
  test('leading zeros stay text and are counted', async () => {
    const column = await known(times(50, (at) => `0${100 + at}`));
    expect(column.type).toBe('text');
    expect(column.notes[0]?.zh).toContain('50');
  });

  test('decimals have the digits they need', async () => {
    expect((await known(['1.5', '-12.25', '300'])).type).toBe('decimal(5,2)');
    expect((await known(['1,234.50', '12,000,000.00', '3.1'], '金额')).type).toBe('decimal(10,2)');
    expect((await known(['12', '-7', '0'])).type).toBe('integer');
    expect((await known(['9'.repeat(30), '1'])).type).toBe('text');
  });

  test('values that do not fit are numbers, never silence; beyond the threshold it is text', async () => {
    const few = await known([...times(99, String), '不详']);
    expect(few).toMatchObject({ type: 'integer', misfits: { count: 1, examples: ['不详'] } });
    expect(few.share).toBeCloseTo(0.99);
    const many = await known([...times(90, String), ...times(10, () => '不详')]);
    expect(many).toMatchObject({ type: 'text', misfits: { count: 0 } });
  });

  test('day and month are told apart by all rows, not by the first', async () => {
    const first = times(300, (at) => `${two((at % 12) + 1)}/${two((at % 12) + 1)}/2026`);
    const undecided = await known(first);
    expect(undecided).toMatchObject({ type: 'date', ambiguous: true });
    const decided = await known([...first, '25/12/2026']);
    expect(decided).toMatchObject({ type: 'date', ambiguous: false, formats: ['%d/%m/%Y'] });
    expect(decided.max).toBe('2026-12-25');
  });

  test.each([
    ['2026-03-02', '%Y-%m-%d', 'date', '2026-03-02'],
    ['2026/3/2', '%Y/%m/%d', 'date', '2026-03-02'],
    ['2026年3月2日', '%Y年%m月%d日', 'date', '2026-03-02'],
    ['20260302', '%Y%m%d', 'date', '2026-03-02'],
    ['2026.03.02', '%Y.%m.%d', 'date', '2026-03-02'],
    ['2026-03-02 14:05:06', '%Y-%m-%d %H:%M:%S', 'timestamp', '2026-03-02 14:05:06'],
    ['2026-03-02T14:05:06', '%Y-%m-%dT%H:%M:%S', 'timestamp', '2026-03-02 14:05:06'],
    ['2026/3/2 2:05 PM', '%Y/%m/%d %I:%M %p', 'timestamp', '2026-03-02 14:05:00'],
    ['2026/3/2 下午2:05', '%Y/%m/%d %p%I:%M', 'timestamp', '2026-03-02 14:05:00'],
    ['2026年3月2日上午 12时5分', '%Y年%m月%d日 %p%I时%M分', 'timestamp', '2026-03-02 00:05:00'],
    ['2026年3月2日 14:05', '%Y年%m月%d日 %H:%M', 'timestamp', '2026-03-02 14:05:00'],
  ])('%s is read as %s', async (value, format, type, min) => {
    const column = await known(
      times(5, () => value),
      '日期',
    );
    expect(column).toMatchObject({ type, formats: [format], min, misfits: { count: 0 } });
  });

  test('offsets are instants, and are brought to UTC', async () => {
    const column = await known(['2026-03-02T14:05:06+08:00', '2026-03-02T06:05:06Z']);
    expect(column).toMatchObject({
      type: 'timestamp',
      min: '2026-03-02 06:05:06',
      max: '2026-03-02 06:05:06',
    });
  });

  test('days that do not exist are misfits', async () => {
    const column = await known([
      ...times(60, (at) => `2026-01-${two((at % 28) + 1)}`),
      '2025-02-30',
    ]);
    expect(column).toMatchObject({ type: 'date', misfits: { count: 1, examples: ['2025-02-30'] } });
  });

  test('words for "no value" are found and shown, and 无 beside 有 is an answer', async () => {
    const column = await known([...times(40, String), '-', '-', 'NULL', '无', 'N/A'], '数量');
    expect(column).toMatchObject({ type: 'integer', nulls: 5, misfits: { count: 0 } });
    expect(column.nullWords.map(({ word, count }) => `${word}${count}`).toSorted()).toEqual([
      '-2',
      'N/A1',
      'NULL1',
      '无1',
    ]);
    const answers = await known(['有', '无', '有', '无'], '车位');
    expect(answers).toMatchObject({ type: 'boolean', nulls: 0, nullWords: [] });
  });
});

describe('coordinates and divisions', () => {
  const notes = async (header: string, values: string[], over: Partial<KnowOptions> = {}) =>
    (await known(values, header, over)).notes.map(({ zh }) => zh).join(' ');

  test('no system is made up: undecided unless a word or a place decides', async () => {
    const inside = times(30, (at) => `120.${290_000 + at}`);
    expect(await notes('经度', inside)).toContain('坐标系未定');
    expect(await notes('GPS经度', inside)).toContain('坐标系 WGS-84');
    expect(await notes('高德经度', inside)).toContain('坐标系 GCJ-02');
    expect(await notes('百度坐标经度', inside)).toContain('坐标系 BD-09');
    expect(
      await notes(
        '经度',
        times(30, (at) => `-71.${1000 + at}`),
      ),
    ).toContain('坐标系 WGS-84');
  });

  test('codes of another district are told, padded and grid codes are seen through', async () => {
    const divisions = ['330109', '330109004', '330109004223', '330109010'];
    const some = ['330109004', '330109004223', '330109004000', '330108001', '330109010'];
    expect(await notes('区划代码', some, { divisions })).toContain('4 / 5');
    const grids = times(20, (at) => `33010900422${at % 2 === 0 ? 3 : 4}00${(at % 9) + 1}`);
    expect(await notes('网格编码', grids, { divisions })).toContain('10 / 20');
  });

  test('whole numbers that went through a spreadsheet are whole', async () => {
    expect((await known(['9.0', '12.0', '7.0'])).type).toBe('integer');
    expect((await known(['9.00', '12.00'])).type).toBe('decimal(4,2)');
    expect((await known(['9.0', '12.5'])).type).toBe('decimal(3,1)');
  });
});

describe('the count of a column is the count of its rows', () => {
  const pool = ['', ' ', '-', '12', '007', '1.5', '2026-01-02', '是', '王某某', '无', 'x"y', "o'k"];
  test.each(times(12, (at) => at))('mixture %i', async (seed) => {
    const values = times(120, (at) => pool[(at * (seed + 3) + seed) % pool.length] ?? '');
    const column = await known(values);
    const filled = column.rows - column.nulls;
    expect(column.rows).toBe(120);
    expect(Math.round(column.share * filled) + column.misfits.count).toBe(filled);
  });
});

/** Worked examples of the standards (the numbers stand in their texts or are composed by them). */
const examples: Partial<Record<keyof typeof semantics, { good: string[]; bad: string[] }>> = {
  citizen_id: {
    good: ['11010519491231002X', '440524188001010014', '330112188002290035', '339005188006150071'],
    bad: ['330109190002290013', '330109188013010010', '330109209912310017', '330109188001010014'],
  },
  citizen_id_old: { good: ['110105491231002'], bad: ['110105491331002', '11010549123100'] },
  uscc: {
    good: ['91350100M000100Y43', '91330100799655058B', '113301090024894013', '52330109MJ9123452H'],
    bad: ['91330109MA2ABCD13M', '91330109MA2ABCI13L'],
  },
  organisation_code: { good: ['002489401', '00248940-1'], bad: ['002489402'] },
  mobile: { good: ['13800138000'], bad: ['12345678901', '1380013800'] },
  landline: { good: ['0571-82620000'], bad: ['0571-12345', '82620000'] },
  plate: {
    good: ['浙A12345', '浙AB12C3', '浙A1234警', '浙A1234学', '浙AD12345', '浙A12345D'],
    bad: ['浙AI2345', '浙A1234', '浙AABC12', '浙AD1234D'],
  },
  bank_card: { good: ['4111111111111111', '6222020000000000018'], bad: ['4111111111111112'] },
  passport: { good: ['E00000000', 'EA0000000'], bad: ['E0000000', 'A00000000'] },
  travel_permit: { good: ['H00000000', 'M0000000000'], bad: ['X00000000'] },
  division_code: {
    good: ['330109', '330109113', '330109113000', '330109004000'],
    bad: ['33010911300'],
  },
  grid_code: { good: ['330109113201001'], bad: ['33010911320101'] },
  real_estate_code: {
    good: ['330109001001GB00001F00010001', '330109001001GB00001W00000000'],
    bad: ['330109001001GB0001F00010001'],
  },
  email: { good: ['a.b@example.com'], bad: ['a.b@example', 'a b@example.com'] },
  ip: { good: ['192.0.2.1', '2001:db8::1'], bad: ['192.0.2.256', '192.0.2'] },
  mac: { good: ['00-00-5E-00-53-01', '00:00:5e:00:53:01'], bad: ['00-00-5E-00-53'] },
  url: { good: ['https://example.com/x?y=1'], bad: ['example'] },
  postal_code: { good: ['311200'], bad: ['31120'] },
};

test.each(Object.entries(examples))(
  'the rule of %s keeps the worked examples',
  async (name, told) => {
    const rule = semantics[name as keyof typeof semantics].rule;
    if (rule === undefined) throw new Error(`${name} has no rule`);
    const good = rule.good('v', { name: 'v', type: 'text' }, options.today);
    for (const [values, expected] of [
      [told.bad, false],
      [told.good, true],
    ] as const) {
      for (const value of values) {
        const [row] = await sql.rows(
          `select coalesce(${good}, false) as good from (select ${literal(value)} as v)`,
        );
        expect({ value, good: row?.good }).toEqual({ value, good: expected });
      }
    }
  },
);

test('every example of the registry keeps its own rule', async () => {
  for (const [name, { rule, example }] of Object.entries(semantics)) {
    if (rule === undefined || example === undefined) continue;
    if (name === 'longitude' || name === 'latitude') continue;
    const good = rule.good('v', { name: 'v', type: 'text' }, options.today);
    const [row] = await sql.rows(`select ${good} as good from (select ${literal(example)} as v)`);
    expect({ name, good: row?.good }).toEqual({ name, good: true });
  }
});
