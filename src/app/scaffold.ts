/**
 * `npm run new indicator|rule|dataset|pack|capability NAME [--pack PACK]`: writes what the new
 * thing needs and a test that fails until it does what it is for.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadSettings } from '#kernel/config';
import { errorTable, GuantongError } from '#kernel/errors';

export const scaffoldErrors = errorTable('scaffold', {
  usage: {
    status: 400,
    zh: '用法：npm run new indicator|rule|dataset|pack|capability 名称 [-- --pack 场景应用]',
    en: 'Usage: npm run new indicator|rule|dataset|pack|capability NAME [-- --pack PACK]',
  },
  bad_name: {
    status: 400,
    zh: '名称 {name} 不合规：以小写字母开头，只含{allowed}',
    en: 'The name {name} is wrong: it begins with a small letter and holds only {allowed}',
  },
  exists: {
    status: 409,
    zh: '{path} 已经存在，什么都没有写',
    en: '{path} exists already; nothing was written',
  },
  no_pack: {
    status: 404,
    zh: '没有场景应用 {pack}；先运行 npm run new pack {pack}',
    en: 'There is no pack {pack}; run npm run new pack {pack} first',
  },
  no_dataset: {
    status: 404,
    zh: '场景应用 {pack} 还没有可用的数据集；先运行 npm run new dataset 名称 -- --pack {pack}',
    en: 'The pack {pack} has no dataset yet; run npm run new dataset NAME -- --pack {pack} first',
  },
});

/** Path from the project's root -> text. */
type Files = Record<string, string>;

interface Wish {
  root: string;
  name: string;
  pack: string;
}

const contract = z.object({
  owner: z.string(),
  key: z.array(z.string()).min(1),
  unit_item: z.string().optional(),
  items: z.record(z.string(), z.object({ example: z.string().optional() })),
});

interface Source {
  name: string;
  owner: string;
  key: string;
  unit: string;
  example: (item: string) => string;
}

/** A dataset of the pack whose rows belong to units: what a first query reads. */
function someDataset({ root, pack }: Wish): Source {
  const folder = join(root, 'packs', pack, 'datasets');
  const files = existsSync(folder)
    ? readdirSync(folder).filter((file) => /\.yaml$/.test(file))
    : [];
  for (const file of files.sort()) {
    const found = contract.safeParse(parse(readFileSync(join(folder, file), 'utf8')));
    if (!found.success || found.data.unit_item === undefined) continue;
    const { owner, key, unit_item: unit, items } = found.data;
    const example = (item: string): string => items[item]?.example ?? '1';
    return { name: file.replace(/\.yaml$/, ''), owner, key: key[0] ?? '', unit, example };
  }
  throw scaffoldErrors.make('no_dataset', { pack });
}

/** Who owns what is new: the owner of the pack, as its manifest says. */
function ownerOf(root: string, pack: string): string {
  const file = join(root, 'packs', pack, 'pack.yaml');
  if (!existsSync(file)) throw scaffoldErrors.make('no_pack', { pack });
  const { owner } = z.object({ owner: z.string() }).parse(parse(readFileSync(file, 'utf8')));
  return owner;
}

const queryFixture = (
  of: Source,
  pack: string,
  kind: string,
  name: string,
  column: string,
): string =>
  `# What packs/${pack}/${kind}/${name}.sql makes of a few rows. It fails until you say what shall
# come out and the SQL gives it: npx vitest run tests/packs -t ${name}
given:
  ${of.name}:
    - {${of.key}: "${of.example(of.key)}", ${of.unit}: "${of.example(of.unit)}"}
expect:
  - {${column}: "the ${of.key} you expect"}
`;

function indicator(wish: Wish): Files {
  const { name, pack } = wish;
  const of = someDataset(wish);
  return {
    [`packs/${pack}/indicators/${name}.sql`]: `/*
title: {zh: 新指标, en: New indicator}
meaning: {zh: 数的是什么，不数什么, en: 'What is counted, and what is not'}
unit: {zh: 件, en: pieces}
owner: "${of.owner}"
direction: down
levels: [village, town, district]
period: now
measure: count
*/
-- One row for each thing counted; the platform sums, and shows these rows behind the number.
select
  ${of.unit} as unit,
  current_timestamp as time,
  ${of.key} as key,
  1 as numerator,
  1 as denominator
from ${of.name}
`,
    [`tests/packs/${pack}/indicators/${name}.yaml`]: queryFixture(
      of,
      pack,
      'indicators',
      name,
      'key',
    ),
  };
}

function rule(wish: Wish): Files {
  const { name, pack } = wish;
  const of = someDataset(wish);
  return {
    [`packs/${pack}/rules/${name}.sql`]: `/*
title: {zh: 新规则, en: New rule}
says: {zh: '{subject} 需要核查', en: '{subject} needs a look'}
legal_basis: 写明依据
severity: warn
source: 写明数据从哪里来
subject_kind: thing
owner: {dataset: ${of.name}}
confirm: person
mode: trial
*/
-- One row for each thing found; columns beyond these are its evidence.
select
  ${of.key} as subject,
  ${of.unit} as unit
from ${of.name}
where false
`,
    [`tests/packs/${pack}/rules/${name}.yaml`]: queryFixture(of, pack, 'rules', name, 'subject'),
  };
}

function dataset({ root, name, pack }: Wish): Files {
  const owner = ownerOf(root, pack);
  const district = owner.slice(0, 6);
  return {
    [`packs/${pack}/datasets/${name}.yaml`]: `title: {zh: 新数据集, en: New dataset ${name}}
description: {zh: 一行是什么, en: What one row is}
owner: "${owner}"
theme: 未分类
layer: standard
share: {type: conditional, condition: 写明用途后共享, mode: [api]}
open: {type: none, clause: 尚未评估}
cycle: daily
mode: merge
key: [id]
unit_item: grid_code
items:
  id: {title: {zh: 编号, en: Number}, type: text, grade: L1, required: true, example: A1}
  name: {title: {zh: 名称, en: Name}, type: text, grade: L1, example: 示例}
  grid_code: {title: {zh: 所在网格, en: Grid}, type: text, semantic: grid_code, grade: L1,
    required: true, example: "${district}004223003"}
`,
    [`tests/packs/${pack}/datasets/${name}.yaml`]: `# What a delivery takes and hands back.
# It fails until the file
# holds the dirt you know of and the counts are right: npx vitest run tests/packs -t ${name}
file: |
  编号,名称,所在网格
  A1,好的一行,${district}004223003
  ,没有编号的一行,${district}004223003
expect: {accepted: 0, returned: 0}
`,
  };
}

function pack({ root, name, pack: beside }: Wish): Files {
  return {
    [`packs/${name}/pack.yaml`]: `title: {zh: 新场景应用, en: New application}
description: {zh: 为谁解决什么事, en: What it does for whom}
owner: "${ownerOf(root, beside)}"
platform: ">=0.1"
needs: [${beside}]
`,
    [`packs/${name}/README.md`]: `# ${name}

What it does for whom, what data it reads, who answers for it.

It is empty, and \`npx vitest run tests/packs -t ${name}\` says so.
Next: \`npm run new dataset NAME -- --pack ${name}\`.
`,
  };
}

/** The one list and the doors of package.json, with the new capability at the end of the flow. */
function register(root: string, name: string): Files {
  const listPath = 'src/app/capabilities.ts';
  const line = `import { ${name} } from '#${name}';`;
  const lines = readFileSync(join(root, listPath), 'utf8').split('\n');
  const pathOf = (text: string): string => /from '(#[^']+)'/.exec(text)?.[1] ?? '';
  const at = lines.findIndex((text) => text.startsWith('import ') && pathOf(text) > `#${name}`);
  const lastImport = lines.findLastIndex((text) => text.startsWith('import '));
  lines.splice(at < 0 ? lastImport + 1 : at, 0, line);
  lines.splice(lines.indexOf('];'), 0, `  ${name},`);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports: Record<string, string>;
  };
  const folder = `./src/capabilities/${name}`;
  const doors = Object.entries(manifest.imports);
  const before = doors.findIndex(([door]) => door === '#app');
  doors.splice(before < 0 ? doors.length : before, 0, [`#${name}`, `${folder}/index.ts`]);
  doors.splice(before < 0 ? doors.length : before + 1, 0, [`#${name}/model`, `${folder}/model.ts`]);
  manifest.imports = Object.fromEntries(doors);
  return {
    [listPath]: lines.join('\n'),
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
  };
}

function capability({ root, name }: Wish): Files {
  const folder = `src/capabilities/${name}`;
  return {
    [`${folder}/index.ts`]: `/** Door of the capability \`${name}\`. */
import type { Capability } from '#kernel/capability';

export { ${name}Errors } from './errors.ts';

export const ${name}: Capability = { name: '${name}' };
`,
    [`${folder}/model.ts`]: `/** The nouns of ${name}. */
import { z } from 'zod';

export const thing = z
  .strictObject({ id: z.string().min(1).describe('Id') })
  .describe('What ${name} is about')
  .meta({ example: { id: '1' } });
export type Thing = z.output<typeof thing>;
`,
    [`${folder}/errors.ts`]: `import { errorTable } from '#kernel/errors';

export const ${name}Errors = errorTable('${name}', {
  not_found: { status: 404, zh: '没有找到 {id}', en: '{id} was not found' },
});
`,
    [`${folder}/README.md`]: `# ${name}

What it is for, in one sentence.

Reads: nothing yet. Writes: nothing yet. Never: calls a later capability; it publishes events.
`,
    [`${folder}/${name}.test.ts`]: `import { afterAll, beforeAll, expect, test } from 'vitest';
import { actor, type TestWorld, testWorld } from '#testing';
import { ${name} } from './index.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld({ capabilities: [${name}] });
});
afterAll(() => world.close());

// Begin with the refusals: nobody, the wrong role, the wrong unit; and that nothing was written.
test('refuses who is not signed in', async () => {
  const [route] = ${name}.routes ?? [];
  if (route === undefined) throw new Error('${name} has no route yet: declare one in routes.ts');
  const url = \`/api/${name}\${route.path}\`;
  expect((await world.app.inject({ method: route.method, url })).statusCode).toBe(401);
});

test('does what it is for', async () => {
  const ctx = world.as(actor('role', 'unit', []));
  expect(ctx.actor.permissions.size, 'say which permission the verb asks').toBeGreaterThan(0);
});
`,
    ...register(root, name),
  };
}

const makers: Record<string, { make: (wish: Wish) => Files; name: RegExp; allowed: string }> = {
  indicator: { make: indicator, name: /^[a-z][a-z0-9_]*$/, allowed: 'a-z 0-9 _' },
  rule: { make: rule, name: /^[a-z][a-z0-9_-]*$/, allowed: 'a-z 0-9 _ -' },
  dataset: { make: dataset, name: /^[a-z][a-z0-9_]*$/, allowed: 'a-z 0-9 _' },
  pack: { make: pack, name: /^[a-z][a-z0-9-]*$/, allowed: 'a-z 0-9 -' },
  capability: { make: capability, name: /^[a-z]+$/, allowed: 'a-z' },
};

/** These are changed, not made. */
const changed = ['package.json', 'src/app/capabilities.ts'];

/**
 * Writes a new thing into the project at \`root\`, all of it or nothing.
 * @returns the paths written
 * @throws scaffold.usage, scaffold.bad_name, scaffold.exists, scaffold.no_pack, scaffold.no_dataset
 */
export function scaffold(root: string, what: string, name: string, inPack: string): string[] {
  const maker = makers[what];
  if (maker === undefined) throw scaffoldErrors.make('usage');
  const { make, allowed } = maker;
  if (!maker.name.test(name)) throw scaffoldErrors.make('bad_name', { name, allowed });
  if (what !== 'capability') ownerOf(root, inPack);
  const files = make({ root, name, pack: inPack });
  const taken = Object.keys(files).find(
    (path) => !changed.includes(path) && existsSync(join(root, path)),
  );
  if (taken !== undefined) throw scaffoldErrors.make('exists', { path: taken });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return Object.keys(files);
}

const nextStep: Record<string, string> = {
  capability: 'npx vitest run src/capabilities/',
};

function main(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { pack: { type: 'string' } },
  });
  const [what = '', name = ''] = positionals;
  // The first pack of the settings is the one that is at hand.
  const standard = basename(loadSettings(process.env).packs.split(',')[0]?.trim() ?? '');
  for (const path of scaffold(root, what, name, values.pack ?? standard)) {
    process.stdout.write(`${changed.includes(path) ? 'changed' : 'wrote  '} ${path}\n`);
  }
  const command = nextStep[what] ?? 'npx vitest run tests/packs -t ';
  process.stdout.write(`\nIts test fails until it does what it is for:\n  ${command}${name}\n`);
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    process.stderr.write(`${error.text.zh}\n${error.text.en}\n`);
    process.exitCode = error.code === 'scaffold.usage' ? 2 : 1;
  }
}
