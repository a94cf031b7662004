/** The only SQL of cases on PostgreSQL. */
import { type Generated, sql } from 'kysely';
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import type { CaseState, CaseType, Entry, Fact, Ladder } from './model.ts';

type CasesTables = {
  case_type: {
    name: string;
    version: number;
    pack: string;
    digest: string;
    definition: unknown;
    retired: Generated<boolean>;
  };
  case_ladder: { name: string; pack: string; definition: unknown };
  case_timeline: {
    case_id: number;
    seq: number;
    at: Date;
    actor: string;
    actor_name: string;
    actor_unit: string | null;
    fact: unknown;
  };
  case_attachment: { sha256: string; media_type: string; bytes: number; at: Date };
  case_upload: { sha256: string; account: string; account_name: string; name: string; at: Date };
  case_evidence: {
    case_id: number;
    sha256: string;
    seq: number;
    name: string;
    account_name: string;
    action: string | null;
    at: Date;
  };
};

type StoreCtx = Pick<Ctx, 'db'>;
const tables = (db: Db) => db.withTables<CasesTables>();

export interface TypeRow {
  name: string;
  version: number;
  definition: CaseType;
}

/** The newest version of a case type that is still declared. */
export async function currentType(ctx: StoreCtx, name: string): Promise<TypeRow | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('case_type')
    .select(['name', 'version', 'definition'])
    .where('name', '=', name)
    .where('retired', '=', false)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row as TypeRow | undefined;
}

export async function typeVersion(
  ctx: StoreCtx,
  name: string,
  version: number,
): Promise<CaseType | undefined> {
  const row = await tables(ctx.db)
    .selectFrom('case_type')
    .select('definition')
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst();
  return row?.definition as CaseType | undefined;
}

/** Definitions of many versions at once, by `name@version`. */
export async function typesOf(
  ctx: StoreCtx,
  wanted: { type: string; typeVersion: number }[],
): Promise<Map<string, CaseType>> {
  const names = [...new Set(wanted.map((one) => one.type))];
  if (names.length === 0) return new Map();
  const rows = await tables(ctx.db)
    .selectFrom('case_type')
    .select(['name', 'version', 'definition'])
    .where('name', 'in', names)
    .execute();
  return new Map(
    rows.map((row) => [`${row.name}@${row.version}`, row.definition as unknown as CaseType]),
  );
}

export async function saveType(
  ctx: StoreCtx,
  file: { pack: string; name: string; digest: string; definition: CaseType; at: Date },
): Promise<void> {
  await sql`
    insert into case_type (name, version, pack, digest, definition, applied_at)
    select ${file.name}, coalesce(max(version), 0) + 1, ${file.pack}, ${file.digest},
      ${JSON.stringify(file.definition)}::json, ${file.at}
    from case_type where name = ${file.name}
    having coalesce((array_agg(digest order by version desc))[1], '') <> ${file.digest}
      or bool_or(retired)`.execute(ctx.db);
}

/** A type no pack declares any more opens no new case; those open go on by their version. */
export async function retireType(ctx: StoreCtx, name: string): Promise<void> {
  await tables(ctx.db)
    .updateTable('case_type')
    .set({ retired: true })
    .where('name', '=', name)
    .execute();
}

export async function saveLadder(
  ctx: StoreCtx,
  file: { pack: string; name: string; definition: Ladder },
): Promise<void> {
  const definition = JSON.stringify(file.definition);
  await tables(ctx.db)
    .insertInto('case_ladder')
    .values({ name: file.name, pack: file.pack, definition })
    .onConflict((on) => on.column('name').doUpdateSet({ pack: file.pack, definition }))
    .execute();
}

export async function removeLadder(ctx: StoreCtx, name: string): Promise<void> {
  await tables(ctx.db).deleteFrom('case_ladder').where('name', '=', name).execute();
}

export async function ladders(ctx: StoreCtx): Promise<Map<string, Ladder>> {
  const rows = await tables(ctx.db)
    .selectFrom('case_ladder')
    .select(['name', 'definition'])
    .execute();
  return new Map(rows.map((row) => [row.name, row.definition as unknown as Ladder]));
}

/** The next number of a prefix on a local day. Numbers have no gaps among committed cases. */
export async function nextNumber(ctx: StoreCtx, prefix: string, day: string): Promise<number> {
  const found = await sql<{ last: number }>`
    insert into case_number (prefix, day, last) values (${prefix}, ${day}::date, 1)
    on conflict (prefix, day) do update set last = case_number.last + 1
    returning last`.execute(ctx.db);
  return found.rows[0]?.last ?? 1;
}

export interface CaseRow {
  id: number;
  state: CaseState;
  unit_codes: string[];
}

const byIdOrNumber = (idOrNumber: string) =>
  /^\d{1,18}$/.test(idOrNumber) ? sql`id = ${idOrNumber}::bigint` : sql`number = ${idOrNumber}`;

/** Locks a case: whoever acts on it next waits. */
export async function lockCase(ctx: StoreCtx, idOrNumber: string): Promise<CaseRow | undefined> {
  const found = await sql<CaseRow>`select id, state, unit_codes from case_file
    where ${byIdOrNumber(idOrNumber)} for update`.execute(ctx.db);
  return found.rows[0];
}

/** Locks several cases, always in one order: two who lock the same ones wait, and lock up never. */
export async function lockCases(ctx: StoreCtx, ids: readonly string[]): Promise<void> {
  const numbers = ids.filter((id) => /^\d{1,18}$/.test(id));
  await sql`select id from case_file where id = any(${numbers}::bigint[])
    order by id for update`.execute(ctx.db);
}

/**
 * The same for a timer, which holds its own row already: a person acting holds the case and then
 * wants the timer's row, so waiting here would be a deadlock. Null when somebody is acting right
 * now.
 */
export async function lockCaseNow(ctx: StoreCtx, id: number): Promise<CaseRow | null> {
  const found = await sql<CaseRow>`select id, state, unit_codes from case_file
    where id = ${id} for update skip locked`.execute(ctx.db);
  return found.rows[0] ?? null;
}

/** Ids of open cases with this value in a field, oldest first. */
export async function openWith(ctx: StoreCtx, field: string, value: string): Promise<string[]> {
  const found = await sql<{ id: number }>`select id from case_file
    where closed_at is null and state -> 'data' ->> ${sql.lit(field)} = ${value}
    order by id`.execute(ctx.db);
  return found.rows.map((row) => String(row.id));
}

export async function findCase(ctx: StoreCtx, idOrNumber: string): Promise<CaseRow | undefined> {
  const found = await sql<CaseRow>`select id, state, unit_codes from case_file
    where ${byIdOrNumber(idOrNumber)}`.execute(ctx.db);
  return found.rows[0];
}

const codesOf = (paths: readonly string[]): string[] => [
  ...new Set(paths.flatMap((path) => path.split('/'))),
];

/** The end of the running clock that ends first, of the case or of one task. */
export function dueOf(state: CaseState, task?: number): string | null {
  const due = state.clocks
    .filter((one) => one.state === 'running')
    .filter((one) => task === undefined || one.task === task || one.task === null)
    .map((one) => one.dueAt)
    .sort();
  return due[0] ?? null;
}

function warnOf(state: CaseState, task: number): string | null {
  const marks = state.clocks
    .filter((one) => one.state === 'running' && (one.task === task || one.task === null))
    .flatMap((one) => [...one.marks.map((mark) => mark.at), one.dueAt])
    .sort();
  return marks[0] ?? null;
}

function columns(state: CaseState) {
  return {
    number: state.number,
    type: state.type,
    type_version: state.typeVersion,
    title: state.title,
    step: state.step,
    outcome: state.outcome,
    unit: state.unit,
    subject_kind: state.subject?.kind ?? null,
    subject_id: state.subject?.id ?? null,
    opener: state.opener,
    unit_codes: codesOf(state.paths),
    opened_at: state.openedAt,
    moved_at: state.movedAt,
    closed_at: state.closedAt,
    due_at: dueOf(state),
    seq: state.seq,
    state: JSON.stringify(state),
  };
}

/** Writes the projection of a case; gives its id. */
export async function saveCase(
  ctx: StoreCtx,
  id: number | null,
  state: CaseState,
): Promise<number> {
  const row = columns(state);
  const values = sql.join(Object.values(row).map((value) => sql`${value}`));
  const names = sql.raw(Object.keys(row).join(', '));
  if (id === null) {
    const made = await sql<{ id: number }>`
      insert into case_file (${names}) values (${values}) returning id`.execute(ctx.db);
    const [first] = made.rows;
    if (!first) throw new Error('a case was not written');
    return first.id;
  }
  await sql`update case_file set (${names}) = (${values}) where id = ${id}`.execute(ctx.db);
  return id;
}

/** Writes the inbox rows of a case. */
export async function saveTasks(ctx: StoreCtx, id: number, state: CaseState): Promise<void> {
  const rows = state.tasks.map((task) => ({
    case_id: id,
    task: task.id,
    name: task.name,
    role: task.role,
    unit_codes: task.unitPath.split('/'),
    account: task.account,
    open: task.state === 'open',
    opened_at: task.openedAt,
    due_at: dueOf(state, task.id) ?? 'infinity',
    warn_at: warnOf(state, task.id) ?? 'infinity',
  }));
  await sql`
    insert into case_task
    select * from jsonb_populate_recordset(null::case_task, ${JSON.stringify(rows)}::jsonb)
    on conflict (case_id, task) do update set name = excluded.name, role = excluded.role,
      unit_codes = excluded.unit_codes, account = excluded.account, open = excluded.open,
      due_at = excluded.due_at, warn_at = excluded.warn_at`.execute(ctx.db);
}

export async function appendFacts(
  ctx: StoreCtx,
  id: number,
  entries: {
    firstSeq: number;
    at: Date;
    actor: string;
    actorName: string;
    actorUnit: string | null;
    facts: Fact[];
  },
): Promise<void> {
  await tables(ctx.db)
    .insertInto('case_timeline')
    .values(
      entries.facts.map((fact, index) => ({
        case_id: id,
        seq: entries.firstSeq + index,
        at: entries.at,
        actor: entries.actor,
        actor_name: entries.actorName,
        actor_unit: entries.actorUnit,
        fact: JSON.stringify(fact),
      })),
    )
    .execute();
}

/** The timeline, oldest first. */
export async function timelineOf(ctx: StoreCtx, id: number): Promise<Entry[]> {
  const rows = await tables(ctx.db)
    .selectFrom('case_timeline')
    .selectAll()
    .where('case_id', '=', id)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at,
    actor: row.actor,
    actorName: row.actor_name,
    actorUnit: row.actor_unit,
    fact: row.fact as Fact,
  }));
}

export interface ListWhere {
  /** Codes of units the reader sees; null for the platform. */
  units: string[] | null;
  account: string;
  type: string | null;
  step: string | null;
  open: boolean | null;
  overdueAt: Date | null;
  unit: string | null;
  q: string | null;
  subject: [kind: string, id: string] | null;
  field: [name: string, value: string] | null;
  after: [openedAt: string, id: number] | null;
  limit: number;
}

const like = (words: string): string => `%${words.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Cases a reader may see, newest first. */
export async function listCases(ctx: StoreCtx, where: ListWhere): Promise<CaseRow[]> {
  const only = [
    where.units === null
      ? sql`true`
      : sql`(unit_codes && ${where.units}::text[] or opener = ${where.account})`,
    where.type === null ? sql`true` : sql`type = ${where.type}`,
    where.step === null ? sql`true` : sql`step = ${where.step}`,
    where.open === null
      ? sql`true`
      : where.open
        ? sql`closed_at is null`
        : sql`closed_at is not null`,
    where.overdueAt === null ? sql`true` : sql`closed_at is null and due_at < ${where.overdueAt}`,
    where.unit === null ? sql`true` : sql`unit_codes && array[${where.unit}]::text[]`,
    where.q === null
      ? sql`true`
      : sql`(title ilike ${like(where.q)} or number ilike ${like(where.q)})`,
    where.subject === null
      ? sql`true`
      : sql`subject_kind = ${where.subject[0]} and subject_id = ${where.subject[1]}`,
    where.field === null
      ? sql`true`
      : sql`state -> 'data' ->> ${sql.lit(where.field[0])} = ${where.field[1]}`,
    where.after === null
      ? sql`true`
      : sql`(opened_at, id) < (${where.after[0]}::timestamptz, ${where.after[1]}::bigint)`,
  ];
  const found = await sql<CaseRow>`select id, state, unit_codes from case_file
    where ${sql.join(only, sql` and `)}
    order by opened_at desc, id desc limit ${where.limit}`.execute(ctx.db);
  return found.rows;
}

export interface InboxWhere {
  roles: { role: string; unit: string }[];
  account: string;
  type: string | null;
  name: string | null;
  warnedAt: Date | null;
  overdueAt: Date | null;
  after: [dueAt: string, caseId: number, task: number] | null;
  limit: number;
}

export interface InboxRow extends CaseRow {
  task: number;
  due: string;
}

const held = (where: Pick<InboxWhere, 'roles'>) => sql`exists (
  select 1 from json_to_recordset(${JSON.stringify(where.roles)}::json) as h(role text, unit text)
  where h.role = t.role and h.unit = any (t.unit_codes))`;

/** Open tasks of a person, those due first at the head. */
export async function inbox(ctx: StoreCtx, where: InboxWhere): Promise<InboxRow[]> {
  const only = [
    sql`t.open`,
    sql`t.role = any (${where.roles.map((one) => one.role)}::text[])`,
    held(where),
    where.type === null ? sql`true` : sql`c.type = ${where.type}`,
    where.name === null ? sql`true` : sql`t.name = ${where.name}`,
    where.warnedAt === null ? sql`true` : sql`t.warn_at <= ${where.warnedAt}`,
    where.overdueAt === null ? sql`true` : sql`t.due_at < ${where.overdueAt}`,
    where.after === null
      ? sql`true`
      : sql`(t.due_at, t.case_id, t.task) > (${where.after[0]}::timestamptz,
          ${where.after[1]}::bigint, ${where.after[2]}::int)`,
  ];
  const found = await sql<InboxRow>`
    select c.id, c.state, c.unit_codes, t.task, t.due_at::text as due
    from case_task t join case_file c on c.id = t.case_id
    where ${sql.join(only, sql` and `)}
    order by t.due_at, t.case_id, t.task limit ${where.limit}`.execute(ctx.db);
  return found.rows;
}

export async function inboxCount(ctx: StoreCtx, where: Pick<InboxWhere, 'roles'>): Promise<number> {
  const found = await sql<{ open: number }>`select count(*)::int as open from case_task t
    where t.open and t.role = any (${where.roles.map((one) => one.role)}::text[])
      and ${held(where)}`.execute(ctx.db);
  return found.rows[0]?.open ?? 0;
}

export async function saveUpload(
  ctx: StoreCtx,
  file: {
    sha256: string;
    media_type: string;
    bytes: number;
    account: string;
    account_name: string;
    name: string;
    at: Date;
  },
): Promise<void> {
  const { sha256, media_type, bytes, at, ...who } = file;
  await tables(ctx.db)
    .insertInto('case_attachment')
    .values({ sha256, media_type, bytes, at })
    .onConflict((on) => on.column('sha256').doNothing())
    .execute();
  await tables(ctx.db)
    .insertInto('case_upload')
    .values({ sha256, at, ...who })
    .onConflict((on) => on.columns(['sha256', 'account']).doNothing())
    .execute();
}

export interface EvidenceRow {
  sha256: string;
  media_type: string;
  bytes: number;
  name: string;
  account_name: string;
  action: string | null;
  at: Date;
}

/** Uploads of an account, by hash; the platform may attach anyone's. */
export async function uploadsOf(
  ctx: StoreCtx,
  account: string | null,
  hashes: readonly string[],
): Promise<{ sha256: string; name: string; account_name: string }[]> {
  if (hashes.length === 0) return [];
  const found = await sql<{ sha256: string; name: string; account_name: string }>`
    select distinct on (sha256) sha256, name, account_name from case_upload
    where sha256 = any (${[...hashes]}::text[])
      and (${account}::text is null or account = ${account})
    order by sha256, at`.execute(ctx.db);
  return found.rows;
}

export async function saveEvidence(
  ctx: StoreCtx,
  rows: {
    case_id: number;
    sha256: string;
    seq: number;
    name: string;
    account_name: string;
    action: string | null;
    at: Date;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tables(ctx.db)
    .insertInto('case_evidence')
    .values(rows)
    .onConflict((on) => on.columns(['case_id', 'sha256']).doNothing())
    .execute();
}

export async function evidenceOf(ctx: StoreCtx, id: number): Promise<EvidenceRow[]> {
  const found = await sql<EvidenceRow>`
    select e.sha256, a.media_type, a.bytes, e.name, e.account_name, e.action, e.at
    from case_evidence e join case_attachment a using (sha256)
    where e.case_id = ${id} order by e.seq, e.sha256`.execute(ctx.db);
  return found.rows;
}
