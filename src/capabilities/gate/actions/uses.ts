/** Who reads what, from the audit: what is shared in fact, beside what is granted on paper. */
import { type DatasetUse, datasetUses } from '#kernel/audit';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import * as store from '../store.ts';

/** What hands rows to people and programs; counting for a page of the platform does not. */
const actions = [
  'gate.preview',
  'gate.download',
  'gate.query',
  'gate.read',
  'gate.read_one',
  'gate.diff',
];

/** A record may become readable a little after its instant: the last minutes are counted anew. */
const settledMs = 600_000;

export interface Uses {
  /** Instant from which reads are counted; null while nothing was read. */
  since: Date | null;
  /** One for each dataset and set of units that read it. */
  uses: DatasetUse[];
}

const keyOf = ({ dataset, units }: DatasetUse): string => `${dataset} ${units.join(',')}`;

function summed(all: readonly DatasetUse[]): DatasetUse[] {
  const found = new Map<string, DatasetUse>();
  for (const one of all) {
    const had = found.get(keyOf(one));
    const [reads, rows] = [(had?.reads ?? 0) + one.reads, (had?.rows ?? 0) + one.rows];
    found.set(keyOf(one), { ...one, reads, rows });
  }
  return [...found.values()];
}

/**
 * Reads of every dataset through the gate by people and clients. What is settled is tallied once
 * and outlives the retention of the audit, so that asking costs what was read since the last time.
 */
export async function datasetReads(ctx: Ctx): Promise<Uses> {
  const now = ctx.clock.now();
  const settled = new Date(now.getTime() - settledMs);
  return tx(ctx, async (inner) => {
    const { db } = inner;
    const mark = await store.useMark(inner);
    const from = mark?.through ?? new Date(0);
    if (from < settled) {
      const news = await datasetUses(db, { from, to: settled, actions });
      await store.addUses(inner, news, settled);
    }
    const last = from < settled ? settled : from;
    const recent = await datasetUses(db, { from: last, to: new Date(now.getTime() + 1), actions });
    const uses = summed([...(await store.uses(inner)), ...recent]);
    return { since: uses.length === 0 ? null : (mark?.since ?? settled), uses };
  });
}
