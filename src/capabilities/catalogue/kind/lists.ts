/** Kinds beside the resources: code tables, providers, and the three lists (三清单). */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Ctx } from '#kernel/context';
import type { Fault } from '#kernel/errors';
import { publish } from '#kernel/events';
import { type PackFile, type PackIndex, type PackKind, placeOf } from '#kernel/packs';
import { unitKnown } from '#organisation';
import { catalogueErrors } from '../errors.ts';
import {
  type CodesFile,
  codesFile,
  cycles,
  type Demand,
  type Duty,
  demand,
  duty,
  type Negative,
  negative,
  type Provider,
  provider,
} from '../model.ts';
import { contractsOfTable, listOf, removeList, saveContract, saveList } from '../store.ts';
import { fileOf, withCodes } from './contract.ts';

type Say = (key: keyof typeof catalogueErrors.entries, params: Record<string, string>) => void;

/** A kind of CSV lines that are checked one by one and kept as they are. */
function listKind<T extends { [key: string]: unknown }>(spec: {
  name: string;
  title: { zh: string; en: string };
  row: z.ZodType<T>;
  key: (row: T) => string;
  check: (row: T, index: PackIndex, file: PackFile, say: Say) => void;
}): PackKind {
  const rowsOf = (file: PackFile): T[] => file.data as T[];
  return {
    name: spec.name,
    title: spec.title,
    format: 'csv',
    schema: z.array(spec.row),
    after: ['units', 'datasets'],
    async check(file, index) {
      const faults: Fault[] = [];
      const seen = new Set<string>();
      for (const [at, row] of rowsOf(file).entries()) {
        // Line 1 is the header.
        const place = { file: placeOf(file), row: at + 2 };
        const say: Say = (key, params) => faults.push(catalogueErrors.fault(key, place, params));
        const key = spec.key(row);
        if (seen.has(key)) say('list_twice', { key });
        seen.add(key);
        spec.check(row, index, file, say);
      }
      return faults;
    },
    apply: async (ctx, file) => saveList(ctx, file, rowsOf(file)),
    remove: async (ctx, { pack, name }) => removeList(ctx, { pack, kind: spec.name, name }),
  };
}

const known = (unit: string, index: PackIndex, say: Say): void => {
  if (unit !== '' && unitKnown(index, unit) === undefined) say('unknown_owner', { owner: unit });
};

const resource = (name: string, index: PackIndex, file: PackFile, say: Say): void => {
  if (name !== '' && index.find('datasets', name, file) === undefined) {
    say('unknown_relation', { relation: name });
  }
};

const demandsKind = listKind<Demand>({
  name: 'demands',
  title: { zh: '数据需求清单', en: 'Data demand lists' },
  row: demand,
  key: ({ id }) => id,
  check({ applicant, provider: from, dataset, cycle }, index, file, say) {
    known(applicant, index, say);
    known(from, index, say);
    resource(dataset, index, file, say);
    if (cycle !== '' && !cycles.some((one) => one === cycle)) {
      say('unknown_code', { table: 'cycle', code: cycle });
    }
  },
});

const dutiesKind = listKind<Duty>({
  name: 'duties',
  title: { zh: '数据归集责任清单', en: 'Collection duty lists' },
  row: duty,
  key: ({ id }) => id,
  check({ unit, dataset }, index, file, say) {
    known(unit, index, say);
    resource(dataset, index, file, say);
    const found = dataset === '' ? undefined : index.find('datasets', dataset, file);
    if (found !== undefined && fileOf(found).owner !== unit) {
      say('duty_of_other', { unit, dataset, owner: fileOf(found).owner });
    }
  },
});

const negativesKind = listKind<Negative>({
  name: 'negatives',
  title: { zh: '数据共享负面清单', en: 'Negative lists of sharing' },
  row: negative,
  key: ({ dataset, item }) => `${dataset} ${item}`,
  check({ dataset, item, approved_on, review_on }, index, file, say) {
    resource(dataset, index, file, say);
    const found = index.find('datasets', dataset, file);
    if (review_on <= approved_on)
      say('review_before', { review: review_on, approved: approved_on });
    if (found === undefined) return;
    const { share, items } = fileOf(found);
    if (item !== '' && items[item] === undefined) say('unknown_item', { item });
    const refused = share.type === 'none' || items[item]?.share?.type === 'none';
    if (!refused) say('not_refused', { dataset, item });
  },
});

/** Weights and signs of GB 32100-2015: the check sign of a unified social credit code. */
const usccSigns = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Whether a unified social credit code keeps its check sign (GB 32100-2015, ISO 7064 mod 31). */
export function usccHolds(code: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return false;
  let sum = 0;
  let weight = 1;
  for (const sign of code.slice(0, 17)) {
    sum += usccSigns.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return usccSigns[(31 - (sum % 31)) % 31] === code[17];
}

const providersKind = listKind<Provider>({
  name: 'providers',
  title: { zh: '数源单位', en: 'Providers of data' },
  row: provider,
  key: ({ unit }) => unit,
  check({ unit, uscc }, index, _, say) {
    known(unit, index, say);
    if (!usccHolds(uscc)) say('bad_uscc', { uscc });
  },
});

/** A table that changed changes every contract that refers to it: a new version of each. */
async function applyCodes(ctx: Ctx, file: PackFile): Promise<void> {
  await saveList(ctx, file, [file.data]);
  const codes = await listOf<CodesFile>(ctx, 'codes');
  for (const { digest, ...contract } of await contractsOfTable(ctx, file.name)) {
    const { version: _, appliedAt: __, ...declared } = withCodes(contract, codes);
    if (isDeepStrictEqual(declared.items, contract.items)) continue;
    await saveContract(ctx, declared, digest);
    await publish(ctx, 'catalogue.contract_applied', { dataset: contract.name });
  }
}

const codesKind: PackKind = {
  name: 'codes',
  title: { zh: '代码表', en: 'Code tables' },
  format: 'yaml',
  schema: codesFile,
  apply: applyCodes,
  remove: async (ctx, { pack, name }) => removeList(ctx, { pack, kind: 'codes', name }),
};

export const listKinds: PackKind[] = [
  codesKind,
  providersKind,
  demandsKind,
  dutiesKind,
  negativesKind,
];
