/**
 * The two months of real requests by every road there is; all six end in the same rows.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Roads, roads, sixRoads, type Table } from '#testing';

const root = fileURLToPath(new URL('../..', import.meta.url));
const months = ['2015-01', '2015-02'].map(
  (month) => `${root}../shared/data/boston-311/${month}.csv`,
);
const present = months.every((path) => existsSync(path));

/** No field holds a line end; some stand in quotes. Nothing of the code under test reads here. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, cell = '']) =>
      cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    );

/** A month, without the publisher's row number. */
function monthOf(path: string): Table {
  const bytes = readFileSync(path);
  const [head = '', ...lines] = bytes.toString('utf8').trimEnd().split('\r\n');
  const rows = lines.map((line) =>
    cellsOf(`${line},`)
      .slice(1)
      .map((cell) => (cell === '' ? null : cell)),
  );
  const names = cellsOf(`${head},`).slice(1);
  return { name: 'requests.csv', bytes, names: names.map((name) => name.toLowerCase()), rows };
}

const contract = readFileSync(`${root}packs/boston-311/datasets/requests.yaml`, 'utf8')
  .replace('owner: 330109-boston', 'owner: 330109-zhzf')
  // Checks of a later station stand behind the contract.
  .replace(/^set_checks:[\s\S]*$/m, '');

let six: Roads;
let data: Table[];

beforeAll(async () => {
  if (!present) return;
  data = months.map(monthOf);
  six = await sixRoads();
  await six.declare({ requests: { yaml: contract, by: roads } });
}, 180_000);

afterAll(async () => {
  await six?.end();
});

test.runIf(present).each(roads)('by %s', { timeout: 120_000 }, async (road) => {
  if (six.closed.has(road)) return console.warn(`no server for ${road} is installed`);
  for (const month of data) {
    const { length } = month.rows;
    expect(await six.bring(road, 'requests', month)).toMatchObject({
      ...{ state: 'done', rows: length, accepted: length, returned: 0 },
    });
  }
  const ids = new Set(data.flatMap(({ rows }) => rows.map(([id]) => id)));
  expect(await six.contentOf(road, 'requests')).toMatchObject({ rows: ids.size });
  expect(await six.contentOf(road, 'requests')).toEqual(await six.contentOf('upload', 'requests'));
});
