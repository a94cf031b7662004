/** Landing a delivery: files first, durable, then one transaction that makes them a snapshot. */
import { stat } from 'node:fs/promises';
import { isConflict, tx } from '#kernel/db';
import { publish } from '#kernel/events';
import { enqueue } from '#kernel/jobs';
import { type Landed, type Landing, landByKey } from './bykey.ts';
import { checkKeys, compareWhole, countsOf } from './compare.ts';
import { adopt, newFile } from './disk.ts';
import type { Session } from './engine.ts';
import { lakeErrors } from './errors.ts';
import { pathsOf, type Written, writeFile, writeFiles } from './file.ts';
import { checkIdentity } from './identity.ts';
import { indexJob, wantsIndex } from './indexing.ts';
import type { CommitInput, LakeCtx, Snapshot } from './model.ts';
import { loadState, type Parts, type State, stateSql } from './parts.ts';
import { dropAll, madeFor, spend } from './prepare.ts';
import { refusalOf } from './refusal.ts';
import { sourceSql } from './source.ts';
import { textList } from './sqltext.ts';
import {
  endFiles,
  filesOf,
  getDataset,
  insertFile,
  insertSnapshot,
  latestSnapshot,
  lockDataset,
  relativePath,
  renewUpstream,
} from './store.ts';

export const compactJob = 'lake.compact';

/** See `Lake.commit`. */
export async function commit(parts: Parts, ctx: LakeCtx, input: CommitInput): Promise<Snapshot> {
  checkInput(input);
  return tx(ctx, async (inner) => {
    await checkIdentity(parts, inner.db);
    await lockDataset(inner.db, input.dataset);
    const dataset = await getDataset(inner.db, input.dataset);
    const snapshot = await latestSnapshot(inner.db, input.dataset);
    const state = await loadState(inner.db, dataset, snapshot);
    if (input.prepared !== undefined) spend(parts, inner, input.prepared);
    const paths: string[] = [];
    try {
      const landed = await parts.engine.with((session) =>
        land(prepare({ parts, ctx, session, state, input, paths })),
      );
      if (landed.files.length === 0 && state.snapshot !== null && !landed.isWhole) {
        const { snapshot: standing } = state;
        const { upstream = standing.upstream, batch } = input;
        const isRemade =
          input.upstream !== undefined &&
          (String(upstream) !== String(standing.upstream) || batch !== standing.batch);
        if (isRemade) await renewUpstream(inner.db, standing, { upstream, batch });
        const made = isRemade ? { upstream, batch } : {};
        return { ...standing, ...made, ...countsOf({ ...landed }), fresh: false };
      }
      return await record(parts, inner, { state, input, landed });
    } catch (error) {
      await dropAll(parts, paths);
      // What lost against another is run again and wants what was prepared; nothing else does.
      if (!isConflict(error)) await dropAll(parts, input.prepared?.paths ?? []);
      throw refusalOf(error);
    }
  });
}

function checkInput(input: CommitInput): void {
  const { parquet, sql, prepared } = input;
  const sources = [parquet, sql, prepared].filter((source) => source !== undefined).length;
  const hasRows = sources === 1 && input.parquet?.length !== 0;
  if (sources > 1 || !(hasRows || input.deletes !== undefined)) {
    throw lakeErrors.make('bad_delivery', { detail: 'give parquet, sql or prepared' });
  }
}

interface Preparing {
  parts: Parts;
  ctx: LakeCtx;
  session: Session;
  state: State;
  input: CommitInput;
  /** Takes the files written, so that a failure removes them. */
  paths: string[];
}

function prepare({ parts, ctx, session, state, input, paths }: Preparing): Landing {
  const megabytes = ctx.settings.lake_file_mb;
  const { columns, key } = state.dataset.schema;
  const made = input.prepared === undefined ? null : madeFor(input.prepared, input.dataset);
  const version = (state.snapshot?.version ?? 0) + 1;
  return {
    parts,
    session,
    state,
    input,
    columns,
    key,
    version,
    megabytes,
    mode: input.mode ?? state.dataset.mode,
    old: stateSql(parts, state, columns),
    // What was prepared before the shape changed is read as any other files.
    ready: made?.schemaVersion === state.dataset.schema.version ? made.written : null,
    write: async (kind, query) => {
      const path = await newFile(parts.folders, input.dataset, version, kind);
      paths.push(path);
      return writeFile(session, parts.disk, { path, query, key: key[0] });
    },
    writeAll: async (query) => {
      const path = await newFile(parts.folders, input.dataset, version, 'rows');
      const prefix = path.replace(/\.parquet$/, '');
      const target = { prefix, query, key: key[0], megabytes };
      return writeFiles(session, parts.disk, target).finally(async () => {
        paths.push(...(await pathsOf(prefix)));
      });
    },
    adopt: async (written) => {
      const path = await newFile(parts.folders, input.dataset, version, 'rows');
      paths.push(path);
      await adopt(parts.disk, written.path, path);
      return { ...written, path };
    },
    drop: (written) => parts.disk.remove(written.path),
  };
}

async function land(landing: Landing): Promise<Landed> {
  const { mode, state, key, input } = landing;
  if (mode === 'merge' && key.length === 0) {
    throw lakeErrors.make('bad_delivery', { detail: 'merge needs a key' });
  }
  if (input.deletes !== undefined && mode !== 'merge') {
    throw lakeErrors.make('bad_delivery', { detail: 'deletes need mode merge' });
  }
  const { session, columns } = landing;
  const parquet = input.parquet ?? input.prepared?.paths;
  const source = await sourceSql(session, columns, { parquet, sql: input.sql });
  const isFirst = (state.snapshot?.rows ?? 0) === 0;
  if (mode === 'full' || (isFirst && input.deletes === undefined)) {
    return landWhole(landing, source);
  }
  if (mode === 'append' && key.length === 0) return landAppend(landing, source);
  return landByKey(landing, source);
}

async function writtenWhole(landing: Landing, source: string): Promise<Written[]> {
  const { input, ready } = landing;
  if (ready !== null) return Promise.all(ready.map((file) => landing.adopt(file)));
  const from = input.parquet ?? input.prepared?.paths ?? [];
  const isLarge = (await bytesOf(from)) > landing.megabytes * 2 ** 20;
  return isLarge ? landing.writeAll(source) : [await landing.write('rows', source)];
}

/** All rows are written once; duplicates and sameness are judged on what was written. */
async function landWhole(landing: Landing, source: string): Promise<Landed> {
  const { session, state, key, old, ready } = landing;
  const written = await writtenWhole(landing, source);
  const fresh = `read_parquet(${textList(written.map(({ path }) => path))})`;
  const rows = written.reduce((sum, file) => sum + file.rows, 0);
  if (key.length > 0 && ready === null) await checkKeys(session, fresh, key);
  const isFirst = state.snapshot === null;
  const counts = isFirst
    ? { added: rows, changed: 0, removed: 0, unchanged: 0 }
    : await compareWhole(session, landing, fresh, old);
  const isSame = !isFirst && counts.added + counts.changed + counts.removed === 0;
  if (isSame) await Promise.all(written.map((file) => landing.drop(file)));
  const files = isSame ? [] : written.map((file) => ({ kind: 'rows' as const, written: file }));
  return { ...counts, files, isWhole: !isSame, rows };
}

async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function landAppend(landing: Landing, source: string): Promise<Landed> {
  const written = await writtenWhole(landing, source);
  const added = written.reduce((sum, file) => sum + file.rows, 0);
  const rows = (landing.state.snapshot?.rows ?? 0) + added;
  const counts = { added, changed: 0, removed: 0, unchanged: 0, isWhole: false, rows };
  if (added > 0) {
    return { ...counts, files: written.map((one) => ({ kind: 'rows' as const, written: one })) };
  }
  await Promise.all(written.map((file) => landing.drop(file)));
  return { ...counts, files: [] };
}

interface Recording {
  state: State;
  input: CommitInput;
  landed: Landed;
}

/** Manifest and event, in the transaction. */
async function record(parts: Parts, ctx: LakeCtx, recording: Recording): Promise<Snapshot> {
  const { state, input, landed } = recording;
  const { db } = ctx;
  const { dataset } = input;
  const version = (state.snapshot?.version ?? 0) + 1;
  const schemaVersion = state.dataset.schema.version;
  const batch = input.batch;
  for (const { kind, written, targets } of landed.files) {
    const path = relativePath(parts.folders.root, written.path);
    const place = { dataset, kind, reason: 'commit' as const, layer: version, since: version };
    const positionsOf = targets === undefined ? null : version - 1;
    const strikes = { positionsOf, targets: targets ?? null };
    await insertFile(db, { ...written, ...place, ...strikes, path, schemaVersion, batch });
  }
  if (landed.isWhole) await endFiles(db, dataset, version, { from: 0, to: version });
  const files = await filesOf(db, dataset, version);
  const { added, changed, removed, unchanged, rows } = landed;
  const snapshot = await insertSnapshot(db, {
    dataset,
    version,
    reason: 'commit',
    mode: input.mode ?? state.dataset.mode,
    schemaVersion,
    rows,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    ...{ added, changed, removed, unchanged },
    batch,
    upstream: input.upstream ?? [],
    at: laterOf(ctx.clock.now(), state.snapshot?.at),
  });
  await publish(ctx, 'dataset.refreshed', { dataset, snapshot: snapshot.id, batch });
  const layers = new Set(files.map((file) => file.layer)).size;
  if (layers > ctx.settings.lake_compact_layers) {
    await enqueue(ctx, compactJob, { dataset }, { singletonKey: dataset });
  }
  if (wantsIndex(ctx.settings, state.dataset, files)) {
    await enqueue(ctx, indexJob, { dataset }, { singletonKey: dataset });
  }
  return snapshot;
}

/**
 * Time never runs backwards within a dataset, so that `asOf` a time has one answer even after a
 * clock was set back.
 */
export const laterOf = (now: Date, before: Date | undefined): Date =>
  before !== undefined && before > now ? before : now;
