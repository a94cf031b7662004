/** A contract as the gate needs it, and its rows in the lake. */
import { type Contract, type Grade, unsealedDataset } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { GuantongError } from '#kernel/errors';
import type { Column, Snapshot } from '#kernel/lake';
import { quoteName } from './bind.ts';
import type { GatedDataset } from './policy.ts';

const codeOf = (error: unknown): string | null =>
  error instanceof GuantongError ? error.code : null;

/** The contract, or undefined when the catalogue has none of that name, or none for this actor. */
export async function findContract(ctx: Ctx, name: string): Promise<Contract | undefined> {
  try {
    return await unsealedDataset(ctx, name);
  } catch (error) {
    if (codeOf(error) === 'catalogue.not_found') return undefined;
    throw error;
  }
}

/** As much of a contract as decides who sees what. */
export interface Draft {
  name: string;
  owner: string;
  unit_item: string | null;
  key?: readonly string[];
  items: readonly {
    name: string;
    /** Text when absent. */
    type?: string | undefined;
    grade: Grade;
    semantic?: string | undefined;
  }[];
}

export const toGated = (contract: Draft): GatedDataset => ({
  name: contract.name,
  owner: contract.owner,
  unitItem: contract.unit_item,
  key: contract.key ?? [],
  items: contract.items.map((item) => ({
    name: item.name,
    grade: item.grade,
    type: item.type ?? 'text',
    semantic: item.semantic ?? null,
  })),
});

export const engineTypes: Record<string, string> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  boolean: 'BOOLEAN',
};

/** Rows of a dataset as trusted SQL. `sql` names files: never show it. */
export interface HeldRows {
  sql: string;
  columns: Column[];
  /** Null before the first delivery (or before `asOf`). */
  snapshot: Snapshot | null;
}

/** A dataset nobody delivered yet has no rows; that is no error. */
function noRows(columns: Column[]): HeldRows {
  const list = columns.map(({ name, type }) => `cast(null as ${type}) as ${quoteName(name)}`);
  return { sql: `(select ${list.join(', ')} where false)`, columns, snapshot: null };
}

/**
 * The whole dataset as of a moment. Only the gate narrows it; only named materialisers take it
 * whole.
 */
export async function heldRows(
  ctx: Ctx,
  contract: Contract,
  asOf?: Date | Snapshot,
): Promise<HeldRows> {
  try {
    const at = asOf === undefined ? {} : { asOf: asOf instanceof Date ? asOf : asOf.id };
    const { sql, columns, snapshot } = await ctx.lake.relation(ctx, contract.name, at);
    return { sql, columns, snapshot };
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'lake.no_snapshot' && code !== 'lake.unknown_dataset') throw error;
    const shape = await ctx.lake.shape(ctx, contract.name);
    return noRows(
      shape?.columns ??
        contract.items.map(({ name, type }) => ({ name, type: engineTypes[type] ?? type })),
    );
  }
}
