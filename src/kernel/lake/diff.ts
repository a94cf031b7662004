/** What differs between two snapshots of a dataset, by key. */
import type { Db } from '#kernel/db';
import { differs, sameKey } from './compare.ts';
import type { Changes, Column, DiffResult, Engine, RowDiff, Snapshot } from './model.ts';
import { loadState, numberOf, type Parts, stateSql } from './parts.ts';
import { relationSql } from './read.ts';
import { nameList, quoteName, quoteText } from './sqltext.ts';
import { filesBetween, getDataset, getSnapshot, listSnapshots, loadSchemas } from './store.ts';

interface Sides {
  columns: Column[];
  key: string[];
  before: string;
  after: string;
}

/** See `Lake.diff`. */
export async function diff(
  parts: Parts,
  db: Db,
  dataset: string,
  span: { a: number; b: number; limit: number },
): Promise<DiffResult> {
  const found = await getDataset(db, dataset);
  const a = await getSnapshot(db, dataset, span.a);
  const b = await getSnapshot(db, dataset, span.b);
  const { columns, key } = found.schema;
  const before = stateSql(parts, await loadState(db, found, a), columns);
  const after = stateSql(parts, await loadState(db, found, b), columns);
  const touched = await touchedKeys(parts, db, { dataset, key, columns, a, b });
  const sides = { columns, key, before, after };
  return parts.engine.with((session) =>
    key.length === 0
      ? diffAsBags(session, sides, span.limit)
      : diffByKey(session, narrowed(sides, touched), span.limit),
  );
}

/** See `Lake.changes`. */
export async function changes(
  parts: Parts,
  db: Db,
  dataset: string,
  span: { a: number; b: number },
): Promise<Changes | null> {
  const found = await getDataset(db, dataset);
  const [a, b] = [await getSnapshot(db, dataset, span.a), await getSnapshot(db, dataset, span.b)];
  if (a.version > b.version || b.schemaVersion !== found.schema.version) return null;
  const { columns, key } = found.schema;
  if (key.length > 0) {
    const sql = await touchedKeys(parts, db, { dataset, key, columns, a, b });
    return sql === undefined ? null : { by: 'key', sql, key };
  }
  const between = await stepsBetween(db, { dataset, key, columns, a, b });
  const isAppended = between?.every(
    ({ reason, mode }) => reason === 'compact' || mode === 'append',
  );
  if (!isAppended) return null;
  const files = await filesBetween(db, dataset, a.version, b.version);
  const schemas = await loadSchemas(db, dataset);
  return { by: 'row', sql: relationSql({ root: parts.folders.root, schemas, columns, files }) };
}

const narrowed = (sides: Sides, touched: string | undefined): Sides => {
  if (touched === undefined) return sides;
  const only = (side: string): string =>
    `(select * from ${side} as side semi join ${touched} as touched using (${nameList(sides.key)}))`;
  return { ...sides, before: only(sides.before), after: only(sides.after) };
};

interface Span {
  dataset: string;
  key: string[];
  columns: Column[];
  a: Snapshot;
  b: Snapshot;
}

/**
 * The snapshots after one and up to another; null when a whole delivery, another shape or a
 * snapshot that was forgotten already lies between, so that its files may not tell all.
 */
async function stepsBetween(db: Db, span: Span): Promise<Snapshot[] | null> {
  const [low, high] = [span.a.version, span.b.version].sort((x, y) => x - y);
  if (low === undefined || high === undefined) return null;
  const between = (await listSnapshots(db, span.dataset)).filter(
    ({ version }) => version > low && version <= high,
  );
  const isWhole = between.some(({ reason, mode }) => reason === 'commit' && mode === 'full');
  const schemas = new Set(
    between.map((snapshot) => snapshot.schemaVersion).concat(span.a.schemaVersion),
  );
  return isWhole || between.length !== high - low || schemas.size > 1 ? null : between;
}

/**
 * The keys that deliveries between two snapshots touched, so that a diff costs what changed and not
 * what there is. Undefined when they cannot be told.
 */
async function touchedKeys(parts: Parts, db: Db, span: Span): Promise<string | undefined> {
  const [low, high] = [span.a.version, span.b.version].sort((x, y) => x - y);
  if (low === undefined || high === undefined || span.key.length === 0) return undefined;
  if ((await stepsBetween(db, span)) === null) return undefined;
  const files = await filesBetween(db, span.dataset, low, high);
  const layers = {
    root: parts.folders.root,
    schemas: await loadSchemas(db, span.dataset),
    columns: span.columns.filter(({ name }) => span.key.includes(name)),
  };
  const rows = files.map((file) => ({ ...file, kind: 'rows' as const, layer: 0 }));
  return relationSql({ ...layers, files: rows });
}

const asStruct = (columns: Column[], side: string): string => {
  const parts = columns.map(({ name }) => `${quoteName(name)} := ${side}.${quoteName(name)}`);
  return `struct_pack(${parts.join(', ')})`;
};

async function diffByKey(session: Engine, sides: Sides, limit: number): Promise<DiffResult> {
  const { columns, key } = sides;
  const first = quoteName(key[0] ?? '');
  const marks = columns
    .filter(({ name }) => !key.includes(name))
    .map(({ name }) => {
      const column = quoteName(name);
      return `case when a.${column} is distinct from b.${column} then ${quoteText(name)} end`;
    });
  const keys = key.map((name) => `coalesce(a.${quoteName(name)}, b.${quoteName(name)})`);
  await session.run(
    `create temp table differing as
     select case when a.${first} is null then 'added' when b.${first} is null then 'removed'
         else 'changed' end as kind,
       struct_pack(${keys.map((value, at) => `${quoteName(key[at] ?? '')} := ${value}`).join(', ')}) as "key",
       case when a.${first} is null or b.${first} is null then []::varchar[]
         else list_filter([${marks.join(', ')}]::varchar[], lambda x: x is not null) end as changed,
       case when a.${first} is not null then ${asStruct(columns, 'a')} end as before,
       case when b.${first} is not null then ${asStruct(columns, 'b')} end as after
     from ${sides.before} as a full join ${sides.after} as b on ${sameKey(key, 'a', 'b')}
     where a.${first} is null or b.${first} is null or ${differs(sides, 'a', 'b')}`,
  );
  return collect(session, limit, '"key"');
}

/** Without a key a row is only itself: it was added or it was removed. */
async function diffAsBags(session: Engine, sides: Sides, limit: number): Promise<DiffResult> {
  const names = nameList(sides.columns.map((column) => column.name));
  const only = (here: string, there: string): string =>
    `(select ${names} from ${here} except all select ${names} from ${there})`;
  const side = (kind: string, rows: string): string => {
    const row = asStruct(sides.columns, 'r');
    const none = `null::struct(${sides.columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(', ')})`;
    const [before, after] = kind === 'removed' ? [row, none] : [none, row];
    return `select ${quoteText(kind)} as kind, null as "key", []::varchar[] as changed,
      ${before} as before, ${after} as after from ${rows} as r`;
  };
  await session.run(
    `create temp table differing as ${side('added', only(sides.after, sides.before))}
     union all ${side('removed', only(sides.before, sides.after))}`,
  );
  return collect(session, limit, 'kind, before, after');
}

async function collect(session: Engine, limit: number, order: string): Promise<DiffResult> {
  const [counts] = await session.rows(
    `select count(*) filter (where kind = 'added') as added,
       count(*) filter (where kind = 'removed') as removed,
       count(*) filter (where kind = 'changed') as changed from differing`,
  );
  const found = await session.rows(`select * from differing order by ${order} limit ${limit}`);
  const rows = found.map((row) => ({ ...row, key: row.key ?? {} }) as unknown as RowDiff);
  const [added, removed, changed] = [
    numberOf(counts, 'added'),
    numberOf(counts, 'removed'),
    numberOf(counts, 'changed'),
  ];
  return { added, removed, changed, rows, truncated: added + removed + changed > rows.length };
}
