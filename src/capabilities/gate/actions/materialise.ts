/**
 * SQL of a pack over whole datasets, for the named materialisers of the platform (indicators,
 * rules): still behind the fence and its limits, but not narrowed to a person. What they make keeps
 * its grade and leaves through `read`.
 */
import type { Ctx } from '#kernel/context';
import { type FencedResult, type JsonScalar, parseQuery } from '#kernel/lake';
import { gateErrors } from '../errors.ts';
import type { ReadSnapshot } from '../model.ts';
import { findContract, heldRows } from './contract.ts';
import { momentOf } from './moment.ts';
import { sealed } from './seal.ts';

export interface MaterialiseInput {
  /** Kind and name of what declared the SQL, `indicators/open_events`. */
  by: string;
  sql: string;
  asOf?: Date | undefined;
  params?: Record<string, JsonScalar> | undefined;
  /** Rows at most; the setting `materialised_row_limit` when absent. */
  limit?: number | undefined;
}

export interface Materialised extends FencedResult {
  snapshots: ReadSnapshot[];
}

/**
 * Runs the SQL of a pack for the platform itself.
 * @throws gate.materialise_person when a person asks, gate.dataset_not_found, gate.query_failed,
 * lake.sql_*
 */
export async function materialise(ctx: Ctx, input: MaterialiseInput): Promise<Materialised> {
  if (ctx.actor.kind !== 'system') throw gateErrors.make('materialise_person', { by: input.by });
  const { relations: names } = await parseQuery(input.sql);
  const opened = await Promise.all(
    names.map(async (dataset) => {
      const contract = await findContract(ctx, dataset);
      if (!contract) throw gateErrors.make('dataset_not_found', { dataset });
      return { dataset, held: await heldRows(ctx, contract, input.asOf) };
    }),
  );
  const { settings } = ctx;
  const answer = await sealed(
    () =>
      ctx.lake.fenced({
        sql: input.sql,
        relations: opened.map(({ dataset, held: { sql, columns } }) => ({
          name: dataset,
          sql,
          columns,
        })),
        params: { ...momentOf(ctx, input.asOf), ...input.params },
        limits: {
          ms: settings.sql_time_limit_ms,
          rows: input.limit ?? settings.materialised_row_limit,
          memory_mb: settings.sql_memory_limit_mb,
        },
      }),
    [],
  );
  const snapshots = opened.flatMap(({ dataset, held: { snapshot } }) =>
    snapshot
      ? [
          {
            dataset,
            snapshot: snapshot.id,
            version: snapshot.version,
            at: snapshot.at.toISOString(),
          },
        ]
      : [],
  );
  return { ...answer, snapshots };
}
