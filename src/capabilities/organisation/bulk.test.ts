/** Accounts from a list, rates by unit, the own password and a lost phone. Refusals first. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import {
  acceptInvite,
  accountRates,
  changePassword,
  grantRoles,
  invite,
  listAccounts,
  loadActor,
  openAccount,
  openMany,
  organisation,
  resetFactor,
  roleChanges,
} from '#organisation';
import { actor, applyFiles, refusal, refusing, type TestWorld, testWorld } from '#testing';

const files = {
  'units/all.csv': `code,name,name_en,full_name,level,parent,zone,company,generated,source
330109,萧山区,,,district,,,,,试
330109004,新塘街道,,,town,330109,,,,试
330109004223,霞江村,,,village,330109004,,,,试
330109003,蜀山街道,,,town,330109,,,,试
`,
  'roles/sys.yaml':
    'title: {zh: 系统, en: System}\nduty: system\nlevels: [district, town]\nexclusive_with: [aud]\npermissions: [organisation.read, organisation.manage]\n',
  'roles/aud.yaml':
    'title: {zh: 审计, en: Audit}\nduty: audit\nlevels: [district]\nexclusive_with: [sys]\npermissions: []\n',
  'roles/room.yaml': 'title: {zh: 指挥室, en: Room}\nlevels: [town]\npermissions: []\n',
};

let world: TestWorld;
let folder: string;
let count = 0;
const password = 'correct horse battery';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guantong-bulk-'));
  world = await testWorld({
    capabilities: [organisation],
    settings: { password_memory_kib: 8192, account_list_max_bytes: 200_000 },
  });
  await applyFiles(world.ctx, [organisation], files);
  for (const [id, role, unit] of [
    ['chief', 'sys', '330109'],
    ['town', 'sys', '330109004'],
    ['auditor', 'aud', '330109'],
  ] as const) {
    await openAccount(world.ctx, { id, name: id, unit });
    await grantRoles(world.ctx, { account: id, version: 1, roles: [{ role, unit }] });
  }
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const as = async (id: string): Promise<Ctx> => {
  const found = await loadActor(world.ctx, id);
  if (found === undefined) throw new Error(`no account ${id}`);
  return world.as(found);
};

function file(content: string | Buffer, name = '名单.csv') {
  count += 1;
  const path = join(folder, `${count}`);
  writeFileSync(path, content);
  return { path, name, bytes: statSync(path).size };
}

const refused = refusing(async () => {
  const { rows } = await sql`
    select (select json_agg(a order by a.id) from org_account a) as a,
      (select count(*) from org_invite) as b, (select count(*) from org_role_change) as c`.execute(
    world.ctx.db,
  );
  return rows[0];
});

describe('a list of people', () => {
  test('refused to who may not, and what is no list', async () => {
    const good = file('账号,姓名,单位编码\none,某人,330109004\n');
    const outsider = world.as(actor('room', '330109/330109004'));
    await refused('auth.not_allowed', () => openMany(outsider, good));
    const town = await as('town');
    const bad: [string | Buffer, string][] = [
      ['', 'organisation.bad_list'],
      ['姓名,单位编码\n某人,330109004\n', 'organisation.bad_list'],
      ['账号,姓名,单位编码\none,某人\n', 'organisation.bad_list'],
      [Buffer.from('PK not a zip'), 'organisation.bad_list'],
      ['账号,姓名,单位编码\n', 'organisation.list_length'],
      [`账号,姓名,单位编码\n${'x'.repeat(200_000)}`, 'organisation.list_too_large'],
    ];
    for (const [content, code] of bad) await refused(code, () => openMany(town, file(content)));
  });

  test('a workbook that unpacks to more than it may is not unpacked', async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('x');
    for (let row = 0; row < 5000; row += 1) sheet.addRow(['a'.repeat(50), row]);
    const bytes = Buffer.from(await book.xlsx.writeBuffer());
    expect(bytes.length).toBeLessThan(200_000);
    const town = await as('town');
    await refused('organisation.list_too_large', () => openMany(town, file(bytes, 'bomb.xlsx')));
  });

  test('every fault of every row at once, and nothing is opened', async () => {
    const town = await as('town');
    const list = file(`账号,姓名,单位编码,角色
good,某人,330109004,指挥室
Bad Name,某人,330109004,
town,某人,330109999,指挥室
same,,330109003,
same,某人,330109004223,指挥室
same,某人,330109004,没有这个
`);
    await refused('organisation.list_faults', () => openMany(town, list));
    const { faults } = await refusal(openMany(town, list));
    expect(faults.map(({ code, line, item }) => `${line} ${item} ${code}`)).toEqual([
      '3 账号 organisation.bad_account',
      '4 账号 organisation.taken',
      '4 单位编码 organisation.no_unit',
      '5 账号 organisation.bad_account',
      '5 单位编码 organisation.not_mine',
      '6 账号 organisation.taken',
      '6 角色 organisation.wrong_level',
      '7 账号 organisation.taken',
      '7 角色 organisation.no_role',
    ]);
  });

  test('opens accounts with links; roles wait for the security administrator', async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('x');
    sheet.addRow(['姓名', '账号', '单位编码', '角色']);
    sheet.addRow(['某甲', 'first', 330109004, 'Room']);
    sheet.addRow([]);
    sheet.addRow(['某乙', 'second', '330109004223', '']);
    const bytes = Buffer.from(await book.xlsx.writeBuffer());
    const town = await as('town');
    const done = await openMany(town, file(bytes, '名单.xlsx'));
    expect(done.opened.map((one) => [one.account, one.unit])).toEqual([
      ['first', '330109004'],
      ['second', '330109004223'],
    ]);
    expect(done.proposed).toBe(1);
    expect(await roleChanges(town, 10)).toMatchObject([
      { account: 'first', state: 'proposed', after: [{ role: 'room', unit: '330109004' }] },
    ]);
    const nobody = world.as({ ...actor('x', '330109'), kind: 'anonymous' });
    const token = done.opened[0]?.token ?? '';
    expect(await acceptInvite(nobody, { token, password })).toEqual({ account: 'first' });
  });
});

describe('rates', () => {
  test('refused outside the own units', async () => {
    const town = await as('town');
    await refused('auth.not_in_unit', () => accountRates(town, '330109'));
    await refused('auth.not_allowed', async () => accountRates(await as('auditor'), '330109'));
  });

  test('open, able and active, each with its subtree', async () => {
    await openSession(world.ctx, 'first');
    const byName = async () => {
      const units = await accountRates(await as('chief'), '330109');
      return units.map(({ name, open, able, active }) => [name, open, able, active]);
    };
    const before = [
      ['萧山区', 2, 0, 0],
      ['新塘街道', 3, 1, 1],
      ['蜀山街道', 0, 0, 0],
    ];
    expect((await byName()).sort()).toEqual(before.sort());
    world.clock.advance(31 * 24 * 3_600_000);
    expect((await byName()).map(([, , , active]) => active)).toEqual([0, 0, 0]);
  });

  test('the list is narrowed by unit, role and state, and tells the last sign-in', async () => {
    const chief = await as('chief');
    const ids = async (query: object) =>
      (await listAccounts(chief, { limit: 50, ...query })).accounts.map((one) => one.id);
    expect(await ids({ unit: '330109004' })).toEqual(['first', 'second', 'town']);
    expect(await ids({ unit: '330109004', state: 'invited' })).toEqual(['second', 'town']);
    expect(await ids({ role: 'sys' })).toEqual(['chief', 'town']);
    expect(await ids({ state: 'closed' })).toEqual([]);
    const { accounts } = await listAccounts(chief, { limit: 1, search: 'first' });
    expect(accounts[0]?.lastSignIn).toMatch(/^2026-/);
  });
});

describe('the own password, and a lost phone', () => {
  test('refused: too short, the old one wrong, somebody else’s factor across duties', async () => {
    const first = await as('first');
    const change = (old: string, next: string) => changePassword(first, { old, password: next });
    await refused('organisation.short_password', () => change(password, 'short'));
    await refused('auth.wrong_login', () => change('not it', 'another long one'));
    await refused('auth.not_in_unit', async () => resetFactor(await as('town'), 'chief'));
    await refused('organisation.excluded_account', async () =>
      resetFactor(await as('chief'), 'auditor'),
    );
  });

  test('a changed password ends every session; whose link it began with stays known', async () => {
    const session = await openSession(world.ctx, 'first');
    const first = await as('first');
    await changePassword(first, { old: password, password: 'another long one' });
    const { rows } = await sql<{ live: number; by: string }>`
      select (select count(*) from auth_sessions where account = 'first' and ended_at is null)
        as live, password_link_by as by from org_account where id = 'first'`.execute(world.ctx.db);
    // He may have used the link himself, and changed the password to make it look another's.
    expect(rows[0]).toEqual({ live: 0, by: 'town' });
    expect(session.token).not.toBe('');
    expect((await invite(await as('town'), 'first')).token).toHaveLength(43);
  });
});
