/**
 * Rows pushed by a program, one at a time or a few: the same contract and checks, all taken or
 * none.
 */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { type Contract, compileContract, ident, literal, noteDelivered } from '#catalogue';
import type { Ctx } from '#kernel/context';
import { tx } from '#kernel/db';
import type { Fault } from '#kernel/errors';
import type { Snapshot } from '#kernel/lake';
import { ingestErrors } from '../errors.ts';
import { lockDeliveries } from '../store.ts';
import { compileOptions } from './deliver.ts';
import { deliverable } from './owner.ts';
import { scratchOf } from './scratch.ts';

export type PushedRow = Record<string, string | number | boolean | null>;

const textOf = (value: PushedRow[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

function unknownItems(contract: Contract, rows: readonly PushedRow[]): Fault[] {
  const known = new Set(contract.items.map(({ name }) => name));
  return rows.flatMap((row, at) =>
    Object.keys(row)
      .filter((name) => !known.has(name))
      .map((item) => {
        const params = { row: at + 1, item, dataset: contract.title.zh };
        return ingestErrors.fault('unknown_item', { row: at + 1, item }, params);
      }),
  );
}

/** The rows as a relation of text in the order given; `n` counts from 0. */
async function stagedRows(
  contract: Contract,
  rows: readonly PushedRow[],
  path: string,
): Promise<string> {
  const lines = rows.map((row, n) =>
    JSON.stringify({ n, v: contract.items.map(({ name }) => textOf(row[name])) }),
  );
  await writeFile(path, lines.join('\n'));
  const items = contract.items.map(({ name }, at) => `v[${at + 1}] as ${ident(name)}`);
  return `(select n, ${items.join(', ')} from read_json(${literal(path)},
    format = 'newline_delimited', columns = {'n': 'BIGINT', 'v': 'VARCHAR[]'}))`;
}

/**
 * Takes rows by item names; an item left out is empty. Rows of a key that is there replace it
 * (`merge`), or are refused when they differ (`append`).
 * @param landed called in the transaction that lands them
 * @throws auth.*, catalogue.not_found, ingest.push_full, ingest.bad_rows with every fault; nothing
 * is written then
 */
export async function pushRows(
  ctx: Ctx,
  input: { dataset: string; rows: readonly PushedRow[] },
  landed?: (inner: Ctx, snapshot: Snapshot) => Promise<void>,
): Promise<Snapshot> {
  const contract = await deliverable(ctx, input.dataset);
  const { name: dataset, title } = contract;
  if (contract.mode === 'full') throw ingestErrors.make('push_full', { dataset: title.zh });
  const scratch = scratchOf(ctx);
  try {
    const source = await stagedRows(contract, input.rows, scratch.path('pushed.json'));
    const compiled = compileContract(contract, compileOptions(ctx));
    const typed = compiled.typed(source, ['n']);
    const faults = [
      ...unknownItems(contract, input.rows),
      ...(await rowFaults(ctx, contract, compiled, typed)),
    ];
    if (faults.length > 0) {
      const params = { rows: input.rows.length, count: faults.length };
      throw ingestErrors.make('bad_rows', params, faults);
    }
    const items = contract.items.map(({ name }) => ident(name)).join(', ');
    const batch = `push:${randomUUID()}`;
    return await tx(ctx, async (inner) => {
      await lockDeliveries(inner, dataset);
      const from = `from ${typed}`;
      const { gone } = compiled;
      const key = contract.key.map(ident).join(', ');
      const snapshot = await inner.lake.commit(inner, {
        dataset,
        ...(gone === null
          ? { sql: `select ${items} ${from}` }
          : {
              sql: `select ${items} ${from} where not ${gone}`,
              deletes: `select ${key} ${from} where ${gone}`,
            }),
        batch,
      });
      await noteDelivered(inner, dataset);
      await inner.audit.record(inner, {
        action: 'ingest.push',
        subject: `delivery/${batch}`,
        dataset,
        rows: input.rows.length,
      });
      await landed?.(inner, snapshot);
      return snapshot;
    });
  } finally {
    await scratch.clear();
  }
}

async function rowFaults(
  ctx: Ctx,
  contract: Contract,
  compiled: ReturnType<typeof compileContract>,
  typed: string,
): Promise<Fault[]> {
  const broken = await ctx.lake.engine.rows(
    `select n, ${compiled.faults} as faults from ${typed} where not (${compiled.good}) order by n`,
  );
  return broken.flatMap((row) =>
    (row.faults as number[]).flatMap((number) => {
      const rule = compiled.rules[Number(number)];
      if (rule === undefined) return [];
      const title = contract.items.find(({ name }) => name === rule.item)?.title.zh ?? rule.rule;
      const at = { row: Number(row.n) + 1, ...(rule.item === null ? {} : { item: rule.item }) };
      return [ingestErrors.fault('row_fault', at, { title, ...rule.expected })];
    }),
  );
}
