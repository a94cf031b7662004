/**
 * Hot copies: a dataset's newest rows by key in PostgreSQL, kept by what changed. A named
 * materialiser.
 */
import type { Contract } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import * as store from '../store.ts';
import { quoteName } from './bind.ts';
import { findContract, heldRows } from './contract.ts';

/**
 * More changed rows than this are copied whole: a scan is then cheaper than the list of changes.
 */
const largestDiff = 20_000;
/** Rows of one write of a whole copy: bounds memory whatever the dataset's size. */
const pageRows = 10_000;

type Row = Record<string, unknown>;

/** A row's key as text: the value alone, or a JSON list when the key has several items. */
export function keyText(values: readonly unknown[]): string {
  const texts = values.map((value) => String(value));
  return texts.length === 1 ? (texts[0] ?? '') : JSON.stringify(texts);
}

function toHotRow(contract: Contract, row: Row): store.HotRow {
  const unit = contract.unit_item === null ? null : row[contract.unit_item];
  const items = contract.items.map(({ name }) => [name, row[name] ?? null] as const);
  return {
    key: keyText(contract.key.map((item) => row[item])),
    unit: unit === null || unit === undefined ? null : String(unit),
    row: Object.fromEntries(items),
  };
}

async function copyWhole(ctx: Ctx, contract: Contract): Promise<void> {
  const held = await heldRows(ctx, contract);
  const pages = Math.max(1, Math.ceil((held.snapshot?.rows ?? 0) / pageRows));
  const key = contract.key.map(quoteName).join(', ');
  await store.clearHotRows(ctx, contract.name);
  for (let page = 0; page < pages; page += 1) {
    const rows = await ctx.lake.engine.rows(
      `select * from ${held.sql} as held where hash(${key}) % ${pages} = ${page}`,
    );
    await store.putHotRows(
      ctx,
      contract.name,
      rows.map((row) => toHotRow(contract, row)),
    );
  }
  // Where few rows were before, a plan that reads all of them would be kept until somebody counts.
  if (pages > 1) await store.analyseHotRows(ctx);
}

async function copyChanges(ctx: Ctx, contract: Contract, from: number, to: number) {
  const diff = await ctx.lake.diff(ctx, contract.name, from, to, { limit: largestDiff });
  if (diff.truncated) return false;
  const gone = diff.rows.flatMap((row) => (row.after === null && row.before ? [row.before] : []));
  const stand = diff.rows.flatMap((row) => (row.after === null ? [] : [row.after]));
  await store.removeHotRows(
    ctx,
    contract.name,
    gone.map((row) => toHotRow(contract, row).key),
  );
  await store.putHotRows(
    ctx,
    contract.name,
    stand.map((row) => toHotRow(contract, row)),
  );
  return true;
}

/**
 * Brings the hot copy of a dataset to its newest snapshot; datasets without one are left alone.
 * Idempotent.
 */
export async function refreshHot(ctx: Ctx, dataset: string): Promise<void> {
  await tx(ctx, async (inner) => {
    const state = await store.lockHot(inner, dataset);
    const contract = state && (await findContract(inner, dataset));
    const newest = contract && (await inner.lake.latest(inner, dataset));
    if (!state || !contract || !newest || newest.id === state.snapshot_id) return;
    if (contract.key.length === 0) return;
    const done =
      state.snapshot_id !== null &&
      (await copyChanges(inner, contract, state.snapshot_id, newest.id));
    if (!done) await copyWhole(inner, contract);
    await store.markHot(inner, dataset, newest.id, newest.at);
  });
}
