/**
 * Checks the SQL of a pack file before anything is applied: the fence, the datasets, their items,
 * its columns.
 */
import type { Fault } from '#kernel/errors';
import { GuantongError } from '#kernel/errors';
import { type ParsedQuery, parseQuery } from '#kernel/lake';
import type { PackFile, PackIndex } from '#kernel/packs';
import { gateErrors } from '../errors.ts';
import type { Grade } from '../model.ts';
import { type Trace, traceQuery } from './lineage/index.ts';
import { sealFaults } from './sealing.ts';

interface Wanted {
  /** Columns the query has to give. */
  columns: readonly string[];
  /** No column may be made from items above this grade. */
  highestGrade?: Grade;
}

/** Lines of the SQL as lines of its file. */
const placed = (file: PackFile, fault: Fault): Fault => ({
  ...fault,
  file: file.file,
  line: (file.sqlLine ?? 1) + (fault.line ?? 1) - 1,
});

type ParsedFile = { parsed: ParsedQuery; faults: [] } | { parsed: null; faults: Fault[] };

async function parse(file: PackFile): Promise<ParsedFile> {
  try {
    return { parsed: await parseQuery(file.sql ?? ''), faults: [] };
  } catch (error) {
    if (!(error instanceof GuantongError)) throw error;
    const { code, text } = error;
    const faults = error.faults.length > 0 ? error.faults : [{ code, message: text }];
    return { parsed: null, faults: faults.map((fault) => placed(file, fault)) };
  }
}

type Graded = Record<string, { grade?: Grade }>;

const itemsOf = (contract: PackFile | undefined): Graded =>
  (contract?.data as { items?: Graded } | undefined)?.items ?? {};

/**
 * Columns made from items above a grade; one that cannot be followed may hold any item in scope.
 */
function tooHigh(trace: Trace, items: ReadonlyMap<string, Graded>, most: Grade): Fault[] {
  const above = new Set<string>();
  for (const [dataset, contract] of items) {
    for (const [item, { grade = 'L4' }] of Object.entries(contract)) {
      if (grade > most) above.add(`${dataset}.${item}`.toLowerCase());
    }
  }
  const columns = trace.columns ?? [{ name: '*', from: null, direct: null }];
  return columns
    .filter(({ from }) =>
      from === null ? above.size > 0 : [...from.keys()].some((ref) => above.has(ref)),
    )
    .map(({ name }) =>
      gateErrors.fault('grade_too_high', { item: name ?? '?' }, { column: name ?? '?', most }),
    );
}

/**
 * Faults of a pack's SQL over datasets: constructs outside the fence, unknown and sealed datasets,
 * unknown items, columns it does not give. No database is needed.
 */
export async function checkSql(file: PackFile, index: PackIndex, wanted: Wanted): Promise<Fault[]> {
  const { parsed, faults } = await parse(file);
  if (parsed === null) return faults;
  const contracts = parsed.relations.map((name) => ({
    name,
    contract: index.find('datasets', name, file),
  }));
  const unknown = contracts
    .filter(({ contract }) => contract === undefined)
    .map(({ name }) => gateErrors.fault('dataset_not_found', { item: name }, { dataset: name }));
  if (unknown.length > 0) return unknown.map((fault) => placed(file, fault));
  const sealed = sealFaults(
    file,
    contracts.flatMap(({ contract }) => contract ?? []),
  );
  const known = new Map(contracts.map(({ name, contract }) => [name, itemsOf(contract)]));
  const trace = traceQuery(
    parsed.tree,
    new Map([...known].map(([name, items]) => [name, Object.keys(items)])),
  );
  const items = trace.unresolved.map(({ name }) =>
    gateErrors.fault('item_unknown', { item: name }, { item: name }),
  );
  const given = trace.columns && new Set(trace.columns.map((column) => column.name));
  const missing = wanted.columns
    .filter((column) => given !== null && !given.has(column))
    .map((column) => gateErrors.fault('column_missing', { item: column }, { column }));
  const high = wanted.highestGrade ? tooHigh(trace, known, wanted.highestGrade) : [];
  return [...sealed, ...[...items, ...missing, ...high].map((fault) => placed(file, fault))];
}
