/** From a file to a dataset of the catalogue: refused, proposed, corrected, saved, delivered. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { datasetHistory, getDataset } from '#catalogue';
import type { Actor } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { packVersions } from '#kernel/packs';
import { actor, districtWorld, removeHome, type TestWorld, temporaryFolder } from '#testing';
import { checkProposal, proposeUpload, saveProposal } from './actions/index.ts';
import { deliver } from './index.ts';
import type { Proposal } from './model.ts';

let world: TestWorld;
let folder: string;
let path: string;
let officer: Ctx;
let other: Ctx;
let admin: Ctx;

const permissions = ['catalogue.read', 'gate.read', 'ingest.deliver'];
const holds = (role: string, unit: string, more: string[] = []): Actor =>
  actor(role, unit, [...permissions, ...more]);

const names = ['王建国', '李秀英', '张伟民', '刘洋', '陈静'];
const rows = Array.from({ length: 60 }, (_, at) => [
  `CDZ2026${String(at + 1).padStart(5, '0')}`,
  `330109004${200 + (at % 9)}`,
  names[at % names.length] ?? '',
  `138${String(10_000_000 + at * 37)}`,
  at % 7 === 0 ? '-' : String((at % 4) * 30 + 7),
  `2026年${(at % 12) + 1}月${(at % 28) + 1}日`,
  ['在用', '停用', '维修'][at % 3] ?? '',
]);
const headers = ['设备编号', '村社编码', '管理员姓名', '联系电话', '功率', '安装日期', '状态'];
const csv = [headers, ...rows].map((row) => row.join(',')).join('\r\n');

beforeAll(async () => {
  world = await districtWorld({ clock: '2026-11-20T01:00:00Z' });
  world.clock.set('2026-11-22T04:00:00Z');
  folder = await temporaryFolder('proposals');
  path = join(folder, '区综合执法局-充电桩.csv');
  await writeFile(path, iconv.encode(csv, 'gbk'));
  officer = world.as(holds('source_officer', '330109/330109-zhzf'));
  other = world.as(holds('source_officer', '330109/330109-zrzy'));
  admin = world.as(holds('data_admin', '330109', ['packs.apply']));
});
afterAll(async () => {
  await world.close();
  await removeHome(folder);
});

const localFolder = (): string => join(resolve(world.ctx.settings.home), 'packs', 'local');
const propose = (ctx: Ctx, owner?: string) =>
  proposeUpload(ctx, { name: basename(path), path, owner });
const codes = (found: { faults: { code: string }[] }): string[] =>
  found.faults.map(({ code }) => code);

/** Nothing of a refused dataset is anywhere. */
async function untouched(name: string): Promise<void> {
  expect(existsSync(join(localFolder(), 'datasets', `${name}.yaml`))).toBe(false);
  await expect(getDataset(world.ctx, name)).rejects.toThrow(/catalogue\.not_found/);
}

describe('refused', () => {
  test('nobody, and whoever delivers nothing, proposes nothing', async () => {
    const leader = world.as(actor('leader', '330109', ['catalogue.read', 'gate.read']));
    await expect(propose(leader)).rejects.toThrow(/auth\.not_allowed/);
  });

  test('for another unit than his own nobody proposes, checks or saves', async () => {
    await expect(propose(other, '330109-zhzf')).rejects.toThrow(/auth\.not_in_unit/);
    const { proposal } = await propose(officer);
    await expect(checkProposal(other, proposal)).rejects.toThrow(/auth\.not_in_unit/);
    await expect(saveProposal(other, proposal)).rejects.toThrow(/auth\.not_in_unit/);
    await untouched(proposal.name);
  });

  test('every fault at once, and nothing is written', async () => {
    const { proposal } = await propose(officer);
    const spoilt: Proposal = {
      ...proposal,
      name: 'spoilt_set',
      contract: {
        ...proposal.contract,
        theme: '',
        cycle: 'now and then',
        items: proposal.contract.items.map((item, at) =>
          at === 1 ? { ...item, type: 'number', pattern: '(' } : item,
        ),
      },
    };
    const found = await checkProposal(officer, spoilt);
    expect(found.faults.map(({ item }) => item)).toEqual(
      expect.arrayContaining(['theme', 'cycle', 'items.village_code.type']),
    );
    await expect(saveProposal(officer, spoilt)).rejects.toThrow(/packs\.refused/);
    await untouched('spoilt_set');
  });

  test('a dataset of another unit, or of another pack, is not overwritten', async () => {
    const { proposal } = await propose(admin, '330109-zrzy');
    const taken = { ...proposal, name: 'components' };
    expect(codes(await checkProposal(admin, taken))).toContain('catalogue.twice');
    await expect(saveProposal(admin, taken)).rejects.toThrow(/ingest\.dataset_of_other/);
    expect((await getDataset(world.ctx, 'components')).owner).toBe('330109-zhzf');
  });

  test('a name that is none', async () => {
    const { proposal } = await propose(officer);
    for (const name of ['../pack', 'pack.yaml', 'A', '', 'a/b', '-x']) {
      await expect(saveProposal(officer, { ...proposal, name }), name).rejects.toThrow(
        /ingest\.bad_dataset_name/,
      );
    }
  });

  test('comments and words of a draft cannot leave their place in the file', async () => {
    const { proposal } = await propose(officer);
    const words = 'x"\nowner: "330109-zrzy"\n# ';
    const wicked: Proposal = {
      ...proposal,
      name: 'wicked',
      contract: { ...proposal.contract, theme: words },
      about: { ...proposal.about, key: { zh: words, en: words } },
      faults: [{ zh: words, en: words }],
    };
    await saveProposal(officer, wicked);
    expect(await getDataset(world.ctx, 'wicked')).toMatchObject({
      owner: '330109-zhzf',
      theme: words,
    });
  });
});

describe('what the sender sees', () => {
  test('the department sees its own file; the administrator sees no L4 and no more than policy', async () => {
    const own = await propose(officer);
    expect(own.columns.map(({ seen }) => seen)).toEqual(headers.map(() => 'plain'));
    expect(own.preview[0]).toEqual(rows[0]);
    const builder = world.as(holds('builder', '330109'));
    const shown = await propose(builder, '330109-zhzf');
    expect(shown.columns.map(({ seen }) => seen)).toEqual([
      'plain',
      'plain',
      'masked',
      'masked',
      'plain',
      'plain',
      'plain',
    ]);
    const all = JSON.stringify(shown);
    for (const name of names) expect(all).not.toContain(name);
    for (const [, , , phone] of rows) expect(all).not.toContain(phone);
    expect(shown.preview[0]?.[2]).toBe('王**');
  });

  test('what was found is told with its evidence', async () => {
    const { dialect, proposal, columns, rows: count, good } = await propose(officer);
    expect(dialect).toMatchObject({ encoding: 'gb18030', delimiter: ',', headerRows: 1 });
    expect([count, good]).toEqual([60, 60]);
    expect(proposal.name).toBe('charger');
    expect(proposal.contract).toMatchObject({
      owner: '330109-zhzf',
      mode: 'merge',
      key: ['device_no'],
      unit_item: 'village_code',
    });
    expect(columns.map(({ type, semantic }) => `${type}/${semantic}`)).toEqual([
      'text/identifier',
      'text/division_code',
      'text/person_name',
      'text/mobile',
      'integer/quantity',
      'date/null',
      'text/code',
    ]);
    const power = proposal.contract.items[4];
    expect(power).toMatchObject({ required: false, empty: ['-'] });
  });
});

test('saved, it is in the catalogue in the name of who saved it, and the same file lands whole', async () => {
  const { proposal } = await propose(officer);
  const saved = await saveProposal(officer, proposal);
  expect(saved).toMatchObject({ dataset: 'charger', file: 'local/datasets/charger.yaml' });
  const text = readFileSync(join(localFolder(), 'datasets', 'charger.yaml'), 'utf8');
  expect(text).toContain('# 60 个值');
  expect(readdirSync(join(localFolder(), '..'))).toEqual(['local']);
  const history = await datasetHistory(officer, 'charger');
  expect(JSON.stringify(history)).toContain(officer.actor.id);
  const result = await deliver(officer, {
    dataset: 'charger',
    files: [{ name: basename(path), path }],
  });
  expect(result).toMatchObject({ rows: 60, accepted: 60, returned: 0 });
});

test('saved again, what was graded is not made less strict, renamed in its meaning or left out', async () => {
  const { proposal } = await propose(officer);
  const { contract } = proposal;
  const phone = contract.items.find(({ semantic }) => semantic === 'mobile');
  if (phone === undefined) throw new Error('no item of phones');
  const others = contract.items.filter((item) => item !== phone);
  const { semantic: _, ...meaningless } = phone;
  const refused = [[{ ...phone, grade: 'L1' as const }], [meaningless], []];
  for (const instead of refused) {
    const laxer = { ...proposal, contract: { ...contract, items: [...others, ...instead] } };
    expect(codes(await checkProposal(officer, laxer))).toContain('ingest.proposal_lower');
    await expect(saveProposal(officer, laxer)).rejects.toThrow(/ingest\.proposal_lower/);
  }
  const { items } = await getDataset(world.ctx, 'charger');
  expect(items.find(({ name }) => name === phone.name)).toMatchObject({ grade: phone.grade });
  const stricter = { ...contract, items: [...others, { ...phone, grade: 'L4' as const }] };
  expect(codes(await checkProposal(officer, { ...proposal, contract: stricter }))).toEqual([]);
});

test('saved again, it is the next version; several at once lose none', {
  timeout: 300_000,
}, async () => {
  const { proposal } = await propose(officer);
  const versions = async (): Promise<number> =>
    (await packVersions(world.ctx, 'local')).filter(({ withdrawn }) => !withdrawn).length;
  const before = await versions();
  const named = (name: string): Proposal => ({ ...proposal, name });
  await Promise.all(['set_a', 'set_b', 'set_c'].map((name) => saveProposal(officer, named(name))));
  expect(await versions()).toBe(before + 3);
  for (const name of ['set_a', 'set_b', 'set_c', 'charger']) {
    expect((await getDataset(world.ctx, name)).pack).toBe('local');
  }
});

test('a folder that is gone comes back from the versions: no dataset is lost by the next save', {
  timeout: 300_000,
}, async () => {
  const { proposal } = await propose(officer);
  rmSync(localFolder(), { recursive: true });
  await saveProposal(officer, { ...proposal, name: 'set_d' });
  for (const name of ['set_a', 'set_d', 'charger']) {
    expect((await getDataset(world.ctx, name)).pack).toBe('local');
    expect(existsSync(join(localFolder(), 'datasets', `${name}.yaml`))).toBe(true);
  }
});
