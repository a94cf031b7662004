/** A process that delivers to one dataset until somebody kills it. See `crash.test.ts`. */
import { systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { makeDb, makePool } from '#kernel/db';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';

export const dataset = 'crashing';
export const keys = 300;

export interface Delivery {
  /** id -> n */
  rows: Map<number, number>;
  deletes: number[];
}

/** Delivery number `batch`: half of the keys get its number, every eleventh of the rest goes. */
export function deliveryOf(batch: number): Delivery {
  const rows = new Map<number, number>();
  const deletes: number[] = [];
  for (let id = 0; id < keys; id += 1) {
    if ((id * 7 + batch) % 2 === 0) rows.set(id, batch);
    else if ((id + batch) % 11 === 0) deletes.push(id);
  }
  return { rows, deletes };
}

export const sqlOf = ({ rows }: Delivery): string =>
  `select * from (values ${[...rows].map(([id, n]) => `(${id}, ${n})`).join(', ')}) as v(id, n)`;

async function run(url: string, home: string): Promise<void> {
  const settings = loadSettings(
    {},
    { home, log_level: 'silent', lake_compact_layers: 1000, lake_index_rows: 50 },
  );
  const log = createLog(settings);
  const db = makeDb(makePool(url, 4));
  const lake = await createLake({ home, log, settings });
  const ctx: Pick<Ctx, 'db' | 'clock' | 'log' | 'settings' | 'actor'> = {
    actor: systemActor('test'),
    db,
    clock: systemClock,
    log,
    settings,
  };
  process.stdout.write('ready\n');
  for (;;) {
    const standing = await lake.latest(ctx, dataset);
    const batch = Number(standing?.batch ?? 0) + 1;
    const delivery = deliveryOf(batch);
    await lake.commit(ctx, {
      dataset,
      sql: sqlOf(delivery),
      deletes: `select unnest([${delivery.deletes.join(', ')}]::integer[]) as id`,
      batch: String(batch),
    });
    process.stdout.write(`${batch}\n`);
    if (batch % 4 === 0) await lake.compact(ctx, dataset, { force: batch % 8 === 0 });
    if (batch % 3 === 0) await lake.index(ctx, dataset);
  }
}

const [url, home] = process.argv.slice(2);
if (import.meta.main && url !== undefined && home !== undefined) await run(url, home);
