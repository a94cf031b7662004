/** SQL of people and packs, run: parsed fence first, then a fenced child. */
import type { Clock } from '#kernel/context';
import { lakeErrors } from './errors.ts';
import type { FencedInput, FencedResult, JsonScalar } from './model.ts';
import { parseQuery } from './parse.ts';
import type { Pool } from './pool.ts';
import { quietError } from './quiet.ts';
import { foldName } from './walk.ts';

export interface FenceOptions {
  pool: Pool;
  /** Folder of the lake's files; only files below it are ever allowed. */
  root: string;
  clock: Clock;
  timeZone: string;
  threads: number;
}

/** Room of a child that is not the query's: Node and the engine's own code. */
const childMb = 120;

export async function runFenced(options: FenceOptions, input: FencedInput): Promise<FencedResult> {
  const parsed = await parseQuery(input.sql);
  const given = new Map(input.relations.map((relation) => [foldName(relation.name), relation]));
  const unknown = parsed.relations.filter((name) => !given.has(name));
  if (unknown.length > 0) {
    const faults = unknown.map((name) =>
      lakeErrors.fault(
        'sql_unknown_relation',
        { line: parsed.relationLines.get(name) ?? 1 },
        { name },
      ),
    );
    throw lakeErrors.make('sql_refused', { count: faults.length }, faults);
  }
  // Only what the query reads is opened: a relation not asked for is not there at all.
  const relations = parsed.relations.flatMap((name) => given.get(name) ?? []);
  const engineMb = Math.max(32, Math.floor((input.limits.memory_mb - childMb) * 0.8));
  const answer = await options.pool.run(
    {
      sql: parsed.sql,
      relations,
      files: filesIn(
        relations.map((relation) => relation.sql),
        options.root,
      ),
      params: paramsFor(parsed.params, input.params ?? {}, options),
      rows: input.limits.rows,
      into: input.into,
      engineMb,
      threads: options.threads,
    },
    input.limits,
  );
  if (answer.kind === 'failed') {
    const { memory_mb } = input.limits;
    if (/^Out of Memory/.test(answer.error)) throw lakeErrors.make('sql_memory', { memory_mb });
    if (/^ENOSPC/.test(answer.error)) throw lakeErrors.make('write_failed', { reason: 'ENOSPC' });
    throw lakeErrors.make('sql_failed', { detail: quietError(answer.error) });
  }
  const { columns, rows, count, truncated } = answer;
  return { columns, rows, count, truncated };
}

/** The files that trusted relation texts name: whole literals under the lake's root. */
export function filesIn(texts: string[], root: string): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const [, quoted = ''] of text.matchAll(/'((?:[^']|'')*)'/g)) {
      const path = quoted.replaceAll("''", "'");
      if (path.startsWith(`${root}/`) && path.endsWith('.parquet')) found.add(path);
    }
  }
  return [...found].sort();
}

function paramsFor(
  names: string[],
  given: Record<string, JsonScalar>,
  options: Pick<FenceOptions, 'clock' | 'timeZone'>,
): Record<string, JsonScalar> {
  const now = options.clock.now();
  const moment: Record<string, JsonScalar> = {
    now: now.toISOString().replace('T', ' ').replace('Z', ''),
    // sv-SE writes YYYY-MM-DD.
    today: now.toLocaleDateString('sv-SE', { timeZone: options.timeZone }),
  };
  const values = { ...moment, ...given };
  const missing = names.filter((name) => !(name in values));
  if (missing.length > 0) {
    const faults = missing.map((name) =>
      lakeErrors.fault('sql_param', { item: name, line: 1 }, { name: `$${name}` }),
    );
    throw lakeErrors.make('sql_refused', { count: faults.length }, faults);
  }
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}
