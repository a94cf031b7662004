/** Proposing a dataset contract from a file: columns known, keys looked for, evidence beside. */

import { cleaned, ident } from '#catalogue';
import type { Reading } from '../../reading/index.ts';
import { type KnowDeps, rowsOf } from '../file.ts';
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
}

/** Proposes a contract for the file of a reading; `owner` is the unit the data belongs to. */
export async function proposeContract(
  deps: KnowDeps,
  reading: Reading,
  input: { file: string; owner: string },
  options: KnowOptions,
): Promise<Proposed> {
  const { relation, columns } = await rowsOf(deps, reading);
  const known = await knowColumns(deps.engine, relation, columns, options);
  const sources = columns.map(({ column }) => cleaned(ident(column)));
  const keys = await keysOf(deps.engine, relation, known, sources, options.misfitPermille);
  return { proposal: propose({ ...input, columns: known, keys }, options), columns: known };
}
