/** Proposing a dataset contract from a file: columns known, keys looked for, evidence beside. */

import { cleaned, ident } from '#catalogue';
import type { Reading } from '../../reading/index.ts';
import { type KnowDeps, type Rows, rowsOf } from '../file.ts';
import { knowColumns } from '../index.ts';
import type { KnownColumn, KnowOptions } from '../model.ts';
import { keysOf } from './keys.ts';
import type { Proposal } from './model.ts';
import { propose } from './propose.ts';

export type { ItemEvidence, Proposal, ProposedContract, ProposedItem } from './model.ts';
export { proposalYaml } from './yaml.ts';

export interface Proposed {
  proposal: Proposal;
  columns: KnownColumn[];
  /** The first rows, as text. */
  preview: (string | null)[][];
}

const previewRows = 20;

async function firstRows({ engine }: KnowDeps, { relation, columns }: Rows) {
  const values = columns.map(({ column }) => ident(column)).join(', ');
  const found = await engine.rows(
    `select ${values} from ${relation} order by file_row_number limit ${previewRows}`,
  );
  return found.map((row) =>
    columns.map(({ column }) => (row[column] === null ? null : String(row[column]))),
  );
}

/** Proposes a contract for the file of a reading; `owner` is the unit the data belongs to. */
export async function proposeContract(
  deps: KnowDeps,
  reading: Reading,
  input: { file: string; owner: string },
  options: KnowOptions,
): Promise<Proposed> {
  const rows = await rowsOf(deps, reading);
  const { relation, columns } = rows;
  const known = await knowColumns(deps.engine, relation, columns, options);
  const sources = columns.map(({ column }) => cleaned(ident(column)));
  const keys = await keysOf(deps.engine, relation, known, sources, options.misfitPermille);
  return {
    proposal: propose({ ...input, columns: known, keys }, options),
    columns: known,
    preview: await firstRows(deps, rows),
  };
}
