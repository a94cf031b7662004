/**
 * Landing changes by key: only the keys delivered are looked up; the rest of the dataset is neither
 * written nor, where its files are indexed, read.
 */
import { join } from 'node:path';
import { version as engineVersion } from '@duckdb/node-api';
import { type Compared, type Counts, checkKeys, countsOf, differs, sameKey } from './compare.ts';
import type { Session } from './engine.ts';
import { lakeErrors } from './errors.ts';
import type { Written } from './file.ts';
import { type Hits, lookUp } from './keyindex.ts';
import type { CommitInput, LakeMode } from './model.ts';
import { numberOf, type Parts, type State, stateSql } from './parts.ts';
import { isPlacedIn } from './read.ts';
import { nameList, quoteName, quoteText } from './sqltext.ts';
import type { LakeFile } from './store.ts';

export type Kind = 'rows' | 'tombstones';

export interface Landing extends Compared {
  parts: Parts;
  session: Session;
  state: State;
  mode: LakeMode;
  input: CommitInput;
  /** Version the delivery will be. */
  version: number;
  /** Files prepared for the very shape of the dataset, their keys proved distinct; or null. */
  ready: readonly Written[] | null;
  /** Columns and types of what stands, as a subquery. */
  old: string;
  /** About how large a file may grow. */
  megabytes: number;
  write(kind: Kind, query: string): Promise<Written>;
  /** Rows in as many files as that takes. */
  writeAll(query: string): Promise<Written[]>;
  /** Moves a prepared file to its place. */
  adopt(written: Written): Promise<Written>;
  drop(written: Written): Promise<void>;
}

export interface Landed extends Counts {
  /** `targets`: ids of the files a tombstone file strikes rows of, by their place. */
  files: { kind: Kind; written: Written; targets?: number[] }[];
  /** Whether the files replace all that stood before. */
  isWhole: boolean;
  rows: number;
}

/** An index speaks the hashes of one engine and of the columns its file was written with. */
export const isIndexed = (file: LakeFile, schemaVersion: number): boolean =>
  file.index?.engine === engineVersion() && file.schemaVersion === schemaVersion;

/** Hash of some columns, the same over delivered rows and over files. */
export const hashOf = (names: readonly string[], prefix = ''): string =>
  `hash(${nameList(names, prefix)})`;

/** Lands rows and deletes by key. See `Lake.commit`. */
export async function landByKey(landing: Landing, source: string): Promise<Landed> {
  const { session, key, mode, state, ready } = landing;
  await stageRows(landing, source);
  if (ready === null) await checkKeys(session, 'delivered', key);
  await stageDeletes(landing);
  await findKnown(landing);
  const names = nameList(key);
  await session.run(
    `create temp table moved as select d.*, k."#file", k."#row"
     from delivered d left join known k using (${names}) where k."#same" is distinct from true`,
  );
  const [row] = await session.rows(
    `select count(*) filter (where "#file" is null) as added,
       count(*) filter (where "#file" is not null) as changed,
       (select count(*) from delivered) - count(*) as unchanged,
       (select count(*) from deletes semi join known using (${names})) as removed
     from moved`,
  );
  const counts = countsOf(row);
  if (mode === 'append' && counts.changed > 0) {
    throw lakeErrors.make('key_taken', { count: counts.changed });
  }
  const files = await writeLayer(landing, counts);
  const rows = (state.snapshot?.rows ?? 0) + counts.added - counts.removed;
  return { ...counts, files, isWhole: false, rows };
}

async function stageRows({ session, input }: Landing, source: string): Promise<void> {
  // Rows that are a file already are read where they are; a query is run once.
  const kind = input.sql === undefined ? 'view' : 'table';
  await session.run(`create temp ${kind} delivered as ${source}`);
}

async function stageDeletes({ session, input, key, columns }: Landing): Promise<void> {
  const types = columns.filter(({ name }) => key.includes(name));
  const cast = types.map(({ name, type }) => `${quoteName(name)}::${type} as ${quoteName(name)}`);
  const query = input.deletes ?? `select * from delivered where false`;
  await session.run(
    `create temp table deletes as select distinct ${cast.join(', ')} from (${query}) as given`,
  );
  const [row] = await session.rows(
    `select count(*) as n from deletes semi join delivered using (${nameList(key)})`,
  );
  const both = numberOf(row, 'n');
  if (both > 0) {
    throw lakeErrors.make('bad_delivery', {
      detail: `${both} keys are both delivered and deleted`,
    });
  }
}

/**
 * Makes `known`: of the keys asked for those that stand, with file and place of their row and
 * whether it is the delivered one. Files without an index are read by the engine and compared value
 * by value; the large ones answer from their indexes.
 */
async function findKnown(landing: Landing): Promise<void> {
  const { parts, session, state, key, columns } = landing;
  const names = nameList(key);
  const isFar = (file: LakeFile): boolean =>
    file.kind === 'rows' && isIndexed(file, state.dataset.schema.version);
  const near = { ...state, files: state.files.filter((file) => !isFar(file)) };
  await session.run(
    `create temp table stood as select * from ${stateSql(parts, near, columns, true)} as near
     semi join (select ${names} from delivered union all select ${names} from deletes) as asked
     using (${names})`,
  );
  await session.run(
    `create temp table known as select ${nameList(key, 's.')}, s."#file", s."#row",
       d.${quoteName(key[0] ?? '')} is not null and not ${differs(landing, 's', 'd')} as "#same"
     from stood s left join delivered d on ${sameKey(key, 's', 'd')}`,
  );
  const far = state.files.filter((file) => isFar(file) && file.rows > 0);
  if (far.length > 0) await findFar(landing, far);
}

/** Asks the indexes for the keys that the other files do not have, by hash, in its order. */
async function findFar(landing: Landing, far: LakeFile[]): Promise<void> {
  const { parts, session, key, columns } = landing;
  const [names, all] = [nameList(key), columns.map(({ name }) => name)];
  await session.run(
    `create temp table asked as
     select *, row_number() over (order by "#key") - 1 as "#at" from (
       select ${names}, ${hashOf(key)} as "#key", ${hashOf(all)} as "#hash" from delivered
       union all select ${names}, ${hashOf(key)}, null from deletes)
     anti join known using (${names})`,
  );
  await session.run(
    'create temp table hits ("#at" ubigint, "#file" ubigint, "#row" ubigint, "#found" ubigint)',
  );
  const keys = await askedKeys(session);
  for (const path of new Set(far.map(({ index }) => index?.path ?? ''))) {
    const hits = await lookUp(join(parts.folders.root, path), { keys });
    const files = far.filter(({ index }) => index?.path === path);
    await session.append('hits', placesOf(hits, files));
  }
  const gone = struckSql(landing, far);
  await session.run(
    `insert into known select ${nameList(key, 'a.')}, h."#file"::bigint, h."#row"::bigint,
       coalesce(h."#found" = a."#hash", false)
     from hits h join asked a using ("#at")${gone}`,
  );
}

/** Hits as rows of the table: an index counts through its files, some of which may be gone. */
function* placesOf({ at, places, rows }: Hits, files: LakeFile[]): Generator<bigint[]> {
  for (const [index, number] of at.entries()) {
    const place = places[index] ?? 0;
    const file = files.find(
      ({ index: ours, rows: count }) =>
        ours !== null && place >= ours.first && place < ours.first + count,
    );
    if (file === undefined) continue;
    const row = place - (file.index?.first ?? 0);
    yield [BigInt(number), BigInt(file.id), BigInt(row), rows[index] ?? 0n];
  }
}

async function askedKeys(session: Session): Promise<Uint32Array> {
  const pieces: Uint32Array[] = [];
  for await (const [piece] of session.words('select "#key" from asked order by "#at"')) {
    // The engine takes its memory back with the next piece.
    if (piece !== undefined) pieces.push(piece.slice());
  }
  const all = new Uint32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    all.set(piece, end);
    end += piece.length;
  }
  return all;
}

/** Leaves out hits on rows that later tombstones strike, by place or by key. */
function struckSql({ parts, state, key }: Landing, far: LakeFile[]): string {
  const tombstones = state.files.filter((file) => file.kind === 'tombstones' && file.rows > 0);
  const read = (file: LakeFile): string =>
    `read_parquet(${quoteText(join(parts.folders.root, file.path))})`;
  const placed = tombstones
    .filter(({ targets }) => targets !== null && far.some(({ id }) => targets.includes(id)))
    .map(
      (file) => `select "#file"::ubigint as "#file", "#row"::ubigint as "#row" from ${read(file)}`,
    );
  const keyed = far.flatMap((file) =>
    tombstones
      .filter((each) => each.layer > file.layer && !isPlacedIn(each, file))
      .map((each) => `select ${nameList(key)}, ${file.id}::ubigint as "#file" from ${read(each)}`),
  );
  const byPlace =
    placed.length === 0
      ? ''
      : ` anti join (${placed.join(' union all ')}) as p using ("#file", "#row")`;
  return keyed.length === 0
    ? byPlace
    : `${byPlace} anti join (${keyed.join(' union all ')}) as g using (${nameList(key)}, "#file")`;
}

async function writeLayer(landing: Landing, counts: Counts): Promise<Landed['files']> {
  const { session } = landing;
  const files: Landed['files'] = [];
  const names = nameList(landing.key);
  if (counts.added + counts.changed > 0) {
    const query = 'select * exclude ("#file", "#row") from moved';
    files.push({ kind: 'rows', written: await landing.write('rows', query) });
  }
  if (counts.changed + counts.removed > 0) {
    const struck = `select ${names}, "#file", "#row" from moved where "#file" is not null union all
       select ${names}, "#file", "#row" from known semi join deletes using (${names})`;
    const written = await landing.write('tombstones', struck);
    const named = await session.rows(`select distinct "#file" as id from (${struck})`);
    const targets = named.map(({ id }) => Number(id)).sort((a, b) => a - b);
    files.push({ kind: 'tombstones', written, targets });
  }
  return files;
}
