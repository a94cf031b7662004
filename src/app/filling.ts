/**
 * The first filling of a demonstration: packs, the departments' files through the ordinary ingest,
 * the story. Every step says how far it is, live; a step that is done is not done again, so a start
 * after a crash goes on.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { Bilingual } from '#kernel/errors';
import { publish } from '#kernel/events';

export interface FillingStep {
  name: string;
  title: Bilingual;
  /** Gives the rows it brought in. Idempotent: a crash may make it run again. */
  run: (report: (rows: number, total?: number) => Promise<void>) => Promise<number>;
}

export const fillingView = z.strictObject({
  done: z.boolean().describe('Everything is in'),
  seconds: z.number().nullable().describe('From the first step to the last, or to now'),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      title: z.strictObject({ zh: z.string(), en: z.string() }),
      state: z.enum(['waiting', 'running', 'done', 'failed']),
      rows: z.number().int().describe('Rows so far'),
      total: z.number().int().nullable(),
      seconds: z.number().nullable(),
      error: z.string().nullable(),
    }),
  ),
});
export type FillingView = z.infer<typeof fillingView>;

interface StepRow {
  name: string;
  title: Bilingual;
  state: 'waiting' | 'running' | 'done' | 'failed';
  rows: number;
  total: number | null;
  started_at: Date | null;
  finished_at: Date | null;
  error: string | null;
}

const seconds = (from: Date | null, to: Date | null): number | null =>
  from && to ? Math.round((to.getTime() - from.getTime()) / 100) / 10 : null;

/** How far the filling is. */
export async function fillingOf(ctx: Ctx): Promise<FillingView> {
  const found = await sql<StepRow>`select * from filling_step order by position`.execute(ctx.db);
  const steps = found.rows;
  // Before the plan is written nothing is in yet, and nothing says so.
  const done = steps.length > 0 && steps.every((step) => step.state === 'done');
  const started = steps[0]?.started_at ?? null;
  const ended = steps.at(-1)?.finished_at ?? null;
  return {
    done,
    seconds: seconds(started, ended ?? ctx.clock.now()),
    steps: steps.map(({ name, title, state, rows, total, error, ...times }) => ({
      name,
      title,
      state,
      rows,
      total,
      seconds: seconds(times.started_at, times.finished_at ?? ctx.clock.now()),
      error,
    })),
  };
}

async function tell(ctx: Ctx, change: ReturnType<typeof sql>): Promise<void> {
  await tx(ctx, async (inside) => {
    await change.execute(inside.db);
    await publish(inside, 'filling.moved', { hint: { topic: 'filling', id: 'filling' } });
  });
}

async function plan(ctx: Ctx, steps: readonly FillingStep[]): Promise<void> {
  for (const [position, step] of steps.entries()) {
    await sql`insert into filling_step (position, name, title, state)
      values (${position}, ${step.name}, ${JSON.stringify(step.title)}::jsonb, 'waiting')
      on conflict (position) do nothing`.execute(ctx.db);
  }
}

async function runStep(ctx: Ctx, step: FillingStep): Promise<void> {
  const now = (): Date => ctx.clock.now();
  await tell(
    ctx,
    sql`update filling_step set state = 'running', started_at = ${now()}, error = null
      where name = ${step.name}`,
  );
  const report = (rows: number, total?: number): Promise<void> =>
    tell(
      ctx,
      sql`update filling_step set rows = ${rows}, total = ${total ?? null} where name = ${step.name}`,
    );
  try {
    const rows = await step.run(report);
    await tell(
      ctx,
      sql`update filling_step set state = 'done', rows = ${rows}, finished_at = ${now()}
        where name = ${step.name}`,
    );
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.message : String(thrown);
    await tell(
      ctx,
      sql`update filling_step set state = 'failed', error = ${error} where name = ${step.name}`,
    );
    throw thrown;
  }
}

/**
 * Runs what is not done yet, in order. @throws what a step throws; the steps before it stay done
 */
export async function fill(
  ctx: Ctx,
  steps: readonly FillingStep[],
  stopped: () => boolean = () => false,
): Promise<void> {
  await plan(ctx, steps);
  const { steps: known } = await fillingOf(ctx);
  for (const step of steps) {
    if (stopped()) return;
    if (known.find((each) => each.name === step.name)?.state === 'done') continue;
    await runStep(ctx, step);
  }
}
