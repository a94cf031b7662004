/**
 * A process that delivers, sends mended rows back and compacts until somebody kills it. What every
 * step leaves is told by `model`, from the number of the step alone. See `moments.test.ts`.
 */
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { deliver, returnedFile } from '#ingest';
import { createAudit } from '#kernel/audit';
import { systemActor } from '#kernel/auth';
import { loadSettings } from '#kernel/config';
import { type Ctx, systemClock } from '#kernel/context';
import { makeDb, makePool } from '#kernel/db';
import { createLake } from '#kernel/lake';
import { createLog } from '#kernel/log';

const ids = 12_000;

const kinds = ['merge', 'whole', 'merge', 'resend', 'compact'] as const;
export type Kind = (typeof kinds)[number];

/** What step `n`, 1 upwards, does. */
export const kindOf = (n: number): Kind => kinds[(n - 1) % kinds.length] ?? 'compact';

/** Rows of step `n` with its number as value; those of `bad` go back. */
export function rowsOf(n: number): { good: number[]; bad: number[] } {
  const good: number[] = [];
  const bad: number[] = [];
  for (let id = 0; id < ids; id += 1) {
    if ((id * 7 + n) % 4 !== 0) continue;
    if ((id + n) % 997 === 0) bad.push(id);
    else good.push(id);
  }
  return { good, bad };
}

const textOf = (n: number): string => {
  const { good, bad } = rowsOf(n);
  const lines = [...good.map((id) => `${id},${n}`), ...bad.map((id) => `${id},none`)];
  return `id,n\n${lines.join('\n')}\n`;
};

export interface Model {
  merged: Map<number, number>;
  whole: Map<number, number>;
  /** Rows that are out, of the merged dataset and of the whole one. */
  out: { merged: Set<string>; whole: number };
}

/** What the first `steps` steps leave. */
export function model(steps: number): Model {
  const state: Model = {
    merged: new Map(),
    whole: new Map(),
    out: { merged: new Set(), whole: 0 },
  };
  const { merged, out } = state;
  const close = (id: number): void => {
    for (const key of out.merged) if (key.endsWith(`:${id}`)) out.merged.delete(key);
  };
  for (let n = 1; n <= steps; n += 1) {
    const { good, bad } = rowsOf(n);
    if (kindOf(n) === 'whole') {
      state.whole = new Map(good.map((id) => [id, n]));
      out.whole = bad.length;
    } else if (kindOf(n) === 'merge') {
      for (const id of good) merged.set(id, n);
      const taken = new Set(good);
      for (const key of out.merged)
        if (taken.has(Number(key.split(':')[1]))) out.merged.delete(key);
      for (const id of bad) out.merged.add(`${n}:${id}`);
    } else if (kindOf(n) === 'resend') {
      // Those of the step before come back with this step's number.
      for (const id of rowsOf(n - 1).bad) {
        merged.set(id, n);
        close(id);
      }
    }
  }
  return state;
}

async function contextOf(url: string, home: string): Promise<Ctx> {
  const settings = loadSettings({}, { home, log_level: 'silent', lake_compact_layers: 1000 });
  const log = createLog(settings);
  const db = makeDb(makePool(url, 4));
  const lake = await createLake({ home: join(home, 'lake'), log, settings });
  const audit = createAudit({ db, settings, clock: systemClock, log });
  const actor = systemActor('test');
  return { actor, db, lake, log, clock: systemClock, audit, settings, requestId: 'test' };
}

async function resend(ctx: Ctx, before: string, n: number, path: string): Promise<void> {
  const file = await returnedFile(ctx, before, { format: 'csv', lang: 'zh' });
  const target = createWriteStream(path);
  const ended = finished(target);
  await file.write(target);
  await ended;
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll(',none', `,${n}`));
}

/** Steps from `first` on; `run` makes the names of deliveries new, `before` is that of the last. */
async function work(ctx: Ctx, first: number, run: string, before: string): Promise<void> {
  let last = before;
  for (let n = first; ; n += 1) {
    const kind = kindOf(n);
    const batch = `${n}-${run}`;
    const path = join(ctx.settings.home, `step-${run}.csv`);
    if (kind === 'compact') await ctx.lake.compact(ctx, 'merged', { force: true });
    else {
      if (kind === 'resend') await resend(ctx, last, n, path);
      else await writeFile(path, textOf(n));
      const dataset = kind === 'whole' ? 'whole' : 'merged';
      await deliver(ctx, { dataset, files: [{ name: 'step.csv', path }], batch });
      last = batch;
    }
    process.stdout.write(`${n}\n`);
  }
}

const [url, home, first, run, before] = process.argv.slice(2);
if (import.meta.main && url !== undefined && home !== undefined) {
  const ctx = await contextOf(url, home);
  process.stdout.write('ready\n');
  await work(ctx, Number(first), run ?? '', before ?? '');
}
