/** The kind `scoring`: how checks become a score. */
import type { Fault } from '#kernel/errors';
import { publish } from '#kernel/events';
import type { PackFile, PackIndex, PackKind } from '#kernel/packs';
import { qualityErrors } from '../errors.ts';
import { type ScoringFile, scoringFile } from '../model.ts';
import * as store from '../store.ts';

const dataOf = (file: PackFile): ScoringFile => file.data as ScoringFile;

const placed = (file: PackFile, path: (string | number)[]) => {
  const line = file.lineOf(path);
  return { file: file.file, item: path.join('.'), ...(line === undefined ? {} : { line }) };
};

/** Kinds that need no item of a dataset. */
const ofEvery: readonly string[] = ['volume', 'fresh', 'available'];

async function check(file: PackFile, index: PackIndex): Promise<Fault[]> {
  const { families, everywhere, signals, own_records: own } = dataOf(file);
  const sum = Object.values(families).reduce((all, { weight }) => all + weight, 0);
  const faults: Fault[] = [];
  if (sum !== 100)
    faults.push(qualityErrors.fault('weights_sum', placed(file, ['families']), { sum }));
  for (const [name, { kind }] of Object.entries(everywhere)) {
    if (ofEvery.includes(kind)) continue;
    const params = { check: name, kind };
    faults.push(qualityErrors.fault('everywhere_kind', placed(file, ['everywhere', name]), params));
  }
  for (const [section, opens] of [
    ['signals', signals.opens],
    ['own_records', own?.opens],
  ] as const) {
    if (opens === undefined || index.find('cases', opens, file) !== undefined) continue;
    const at = placed(file, [section, 'opens']);
    faults.push(qualityErrors.fault('no_case_type', at, { type: opens }));
  }
  if (own !== undefined && index.find('notices', own.tells, file) === undefined) {
    const at = placed(file, ['own_records', 'tells']);
    faults.push(qualityErrors.fault('no_template', at, { template: own.tells }));
  }
  const [first] = index.all('scoring');
  if (first === undefined || (first.pack === file.pack && first.name === file.name)) return faults;
  const twice = { first: `${first.pack}/scoring/${first.name}` };
  return [...faults, qualityErrors.fault('scoring_twice', { file: file.file }, twice)];
}

export const scoringKind: PackKind = {
  name: 'scoring',
  title: { zh: '质量评分办法', en: 'Schemes of scoring' },
  format: 'yaml',
  schema: scoringFile,
  after: ['cases', 'notices'],
  check,
  async apply(ctx, file) {
    const { name, pack, digest } = file;
    await store.saveScoring(ctx, { name, pack, digest, declared: dataOf(file) });
    await publish(ctx, 'quality.declared', { datasets: [] });
  },
  remove: (ctx, file) => store.removeScoring(ctx, file),
};
