import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GuantongError } from '#kernel/errors';
import { checkPacks, declaredBy } from '#kernel/packs';
import { removeHome, temporaryFolder, testWorld } from '#testing';
import { capabilities } from './capabilities.ts';
import { scaffold } from './scaffold.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
let root: string;

/** A project with the files a new thing touches, and one pack that knows its units. */
beforeEach(async () => {
  root = await temporaryFolder('scaffold');
  for (const path of ['package.json', 'src/app/capabilities.ts']) {
    cpSync(join(project, path), join(root, path));
  }
  const base = join(root, 'packs', 'base');
  mkdirSync(join(base, 'units'), { recursive: true });
  const units = 'code,name,name_en,level,parent,source\n330109,区,District,district,,test\n';
  writeFileSync(join(base, 'units', 'units.csv'), units);
  writeFileSync(join(base, 'pack.yaml'), 'title: {zh: 基础, en: Base}\nowner: "330109"\n');
});
afterEach(() => removeHome(root));

function refusal(what: string, name: string, pack = 'base'): string {
  try {
    scaffold(root, what, name, pack);
  } catch (error) {
    if (error instanceof GuantongError) return error.code;
  }
  throw new Error('it was not refused');
}

test('what it does not know, cannot name or find is refused and nothing is written', () => {
  expect(refusal('workflow', 'x')).toBe('scaffold.usage');
  expect(refusal('dataset', 'Über')).toBe('scaffold.bad_name');
  expect(refusal('dataset', '../x')).toBe('scaffold.bad_name');
  expect(refusal('dataset', 'x', 'nowhere')).toBe('scaffold.no_pack');
  expect(refusal('indicator', 'x')).toBe('scaffold.no_dataset');
  expect(existsSync(join(root, 'packs', 'base', 'datasets'))).toBe(false);
  expect(existsSync(join(root, 'tests'))).toBe(false);
});

test('what exists is never written over', () => {
  scaffold(root, 'dataset', 'covers', 'base');
  const path = join(root, 'packs/base/datasets/covers.yaml');
  const before = readFileSync(path, 'utf8');
  expect(refusal('dataset', 'covers')).toBe('scaffold.exists');
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('a new pack with a dataset, an indicator and a rule is without fault', async () => {
  scaffold(root, 'pack', 'trial', 'base');
  scaffold(root, 'dataset', 'covers', 'trial');
  const written = scaffold(root, 'indicator', 'open_covers', 'trial');
  expect(written).toEqual([
    'packs/trial/indicators/open_covers.sql',
    'tests/packs/trial/indicators/open_covers.yaml',
  ]);
  scaffold(root, 'rule', 'cover-lost', 'trial');
  const world = await testWorld();
  const { faults } = await checkPacks(world.ctx, {
    packs: ['base', 'trial'].map((name) => join(root, 'packs', name)),
    ...declaredBy(capabilities),
  });
  await world.close();
  expect(faults).toEqual([]);
});

test('a new capability stands last in the list and has its doors', () => {
  scaffold(root, 'capability', 'sensing', '');
  const list = readFileSync(join(root, 'src/app/capabilities.ts'), 'utf8');
  expect(list).toContain(
    "import { sensing } from '#sensing';\nimport { signals } from '#signals';",
  );
  expect(list).toMatch(/ {2}sensing,\n\];/);
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports: Record<string, string>;
  };
  expect(imports['#sensing']).toBe('./src/capabilities/sensing/index.ts');
  expect(imports['#sensing/model']).toBe('./src/capabilities/sensing/model.ts');
  const test = readFileSync(join(root, 'src/capabilities/sensing/sensing.test.ts'), 'utf8');
  expect(test).toContain('refuses who is not signed in');
});
