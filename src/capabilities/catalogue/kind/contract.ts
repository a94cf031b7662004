/** From the file of a pack to the contract in force. */
import type { PackFile } from '#kernel/packs';
import type { CodesFile, Contract, ContractFile } from '../model.ts';

/** What a file declares, before it has a version. `reads` is filled from the parse of the SQL. */
export type Declared = Omit<Contract, 'version' | 'appliedAt'>;

export const fileOf = (file: PackFile): ContractFile => file.data as ContractFile;

/** The contract a file declares; `reads` are the relations of its SQL. */
export function declaredContract(file: PackFile, reads: readonly string[]): Declared {
  const data = fileOf(file);
  return {
    name: file.name,
    pack: file.pack,
    title: data.title,
    description: data.description,
    owner: data.owner,
    source: data.source ?? null,
    theme: data.theme,
    layer: data.layer,
    share: data.share,
    open: data.open,
    cycle: data.cycle,
    mode: data.mode ?? 'full',
    key: data.key ?? [],
    tombstone: data.tombstone ?? null,
    unit_item: data.unit_item ?? null,
    subject: data.subject ?? null,
    time_zone: data.time_zone ?? null,
    items: Object.entries(data.items).map(([name, item]) => ({ ...item, name })),
    checks: Object.entries(data.checks ?? {}).map(([name, check]) => ({ ...check, name })),
    headers: data.headers ?? {},
    ignore_headers: data.ignore_headers ?? [],
    catalogue: data.catalogue ?? null,
    retention: data.retention ?? null,
    sealed_for: data.sealed_for ?? null,
    code: data.catalogue?.code ?? null,
    derived: file.sql !== undefined,
    sql: file.sql ?? null,
    reads: [...reads],
  };
}

/** Items of a code table hold its codes, so that whoever reads a contract finds them there. */
export function withCodes<One extends { items: Contract['items'] }>(
  contract: One,
  tables: readonly { name: string; body: CodesFile }[],
): One {
  const items = contract.items.map((item) => {
    const found = tables.filter(({ name }) => name === item.code_table);
    if (found.length === 0) return item;
    return { ...item, codes: Object.assign({}, ...found.map(({ body }) => body.codes)) };
  });
  return { ...contract, items };
}
