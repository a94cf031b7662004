/** Runs: a look at many datasets in the background, with progress, and a way to stop it. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type Contract, getDataset, listDatasets, sealedFrom } from '#catalogue';
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
  compartment: row.compartment,
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

/** Datasets the actor may know of; what is sealed from him exists nowhere in what he is shown. */
export const discoverable = async (ctx: Pick<Ctx, 'db' | 'actor'>): Promise<Contract[]> =>
  (await listDatasets(ctx)).filter((contract) => !sealedFrom(ctx.actor, contract));

interface Asked {
  /** Datasets of the run everybody may see; null when only sealed ones are asked for. */
  open: string[] | null;
  /** Sealed datasets, each with a run of its own. */
  sealed: string[];
}

/**
 * What a run is to look at. Without names: everything there is, what is sealed from the one who
 * asks as well; of that he is told nothing. @throws gate.dataset_not_found
 */
async function askedFor(ctx: Ctx, names: readonly string[] | undefined): Promise<Asked> {
  const all = await listDatasets(ctx);
  const known = all.filter((contract) => !sealedFrom(ctx.actor, contract));
  const stranger = names?.find((name) => !known.some((contract) => contract.name === name));
  if (stranger !== undefined) throw gateErrors.make('dataset_not_found', { dataset: stranger });
  const wanted = all.filter(({ name }) => names === undefined || names.includes(name));
  const isSealed = ({ sealed_for }: Contract): boolean => sealed_for !== null;
  const [sealed, open] = [wanted.filter(isSealed), wanted.filter((one) => !isSealed(one))];
  const only = names !== undefined && open.length === 0 && sealed.length > 0;
  return { open: only ? null : open.map(namesake), sealed: sealed.map(namesake) };
}

const namesake = ({ name }: Contract): string => name;

/** One run: its row, its record in the audit, its job. */
async function begin(
  ctx: Ctx,
  about: Pick<store.RunRow, 'datasets' | 'whole' | 'compartment'>,
): Promise<DiscoveryRun> {
  const row: store.RunRow = {
    ...about,
    id: randomUUID(),
    state: 'waiting',
    done: 0,
    current: null,
    found: 0,
    started_by: ctx.actor.id,
    created_at: ctx.clock.now(),
    ended_at: null,
  };
  await store.insertRun(ctx, row);
  await ctx.audit.record(ctx, {
    action: 'gate.discovery_started',
    subject: `discovery/${row.id}`,
    ...(row.compartment === null ? {} : { dataset: row.compartment }),
    detail: { datasets: row.datasets.length, whole: row.whole },
  });
  await enqueue(ctx, discoverJob, { run: row.id }, { singletonKey: row.id });
  return toRun(row);
}

/**
 * Starts a run, and beside it one for every sealed dataset, which only those see who know of it.
 * Needs `gate.discover`.
 * @returns the run of the open datasets, or that of the sealed one that was asked for
 * @throws gate.dataset_not_found, gate.discovery_running
 */
export async function startDiscovery(
  ctx: Ctx,
  input: z.output<typeof discoverInput>,
): Promise<DiscoveryRun> {
  requirePermission(ctx, discoverPermission);
  const asked = await askedFor(ctx, input.datasets);
  return tx(ctx, async (inside) => {
    const going = await store.goingRuns(inside);
    if (asked.open !== null && going.includes(null)) {
      throw gateErrors.make('discovery_running', {});
    }
    const waiting = asked.sealed.filter((name) => !going.includes(name));
    const [first] = waiting;
    if (asked.open === null && first === undefined) {
      throw gateErrors.make('discovery_running', {});
    }
    const { whole } = input;
    const open =
      asked.open === null
        ? null
        : await begin(inside, { datasets: asked.open, whole, compartment: null });
    const sealed: DiscoveryRun[] = [];
    for (const name of waiting) {
      sealed.push(await begin(inside, { datasets: [name], whole, compartment: name }));
    }
    const shown = open ?? sealed[0];
    if (shown === undefined) throw gateErrors.make('discovery_running', {});
    return shown;
  });
}

/** A run the actor may know of. */
async function knownRun(ctx: Ctx, id: string): Promise<store.RunRow | undefined> {
  const row = await store.findRun(ctx, id);
  const names = (await discoverable(ctx)).map(namesake);
  const known = row !== undefined && (row.compartment === null || names.includes(row.compartment));
  return known ? row : undefined;
}

/** Stops a run; what it found stays. @throws gate.discovery_not_running */
export async function cancelDiscovery(ctx: Ctx, id: string): Promise<DiscoveryRun> {
  requirePermission(ctx, discoverPermission);
  const ended = { state: 'cancelled', current: null, ended_at: ctx.clock.now() } as const;
  const row = await knownRun(ctx, id);
  if (row === undefined || !(await store.moveRun(ctx, id, ended))) {
    throw gateErrors.make('discovery_not_running', {});
  }
  await ctx.audit.record(ctx, { action: 'gate.discovery_cancelled', subject: `discovery/${id}` });
  return toRun({ ...row, ...ended });
}

const shownRuns = 20;

/** Runs, newest first; of sealed datasets those the actor may know of. */
export async function discoveryRuns(ctx: Ctx): Promise<DiscoveryRun[]> {
  requirePermission(ctx, 'gate.grades');
  const sealed = (await discoverable(ctx)).filter(({ sealed_for }) => sealed_for !== null);
  return (await store.runs(ctx, shownRuns, sealed.map(namesake))).map(toRun);
}

/** The contract a run may look at under a name: that of a sealed dataset in its own run only. */
async function contractOf(ctx: Ctx, run: store.RunRow, name: string): Promise<Contract | null> {
  const contract = await getDataset(ctx, name).catch(() => null);
  const own = contract?.sealed_for === null || run.compartment === name;
  return own ? contract : null;
}

/** The job of a run: dataset after dataset, until it is done or somebody stopped it. */
export async function runDiscovery(ctx: Ctx, payload: unknown): Promise<void> {
  const { run: id } = payload as { run: string };
  const run = await store.findRun(ctx, id);
  if (run === undefined || !(await store.moveRun(ctx, id, { state: 'running' }))) return;
  let { found } = run;
  // A process that died leaves the run to another, which goes on where it stood.
  for (const [at, name] of run.datasets.entries()) {
    if (at < run.done) continue;
    const contract = await contractOf(ctx, run, name);
    const current = contract === null ? null : name;
    if (!(await store.moveRun(ctx, id, { current }))) return;
    if (contract !== null) found += await lookedAt(ctx, contract, run.whole);
    if (!(await store.moveRun(ctx, id, { done: at + 1, found }))) return;
  }
  await tx(ctx, async (inside) => {
    const ended = { state: 'done', current: null, ended_at: ctx.clock.now() } as const;
    await store.moveRun(inside, id, ended);
    // An event is read by anybody: what is sealed publishes none.
    if (run.compartment === null) await publish(inside, 'gate.discovery_done', { run: id, found });
  });
}

/** One dataset that cannot be read must not end the run for the others. */
async function lookedAt(ctx: Ctx, contract: Contract, whole: boolean): Promise<number> {
  try {
    return await discoverDataset(ctx, contract, whole);
  } catch (error) {
    const sealed = contract.sealed_for !== null;
    const about = sealed ? { sealed } : { err: error, dataset: contract.name };
    ctx.log.error(about, 'discovery could not look at a dataset');
    return 0;
  }
}
