/** Runs: a look at many datasets in the background, with progress, and a way to stop it. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type Contract, listDatasets } from '#catalogue';
import { requirePermission } from '#kernel/auth';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import { publish } from '#kernel/events';
import { enqueue } from '#kernel/jobs';
import { gateErrors } from '../../errors.ts';
import type { DiscoveryRun, discoverInput } from '../../model.ts';
import * as store from '../../store/discovery.ts';
import { discoverDataset } from './proposing.ts';

export const discoverJob = 'gate.discover';
export const discoverPermission = 'gate.discover';

const toRun = (row: store.RunRow): DiscoveryRun => ({
  id: row.id,
  state: row.state,
  whole: row.whole,
  datasets: row.datasets.length,
  done: row.done,
  current: row.current,
  found: row.found,
  startedBy: row.started_by,
  at: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});

/** Sealed compartments look at their own data; a run of the district passes them by. */
export const discoverable = async (ctx: Pick<Ctx, 'db'>): Promise<Contract[]> =>
  (await listDatasets(ctx)).filter(({ sealed_for }) => sealed_for === null);

/**
 * Starts a run. Needs `gate.discover`.
 * @throws gate.dataset_not_found, gate.discovery_running
 */
export async function startDiscovery(
  ctx: Ctx,
  input: z.output<typeof discoverInput>,
): Promise<DiscoveryRun> {
  requirePermission(ctx, discoverPermission);
  const known = (await discoverable(ctx)).map(({ name }) => name);
  const wanted = input.datasets ?? known;
  const stranger = wanted.find((name) => !known.includes(name));
  if (stranger !== undefined) throw gateErrors.make('dataset_not_found', { dataset: stranger });
  return tx(ctx, async (inside) => {
    const [newest] = await store.runs(inside, 1);
    if (newest && (newest.state === 'waiting' || newest.state === 'running')) {
      throw gateErrors.make('discovery_running', {});
    }
    const row: store.RunRow = {
      id: randomUUID(),
      datasets: [...new Set(wanted)],
      whole: input.whole,
      state: 'waiting',
      done: 0,
      current: null,
      found: 0,
      started_by: ctx.actor.id,
      created_at: ctx.clock.now(),
      ended_at: null,
    };
    await store.insertRun(inside, row);
    await inside.audit.record(inside, {
      action: 'gate.discovery_started',
      subject: `discovery/${row.id}`,
      detail: { datasets: row.datasets.length, whole: row.whole },
    });
    await enqueue(inside, discoverJob, { run: row.id }, { singletonKey: row.id });
    return toRun(row);
  });
}

/** Stops a run; what it found stays. @throws gate.discovery_not_running */
export async function cancelDiscovery(ctx: Ctx, id: string): Promise<DiscoveryRun> {
  requirePermission(ctx, discoverPermission);
  const ended = { state: 'cancelled', current: null, ended_at: ctx.clock.now() } as const;
  if (!(await store.moveRun(ctx, id, ended))) throw gateErrors.make('discovery_not_running', {});
  await ctx.audit.record(ctx, { action: 'gate.discovery_cancelled', subject: `discovery/${id}` });
  const row = await store.findRun(ctx, id);
  if (row === undefined) throw gateErrors.make('discovery_not_running', {});
  return toRun(row);
}

const shownRuns = 20;

/** Runs, newest first. */
export async function discoveryRuns(ctx: Ctx): Promise<DiscoveryRun[]> {
  requirePermission(ctx, 'gate.grades');
  return (await store.runs(ctx, shownRuns)).map(toRun);
}

/** The job of a run: dataset after dataset, until it is done or somebody stopped it. */
export async function runDiscovery(ctx: Ctx, payload: unknown): Promise<void> {
  const { run: id } = payload as { run: string };
  const run = await store.findRun(ctx, id);
  if (run === undefined || !(await store.moveRun(ctx, id, { state: 'running' }))) return;
  const contracts = new Map((await discoverable(ctx)).map((one) => [one.name, one]));
  let { found } = run;
  // A process that died leaves the run to another, which goes on where it stood.
  for (const [at, name] of run.datasets.entries()) {
    if (at < run.done) continue;
    if (!(await store.moveRun(ctx, id, { current: name }))) return;
    const contract = contracts.get(name);
    if (contract !== undefined) found += await lookedAt(ctx, contract, run.whole);
    if (!(await store.moveRun(ctx, id, { done: at + 1, found }))) return;
  }
  await tx(ctx, async (inside) => {
    const ended = { state: 'done', current: null, ended_at: ctx.clock.now() } as const;
    await store.moveRun(inside, id, ended);
    await publish(inside, 'gate.discovery_done', { run: id, found });
  });
}

/** One dataset that cannot be read must not end the run for the others. */
async function lookedAt(ctx: Ctx, contract: Contract, whole: boolean): Promise<number> {
  try {
    return await discoverDataset(ctx, contract, whole);
  } catch (error) {
    ctx.log.error({ err: error, dataset: contract.name }, 'discovery could not look at a dataset');
    return 0;
  }
}
