/**
 * Verbs of the catalogue: find a resource, its contract, its history, where it comes from and goes.
 */
import type { Ctx } from '#kernel/context';
import { findUnit } from '#organisation';
import { catalogueErrors } from '../errors.ts';
import { type Contract, type DataVersion, highestGrade, type Summary } from '../model.ts';
import { currentContract, currentContracts, nextUnits } from '../store.ts';
import { standingOf } from './standing.ts';

/** Data of a resource arrived and was taken, changed or not: its next is due a cycle later. */
export {
  contractsStood,
  type Stood,
  saveConfirmed as noteConfirmed,
  saveDelivered as noteDelivered,
} from '../store.ts';
export { catalogueAsDcat } from './dcat.ts';
export { elementsOf, providerOf, publishedOn } from './elements.ts';
export { exportCatalogue, importCatalogue } from './excel/index.ts';
export { dueDay, freshness, lateness } from './freshness.ts';
export { catalogueHistory, datasetHistory } from './history.ts';
export { knownDataset, knownDatasets, sealedFrom, unsealedDataset } from './known.ts';
export { listLibraries } from './libraries.ts';
export { datasetLineage } from './lineage.ts';
export { catalogueLists } from './lists.ts';
export { changeItems, type Regrade } from './regrade.ts';
export { searchDatasets } from './search/index.ts';
export { catalogueSheet, sheetNames } from './sheets.ts';
export { dueOf, lastHeard } from './standing.ts';
export { type Kept, type Loosened, loosened } from './strictness.ts';
export { themeWords } from './themes.ts';

/**
 * The contract in force.
 * @throws catalogue.not_found
 */
export async function getDataset(ctx: Pick<Ctx, 'db'>, name: string): Promise<Contract> {
  const found = await currentContract(ctx, name);
  if (found === null) throw catalogueErrors.make('not_found', { dataset: name });
  return found;
}

/** Packs may have renamed units: what stands in memory of the catalogue is looked up again. */
export const packsApplied = (ctx: Ctx): Promise<void> => nextUnits(ctx);

/** All contracts in force, by name. */
export const listDatasets = (ctx: Pick<Ctx, 'db'>): Promise<Contract[]> => currentContracts(ctx);

/**
 * Derived datasets that have to be made again when `dataset` changed, each after all it reads. Only
 * those whose SQL reads it, directly or through others.
 */
export async function derivedFrom(ctx: Pick<Ctx, 'db'>, dataset: string): Promise<Contract[]> {
  const contracts = (await currentContracts(ctx)).filter((one) => one.derived);
  const touched = new Set([dataset]);
  const order: Contract[] = [];
  for (let found = true; found; ) {
    found = false;
    for (const one of contracts) {
      if (touched.has(one.name) || !one.reads.some((name) => touched.has(name))) continue;
      touched.add(one.name);
      found = true;
    }
  }
  const left = contracts.filter((one) => touched.has(one.name));
  while (left.length > 0) {
    const waiting = new Set(left.map((one) => one.name));
    const at = left.findIndex((one) => !one.reads.some((name) => waiting.has(name)));
    order.push(...left.splice(Math.max(at, 0), 1));
  }
  return order;
}

/** One line of the catalogue. */
export async function summaryOf(ctx: Ctx, name: string): Promise<Summary> {
  const contract = await getDataset(ctx, name);
  const unit = await findUnit(ctx, contract.owner);
  return {
    name: contract.name,
    code: contract.code,
    title: contract.title,
    description: contract.description,
    owner: contract.owner,
    ownerName: unit?.name ?? contract.owner,
    theme: contract.theme,
    layer: contract.layer,
    grade: highestGrade(contract.items),
    share: contract.share.type,
    cycle: contract.cycle,
    derived: contract.derived,
    items: contract.items.length,
    ...(await standingOf(ctx, contract)),
  };
}

/**
 * Versions of the data, newest first. A compaction changes files, not rows: it stands only for a
 * version that is forgotten.
 */
export async function dataVersions(ctx: Ctx, name: string): Promise<DataVersion[]> {
  await getDataset(ctx, name);
  const snapshots = await ctx.lake.snapshots(ctx, name);
  return snapshots.flatMap((one, newer) => {
    const { id, version, at, rows, added, changed, removed, batch, reason } = one;
    const isSame = reason === 'compact' && snapshots[newer + 1]?.version === version - 1;
    return isSame
      ? []
      : [{ version, snapshot: id, at: at.toISOString(), rows, added, changed, removed, batch }];
  });
}
