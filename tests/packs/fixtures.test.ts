import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capabilities } from '#app';
import { duckType, ident, literal } from '#catalogue';
import { deliver } from '#ingest';
import { checkPacks, declaredBy } from '#kernel/packs';
import { actor, applyFiles, type TestWorld, testWorld } from '#testing';
import {
  columnsOf,
  deliveryFixture,
  type Found,
  fixtures,
  ownerOf,
  packs,
  packsDir,
  type QueryFixture,
  queryFixture,
  type Row,
} from './fixture.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const all = fixtures();

/** The file a fixture is about, without or with SQL beside or in it. */
function sourceOf({ pack, kind, name }: Found): { text: string; sql: string | undefined } {
  const stem = join(packsDir, pack, kind, name);
  const read = (extension: string): string | undefined =>
    existsSync(stem + extension) ? readFileSync(stem + extension, 'utf8') : undefined;
  return { text: read('.yaml') ?? '', sql: read('.sql') };
}

const leadingComment = /^\s*\/\*[\s\S]*?\*\//;

/** Checks of the whole set refer to other datasets; no delivery needs them. */
const setChecks = /^set_checks:\n(?: .*\n?)*/m;

/** The given rows as a relation with the types of the contract. */
function relationOf(dataset: string, rows: Row[]) {
  const columns = columnsOf(dataset).map(({ name, type }) => ({ name, type: duckType(type) }));
  const unknown = rows.flatMap((row) =>
    Object.keys(row).filter((name) => !columns.some((column) => column.name === name)),
  );
  if (unknown.length > 0) throw new Error(`${dataset} has no item ${unknown.join(', ')}`);
  const select = (row: Row): string =>
    columns
      .map(({ name, type }) => {
        const given = row[name] ?? null;
        const text = given === null ? 'null' : literal(String(given));
        return `cast(${text} as ${type}) as ${ident(name)}`;
      })
      .join(', ');
  const none = `select ${select({})} where false`;
  const sql = [none, ...rows.map((row) => `select ${select(row)}`)].join(' union all ');
  return { name: dataset, sql: `(${sql})`, columns };
}

async function runQuery(sql: string, { given, now }: QueryFixture): Promise<Row[]> {
  const { columns, rows } = await world.ctx.lake.fenced({
    sql: sql.replace(leadingComment, ''),
    relations: Object.entries(given).map(([dataset, list]) => relationOf(dataset, list)),
    ...(now === undefined ? {} : { params: { now, today: now.slice(0, 10) } }),
    limits: { ms: 10_000, rows: 1000, memory_mb: 512 },
  });
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, at) => [name, row[at] as Row[string]])),
  );
}

/** Only the columns the fixture names, as text, in an order of their own. */
function comparable(rows: Row[], names: string[]): string[] {
  const said = (given: Row[string] | undefined): string | null =>
    given === null || given === undefined ? null : String(given);
  return rows.map((row) => JSON.stringify(names.map((name) => [name, said(row[name])]))).sort();
}

describe.each(all.filter((found) => sourceOf(found).sql !== undefined))(
  '$pack/$kind/$name',
  (found) => {
    test('makes of the given rows what the fixture says', async () => {
      const fixture = queryFixture.parse(found.data);
      const names = [...new Set(fixture.expect.flatMap(Object.keys))];
      const rows = await runQuery(sourceOf(found).sql ?? '', fixture);
      expect(comparable(rows, names)).toEqual(comparable(fixture.expect, names));
    });
  },
);

describe.each(all.filter((found) => sourceOf(found).sql === undefined))(
  '$pack/$kind/$name',
  (found) => {
    test('takes the good rows of the file and hands back the bad ones', async () => {
      const fixture = deliveryFixture.parse(found.data);
      const { text } = sourceOf(found);
      if (text === '')
        throw new Error(`there is no packs/${found.pack}/${found.kind} of this name`);
      const district = world.ctx.settings.county_code;
      const owner = ownerOf(text);
      await applyFiles(world.ctx, capabilities, {
        [`datasets/${found.name}.yaml`]: text.replace(setChecks, ''),
        'units/units.csv': [
          'code,name,name_en,level,parent,source',
          `${district},区,District,district,,fixture`,
          ...(owner === district ? [] : [`${owner},部门,Owner,department,${district},fixture`]),
        ].join('\n'),
      });
      const path = join(world.ctx.settings.home, `${found.name}.csv`);
      await writeFile(path, fixture.file);
      const officer = actor('source_officer', `${district}/${owner}`, ['ingest.deliver']);
      const { accepted, returned } = await deliver(world.as(officer), {
        dataset: found.name,
        files: [{ name: `${found.name}.csv`, path }],
      });
      expect({ accepted, returned }).toEqual(fixture.expect);
    });
  },
);

test('every fixture is about a file of a pack', () => {
  const lost = all.filter((found) => {
    const { text, sql } = sourceOf(found);
    return text === '' && sql === undefined;
  });
  expect(lost.map(({ pack, kind, name }) => `${pack}/${kind}/${name}`)).toEqual([]);
});

describe.each(packs())('pack %s', (pack) => {
  test('is without fault and holds something', async () => {
    const dirs = packs().map((name) => join(packsDir, name));
    const { files, faults } = await checkPacks(world.ctx, {
      packs: dirs,
      ...declaredBy(capabilities),
    });
    const own = files.filter((file) => file.pack === pack && file.kind !== 'pack');
    expect(faults.filter(({ file }) => file?.includes(pack))).toEqual([]);
    expect(own.length, 'it declares nothing yet: npm run new dataset').toBeGreaterThan(0);
  }, 180_000);
});
