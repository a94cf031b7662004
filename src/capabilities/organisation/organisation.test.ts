import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticate, issueToken, openSession } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { applyPacks, checkPacks, declaredBy } from '#kernel/packs';
import {
  acceptInvite,
  accountsWith,
  changePassword,
  confirmRoles,
  findUnit,
  grantRoles,
  invite,
  inviteOf,
  listAccounts,
  loadActor,
  maskName,
  openAccount,
  organisation,
  proposeRoles,
  setClosed,
  unitsUnder,
} from '#organisation';
import { actor, refusal, type TestWorld, testWorld } from '#testing';

const declared = declaredBy([organisation]);
const district = fileURLToPath(new URL('../../../packs/district', import.meta.url));
const ours = declared.kinds.map((kind) => kind.name);

let world: TestWorld;
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'organisation-'));
  world = await testWorld({ capabilities: [organisation], settings: { demo: true } });
  await applyPacks(world.ctx, { packs: [copyOf(district)], ...declared });
});
afterAll(async () => {
  await world.close();
  rmSync(root, { recursive: true });
});

/** The district's pack with the organisation's kinds only. */
function copyOf(pack: string): string {
  const to = join(root, 'district');
  mkdirSync(to);
  cpFiles(pack, to);
  return to;
}

function cpFiles(from: string, to: string): void {
  cpSync(join(from, 'pack.yaml'), join(to, 'pack.yaml'));
  for (const kind of ours) cpSync(join(from, kind), join(to, kind), { recursive: true });
}

function pack(name: string, files: Record<string, string>): string {
  const all = { 'pack.yaml': 'title: {zh: 试, en: Test}\nowner: 330109-sjj\n', ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), content);
  }
  return join(root, name);
}

const refusedWith = async (work: Promise<unknown>): Promise<string> => (await refusal(work)).code;

const faultsOf = async (dir: string): Promise<string[]> => {
  const { faults } = await checkPacks(world.ctx, { packs: [dir], ...declared });
  return faults.map(({ code, file, line }) => `${code} ${file}:${line}`).toSorted();
};

const asAccount = async (id: string): Promise<Ctx> => {
  const found = await loadActor(world.ctx, id);
  if (found === undefined) throw new Error(`no account ${id}`);
  return world.as(found);
};

const reason = '岗位调整';

/** One proposes, the other confirms. */
async function twoPeople(
  system: Ctx,
  security: Ctx,
  wish: { account: string; version: number; roles: { role: string; unit: string }[] },
) {
  const { id } = await proposeRoles(system, { ...wish, reason });
  return confirmRoles(security, id);
}

async function accountsNow(): Promise<string> {
  const { rows } = await sql<{ all: string }>`
    select string_agg(a.id || a.version || a.disabled || coalesce(h.roles, ''), ',' order by a.id) as all
    from org_account a
    left join (select account, string_agg(role || unit, ';' order by role, unit) as roles
               from org_account_role group by account) h on h.account = a.id`.execute(world.ctx.db);
  return rows[0]?.all ?? '';
}

test('who has no right opens, closes, grants and lists nothing', async () => {
  const before = await accountsNow();
  const input = { id: 'new_person', name: '某人', unit: '330109004' };
  const shen = await asAccount('shen');
  const security = await asAccount('he');
  expect(await refusedWith(openAccount(shen, input))).toBe('auth.not_allowed');
  expect(await refusedWith(openAccount(security, input))).toBe('auth.not_allowed');
  const change = { account: 'shen', version: 1, closed: true };
  expect(await refusedWith(setClosed(security, change))).toBe('auth.not_allowed');
  const grant = { account: 'shen', version: 1, roles: [] };
  expect(await refusedWith(grantRoles(await asAccount('xie'), grant))).toBe('auth.not_allowed');
  expect(await refusedWith(grantRoles(security, grant))).toBe('organisation.needs_two');
  expect(await refusedWith(listAccounts(shen, { limit: 10 }))).toBe('auth.not_allowed');
  expect(await accountsNow()).toBe(before);
});

test('a town opens accounts in its own units only', async () => {
  const town = world.as(
    actor('system_admin', '330109/330109004', ['organisation.manage', 'organisation.grant']),
  );
  const before = await accountsNow();
  const elsewhere = { id: 'far_away', name: '某人', unit: '330109003' };
  expect(await refusedWith(openAccount(town, elsewhere))).toBe('auth.not_in_unit');
  const nowhere = { id: 'far_away', name: '某人', unit: '330109999' };
  expect(await refusedWith(openAccount(town, nowhere))).toBe('organisation.no_unit');
  const taken = { id: 'shen', name: '某人', unit: '330109004' };
  expect(await refusedWith(openAccount(town, taken))).toBe('organisation.taken');
  const roles = [{ role: 'leader', unit: '330109' }];
  const grant = { account: 'fang', version: 1, roles };
  expect(await refusedWith(proposeRoles(town, { ...grant, reason }))).toBe('auth.not_in_unit');
  expect(await accountsNow()).toBe(before);
  const opened = await openAccount(town, {
    id: 'new_grid',
    name: '欧阳小明',
    unit: '330109004223',
  });
  expect(opened).toMatchObject({ name: '欧阳**', unitName: '霞江村', roles: [], disabled: false });
});

test('the three administrators exclude one another, whichever is granted first', async () => {
  const system = await asAccount('xie');
  const before = await accountsNow();
  const propose = (wish: Omit<Parameters<typeof proposeRoles>[1], 'reason'>) =>
    refusedWith(proposeRoles(system, { ...wish, reason }));
  const both = (first: string, second: string) => ({
    account: 'shen',
    version: 1,
    roles: [first, second].map((role) => ({ role, unit: '330109' })),
  });
  for (const [first, second] of [
    ['system_admin', 'audit_admin'],
    ['audit_admin', 'system_admin'],
    ['audit_admin', 'security_admin'],
  ] as const) {
    expect(await propose(both(first, second))).toBe('organisation.exclusive');
  }
  const self = { account: 'xie', version: 1, roles: [] };
  expect(await propose(self)).toBe('organisation.own_roles');
  const level = { account: 'shen', version: 1, roles: [{ role: 'duty_seat', unit: '330109004' }] };
  expect(await propose(level)).toBe('organisation.wrong_level');
  const stale = { account: 'shen', version: 9, roles: [] };
  expect(await propose(stale)).toBe('organisation.stale');
  expect(await accountsNow()).toBe(before);
});

test('a granted role works at once, a closed account not at all', async () => {
  const security = await asAccount('he');
  const system = await asAccount('xie');
  await openAccount(system, { id: 'new_room', name: '钟某', unit: '330109003' });
  expect((await loadActor(world.ctx, 'new_room'))?.permissions.size).toBe(0);
  const roles = [{ role: 'command_room', unit: '330109003' }];
  await twoPeople(system, security, { account: 'new_room', version: 1, roles });
  const granted = await loadActor(world.ctx, 'new_room');
  expect(granted?.roles).toEqual([
    { role: 'command_room', unit: '330109003', path: '330109/330109003', unitName: '蜀山街道' },
  ]);
  expect(granted?.permissions.has('hub.dispatch')).toBe(true);
  await setClosed(system, { account: 'new_room', version: 2, closed: true });
  expect(await loadActor(world.ctx, 'new_room')).toBeUndefined();
  const held = { role: 'command_room', unit: '330109003' };
  expect((await accountsWith(world.ctx, held)).map((one) => one.id)).toEqual(['room_shushan']);
});

test('demo accounts can do nothing outside of demo mode', async () => {
  const ctx = { ...world.ctx, settings: { ...world.ctx.settings, demo: false } };
  expect(await loadActor(ctx, 'zhou')).toBeUndefined();
  expect(await accountsWith(ctx, { role: 'duty_seat', unit: '330109' })).toEqual([]);
  expect(await accountsWith(world.ctx, { role: 'duty_seat', unit: '330109' })).toHaveLength(3);
});

test('both trees: 22 towns, 576 villages, five zones apart, 78 departments', async () => {
  const towns = await unitsUnder(world.ctx, '330109', 'town');
  expect(towns.filter((unit) => unit.zone).map((unit) => unit.code)).toEqual([
    '330109401',
    '330109403',
    '330109501',
    '330109503',
    '330109505',
  ]);
  const counted = new Set(towns.filter((unit) => !unit.zone).map((unit) => unit.code));
  expect(counted.size).toBe(22);
  const villages = await unitsUnder(world.ctx, '330109', 'village');
  expect(villages.filter((unit) => counted.has(unit.parent ?? '')).length).toBe(576);
  const departments = await unitsUnder(world.ctx, '330109', 'department');
  expect(departments.filter((unit) => !unit.company).length).toBe(78);
  const grid = await findUnit(world.ctx, '330109004223003');
  expect(grid).toMatchObject({
    name: '霞江村第三网格',
    nameEn: 'Xiajiang Village Grid 3',
    path: '330109/330109004/330109004223/330109004223003',
    generated: true,
  });
  expect(await findUnit(world.ctx, '330109004999')).toBeUndefined();
  expect(await unitsUnder(world.ctx, '330109004223')).toHaveLength(3);
});

test('an old code finds the unit that took its place', async () => {
  await sql`insert into org_unit_alias (old_code, code, source)
            values ('330181', '330109', 'GB/T 2260 before 2001')`.execute(world.ctx.db);
  expect((await findUnit(world.ctx, '330181'))?.name).toBe('萧山区');
});

test('every role is held by somebody, and the switcher has no twins', async () => {
  const { rows } = await sql<{ name: string; n: number }>`
    select r.name, count(h.account) as n from org_role r
    left join org_account_role h on h.role = r.name group by r.name`.execute(world.ctx.db);
  expect(rows.filter((row) => row.n === 0)).toEqual([]);
  expect(rows.length).toBe(17);
});

test('packs are refused with every fault: codes, parents, roles, exclusions, boundaries', async () => {
  const header = 'code,name,name_en,full_name,level,parent,zone,company,generated,source\n';
  const dir = pack('bad', {
    'units/u.csv': `${header}330109,区,,,district,,,,,x
33010900,甲,,,town,330109,,,,x
330109001,乙,,,town,330188,,,,x
330109002001,丙,,,village,330109001,,,,x
330109001,丁,,,town,330109,,,,x
`,
    'roles/a.yaml':
      'title: {zh: 甲, en: A}\nlevels: [town]\npermissions: []\nexclusive_with: [b, c]\n',
    'roles/b.yaml': 'title: {zh: 乙, en: B}\nlevels: [district]\npermissions: []\n',
    'people/p.yaml': `people:
  one: {name: 某, unit: "330109", roles: [{role: a, unit: "330109"}, {role: b, unit: "330109"}]}
  two: {name: 某, unit: "330100", roles: [{role: z, unit: "330100"}]}
`,
    'people/q.yaml': 'password: longenough\npeople: {}\n',
    'boundaries/b.geojson': '{"type":"FeatureCollection","features":[{"type":"Feature"}]}',
  });
  expect(await faultsOf(dir)).toEqual(
    [
      'organisation.bad_boundary bad/boundaries/b.geojson:undefined',
      'organisation.bad_code bad/units/u.csv:3',
      'organisation.no_parent bad/units/u.csv:4',
      'organisation.bad_parent bad/units/u.csv:5',
      'organisation.unit_twice bad/units/u.csv:6',
      'organisation.one_sided bad/roles/a.yaml:4',
      'organisation.no_role bad/roles/a.yaml:4',
      'organisation.wrong_level bad/people/p.yaml:2',
      'organisation.exclusive bad/people/p.yaml:2',
      'organisation.no_unit bad/people/p.yaml:3',
      'organisation.no_unit bad/people/p.yaml:3',
      'organisation.no_role bad/people/p.yaml:3',
      'packs.bad_value bad/people/q.yaml:1',
    ].toSorted(),
  );
});

test('a unit that people stand on is not taken away', async () => {
  const header = 'code,name,name_en,full_name,level,parent,zone,company,generated,source\n';
  const unit = '330109-extra,增设单位,,,department,330109,,,,x\n';
  const dir = pack('extra', { 'units/extra.csv': header + unit });
  await applyPacks(world.ctx, { packs: [dir], ...declared });
  const system = await asAccount('xie');
  await openAccount(system, { id: 'new_extra', name: '某人', unit: '330109-extra' });
  const gone = applyPacks(world.ctx, { packs: [], withdraw: ['extra'], ...declared });
  expect(await refusedWith(gone)).toBe('organisation.unit_in_use');
  expect(await findUnit(world.ctx, '330109-extra')).toBeDefined();
  await setClosed(system, { account: 'new_extra', version: 1, closed: true });
  await applyPacks(world.ctx, { packs: [], withdraw: ['extra'], ...declared });
  expect(await findUnit(world.ctx, '330109-extra')).toBeUndefined();
});

test('accounts are listed masked, page by page, within the reach of the asker', async () => {
  const system = await asAccount('xie');
  const first = await listAccounts(system, { limit: 5 });
  expect(first.accounts).toHaveLength(5);
  expect(first.accounts.every((one) => /^..?\*\*$/.test(one.name))).toBe(true);
  const second = await listAccounts(system, { limit: 5, after: first.next ?? '' });
  expect(second.accounts[0]?.id).not.toBe(first.accounts[4]?.id);
  const who = await sql<{ id: string; name: string }>`select id, name from org_account
    where char_length(name) = 3 order by id limit 1`.execute(world.ctx.db);
  const [{ id, name } = { id: '', name: '' }] = who.rows;
  const found = async (search: string): Promise<string[]> =>
    (await listAccounts(system, { limit: 200, search })).accounts.map((one) => one.id);
  expect(await found(name)).toContain(id);
  expect(await found(name.slice(0, 1))).toContain(id);
  // What is struck out is not spelt out by looking for it.
  for (const part of [name.slice(1), name.slice(1, 2), name.slice(0, 2)]) {
    expect(await found(part)).not.toContain(id);
  }
  const town = world.as(actor('system_admin', '330109/330109003', ['organisation.read']));
  const { accounts } = await listAccounts(town, { limit: 50 });
  expect(new Set(accounts.map((one) => one.unit))).toEqual(new Set(['330109003']));
  expect([maskName('王小明'), maskName('欧阳娜'), maskName('')]).toEqual(['王**', '欧阳**', '**']);
});

test('a link sets a password once, in its time, and not for a closed account', async () => {
  const system = await asAccount('xie');
  const shen = await asAccount('shen');
  const nobody = world.as({ ...shen.actor, kind: 'anonymous', permissions: new Set(), roles: [] });
  await openAccount(system, { id: 'invited', name: '某人', unit: '330109004' });
  expect(await refusedWith(invite(shen, 'invited'))).toBe('auth.not_allowed');
  expect(await refusedWith(invite(system, 'shen'))).toBe('organisation.packed');
  const password = 'correct horse battery';
  const accept = (token: string, word = password) =>
    acceptInvite(nobody, { token, password: word });
  const hashNow = async () => {
    const { rows } = await sql<{ password_hash: string | null }>`
      select password_hash from org_account where id = 'invited'`.execute(world.ctx.db);
    return rows[0]?.password_hash ?? null;
  };
  const first = await invite(system, 'invited');
  const second = await invite(system, 'invited');
  expect(await refusedWith(accept(first.token))).toBe('organisation.invite_spent');
  expect(await refusedWith(accept(second.token, 'short'))).toBe('organisation.short_password');
  expect(await refusedWith(accept('no-such-token-at-all-here'))).toBe('organisation.invite_spent');
  expect(await hashNow()).toBeNull();
  expect(await refusedWith(inviteOf(nobody, first.token))).toBe('organisation.invite_spent');
  expect(await inviteOf(nobody, second.token)).toMatchObject({
    account: 'invited',
    name: '某**',
    unitName: '新塘街道',
    passwordLength: 12,
  });
  const { token: session } = await openSession(system, 'invited');
  expect(await accept(second.token)).toEqual({ account: 'invited' });
  expect(await hashNow()).toMatch(/^\$argon2id\$/);
  // Whoever was in by the password before is out.
  const caller = await authenticate(nobody, { cookie: session, bearer: undefined });
  expect(caller.session).toBe('expired');
  expect(await refusedWith(accept(second.token))).toBe('organisation.invite_spent');
  const late = await invite(system, 'invited');
  world.clock.set(late.expiresAt);
  expect(await refusedWith(accept(late.token))).toBe('organisation.invite_spent');
  const again = await invite(system, 'invited');
  await setClosed(system, { account: 'invited', version: 2, closed: true });
  expect(await refusedWith(accept(again.token))).toBe('organisation.invite_spent');
});

test('no account is opened under a name that is none', async () => {
  const system = await asAccount('xie');
  const before = await accountsNow();
  const open = (id: string, name: string) =>
    refusedWith(openAccount(system, { id, name, unit: '330109' }));
  for (const id of ['', 'A', '1st', 'x', 'with space', 'ü'.repeat(3), 'a'.repeat(33)]) {
    expect(await open(id, '某人')).toBe('organisation.bad_account');
  }
  expect(await open('good_name', ' ')).toBe('organisation.bad_account');
  expect(await accountsNow()).toBe(before);
});

test('no administrator reaches an account of the other two through a link', async () => {
  const security = await asAccount('he');
  const system = await asAccount('xie');
  const operator = world.as({ ...system.actor, id: 'operator', roles: [] });
  const nobody = world.as({
    ...system.actor,
    kind: 'anonymous',
    permissions: new Set(),
    roles: [],
  });
  operator.actor.roles.push(...system.actor.roles);
  const password = 'correct horse battery';
  const accept = ({ token }: { token: string }) => acceptInvite(nobody, { token, password });
  const roles = [{ role: 'audit_admin', unit: '330109' }];
  const granted = (account: string, version: number) =>
    twoPeople(system, security, { account, version, roles });
  const open = (id: string) => openAccount(system, { id, name: '某人', unit: '330109' });

  // A link that lay in a drawer while the account became an auditor's.
  await open('later_audit');
  const drawer = await invite(system, 'later_audit');
  await granted('later_audit', 1);
  expect(await refusedWith(accept(drawer))).toBe('organisation.invite_spent');
  expect(await refusedWith(inviteOf(nobody, drawer.token))).toBe('organisation.invite_spent');
  // A new link to what is an auditor's already.
  expect(await refusedWith(invite(system, 'later_audit'))).toBe('organisation.excluded_account');
  // A password he may know himself: the account becomes no auditor's.
  await open('known_word');
  await accept(await invite(system, 'known_word'));
  const before = await accountsNow();
  expect(await refusedWith(granted('known_word', 2))).toBe('organisation.excluded_link');
  expect(await accountsNow()).toBe(before);
  // Nor by changing it in the name of the account.
  const known = await asAccount('known_word');
  await changePassword(known, { old: password, password: `${password} again` });
  expect(await refusedWith(granted('known_word', 3))).toBe('organisation.excluded_link');
  // The operator at the machine is none of the three.
  await accept(await invite(operator, 'known_word'));
  expect((await granted('known_word', 4)).roles.map((held) => held.role)).toEqual(['audit_admin']);
  // An ordinary account is open to him as before.
  await open('ordinary');
  await accept(await invite(system, 'ordinary'));
  const room = [{ role: 'command_room', unit: '330109003' }];
  await twoPeople(system, security, { account: 'ordinary', version: 2, roles: room });
  expect((await invite(system, 'ordinary')).token).toHaveLength(43);
});

test('no token lets its issuer act in a role that excludes his own', async () => {
  const system = await asAccount('xie');
  const he = await asAccount('he');
  const security = { ...he, actor: { ...he.actor, permissions: new Set(['*']) } };
  const nobody = world.as({ ...he.actor, kind: 'anonymous', permissions: new Set(), roles: [] });
  const issue = (account: string) => issueToken(security, { account, title: '程序', days: 1 });
  const ask = (bearer: string) => authenticate(nobody, { cookie: undefined, bearer });
  const open = (id: string) => openAccount(system, { id, name: '某程序', unit: '330109' });
  const roles = [{ role: 'audit_admin', unit: '330109' }];
  // A token that lay in a drawer while the account became an auditor's.
  await open('prog_later');
  const { secret } = await issue('prog_later');
  expect((await ask(secret)).actor.id).toBe('prog_later');
  await twoPeople(system, he, { account: 'prog_later', version: 1, roles });
  expect(await refusedWith(ask(secret))).toBe('auth.bad_token');
  expect(await refusedWith(issue('prog_later'))).toBe('auth.excluded_token');
  // One of an account that a person took over by his link.
  await open('prog_person');
  const early = await issue('prog_person');
  const { token } = await invite(system, 'prog_person');
  await acceptInvite(nobody, { token, password: 'correct horse battery' });
  expect(await refusedWith(ask(early.secret))).toBe('auth.bad_token');
  // What stays a program's keeps its tokens when its roles change.
  await open('prog_stays');
  const stays = await issue('prog_stays');
  const room = [{ role: 'command_room', unit: '330109003' }];
  await twoPeople(system, he, { account: 'prog_stays', version: 1, roles: room });
  expect((await ask(stays.secret)).actor.roles.map(({ role }) => role)).toEqual(['command_room']);
});

test('nobody who is not signed in learns anything over HTTP', async () => {
  for (const { method, path, access } of organisation.routes ?? []) {
    if (access === 'public') continue;
    const url = `/api/organisation${path.replace(/:\w+/, 'xu')}?under=330109&level=town`;
    const answer = await world.app.inject({ method, url });
    expect(answer.statusCode, url).toBe(401);
    expect(answer.json().error.code, url).toBe('auth.not_signed_in');
  }
});
