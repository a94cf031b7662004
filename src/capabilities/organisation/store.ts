/** Units, roles and accounts in PostgreSQL. */
import {
  type Expression,
  type Generated,
  type GeneratedAlways,
  type Insertable,
  type Selectable,
  sql,
} from 'kysely';
import type { Ctx } from '#kernel/context';
import {
  type Duty,
  type HeldRole,
  maskName,
  type Role,
  type RoleChange,
  type Unit,
  type UnitLevel,
} from './model.ts';

type UnitTable = {
  code: string;
  path: string;
  name: string;
  name_en: string | null;
  full_name: string | null;
  level: UnitLevel;
  parent: string | null;
  zone: boolean;
  company: boolean;
  staff: GeneratedAlways<boolean>;
  generated: boolean;
  source: string;
  pack: string;
  pack_file: string;
  position: number;
};

type AccountTable = {
  id: string;
  name: string;
  unit: string;
  password_hash: string | null;
  password_link_by: string | null;
  identity: Generated<string | null>;
  disabled: Generated<boolean>;
  demo: Generated<boolean>;
  demo_position: number | null;
  pack: string | null;
  pack_file: string | null;
  version: Generated<number>;
  created_at: Date;
  created_by: string;
};

export interface RoleChangeRow {
  id: string;
  account: string;
  version: number;
  before: unknown;
  after: unknown;
  reason: string;
  state: RoleChange['state'];
  proposed_by: string;
  proposed_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  answer: string | null;
}

type OrganisationTables = {
  org_unit: UnitTable;
  org_unit_alias: { old_code: string; code: string; until: string | null; source: string };
  org_role: {
    name: string;
    title_zh: string;
    title_en: string;
    permissions: string[];
    exclusive_with: string[];
    levels: UnitLevel[];
    duty: Duty | null;
    sealed: boolean;
    pack: string;
  };
  org_account: AccountTable;
  org_role_past: { account: string; role: string; held_until: Date };
  org_role_change: RoleChangeRow;
  org_account_role: { account: string; role: string; unit: string };
  org_invite: { token_hash: string; account: string; expires_at: Date; created_by: string };
  org_boundary: {
    unit: string;
    geometry: unknown;
    label: [number, number] | null;
    generated: boolean;
    pack: string;
    pack_file: string;
  };
};

type At = Pick<Ctx, 'db'>;
export type UnitRow = Insertable<UnitTable>;
export type AccountRow = Selectable<AccountTable>;

const tables = (ctx: At) => ctx.db.withTables<OrganisationTables>();
const chunk = 1000;

const toUnit = (row: Selectable<UnitTable>): Unit => ({
  code: row.code,
  path: row.path,
  name: row.name,
  ...(row.name_en === null ? {} : { nameEn: row.name_en }),
  ...(row.full_name === null ? {} : { fullName: row.full_name }),
  level: row.level,
  parent: row.parent,
  zone: row.zone,
  company: row.company,
  staff: row.staff,
  generated: row.generated,
  source: row.source,
});

/** The unit of a code, or of the code that replaced it. */
export async function unitByCode(ctx: At, code: string): Promise<Unit | undefined> {
  const row = await tables(ctx)
    .selectFrom('org_unit')
    .selectAll()
    .where((by) =>
      by.or([
        by('code', '=', code),
        by('code', 'in', (query) =>
          query.selectFrom('org_unit_alias').select('code').where('old_code', '=', code),
        ),
      ]),
    )
    .orderBy(sql`code = ${code}`, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toUnit(row);
}

/** English names by Chinese ones; units of one Chinese name are transcribed alike. */
export async function englishNames(ctx: At): Promise<Record<string, string>> {
  const rows = await tables(ctx)
    .selectFrom('org_unit')
    .select(['name', 'name_en as nameEn'])
    .distinctOn('name')
    .where('name_en', 'is not', null)
    .orderBy('name')
    .orderBy('position')
    .execute();
  return Object.fromEntries(rows.flatMap(({ name, nameEn }) => (nameEn ? [[name, nameEn]] : [])));
}

/** `%` and `_` are ordinary characters in a path or a search. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/**
 * A person is found by his whole name or by what is shown of it. Names are shown struck out: found
 * by any part of them they would be spelt out, sign by sign.
 */
const named = (search: string) =>
  maskName(search) === `${search}**`
    ? sql<boolean>`starts_with(a.name, ${search})`
    : sql<boolean>`a.name = ${search}`;

export interface UnitFilter {
  /** Path whose subtree is meant, itself left out. */
  below?: string;
  level?: UnitLevel;
  parent?: string;
  search?: string;
  codes?: readonly string[];
}

export async function unitsWhere(ctx: At, filter: UnitFilter): Promise<Unit[]> {
  let query = tables(ctx).selectFrom('org_unit').selectAll();
  const { below, level, parent, search, codes } = filter;
  if (below !== undefined) query = query.where('path', 'like', `${literal(below)}/%`);
  if (level !== undefined) query = query.where('level', '=', level);
  if (parent !== undefined) query = query.where('parent', '=', parent);
  if (codes !== undefined) query = query.where('code', 'in', [...codes, '']);
  if (search !== undefined && search !== '') {
    const like = `%${literal(search)}%`;
    query = query.where((by) =>
      by.or([by('name', 'like', like), by('name_en', 'ilike', like), by('code', 'like', like)]),
    );
  }
  const rows = await query.orderBy('position').orderBy('code').execute();
  return rows.map(toUnit);
}

export async function putUnits(ctx: At, rows: readonly UnitRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += chunk) {
    await tables(ctx)
      .insertInto('org_unit')
      .values(rows.slice(at, at + chunk))
      .onConflict((conflict) =>
        conflict.column('code').doUpdateSet((by) => ({
          path: by.ref('excluded.path'),
          name: by.ref('excluded.name'),
          name_en: by.ref('excluded.name_en'),
          full_name: by.ref('excluded.full_name'),
          level: by.ref('excluded.level'),
          parent: by.ref('excluded.parent'),
          zone: by.ref('excluded.zone'),
          company: by.ref('excluded.company'),
          generated: by.ref('excluded.generated'),
          source: by.ref('excluded.source'),
          pack: by.ref('excluded.pack'),
          pack_file: by.ref('excluded.pack_file'),
          position: by.ref('excluded.position'),
        })),
      )
      .execute();
  }
}

/**
 * Writes every path again that no longer follows from the parents; a file may name parents that
 * come later.
 */
export async function settlePaths(ctx: At): Promise<void> {
  await sql`
    with recursive tree as (
      select code, code as path from org_unit where parent is null
      union all
      select u.code, t.path || '/' || u.code from org_unit u join tree t on u.parent = t.code
    )
    update org_unit u set path = tree.path from tree
    where tree.code = u.code and tree.path <> u.path`.execute(ctx.db);
}

/** The first unit of a file, beyond `kept`, that people or other units still stand on. */
export async function unitInUse(
  ctx: At,
  from: { pack: string; name: string },
  kept: readonly string[],
): Promise<string | undefined> {
  const gone = goneUnits(ctx, from, kept);
  const row = await tables(ctx)
    .selectFrom('org_unit as u')
    .select('u.code')
    .where('u.code', 'in', gone)
    .where((by) =>
      by.or([
        by.exists(
          by
            .selectFrom('org_account as a')
            .select('a.id')
            .whereRef('a.unit', '=', 'u.code')
            .where('a.disabled', '=', false),
        ),
        by.exists(
          by.selectFrom('org_account_role as r').select('r.role').whereRef('r.unit', '=', 'u.code'),
        ),
        by.exists(
          by
            .selectFrom('org_unit as c')
            .select('c.code')
            .whereRef('c.parent', '=', 'u.code')
            .where('c.code', 'not in', gone),
        ),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row?.code;
}

const goneUnits = (ctx: At, from: { pack: string; name: string }, kept: readonly string[]) =>
  tables(ctx)
    .selectFrom('org_unit')
    .select('code')
    .where('pack', '=', from.pack)
    .where('pack_file', '=', from.name)
    .where(sql<boolean>`code <> all(${[...kept]}::text[])`);

export async function removeUnits(
  ctx: At,
  from: { pack: string; name: string },
  kept: readonly string[],
): Promise<void> {
  await tables(ctx)
    .deleteFrom('org_unit')
    .where('code', 'in', goneUnits(ctx, from, kept))
    .execute();
}

export async function putRole(ctx: At, role: Role, pack: string): Promise<void> {
  const values = {
    title_zh: role.title.zh,
    title_en: role.title.en,
    permissions: role.permissions,
    exclusive_with: role.exclusiveWith,
    levels: role.levels,
    duty: role.duty,
    sealed: role.sealed,
    pack,
  };
  await tables(ctx)
    .insertInto('org_role')
    .values({ name: role.name, ...values })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute();
}

/** Takes a role from everyone who holds it, then away. */
export async function removeRole(ctx: At, name: string): Promise<void> {
  await tables(ctx).deleteFrom('org_account_role').where('role', '=', name).execute();
  await tables(ctx).deleteFrom('org_role').where('name', '=', name).execute();
}

export async function allRoles(ctx: At): Promise<Role[]> {
  const rows = await tables(ctx).selectFrom('org_role').selectAll().orderBy('name').execute();
  return rows.map((row) => ({
    name: row.name,
    title: { zh: row.title_zh, en: row.title_en },
    permissions: row.permissions,
    exclusiveWith: row.exclusive_with,
    levels: row.levels,
    duty: row.duty,
    sealed: row.sealed,
  }));
}

export interface HeldRow extends HeldRole {
  account: string;
  path: string;
  unitName: string;
  titleZh: string;
  titleEn: string;
  permissions: string[];
}

/** Roles held by accounts, with the unit and the permissions of each. */
export async function rolesHeld(ctx: At, accounts: readonly string[]): Promise<HeldRow[]> {
  return tables(ctx)
    .selectFrom('org_account_role as h')
    .innerJoin('org_role as r', 'r.name', 'h.role')
    .innerJoin('org_unit as u', 'u.code', 'h.unit')
    .select(['h.account', 'h.role', 'h.unit', 'u.path', 'u.name as unitName'])
    .select(['r.title_zh as titleZh', 'r.title_en as titleEn', 'r.permissions'])
    .where('h.account', 'in', [...accounts, ''])
    .orderBy('h.account')
    .orderBy('u.path')
    .orderBy('h.role')
    .execute();
}

/** Whether an account is one of the three administrators. */
export async function holdsDuty(ctx: At, account: string): Promise<boolean> {
  const row = await tables(ctx)
    .selectFrom('org_account_role as h')
    .innerJoin('org_role as r', 'r.name', 'h.role')
    .select('h.role')
    .where('h.account', '=', account)
    .where('r.duty', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function accountById(ctx: At, id: string): Promise<AccountRow | undefined> {
  return tables(ctx).selectFrom('org_account').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Names of accounts, closed ones too, by their ids; none for ids that no account has. */
export async function accountNames(
  ctx: At,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> {
  return tables(ctx)
    .selectFrom('org_account')
    .select(['id', 'name'])
    .where('id', 'in', [...ids, ''])
    .execute();
}

export async function lockAccount(ctx: At, id: string): Promise<void> {
  await tables(ctx)
    .selectFrom('org_account')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .execute();
}

export interface NewAccount {
  id: string;
  name: string;
  unit: string;
  passwordHash: string | null;
  demo: boolean;
  /** Keyed hash of the number of the person's document. */
  identity?: string | null;
  demoPosition: number | null;
  pack: string | null;
  packFile: string | null;
  createdAt: Date;
  createdBy: string;
}

/** @returns false when the name is taken */
export async function insertAccount(ctx: At, account: NewAccount): Promise<boolean> {
  const result = await tables(ctx)
    .insertInto('org_account')
    .values(toRow(account))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

const toRow = (account: NewAccount) => ({
  id: account.id,
  name: account.name,
  unit: account.unit,
  password_hash: account.passwordHash,
  demo: account.demo,
  ...(account.identity === undefined ? {} : { identity: account.identity }),
  demo_position: account.demoPosition,
  pack: account.pack,
  pack_file: account.packFile,
  created_at: account.createdAt,
  created_by: account.createdBy,
});

/** A pack's account as its file says; one opened by hand under that name is left alone. */
export async function putPackAccount(ctx: At, account: NewAccount): Promise<boolean> {
  const { created_at: _at, created_by: _by, ...values } = toRow(account);
  const result = await tables(ctx)
    .insertInto('org_account')
    .values(toRow(account))
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ ...values, disabled: false, version: sql`org_account.version + 1` })
        .where('org_account.pack', '=', account.pack ?? ''),
    )
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Closes accounts of a pack file that it no longer names, and takes their roles. */
export async function closePackAccounts(
  ctx: At & Pick<Ctx, 'clock'>,
  from: { pack: string; name: string },
  kept: readonly string[],
): Promise<void> {
  const gone = tables(ctx)
    .selectFrom('org_account')
    .select('id')
    .where('pack', '=', from.pack)
    .where('pack_file', '=', from.name)
    .where(sql<boolean>`id <> all(${[...kept]}::text[])`);
  await notePast(ctx, gone);
  await tables(ctx).deleteFrom('org_account_role').where('account', 'in', gone).execute();
  await tables(ctx)
    .updateTable('org_account')
    .set({ disabled: true, password_hash: null, version: sql`version + 1` })
    .where('id', 'in', gone)
    .execute();
}

/** Gives an account exactly these roles; those that exclude others leave a trace when they go. */
export async function setRoles(
  ctx: At & Pick<Ctx, 'clock'>,
  account: string,
  held: readonly HeldRole[],
): Promise<void> {
  await notePast(ctx, tables(ctx).selectFrom('org_account').select('id').where('id', '=', account));
  await tables(ctx).deleteFrom('org_account_role').where('account', '=', account).execute();
  if (held.length === 0) return;
  await tables(ctx)
    .insertInto('org_account_role')
    .values(held.map(({ role, unit }) => ({ account, role, unit })))
    .execute();
}

/** Notes when these accounts last held a role that excludes others. */
async function notePast(
  ctx: At & Pick<Ctx, 'clock'>,
  accounts: Expression<{ id: string }>,
): Promise<void> {
  await sql`insert into org_role_past as p (account, role, held_until)
    select distinct h.account, h.role, ${ctx.clock.now()}::timestamptz
    from org_account_role h join org_role r on r.name = h.role
    where cardinality(r.exclusive_with) > 0 and h.account in (${accounts})
    on conflict (account, role) do update set held_until = excluded.held_until`.execute(ctx.db);
}

/** Roles that exclude others and were held by an account, or by one of the same person, lately. */
export async function pastRoles(
  ctx: At,
  account: string,
  since: Date,
): Promise<{ role: string; until: Date }[]> {
  const { rows } = await sql<{ role: string; until: Date }>`
    select p.role, max(p.held_until) as until from org_role_past p
    where p.held_until > ${since} and p.account in (
      select o.id from org_account o join org_account a
        on o.id = a.id or o.identity = a.identity where a.id = ${account})
    group by p.role order by p.role`.execute(ctx.db);
  return rows;
}

/** Roles that other accounts of the same person hold. */
export async function rolesOfSamePerson(ctx: At, account: string): Promise<string[]> {
  const { rows } = await sql<{ role: string }>`
    select distinct h.role from org_account a
    join org_account o on o.identity = a.identity and o.id <> a.id and not o.disabled
    join org_account_role h on h.account = o.id
    where a.id = ${account}`.execute(ctx.db);
  return rows.map((row) => row.role);
}

export interface IdentityClaim {
  account: string;
  identity: string;
  claimed_by: string;
  claimed_at: Date;
}

/** What somebody said of whose account it is; null when nobody did, or it holds already. */
export async function lockIdentityClaim(ctx: At, account: string): Promise<IdentityClaim | null> {
  const { rows } = await sql<IdentityClaim>`select * from org_identity_claim
    where account = ${account} for update`.execute(ctx.db);
  return rows[0] ?? null;
}

export async function putIdentityClaim(ctx: At, claim: IdentityClaim): Promise<void> {
  const { account, identity, claimed_by, claimed_at } = claim;
  await sql`insert into org_identity_claim (account, identity, claimed_by, claimed_at)
    values (${account}, ${identity}, ${claimed_by}, ${claimed_at})
    on conflict (account) do update set identity = excluded.identity,
      claimed_by = excluded.claimed_by, claimed_at = excluded.claimed_at`.execute(ctx.db);
}

/** Those of these accounts of which one has said whose they are. */
export async function accountsClaimed(ctx: At, accounts: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ account: string }>`select account from org_identity_claim
    where account = any(${[...accounts]}::text[])`.execute(ctx.db);
  return new Set(rows.map(({ account }) => account));
}

export interface IdentityClaimFound extends IdentityClaim {
  name: string;
  unitName: string;
}

/** Claims that wait, on accounts at or below these units, the oldest first. */
export async function identityClaimsBelow(
  ctx: At,
  paths: readonly string[],
  limit: number,
): Promise<IdentityClaimFound[]> {
  const below = paths.map((path) => `${literal(path)}/%`);
  const { rows } = await sql<IdentityClaimFound>`
    select c.*, a.name, u.name as "unitName" from org_identity_claim c
    join org_account a on a.id = c.account join org_unit u on u.code = a.unit
    where u.path = any(${[...paths]}::text[]) or u.path like any(${below}::text[])
    order by c.claimed_at, c.account limit ${limit}`.execute(ctx.db);
  return rows;
}

/** Takes back what one has said of whose account it is. */
export async function dropIdentityClaim(ctx: At, account: string): Promise<void> {
  await sql`delete from org_identity_claim where account = ${account}`.execute(ctx.db);
}

/** Whose account it is; what was only said before is settled by it. */
export async function setIdentity(ctx: At, account: string, hash: string): Promise<void> {
  await dropIdentityClaim(ctx, account);
  await tables(ctx)
    .updateTable('org_account')
    .set({ identity: hash, version: sql`version + 1` })
    .where('id', '=', account)
    .execute();
}

export async function insertRoleChange(
  ctx: At,
  change: Omit<RoleChangeRow, 'state' | 'decided_by' | 'decided_at' | 'answer'>,
): Promise<void> {
  await tables(ctx)
    .updateTable('org_role_change')
    .set({ state: 'replaced', decided_by: change.proposed_by, decided_at: change.proposed_at })
    .where('account', '=', change.account)
    .where('state', '=', 'proposed')
    .execute();
  await tables(ctx)
    .insertInto('org_role_change')
    .values({
      ...change,
      before: JSON.stringify(change.before),
      after: JSON.stringify(change.after),
      state: 'proposed',
      decided_by: null,
      decided_at: null,
      answer: null,
    })
    .execute();
}

/** A proposal that waits for its answer, locked so that two do not answer it. */
export const lockRoleChange = (ctx: At, id: string): Promise<RoleChangeRow | undefined> =>
  tables(ctx)
    .selectFrom('org_role_change')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'proposed')
    .forUpdate()
    .executeTakeFirst();

export async function answerRoleChange(
  ctx: At,
  id: string,
  answer: Pick<RoleChangeRow, 'state' | 'decided_by' | 'decided_at' | 'answer'>,
): Promise<void> {
  await tables(ctx).updateTable('org_role_change').set(answer).where('id', '=', id).execute();
}

export type RoleChangeFound = RoleChangeRow & { name: string; unitName: string };

/** Changes of roles of the accounts below these paths; those that wait first, then the newest. */
export async function roleChangesBelow(
  ctx: At,
  paths: readonly string[],
  limit: number,
): Promise<RoleChangeFound[]> {
  return tables(ctx)
    .selectFrom('org_role_change as c')
    .innerJoin('org_account as a', 'a.id', 'c.account')
    .innerJoin('org_unit as u', 'u.code', 'a.unit')
    .selectAll('c')
    .select(['a.name', 'u.name as unitName'])
    .where((by) =>
      by.or(
        paths.flatMap((path) => [
          by('u.path', '=', path),
          by('u.path', 'like', `${literal(path)}/%`),
        ]),
      ),
    )
    .orderBy(sql`c.state = 'proposed'`, 'desc')
    .orderBy('c.proposed_at', 'desc')
    .limit(limit)
    .execute();
}

/** Changes an account if it still has `version`. @returns false when it does not */
export async function changeAccount(
  ctx: At,
  id: string,
  version: number,
  change: { disabled?: boolean; password_hash?: string | null },
): Promise<boolean> {
  const result = await tables(ctx)
    .updateTable('org_account')
    .set({ ...change, version: sql`version + 1` })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Keeps the newest invitation of an account; an older link stops working. */
export async function putInvite(
  ctx: At,
  invite: { tokenHash: string; account: string; expiresAt: Date; createdBy: string },
): Promise<void> {
  await tables(ctx).deleteFrom('org_invite').where('account', '=', invite.account).execute();
  await tables(ctx)
    .insertInto('org_invite')
    .values({
      token_hash: invite.tokenHash,
      account: invite.account,
      expires_at: invite.expiresAt,
      created_by: invite.createdBy,
    })
    .execute();
}

export interface InviteRow {
  account: string;
  expiresAt: Date;
  createdBy: string;
}

const inviteColumns = ['account', 'expires_at as expiresAt', 'created_by as createdBy'] as const;

export const inviteBy = (ctx: At, tokenHash: string): Promise<InviteRow | undefined> =>
  tables(ctx)
    .selectFrom('org_invite')
    .select(inviteColumns)
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();

/** Takes an invitation, so that nobody takes it again; a rollback gives it back. */
export const takeInvite = (ctx: At, tokenHash: string): Promise<InviteRow | undefined> =>
  tables(ctx)
    .deleteFrom('org_invite')
    .where('token_hash', '=', tokenHash)
    .returning(inviteColumns)
    .executeTakeFirst();

export async function setPassword(
  ctx: At,
  id: string,
  { passwordHash, linkBy }: { passwordHash: string; linkBy: string },
): Promise<void> {
  await tables(ctx)
    .updateTable('org_account')
    .set({ password_hash: passwordHash, password_link_by: linkBy, version: sql`version + 1` })
    .where('id', '=', id)
    .execute();
}

export interface AccountFilter {
  /** Paths whose subtrees are meant; none means nothing. */
  paths: readonly string[];
  id?: string;
  search?: string;
  /** Path whose subtree is meant, itself included. */
  below?: string;
  role?: string;
  state?: 'open' | 'invited' | 'closed';
  /** Ids after this one. */
  after?: string;
  limit: number;
}

/** What else narrows a list of accounts; true when nothing does. */
function narrowed({ below, role, state }: AccountFilter) {
  const parts = [sql<boolean>`true`];
  if (below !== undefined) {
    parts.push(sql`(u.path = ${below} or u.path like ${`${literal(below)}/%`})`);
  }
  if (role !== undefined) {
    parts.push(sql`exists (select 1 from org_account_role h
      where h.account = a.id and h.role = ${role})`);
  }
  if (state !== undefined) {
    parts.push(sql`case when a.disabled then 'closed'
      when a.password_hash is null then 'invited' else 'open' end = ${state}`);
  }
  return sql<boolean>`(${sql.join(parts, sql` and `)})`;
}

/** Which of these names are taken, be it by a closed account. */
export async function accountsTaken(ctx: At, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from org_account where id = any(${[...ids]}::text[])`.execute(ctx.db);
  return new Set(rows.map((row) => row.id));
}

/** Accounts at or below a path that are not closed, and whether they can sign in. */
export async function peopleBelow(
  ctx: At,
  path: string,
  withDemo: boolean,
): Promise<{ id: string; path: string; able: boolean }[]> {
  const { rows } = await sql<{ id: string; path: string; able: boolean }>`
    select a.id, u.path, a.password_hash is not null as able
    from org_account a join org_unit u on u.code = a.unit
    where not a.disabled and (${withDemo} or not a.demo)
      and (u.path = ${path} or u.path like ${`${literal(path)}/%`})`.execute(ctx.db);
  return rows;
}

export async function accountsWhere(
  ctx: At,
  filter: AccountFilter,
): Promise<(AccountRow & { unitName: string })[]> {
  let query = tables(ctx)
    .selectFrom('org_account as a')
    .innerJoin('org_unit as u', 'u.code', 'a.unit')
    .selectAll('a')
    .select('u.name as unitName')
    .where((by) =>
      by.or(
        filter.paths.flatMap((path) => [
          by('u.path', '=', path),
          by('u.path', 'like', `${literal(path)}/%`),
        ]),
      ),
    );
  if (filter.id !== undefined) query = query.where('a.id', '=', filter.id);
  if (filter.after !== undefined) query = query.where('a.id', '>', filter.after);
  query = query.where(narrowed(filter));
  if (filter.search !== undefined && filter.search !== '') {
    const { search } = filter;
    const like = `%${literal(search)}%`;
    query = query.where((by) =>
      by.or([by('a.id', 'like', like), named(search), by('u.name', 'like', like)]),
    );
  }
  return query.orderBy('a.id').limit(filter.limit).execute();
}

export interface StandInFilter {
  /** Left out. */
  self: string;
  /** Roles he holds, and the codes from the top down to each unit he works in. */
  roles: readonly string[];
  units: readonly (readonly string[])[];
  permission: string;
  search: string;
  after: string;
  limit: number;
  withDemo: boolean;
}

/**
 * Open accounts with a permission that work at or above every one of these units and hold no role
 * that excludes one of these roles: found from the holders in those units, by login.
 */
export async function standIns(
  ctx: At,
  { self, roles, units, permission, search, after, limit, withDemo }: StandInFilter,
): Promise<{ id: string; name: string; unitName: string }[]> {
  const like = `%${literal(search)}%`;
  const sees = units.map(
    (codes) => sql<boolean>`a.id in (
      select account from org_account_role where unit = any(${[...codes]}::text[]))`,
  );
  const { rows } = await sql<{ id: string; name: string; unitName: string }>`
    select a.id, a.name, u.name as "unitName"
    from org_account a join org_unit u on u.code = a.unit
    where not a.disabled and a.password_hash is not null and (${withDemo} or not a.demo)
      and a.id <> ${self} and a.id > ${after}
      and (${search === ''} or a.id like ${like} or ${named(search)} or u.name like ${like})
      and ${sees.length === 0 ? sql`true` : sql.join(sees, sql` and `)}
      and exists (
        select 1 from org_account_role h join org_role r on r.name = h.role
        where h.account = a.id and ${permission} = any(r.permissions))
      and not exists (
        select 1 from org_account_role h join org_role theirs on theirs.name = h.role
        join org_role ours on ours.name = any(${[...roles]}::text[])
        where h.account = a.id and (theirs.name = any(ours.exclusive_with)
          or ours.name = any(theirs.exclusive_with)))
    order by a.id limit ${limit}`.execute(ctx.db);
  return rows;
}

/** Open accounts that hold a role at exactly this unit. */
export async function holders(
  ctx: At,
  held: HeldRole,
  withDemo: boolean,
): Promise<{ id: string; name: string }[]> {
  return tables(ctx)
    .selectFrom('org_account_role as h')
    .innerJoin('org_account as a', 'a.id', 'h.account')
    .select(['a.id', 'a.name'])
    .where('h.role', '=', held.role)
    .where('h.unit', '=', held.unit)
    .where('a.disabled', '=', false)
    .where('a.demo', 'in', withDemo ? [true, false] : [false])
    .orderBy('a.demo_position')
    .orderBy('a.id')
    .execute();
}

/** Demo accounts in the order the role switcher shows them. */
export async function demoRows(ctx: At): Promise<(AccountRow & { unitName: string })[]> {
  return tables(ctx)
    .selectFrom('org_account as a')
    .innerJoin('org_unit as u', 'u.code', 'a.unit')
    .selectAll('a')
    .select('u.name as unitName')
    .where('a.demo', '=', true)
    .where('a.disabled', '=', false)
    .orderBy(sql`a.demo_position nulls last`)
    .orderBy('a.id')
    .execute();
}

export interface BoundaryRow {
  unit: string;
  geometry: unknown;
  label: [number, number] | null;
  generated: boolean;
}

/** Replaces the boundaries that a pack's file brought. */
export async function putBoundaries(
  ctx: At,
  from: { pack: string; name: string },
  rows: readonly BoundaryRow[],
): Promise<void> {
  await removeBoundaries(ctx, from);
  for (let at = 0; at < rows.length; at += chunk) {
    const values = rows.slice(at, at + chunk).map((row) => ({
      ...row,
      geometry: JSON.stringify(row.geometry),
      label: row.label === null ? null : sql<[number, number]>`${JSON.stringify(row.label)}::jsonb`,
      pack: from.pack,
      pack_file: from.name,
    }));
    await tables(ctx)
      .insertInto('org_boundary')
      .values(values)
      .onConflict((conflict) =>
        conflict.column('unit').doUpdateSet((by) => ({
          geometry: by.ref('excluded.geometry'),
          label: by.ref('excluded.label'),
          generated: by.ref('excluded.generated'),
          pack: by.ref('excluded.pack'),
          pack_file: by.ref('excluded.pack_file'),
        })),
      )
      .execute();
  }
}

export async function removeBoundaries(ctx: At, from: { pack: string; name: string }) {
  await tables(ctx)
    .deleteFrom('org_boundary')
    .where('pack', '=', from.pack)
    .where('pack_file', '=', from.name)
    .execute();
}

/** Boundaries of the units of a level at or below a path, with the units' names. */
export async function boundariesBelow(
  ctx: At,
  path: string,
  level: UnitLevel,
): Promise<(BoundaryRow & { name: string; nameEn: string | null; zone: boolean })[]> {
  return tables(ctx)
    .selectFrom('org_boundary as b')
    .innerJoin('org_unit as u', 'u.code', 'b.unit')
    .select(['b.unit', 'b.geometry', 'b.label', 'b.generated'])
    .select(['u.name', 'u.name_en as nameEn', 'u.zone'])
    .where('u.level', '=', level)
    .where((by) => by.or([by('u.path', '=', path), by('u.path', 'like', `${literal(path)}/%`)]))
    .orderBy('u.position')
    .execute();
}
