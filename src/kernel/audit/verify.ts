/** Reading the whole audit against its seals, its chain and its witnesses. */
import type { Ctx } from '#kernel/context';
import type { Db } from '#kernel/db';
import { readAnchors } from './anchors.ts';
import { faultOfDays } from './days.ts';
import { droppedAction, stoneSubject } from './keep.ts';
import type { AuditRecord, AuditVerdict } from './model.ts';
import { firstLink, leafOf, linkOf, merkleRoot, recordOfFields, splitLeaves } from './seal.ts';
import {
  type BatchRow,
  batchesAfter,
  counts,
  droppedSoFar,
  firstStray,
  lastStone,
  packedBetween,
  recordsById,
  selectRecords,
  unsealedRecords,
} from './store.ts';

type Broken = NonNullable<AuditVerdict['broken']>;

const batchesAtOnce = 100;

const whole = (batch: number, what: Broken['what']): Broken => ({
  what,
  batch,
  record: null,
  at: null,
});

/** The link, the root and the witness of one batch. */
function faultOfSeal(
  batch: BatchRow,
  leaves: readonly Buffer[],
  previous: { seq: number; link: Buffer },
  witness: string | undefined,
): Broken | undefined {
  if (batch.seq !== previous.seq + 1) return whole(previous.seq + 1, 'deleted');
  const facts = {
    seq: batch.seq,
    sealedAt: batch.sealed_at,
    ids: batch.record_ids,
    root: batch.root,
  };
  const holds =
    leaves.length === batch.record_ids.length &&
    merkleRoot(leaves).equals(batch.root) &&
    linkOf(previous.link, facts).equals(batch.link) &&
    (witness === undefined || witness === batch.link.toString('hex'));
  return holds ? undefined : whole(batch.seq, 'batch_changed');
}

/** The first record of a batch that is not as it was sealed. */
function faultOfRecords(
  batch: BatchRow,
  leaves: readonly Buffer[],
  records: ReadonlyMap<string, AuditRecord>,
): Broken | undefined {
  for (const [place, id] of batch.record_ids.entries()) {
    const record = records.get(id);
    if (record === undefined) return { what: 'deleted', batch: batch.seq, record: id, at: null };
    const found = leafOf(record);
    if (leaves[place]?.equals(found)) continue;
    // The id is part of the leaf: a record that took another's place shows as that other's content.
    const swapped = batch.record_ids.some(
      (other, at) => other !== id && leaves[at]?.equals(leafOf({ ...record, id: other })),
    );
    const what = swapped ? 'reordered' : 'changed';
    return { what, batch: batch.seq, record: id, at: record.at };
  }
  return undefined;
}

interface Walk {
  seq: number;
  link: Buffer;
  sealed: number;
  broken: Broken | undefined;
}

/**
 * Where reading begins: the start of the chain, or the last stone. A stone that no record of the
 * audit speaks of, or that a witness contradicts, hides a deletion.
 */
async function beginning(db: Db, anchors: ReadonlyMap<number, string>): Promise<Walk> {
  const stone = await lastStone(db);
  if (stone === undefined) return { seq: 0, link: firstLink, sealed: 0, broken: undefined };
  const link = stone.link.toString('hex');
  const [told] = await selectRecords(db, {
    action: droppedAction,
    subject: stoneSubject(stone.seq),
    limit: 1,
  });
  const witness = anchors.get(stone.seq);
  const holds = told?.detail?.link === link && (witness === undefined || witness === link);
  const broken = holds ? undefined : whole(stone.seq, 'deleted');
  return { seq: stone.seq, link: stone.link, sealed: 0, broken };
}

/** The records of some batches, from their rows or, where they have none yet, as they came. */
async function recordsOf(
  db: Db,
  batches: readonly BatchRow[],
): Promise<ReadonlyMap<string, AuditRecord>> {
  const rows = await recordsById(
    db,
    batches.flatMap((batch) => batch.record_ids),
  );
  const [from, to] = [batches[0]?.seq ?? 0, batches.at(-1)?.seq ?? 0];
  for (const fields of await packedBetween(db, from, to)) {
    const record = Array.isArray(fields) ? recordOfFields(fields) : undefined;
    if (record !== undefined && !rows.has(record.id)) rows.set(record.id, record);
  }
  return rows;
}

async function walkBatches(db: Db, anchors: ReadonlyMap<number, string>): Promise<Walk> {
  const walk = await beginning(db, anchors);
  if (walk.broken !== undefined) return walk;
  for (;;) {
    const batches = await batchesAfter(db, walk.seq, batchesAtOnce);
    if (batches.length === 0) return walk;
    const records = await recordsOf(db, batches);
    for (const batch of batches) {
      const leaves = splitLeaves(batch.leaves);
      walk.broken =
        faultOfSeal(batch, leaves, walk, anchors.get(batch.seq)) ??
        faultOfRecords(batch, leaves, records);
      if (walk.broken !== undefined) return walk;
      walk.seq = batch.seq;
      walk.link = batch.link;
      walk.sealed += batch.record_ids.length;
    }
  }
}

async function faultOfUnsealed(db: Db): Promise<Broken | undefined> {
  for (const { record, leaf } of await unsealedRecords(db)) {
    if (leafOf(record).equals(leaf)) continue;
    return { what: 'changed', batch: null, record: record.id, at: record.at };
  }
  return undefined;
}

async function faultOfStray(db: Db): Promise<Broken | undefined> {
  const stray = await firstStray(db);
  if (stray === undefined) return undefined;
  return { what: 'inserted', batch: null, record: stray.id, at: stray.at.toISOString() };
}

async function verdictOf(
  db: Db,
  anchors: ReadonlyMap<number, string>,
  given: ReadonlyMap<string, string>,
): Promise<AuditVerdict> {
  const walk = await walkBatches(db, anchors);
  const counted = await counts(db);
  let broken = walk.broken ?? (await faultOfUnsealed(db));
  if (broken === undefined && counted.records !== walk.sealed + counted.unsealed) {
    broken = await faultOfStray(db);
  }
  let witnessed = 0;
  for (const seq of anchors.keys()) witnessed = Math.max(witnessed, seq);
  if (broken === undefined && witnessed > walk.seq) broken = whole(walk.seq + 1, 'truncated');
  broken ??= await faultOfDays(db, (await lastStone(db))?.seq ?? 0, given);
  return {
    whole: broken === undefined,
    records: counted.records,
    batches: walk.seq,
    unsealed: counted.unsealed,
    dropped: await droppedSoFar(db),
    head: walk.seq === 0 ? null : walk.link.toString('hex'),
    broken: broken ?? null,
  };
}

/**
 * Reads the whole audit and names the first thing that is not as it was written: a record changed,
 * deleted, inserted past the seals or put in another's place, a batch changed or gone, a tail cut
 * off behind a witness. What retention dropped stands as a stone the chain goes on from. Sees one
 * instant of the database while others go on writing. What it cannot see: a record forged under a
 * fresh seal by whoever owns the database, and a tail cut within
 * `audit_anchor_interval_ms` of being written; `given`, digests of days that were handed to a third
 * party, makes either of them seen from the next day on.
 */
export async function verifyAudit(
  ctx: Pick<Ctx, 'db' | 'settings'>,
  given: ReadonlyMap<string, string> = new Map(),
): Promise<AuditVerdict> {
  // Witnesses first: whatever they name was committed before the instant the tables are read at.
  const anchors = await readAnchors(ctx.settings);
  if (ctx.db.isTransaction) return verdictOf(ctx.db, anchors, given);
  return ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((db) => verdictOf(db, anchors, given));
}
