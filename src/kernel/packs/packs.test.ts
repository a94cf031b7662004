import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import {
  applyFile,
  applyPacks,
  checkPacks,
  exportPack,
  type PackFile,
  type PackKind,
  packVersions,
  planPacks,
  revertPack,
  usersOf,
  writePack,
} from '#kernel/packs';
import { actor, refusal, rowsRead, type TestWorld, testWorld } from '#testing';
import { currentVersions } from './store.ts';

const fault = (_file: PackFile, zh: string) => ({
  code: 'test.bad',
  message: { zh, en: zh },
  line: 1,
});

let applied: string[] = [];
const noting = (kind: Omit<PackKind, 'title' | 'apply' | 'remove'>): PackKind => ({
  title: { zh: kind.name, en: kind.name },
  ...kind,
  apply: async (_ctx, file) => void applied.push(`+${kind.name}/${file.name}`),
  remove: async (_ctx, { name }) => void applied.push(`-${kind.name}/${name}`),
});

const queries = noting({
  name: 'queries',
  format: 'sql',
  after: ['things'],
  schema: z.strictObject({ title: z.string(), uses: z.string().optional() }),
  check: async (file, index) => {
    const { uses } = file.data as { uses?: string };
    return uses === undefined || index.find('things', uses, file) ? [] : [fault(file, uses)];
  },
});
const things = noting({
  name: 'things',
  format: 'yaml',
  schema: z.strictObject({ title: z.string(), size: z.int().min(1).optional() }),
});
const tables = noting({
  name: 'tables',
  format: 'csv',
  schema: z.array(z.strictObject({ code: z.string().regex(/^\d+$/), name: z.string() })),
});
const section = {
  kind: 'things',
  key: 'colour',
  schema: z.strictObject({ name: z.enum(['red', 'blue']) }),
  apply: async (_ctx: unknown, file: PackFile) => void applied.push(`+colour/${file.name}`),
  remove: async (_ctx: unknown, file: { name: string }) =>
    void applied.push(`-colour/${file.name}`),
};
const declared = { kinds: [queries, things, tables], sections: [section] };

const manifest = 'title: {zh: 甲, en: A}\nowner: 330109-sjj\n';
const good = {
  'pack.yaml': manifest,
  'things/one.yaml': 'title: One\ncolour: {name: red}\n',
  'queries/first.sql': '/*\ntitle: First\nuses: one\n*/\nselect 1\n',
};

let world: TestWorld;
let root: string;

beforeEach(async () => {
  world = await testWorld();
  root = mkdtempSync(join(tmpdir(), 'packs-'));
  applied = [];
});
afterEach(async () => {
  await world.close();
  rmSync(root, { recursive: true });
});

function pack(name: string, files: Record<string, string | Buffer>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), content);
  }
  return join(root, name);
}

const codesOf = (faults: { code: string; file?: string; line?: number; item?: string }[]) =>
  faults.map(({ code, file, line, item }) =>
    [code, file, line, item].filter((x) => x !== undefined).join(' '),
  );

async function rowsWritten(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select (select count(*) from pack_version) + (select count(*) from pack_content)
         + (select count(*) from pack_reference) as n`.execute(world.ctx.db);
  return rows[0]?.n ?? -1;
}

test('whoever may not apply is refused and nothing is written', async () => {
  const packs = [pack('a', good)];
  const clerk = world.as(actor('window_clerk', '330109', ['packs.read']));
  const error = await refusal(applyPacks(clerk, { packs, ...declared }));
  expect(error.code).toBe('auth.not_allowed');
  expect((await refusal(planPacks(clerk, { packs, ...declared }))).code).toBe('auth.not_allowed');
  expect([applied, await rowsWritten()]).toEqual([[], 0]);
});

test('every fault of every file comes at once, with its file and line', async () => {
  const dir = pack('bad', {
    'pack.yaml': 'title: {zh: 甲}\nowner: x\nplatform: ">=99"\nneeds: [nowhere]\ncolour: red\n',
    'things/one.yaml': 'title: 3\nsize: 0\nweight: 2\n',
    'things/two.yaml': 'title: a\ntitle: b\n',
    'things/three.yaml': 'title: x\ncolour: {name: green, deep: 1}\n',
    'things/Four.yaml': 'title: x\n',
    'things/five.sql': 'select 1',
    'things/six.txt': 'x',
    'things/deep/seven.yaml': 'title: x\n',
    'queries/no-header.sql': 'select 1\n',
    'queries/no-sql.sql': '-- title: x\n\n',
    'queries/lost.sql': '-- title: x\n-- uses: nothing\nselect 1\n',
    'tables/t.csv': 'code,name\n1,a\nx,b\n3\n',
    'tables/u.csv': 'code,name\n1,"a\n',
    'tables/v.csv': 'code,name\nx,b\n',
    'strange/a.yaml': 'a: 1\n',
    'things/binary.yaml': Buffer.from([0xff, 0xfe, 0x00]),
  });
  symlinkSync('/etc/passwd', join(dir, 'things', 'eight.yaml'));
  const { faults } = await checkPacks(world.ctx, { packs: [dir], ...declared });
  expect(codesOf(faults).toSorted()).toEqual(
    [
      'packs.bad_value bad/pack.yaml 1 title.en',
      'packs.bad_value bad/pack.yaml 5 colour',
      'packs.bad_value bad/things/one.yaml 1 title',
      'packs.bad_value bad/things/one.yaml 2 size',
      'packs.bad_value bad/things/one.yaml 3 weight',
      'packs.bad_yaml bad/things/two.yaml 2',
      'packs.bad_value bad/things/three.yaml 2 colour.name',
      'packs.bad_value bad/things/three.yaml 2 colour.deep',
      'packs.bad_name bad/things/Four.yaml',
      'packs.sql_alone bad/things/five.sql',
      'packs.unknown_file bad/things/six.txt',
      'packs.nested bad/things/deep',
      'packs.no_header bad/queries/no-header.sql 1',
      'packs.no_sql bad/queries/no-sql.sql 3',
      'test.bad bad/queries/lost.sql 1',
      'packs.bad_csv bad/tables/t.csv 4',
      'packs.bad_csv bad/tables/u.csv 2',
      'packs.bad_value bad/tables/v.csv 2 0.code',
      'packs.unknown_kind bad/strange',
      'packs.not_text bad/things/binary.yaml',
      'packs.link bad/things/eight.yaml',
    ].toSorted(),
  );
  const error = await refusal(applyPacks(world.ctx, { packs: [dir], ...declared }));
  expect([error.code, error.faults.length]).toEqual(['packs.refused', faults.length]);
  expect([applied, await rowsWritten()]).toEqual([[], 0]);
});

test('messages are in both languages', async () => {
  const dir = pack('bad', { 'pack.yaml': manifest, 'things/one.yaml': 'title: 3\n' });
  const { faults } = await checkPacks(world.ctx, { packs: [dir], ...declared });
  expect(faults[0]?.message.en).toBe('title: Invalid input: expected string, received number');
  expect(faults[0]?.message.zh).toMatch(/^title：.*期望/);
});

test('limits: too large, too many, aliases that multiply', async () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdef'
    .split('')
    .map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcde'[at]}`).join(',')}]`)
    .join('\n')}\n`;
  const dir = pack('big', {
    'pack.yaml': manifest,
    'things/large.yaml': `title: ${'x'.repeat(5000)}\n`,
    'things/bomb.yaml': bomb,
  });
  const settings = { ...world.ctx.settings, pack_file_limit_bytes: 4096, pack_file_limit: 1 };
  const { faults } = await checkPacks({ ...world.ctx, settings }, { packs: [dir], ...declared });
  expect(codesOf(faults)).toEqual([
    'packs.too_many big',
    'packs.bad_yaml big/things/bomb.yaml',
    'packs.too_large big/things/large.yaml',
  ]);
});

test('a needed pack, a platform, a twin and a missing folder', async () => {
  const one = pack('x/a', { 'pack.yaml': `${manifest}needs: [b]\nplatform: ">=99"\n` });
  const twin = pack('y/a', { 'pack.yaml': manifest });
  const packs = [one, twin, join(root, 'nowhere')];
  const { faults } = await checkPacks(world.ctx, { packs, ...declared });
  expect(codesOf(faults)).toEqual([
    'packs.twice a',
    'packs.missing_pack a/pack.yaml 3 needs',
    'packs.platform a/pack.yaml 4 platform',
    'packs.no_folder nowhere',
  ]);
});

test('what fails while it is applied takes everything back', async () => {
  const failing = { ...queries, apply: () => Promise.reject(new Error('disk full')) };
  const kinds = [failing, things, tables];
  const input = { packs: [pack('a', good)], kinds, sections: [section] };
  await expect(applyPacks(world.ctx, input)).rejects.toThrow('disk full');
  expect(await rowsWritten()).toBe(0);
});
test('in kind order, sections after their kind; the same again changes nothing', async () => {
  const packs = [pack('a', good)];
  const plan = await planPacks(world.ctx, { packs, ...declared });
  expect(plan.changes.map(({ change, file }) => `${change} ${file}`)).toEqual([
    'add pack.yaml',
    'add queries/first.sql',
    'add things/one.yaml',
  ]);
  expect(await rowsWritten()).toBe(0);
  const first = await applyPacks(world.ctx, { packs, ...declared });
  expect(first.packs).toEqual([{ pack: 'a', version: 1 }]);
  expect(applied).toEqual(['+things/one', '+colour/one', '+queries/first']);
  expect(await usersOf(world.ctx, { kind: 'things', name: 'one' })).toEqual([
    { pack: 'a', kind: 'queries', name: 'first' },
  ]);
  applied = [];
  expect(await applyPacks(world.ctx, { packs, ...declared })).toEqual({ packs: [], changes: [] });
  expect(applied).toEqual([]);
  await applyPacks(world.ctx, { packs, ...declared, again: true });
  expect(applied).toEqual(['+things/one', '+colour/one', '+queries/first']);
});

test('only what changed is applied, what is gone is taken back, users first', async () => {
  const dir = pack('a', { ...good, 'things/two.yaml': 'title: Two\n' });
  await applyPacks(world.ctx, { packs: [dir], ...declared });
  applied = [];
  rmSync(join(dir, 'queries'), { recursive: true });
  rmSync(join(dir, 'things/one.yaml'));
  pack('a', { 'things/two.yaml': 'title: Zwei\n' });
  const { packs } = await applyPacks(world.ctx, { packs: [dir], ...declared });
  expect(packs).toEqual([{ pack: 'a', version: 2 }]);
  expect(applied).toEqual(['-queries/first', '-colour/one', '-things/one', '+things/two']);
});

test('a pack may use what another applied, and keeps it from being taken away', async () => {
  const base = pack('base', { 'pack.yaml': manifest, 'things/one.yaml': 'title: One\n' });
  await applyPacks(world.ctx, { packs: [base], ...declared });
  const user = pack('user', {
    'pack.yaml': `${manifest}needs: [base]\n`,
    'queries/q.sql': '-- title: Q\n-- uses: base/things/one\nselect 1\n',
  });
  await applyPacks(world.ctx, { packs: [user], ...declared });
  applied = [];
  const input = { packs: [], withdraw: ['base'], ...declared };
  const error = await refusal(applyPacks(world.ctx, input));
  expect(codesOf(error.faults)).toEqual([
    'packs.missing_pack user/pack.yaml 3 needs',
    'test.bad user/queries/q.sql 1',
  ]);
  expect(applied).toEqual([]);
  await applyPacks(world.ctx, { packs: [], withdraw: ['base', 'user'], ...declared });
  expect(applied).toEqual(['-queries/q', '-things/one']);
});

test('an earlier version comes back as a new one, and exports byte for byte', async () => {
  const files = {
    ...good,
    'queries/first.sql': '/*\r\ntitle: 甲\r\nuses: one\r\n*/\r\nselect 1 ',
  };
  const dir = pack('a', files);
  await applyPacks(world.ctx, { packs: [dir], ...declared });
  pack('a', { 'things/one.yaml': 'title: Other\n' });
  await applyPacks(world.ctx, { packs: [dir], ...declared });
  applied = [];
  const reverted = await revertPack(world.ctx, { pack: 'a', version: 1, ...declared });
  expect(reverted.packs).toEqual([{ pack: 'a', version: 3 }]);
  expect(applied).toEqual(['+things/one', '+colour/one']);
  expect((await packVersions(world.ctx, 'a')).map((one) => one.restores)).toEqual([1, null, null]);
  const exported = await exportPack(world.ctx, { pack: 'a' });
  expect(Object.fromEntries(exported.map(({ path, content }) => [path, content]))).toEqual(files);
  writePack(exported, join(root, 'out', 'a'));
  const packs = [join(root, 'out', 'a')];
  expect((await planPacks(world.ctx, { packs, ...declared })).changes).toEqual([]);
  const error = await refusal(revertPack(world.ctx, { pack: 'a', version: 9, ...declared }));
  expect(error.code).toBe('packs.no_version');
});

test('one file put in place of what it was; of one that is not applied nothing is silent', async () => {
  await applyPacks(world.ctx, { packs: [pack('a', good)], ...declared });
  const content = 'title: Two\ncolour: {name: red}\n';
  const file = { ...declared, pack: 'a', kind: 'things', name: 'one', content };
  for (const other of [{ pack: 'b' }, { kind: 'queries' }, { name: 'two' }]) {
    const before = await rowsWritten();
    const error = await refusal(applyFile(world.ctx, { ...file, ...other }));
    expect(error.code).toBe('packs.not_applied');
    expect(await rowsWritten()).toBe(before);
  }
  await applyFile(world.ctx, file);
  const exported = await exportPack(world.ctx, { pack: 'a' });
  expect(exported.find(({ path }) => path === 'things/one.yaml')?.content).toBe(content);
});

test('two at once end as one after the other', async () => {
  const packs = [pack('a', good)];
  const both = await Promise.all([
    applyPacks(world.ctx, { packs, ...declared }),
    applyPacks(world.ctx, { packs, ...declared }),
  ]);
  expect(both.map((one) => one.packs.length).toSorted()).toEqual([0, 1]);
  expect((await packVersions(world.ctx)).length).toBe(1);
});

test('what is applied now is found without reading every version there ever was', async () => {
  const { ctx } = world;
  await sql`insert into pack_version (pack, version, applied_at, applied_by, applied_by_name)
    select 'pack' || p, v, '2020-01-01', 'a', 'a'
    from generate_series(1, 10) p, generate_series(1, 1000) v`.execute(ctx.db);
  const read = await rowsRead(ctx, ['pack_version'], async (inner) => {
    const found = [...(await currentVersions(inner)).values()];
    expect(found).toHaveLength(10);
    expect(found.every(({ version }) => version === 1000)).toBe(true);
  });
  expect(read).toBeLessThan(100);
});
