/** Checks the SQL of a pack file before anything is applied: the fence, the datasets, their items, its columns. */
import type { Fault } from '#kernel/errors';
import { GuantongError } from '#kernel/errors';
import { type ParsedQuery, parseQuery } from '#kernel/lake';
import type { PackFile, PackIndex } from '#kernel/packs';
import { gateErrors } from '../errors.ts';
import { traceQuery } from './lineage.ts';

interface Wanted {
  /** Columns the query has to give. */
  columns: readonly string[];
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

const itemsOf = (contract: PackFile): string[] =>
  Object.keys((contract.data as { items?: Record<string, unknown> }).items ?? {});

/**
 * Faults of a pack's SQL over datasets: constructs outside the fence, unknown datasets and items, columns it does
 * not give. No database is needed.
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
  const trace = traceQuery(
    parsed.tree,
    new Map(contracts.map(({ name, contract }) => [name, contract ? itemsOf(contract) : []])),
  );
  const items = trace.unresolved.map(({ name }) =>
    gateErrors.fault('item_unknown', { item: name }, { item: name }),
  );
  const given = trace.columns && new Set(trace.columns.map((column) => column.name));
  const missing = wanted.columns
    .filter((column) => given !== null && !given.has(column))
    .map((column) => gateErrors.fault('column_missing', { item: column }, { column }));
  return [...items, ...missing].map((fault) => placed(file, fault));
}
