import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorTables } from '#kernel/errors';
import { product, projectRoot, projectTree } from './tree.ts';

/** Loads every file that declares a table; a second table of one capability throws there. */
async function loadTables(): Promise<void> {
  const declaring = product(projectTree()).filter(
    ([path, text]) => /= errorTable\(/.test(text) && path !== 'src/kernel/errors/index.ts',
  );
  for (const [path] of declaring) await import(join(projectRoot, path));
}

/** Parameters of a text; `{reason_zh}` and `{reason_en}` are one, in two languages. */
const parameters = (text: string): string[] =>
  (text.match(/\{\w+\}/g) ?? []).map((name) => name.replace(/(^\{|_)(zh|en)\}$/, '$1*}')).sort();

test('every error code has both languages, the same parameters and a status of a refusal', async () => {
  await loadTables();
  expect(errorTables.size).toBeGreaterThan(5);
  const faults: string[] = [];
  for (const [capability, { entries }] of errorTables) {
    for (const [key, { zh, en, status }] of Object.entries(entries)) {
      const code = `${capability}.${key}`;
      const onlyParameters = /^\W*(\{\w+\}\W*)+$/.test(zh);
      if (!/^[a-z][a-z0-9_]*$/.test(key)) faults.push(`${code}: write the code in snake_case`);
      if (!/\p{Script=Han}/u.test(zh) && !onlyParameters) faults.push(`${code}: zh is not Chinese`);
      if (/\p{Script=Han}/u.test(en) || en.trim() === '') faults.push(`${code}: en is not English`);
      if (parameters(zh).join() !== parameters(en).join()) {
        faults.push(`${code}: the two languages name different parameters`);
      }
      if (status < 400 || status > 599) faults.push(`${code}: ${status} is no status of a refusal`);
    }
  }
  expect(faults).toEqual([]);
});

test('every code that is thrown stands in a table', async () => {
  await loadTables();
  const known = new Set(
    [...errorTables].flatMap(([capability, { entries }]) =>
      Object.keys(entries).map((key) => `${capability}.${key}`),
    ),
  );
  const unknown = product(projectTree()).flatMap(([path, text]) =>
    [...text.matchAll(/@throws ([a-z]+\.[a-z_]+(?:, [a-z]+\.[a-z_]+)*)/g)].flatMap(
      ([, list = '']) =>
        list
          .split(', ')
          .filter((code) => !known.has(code))
          .map((code) => `${path}: @throws ${code}, which no table has; correct the docstring`),
    ),
  );
  expect(unknown).toEqual([]);
});
