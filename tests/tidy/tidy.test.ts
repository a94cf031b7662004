import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { importRules } from './rules/imports.ts';
import { nameRules } from './rules/names.ts';
import { textRules } from './rules/texts.ts';
import { importsOf, projectTree, type Rule } from './tree.ts';
import { wrapComments, wrapYaml } from './wrap.ts';

const tree = projectTree();
const rules: Rule[] = [...importRules, ...nameRules, ...textRules];

describe.each(rules)('$name', (rule) => {
  test('finds what breaks it, and only that', () => {
    const broken = new Map(Object.entries(rule.broken.files));
    const found = rule.check(broken).map((message) => message.split(': ')[0]);
    expect(found.sort()).toEqual([...rule.broken.at].sort());
  });

  test('is kept', () => {
    expect(rule.check(tree)).toEqual([]);
  });
});

test('every way to import is seen', () => {
  const text = [
    "import a from 'a';",
    "import type { B } from 'b';",
    "import {\n  c,\n  type D,\n} from 'c';",
    "export * from 'd';",
    "export type { E } from 'e';",
    "import 'f';",
    "const g = await import('g');",
    "const notAnImport = 'from';",
  ].join('\n');
  const found = importsOf(text).map(({ what, line, typeOnly }) => [what, line, typeOnly]);
  expect(found).toEqual([
    ['a', 1, false],
    ['b', 2, true],
    ['c', 6, false],
    ['d', 7, false],
    ['e', 8, true],
    ['f', 9, false],
    ['g', 10, false],
  ]);
});

test('long mappings of YAML are broken between their entries and mean the same', () => {
  const entries = Array.from({ length: 12 }, (_, at) => `k${at}: {zh: "一, 二", en: 'a, b'}`);
  const text = `items:\n  id: {${entries.join(', ')}}\n  short: {a: 1}\n`;
  const wrapped = wrapYaml(text);
  expect(Math.max(...wrapped.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(parse(wrapped)).toEqual(parse(text));
  expect(wrapYaml(wrapped)).toBe(wrapped);
});

test('long comments are wrapped, code and lists are left alone', () => {
  const words = 'word '.repeat(25).trim();
  const wrapped = wrapComments(`  /** ${words} */\nconst x = 1; // ${words}\n// ${words}\n// - a`);
  expect(wrapped.split('\n')).toEqual([
    '  /**',
    `   * ${'word '.repeat(19).trim()}`,
    `   * ${'word '.repeat(6).trim()}`,
    '   */',
    `const x = 1; // ${words}`,
    `// ${'word '.repeat(19).trim()}`,
    `// ${'word '.repeat(6).trim()}`,
    '// - a',
  ]);
  expect(wrapComments(wrapped)).toBe(wrapped);
});
