/** The kind `datasets`: contracts of resources, a `.sql` beside those that are derived. */

import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { publish } from '#kernel/events';
import type { KeepRules } from '#kernel/lake';
import type { PackFile, PackIndex, PackKind } from '#kernel/packs';
import { unitKnown } from '#organisation';
import { catalogueErrors } from '../errors.ts';
import { type CodesFile, contractFile, type RetentionFile } from '../model.ts';
import { listOf, saveContract, withdrawContract } from '../store.ts';
import { duckType } from './compile/index.ts';
import { declaredContract, fileOf, withCodes } from './contract.ts';
import { elementFaults } from './elements.ts';
import { contractFaults } from './items.ts';
import { derivedFaults, relationsOf, rowCheckFaults } from './sql.ts';

export { normalHeader } from './items.ts';
export { librariesKind } from './libraries.ts';
export { listKinds } from './lists.ts';
export { synonymsKind } from './synonyms.ts';

function twiceFaults(file: PackFile, index: PackIndex): Fault[] {
  const other = index
    .all(file.kind)
    .find((one) => one.name === file.name && one.pack !== file.pack);
  if (other === undefined) return [];
  return [catalogueErrors.fault('twice', {}, { name: file.name, pack: other.pack })];
}

function ownerFaults(file: PackFile, index: PackIndex): Fault[] {
  const { owner } = fileOf(file);
  if (unitKnown(index, owner) !== undefined) return [];
  const line = file.lineOf(['owner']);
  const at = { item: 'owner', ...(line === undefined ? {} : { line }) };
  return [catalogueErrors.fault('unknown_owner', at, { owner })];
}

async function check(file: PackFile, index: PackIndex, ctx: Ctx): Promise<Fault[]> {
  const plain = [
    contractFaults(file),
    twiceFaults(file, index),
    ownerFaults(file, index),
    elementFaults(file, index),
  ].flat();
  const sql = await Promise.all([rowCheckFaults(file, ctx), derivedFaults(file, index, ctx)]);
  return [...plain, ...sql.flat()];
}

/**
 * The rules of a contract as the lake keeps them; a hold of no last day stands till it is lifted.
 */
function keepRules(retention: RetentionFile | null): KeepRules | null {
  if (retention === null) return null;
  const { days, snapshots, month_ends: monthEnds, hold } = retention;
  return {
    ...(days === undefined ? {} : { days }),
    ...(snapshots === undefined ? {} : { snapshots }),
    ...(monthEnds === undefined ? {} : { monthEnds }),
    ...(hold === undefined ? {} : { held: { until: hold.until ?? null } }),
  };
}

async function apply(ctx: Ctx, file: PackFile): Promise<void> {
  const tables = await listOf<CodesFile>(ctx, 'codes');
  const declared = withCodes(declaredContract(file, await relationsOf(file)), tables);
  await saveContract(ctx, declared, file.digest);
  await ctx.lake.define(ctx, {
    dataset: declared.name,
    columns: declared.items.map(({ name, type }) => ({ name, type: duckType(type) })),
    mode: declared.mode,
    key: declared.key,
  });
  await ctx.lake.keep(ctx, declared.name, keepRules(declared.retention));
  await publish(ctx, 'catalogue.contract_applied', { dataset: declared.name });
}

export const datasetsKind: PackKind = {
  name: 'datasets',
  title: { zh: '数据资源', en: 'Datasets' },
  format: 'yaml',
  schema: contractFile,
  after: ['units', 'codes'],
  check,
  apply,
  remove: async (ctx, { name }) => withdrawContract(ctx, name),
};
