/**
 * Many small pushes into one snapshot: while one is being committed the next ones gather and go
 * together. Each is answered after its own rows are in for good, and refused for its own faults.
 */
import { createHash } from 'node:crypto';
import type { Contract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { type Db, rootOf } from '#kernel/db';
import { GuantongError } from '#kernel/errors';
import { ingestErrors } from '../../errors.ts';
import { findPush, forgetPushes, keepPush } from '../../store/pushes.ts';
import { deliverable } from '../owner.ts';
import { type PushedRow, pushRows } from '../push.ts';

export interface PushAnswer {
  snapshot: number;
  /** Counts of the snapshot: of all rows that were pushed at that moment. */
  added: number;
  changed: number;
  unchanged: number;
}

interface Push {
  ctx: Ctx;
  dataset: string;
  rows: readonly PushedRow[];
  /** Idempotency key of the sender. */
  key: string | null;
  digest: string;
  /** Keys of its rows as they came: the same key twice goes into two snapshots, in order. */
  keys: string[];
  resolve(answer: PushAnswer): void;
  reject(error: unknown): void;
}

interface Line {
  waiting: Push[];
  busy: boolean;
}

/** Rows of one snapshot. */
const mostRows = 5000;
const dayMs = 86_400_000;

const lines = new WeakMap<Db, Map<string, Line>>();

function lineOf(ctx: Ctx, dataset: string): Line {
  const root = rootOf(ctx.db);
  const all = lines.get(root) ?? new Map<string, Line>();
  lines.set(root, all);
  // Those of one sender go together: the audit names who it was.
  const name = `${dataset} ${ctx.actor.id}`;
  const line = all.get(name) ?? { waiting: [], busy: false };
  all.set(name, line);
  return line;
}

const keysOf = (contract: Contract, rows: readonly PushedRow[]): string[] =>
  rows.map((row) => JSON.stringify(contract.key.map((item) => String(row[item] ?? ''))));

/** The first of those that wait, as far as no key comes twice and the rows are not too many. */
function nextGroup(line: Line): Push[] {
  const keys = new Set<string>();
  const group: Push[] = [];
  let rows = 0;
  for (const push of line.waiting) {
    rows += push.rows.length;
    const clash = push.keys.some((key) => keys.has(key));
    if (group.length > 0 && (clash || rows > mostRows)) break;
    for (const key of push.keys) keys.add(key);
    group.push(push);
  }
  line.waiting = line.waiting.slice(group.length);
  return group;
}

async function commit(group: Push[]): Promise<PushAnswer> {
  const [first] = group as [Push];
  let answer: PushAnswer | undefined;
  const rows = group.flatMap((push) => [...push.rows]);
  await pushRows(first.ctx, { dataset: first.dataset, rows }, async (inner, snapshot) => {
    const { id, added, changed, unchanged } = snapshot;
    answer = { snapshot: id, added, changed, unchanged };
    for (const { key, digest } of group) {
      if (key !== null) await keepPush(inner, { key, digest, answer });
    }
  });
  return answer as PushAnswer;
}

/** One for itself: what another did meanwhile with the same key is its answer too. */
async function alone(push: Push): Promise<void> {
  try {
    push.resolve((await answered(push)) ?? (await committed(push)));
  } catch (error) {
    push.reject(error);
  }
}

async function committed(push: Push): Promise<PushAnswer> {
  try {
    return await commit([push]);
  } catch (error) {
    // Another process was quicker with the same key, and nothing of this push was written.
    const there = isTaken(error) ? await answered(push) : null;
    if (there === null) throw error;
    return there;
  }
}

async function answered({ ctx, key, digest }: Push): Promise<PushAnswer | null> {
  const before = key === null ? null : await findPush(ctx, key);
  if (before === null) return null;
  if (before.digest !== digest) throw ingestErrors.make('push_key', { key: key ?? '' });
  return before.answer as PushAnswer;
}

/** Pushes with faulty rows are refused, each with its own numbering. @returns the others */
function withoutFaulty(group: Push[], error: GuantongError): Push[] {
  const clean: Push[] = [];
  let before = 0;
  for (const push of group) {
    const [from, to] = [before, before + push.rows.length];
    before = to;
    const faults = error.faults.flatMap((fault) =>
      fault.row !== undefined && fault.row > from && fault.row <= to
        ? [{ ...fault, row: fault.row - from }]
        : [],
    );
    const params = { rows: push.rows.length, count: faults.length };
    if (faults.length === 0) clean.push(push);
    else push.reject(ingestErrors.make('bad_rows', params, faults));
  }
  return clean;
}

/** Commits a group; where it cannot be, the smallest part that cannot is found and refused. */
async function settle(group: Push[]): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  if (group.length === 1) return alone(first);
  try {
    const answer = await commit(group);
    for (const push of group) push.resolve(answer);
  } catch (error) {
    if (!(error instanceof GuantongError) && !isTaken(error)) {
      for (const push of group) push.reject(error);
      return;
    }
    const isFaulty = error instanceof GuantongError && error.code === 'ingest.bad_rows';
    const clean = isFaulty ? withoutFaulty(group, error) : group;
    if (clean.length < group.length) return settle(clean);
    const half = Math.ceil(clean.length / 2);
    await settle(clean.slice(0, half));
    await settle(clean.slice(half));
  }
}

async function work(line: Line): Promise<void> {
  line.busy = true;
  while (line.waiting.length > 0) await settle(nextGroup(line));
  line.busy = false;
}

const isTaken = (error: unknown): boolean => (error as { code?: string }).code === '23505';

/**
 * Pushes rows, together with others of the same moment. With a key, the same push again is
 * answered as before and changes nothing.
 * @throws auth.*, catalogue.not_found, ingest.push_full, ingest.bad_rows with the faults of these
 *   rows, ingest.push_key when the key was used for other rows; nothing of it is written then
 */
export async function pushTogether(
  ctx: Ctx,
  input: { dataset: string; rows: readonly PushedRow[]; key: string | null },
): Promise<PushAnswer> {
  const contract = await deliverable(ctx, input.dataset);
  const { dataset, rows, key } = input;
  const digest = createHash('sha256')
    .update(JSON.stringify([dataset, rows]))
    .digest('hex');
  const keys = keysOf(contract, rows);
  return new Promise((resolve, reject) => {
    const line = lineOf(ctx, contract.name);
    line.waiting.push({ ctx, dataset, rows, key, digest, keys, resolve, reject });
    if (!line.busy) void work(line);
  });
}

/** Forgets keys nobody will repeat any more. */
export const sweepPushKeys = (ctx: Ctx): Promise<void> =>
  forgetPushes(ctx, new Date(ctx.clock.now().getTime() - ctx.settings.push_key_keep_days * dayMs));
