/**
 * The audit speaks in words: every action that the platform records has one on its page, in both
 * languages.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { text } from './text.ts';

const source = resolve(import.meta.dirname, '../../../src');

const actions = new Set(
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(source, file), 'utf8').matchAll(
        /(?:action: |note\(\w+, )'([a-z]+\.[a-z_]+)'/g,
      ),
    ])
    .map((match) => match[1] ?? ''),
);

it('finds the actions in the source', () => {
  expect(actions.size).toBeGreaterThan(10);
});

it('has a word for every action', () => {
  const known = new Set(Object.keys(text));
  expect([...actions].filter((action) => !known.has(`do.${action}`))).toEqual([]);
});
