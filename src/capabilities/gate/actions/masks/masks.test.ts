/** Every mask: held to its example, and the same from both engines for any text. */
import { createHmac } from 'node:crypto';
import { DuckDBInstance, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { semanticType } from '#catalogue/model';
import { type TestWorld, testWorld } from '#testing';
import { defaultsBySemantic } from './defaults.ts';
import { dialects } from './dialect.ts';
import { bytesLiteral, type MaskName, maskNames, maskOf, maskSql, masks, padsOf } from './index.ts';

const moment = { day: '2026-11-20' };
const secret = Buffer.from('a secret of the test, thirty-two!');
const everyMask: (MaskName | null)[] = [...maskNames, null];

let world: TestWorld;
let duck: Awaited<ReturnType<DuckDBInstance['connect']>>;

beforeAll(async () => {
  world = await testWorld();
  const instance = await DuckDBInstance.create(':memory:');
  duck = await instance.connect();
});
afterAll(async () => {
  duck.closeSync();
  await world.close();
});

const padsFor = (dialect: keyof typeof dialects, scope = 'grant/1') => {
  const pads = padsOf(secret, scope);
  const to = dialects[dialect];
  return { inner: bytesLiteral(pads.inner, to), outer: bytesLiteral(pads.outer, to) };
};

const expression = (mask: MaskName | null, type: string, dialect: keyof typeof dialects) => {
  const given = { item: { type, semantic: null }, mask, moment, pads: padsFor(dialect) };
  return maskSql(
    dialect === 'duckdb' && type !== 'text' ? `cast(x as ${type})` : 'x',
    given,
    dialect,
  );
};

type Answers = (string | null)[];

async function inDuck(values: Answers, type = 'text', which = everyMask): Promise<Answers[]> {
  const list = which.map(
    (mask, at) => `cast(${expression(mask, type, 'duckdb')} as varchar) m${at}`,
  );
  const rows = await duck.runAndReadAll(
    `select ${list.join(', ')} from (select unnest($list::varchar[]) x)`,
    { list: listValue(values) },
    { list: LIST(VARCHAR) },
  );
  return rows.getRowsJson() as Answers[];
}

async function inPostgres(values: Answers, type = 'text', which = everyMask): Promise<Answers[]> {
  const list = which.map(
    (mask, at) => `cast(${expression(mask, type, 'postgres')} as text) m${at}`,
  );
  const rows = await sql<Record<string, string | null>>`select ${sql.raw(list.join(', '))}
    from unnest(${values}::text[]) with ordinality given(x, n) order by n`.execute(world.ctx.db);
  return rows.rows.map((row) => which.map((_, at) => row[`m${at}`] ?? null));
}

const shapes = fc.oneof(
  fc.constantFrom(
    '330109188001010013',
    '３３０１０９１８８００１０１００１３',
    '110105491231002',
    '13800138000',
    '0571-82620000',
    '萧山区新塘街道霞江村12组8号',
    '浙江省杭州市萧山区瓜沥镇',
    '1880-02-29',
    '2026-11-20',
    '2026-11-20T07:41:00.000000Z',
    '19491001',
    '120.265449',
    '120.265449, 30.1700123',
    '-0.001',
    '欧阳',
    '欧阳锋',
    '浙AD12345',
    '91330109MA2ABCD13L',
    'a@b.cn',
    'I10.x02',
    'D49',
    'D89.9',
    '0',
    '4',
    '5',
    '-9',
    '99999999999999999999',
    '𠮷野家',
    '王\u0301',
    ' 王',
    '村村社区镇',
    '\n13800138000',
    '\u3000',
  ),
  fc.stringMatching(/^[0-9]{1,20}$/),
  fc.stringMatching(/^[一-龥区县镇乡村社街道0-9]{0,30}$/),
  fc.stringMatching(/^[A-Z][0-9]{2}([.][0-9]{1,3})?$/),
  fc.stringMatching(/^-?[0-9]{1,4}[.][0-9]{1,12}$/),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
/** PostgreSQL holds no NUL in a text; nothing with one can be in a hot copy. */
const values = fc
  .array(fc.option(shapes), { minLength: 1, maxLength: 60 })
  .map((list) => list.map((value) => value?.replaceAll('\u0000', '') ?? null));

describe('the table', () => {
  test('every semantic type of the catalogue has its treatments, and no other', () => {
    expect(Object.keys(defaultsBySemantic).sort()).toEqual([...semanticType.options].sort());
  });

  test.each(maskNames)('%s gives its example in both engines', async (name) => {
    const { from, to } = masks[name].example;
    expect((await inDuck([from], 'text', [name]))[0]).toEqual([to]);
    expect((await inPostgres([from], 'text', [name]))[0]).toEqual([to]);
  });

  test('a mask chosen by the kind of value alone changes a value of that kind', async () => {
    const samples = { date: '1985-06-12', timestamp: '2026-11-20 08:24:36', bigint: '7' };
    for (const [type, value] of Object.entries({ ...samples, text: '某' })) {
      const which = (['masked', 'generalised'] as const).map((view) =>
        maskOf({ type, semantic: null }, view, null),
      );
      for (const seen of [
        await inDuck([value], type, which),
        await inPostgres([value], type, which),
      ])
        for (const masked of seen[0] ?? [value]) expect(masked ?? '').not.toContain(value);
    }
  });

  test('null stays null, and what is no value of its kind is hidden whole', async () => {
    const sentence =
      '机主王某某，电话13800138000，住新塘街道霞江路128号对面二楼，证件330109188001010013';
    for (const rows of [await inDuck([null, sentence]), await inPostgres([null, sentence])]) {
      expect(new Set(rows[0])).toEqual(new Set([null]));
      for (const masked of rows[1] ?? []) {
        expect(masked ?? '').not.toMatch(/13800138000|330109188001010013|王某某.*电话1/);
      }
    }
  });
});

test('DuckDB and PostgreSQL give the same for every mask and any text', async () => {
  await fc.assert(
    fc.asyncProperty(values, async (list) => {
      expect(await inPostgres(list)).toEqual(await inDuck(list));
    }),
    { numRuns: 60 },
  );
});

test('and for whole numbers, decimals, days and truths', async () => {
  const typed: [string, Answers][] = [
    ['bigint', ['0', '3', '5', '-4', '9007199254740993', null]],
    ['decimal(10,6)', ['120.265449', '-0.500000', '30.000000', null]],
    ['date', ['1949-10-01', '2024-02-29', null]],
    ['boolean', ['true', 'false', null]],
  ];
  for (const [type, list] of typed) {
    expect(await inPostgres(list, type)).toEqual(await inDuck(list, type));
  }
});

test('the hash is HMAC-SHA256 under the key of its scope, and another under another', async () => {
  const key = createHmac('sha256', secret).update('grant/1').digest();
  const other = createHmac('sha256', secret).update('grant/2').digest();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (raw) => {
      const value = raw.replaceAll('\u0000', '').toWellFormed();
      const [[hash] = []] = await inDuck([value], 'text', [null]);
      expect(hash).toBe(createHmac('sha256', key).update(value).digest('hex'));
      expect(hash).not.toBe(createHmac('sha256', other).update(value).digest('hex'));
    }),
    { numRuns: 60 },
  );
});
