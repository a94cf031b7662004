/** Figures that leave the platform as sums: of how many persons each has to speak. */
import type { Ctx } from '#kernel/context';
import { parseQuery } from '#kernel/lake';
import { findContract, toGated } from './contract.ts';
import { traceQuery } from './lineage/index.ts';
import { platformRole, type Sight, seeItem } from './policy.ts';
import { policyLines } from './view.ts';

/** The purpose for which the platform computes what everybody may look at. */
const figuresPurpose = 'figures';

/**
 * How many persons a sum has to speak of at least, by the lines for the platform's own figures.
 * Asked is what decides over the sums: the columns named, and whatever filters, joins or groups.
 * @param columns columns of the SQL that are summed or summed by
 * @returns null when nothing they rest on may only be counted
 * @throws lake.sql_refused
 */
export async function figuresLeast(
  ctx: Ctx,
  sql: string,
  columns: readonly string[],
): Promise<number | null> {
  const parsed = await parseQuery(sql);
  const found = await Promise.all(parsed.relations.map((name) => findContract(ctx, name)));
  const gated = found.flatMap((contract) => (contract ? [toGated(contract)] : []));
  const trace = traceQuery(
    parsed.tree,
    new Map(gated.map(({ name, items }) => [name, items.map((item) => item.name)])),
  );
  const origins = columns.map(
    (name) => trace.columns?.find((column) => column.name === name)?.from ?? null,
  );
  const isKnown = !trace.rows.isUnknown && origins.every((from) => from !== null);
  const asked = new Set([
    ...trace.rows.items.keys(),
    ...origins.flatMap((from) => [...(from?.keys() ?? [])]),
  ]);
  const lines = await policyLines(ctx);
  const sight: Sight = { role: platformRole, rows: { all: true }, own: false };
  const least = gated.flatMap(({ name, items }) =>
    items
      // What cannot be followed may rest on anything.
      .filter((item) => !isKnown || asked.has(`${name}.${item.name}`.toLowerCase()))
      .flatMap((item) => seeItem(lines, [sight], item, figuresPurpose).counting?.least ?? []),
  );
  return least.length === 0 ? null : Math.max(...least);
}
