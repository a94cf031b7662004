/**
 * Compaction: many layers become one, without changing a row anybody can read. The long part,
 * writing sorted files, holds no lock: deliveries land meanwhile, on top of the layer that is being
 * written, and the lock is taken only to put the files in place.
 */
import { join } from 'node:path';
import { tx } from '#kernel/db';
import { laterOf } from './commit.ts';
import { adopt, newFile, stagePath } from './disk.ts';
import type { Session } from './engine.ts';
import { pathsOf, type Written, writeFile, writeFiles } from './file.ts';
import type { LakeCtx, Snapshot } from './model.ts';
import { loadState, type Parts, type State, stateSql } from './parts.ts';
import { nameList, textList } from './sqltext.ts';
import {
  endFiles,
  filesOf,
  getDataset,
  insertFile,
  insertSnapshot,
  type LakeFile,
  latestSnapshot,
  lockDataset,
  relativePath,
} from './store.ts';

/**
 * A layer is written again when it is at most this many times larger than all that lies above it:
 * then a row is written about this many times as a dataset doubles, whatever its size.
 */
const factor = 10;

interface Chosen {
  state: State;
  /** The files that become one layer. */
  files: LakeFile[];
  /** Their lowest layer; 0 when there is nothing below. */
  from: number;
}

interface Made {
  rows: Written[];
  /** Null when nothing lies below that could be struck. */
  tombstones: (Written & { positionsOf: number | null; targets: number[] | null }) | null;
}

/** See `Lake.compact`. */
export async function compact(
  parts: Parts,
  ctx: LakeCtx,
  dataset: string,
  force: boolean,
): Promise<Snapshot | null> {
  const found = await getDataset(ctx.db, dataset);
  const state = await loadState(ctx.db, found, await latestSnapshot(ctx.db, dataset));
  const chosen = choose(state, force);
  if (state.snapshot === null || chosen === null) return null;
  const prefix = stagePath(parts, `${encodeURIComponent(dataset)}.compact`);
  try {
    const made = await parts.engine.with((session) =>
      make(parts, ctx, session, { chosen, prefix }),
    );
    return await putInPlace(parts, ctx, chosen, made);
  } finally {
    const left = await pathsOf(prefix);
    await Promise.all(left.map((path) => parts.disk.remove(path)));
  }
}

/** The newest layers down to the first that is too large for what lies above it. */
function choose(state: State, force: boolean): Chosen | null {
  const sizes = new Map<number, number>();
  for (const { layer, rows } of state.files) sizes.set(layer, (sizes.get(layer) ?? 0) + rows);
  const layers = [...sizes.keys()].sort((a, b) => b - a);
  const filled = new Set(state.files.filter(({ rows }) => rows > 0).map(({ layer }) => layer));
  let above = 0;
  let count = 0;
  for (const layer of layers) {
    const size = sizes.get(layer) ?? 0;
    if (!force && above > 0 && size > above * factor) break;
    above += size;
    count += 1;
  }
  const taken = new Set(layers.slice(0, count));
  const files = state.files.filter(({ layer }) => taken.has(layer));
  const lowest = layers[count - 1] ?? 0;
  const gains = [...taken].filter((layer) => filled.has(layer)).length > 1;
  if (!force && !gains) return null;
  return { state, files, from: count === layers.length ? 0 : lowest };
}

interface Making {
  chosen: Chosen;
  prefix: string;
}

async function make(
  parts: Parts,
  ctx: LakeCtx,
  session: Session,
  { chosen, prefix }: Making,
): Promise<Made> {
  const { state, files, from } = chosen;
  const { columns, key } = state.dataset.schema;
  const order = key.length === 0 ? '' : ` order by ${nameList(key)}`;
  const rows = await writeFiles(session, parts.disk, {
    prefix: `${prefix}-rows`,
    query: `select * from ${stateSql(parts, { ...state, files }, columns)} as whole${order}`,
    key: key[0],
    megabytes: ctx.settings.lake_file_mb,
  });
  const tombstones = from === 0 ? null : await makeTombstones(parts, session, { chosen, prefix });
  return { rows, tombstones };
}

/** What the layers strike out below themselves; what they strike in each other is done with. */
async function makeTombstones(
  parts: Parts,
  session: Session,
  { chosen, prefix }: Making,
): Promise<Made['tombstones']> {
  const all = chosen.files.filter(({ kind, rows }) => kind === 'tombstones' && rows > 0);
  if (all.length === 0) return null;
  const key = chosen.state.schemas.get(all[0]?.schemaVersion ?? 0)?.key ?? [];
  const from = `read_parquet(${textList(all.map(({ path }) => join(parts.folders.root, path)))})`;
  const placed = all.flatMap(({ positionsOf }) => (positionsOf === null ? [] : [positionsOf]));
  const isPlaced = placed.length === all.length;
  const ids = chosen.files.map(({ id }) => id).join(', ');
  const path = `${prefix}-tombstones.parquet`;
  const query = isPlaced
    ? `select ${nameList(key)}, "#file", "#row" from ${from} where "#file" not in (${ids})`
    : `select distinct ${nameList(key)} from ${from}`;
  const written = await writeFile(session, parts.disk, { path, query, key: key[0] });
  if (!isPlaced) return { ...written, positionsOf: null, targets: null };
  const named = await session.rows(
    `select distinct "#file" as id from read_parquet(${textList([path])})`,
  );
  const targets = named.map(({ id }) => Number(id)).sort((a, b) => a - b);
  return { ...written, positionsOf: Math.min(...placed), targets };
}

/**
 * @returns null when the layers written from are not the dataset any more: the work is thrown away
 */
async function putInPlace(
  parts: Parts,
  ctx: LakeCtx,
  chosen: Chosen,
  made: Made,
): Promise<Snapshot | null> {
  const { state, files: merged, from: lowest } = chosen;
  const { dataset, schema } = state.dataset;
  return tx(ctx, async (inner) => {
    const { db } = inner;
    await lockDataset(db, dataset);
    const latest = await latestSnapshot(db, dataset);
    const from = state.snapshot;
    if (latest === null || from === null) return null;
    const live = new Set((await filesOf(db, dataset, latest.version)).map(({ id }) => id));
    if (!merged.every(({ id }) => live.has(id))) return null;
    const version = latest.version + 1;
    await endFiles(db, dataset, version, { from: lowest, to: from.version });
    const place = {
      dataset,
      reason: 'compact' as const,
      layer: from.version,
      since: version,
      schemaVersion: schema.version,
      batch: null,
    };
    const outs = [
      ...made.rows.map((written) => ({ ...written, kind: 'rows' as const })),
      ...(made.tombstones ? [{ ...made.tombstones, kind: 'tombstones' as const }] : []),
    ];
    for (const out of outs) {
      const path = await newFile(parts.folders, dataset, version, out.kind);
      await adopt(parts.disk, out.path, path);
      await insertFile(db, { ...out, ...place, path: relativePath(parts.folders.root, path) });
    }
    const files = await filesOf(db, dataset, version);
    const { id: _, fresh: __, ...same } = latest;
    const none = { added: 0, changed: 0, removed: 0, unchanged: 0 };
    const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
    return insertSnapshot(db, {
      ...{ ...same, ...none },
      ...{ version, reason: 'compact', bytes, schemaVersion: schema.version },
      at: laterOf(inner.clock.now(), latest.at),
    });
  });
}
