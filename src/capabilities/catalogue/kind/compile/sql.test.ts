import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { cleaned, literal } from './sql.ts';

const signs = [' ', '\t', '\r', '\n', '\u3000', '\u00a0', '\u2fff', '\u3001', '\u00a1'];
const others = ['', '!', 'a', '中', '\u0001', '\u001f', '\u0301', 'ÿ', '😀'];

test('asking before trimming gives what trimming every value gives', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  const all = [...signs, ...others];
  const values = all.flatMap((a) =>
    all.flatMap((b) => all.flatMap((c) => [`${a}${b}${c}`, `${a}x${b}${c}`])),
  );
  await db.run('create table given (v varchar)');
  await db.run(`insert into given values (null), ${values.map((v) => `(${literal(v)})`).join()}`);
  const trimmed = `nullif(trim(v, ${literal(' \t\r\n\u3000\u00a0')}), '')`;
  const found = await db.runAndReadAll(
    `select count(*) filter (where (${cleaned('v')}) is distinct from ${trimmed}) as other,
       count(*) filter (where v is distinct from ${trimmed}) as changed from given`,
  );
  const [row] = found.getRowObjectsJson();
  expect(row?.other).toBe('0');
  expect(Number(row?.changed)).toBeGreaterThan(1000);
  db.closeSync();
  instance.closeSync();
});
