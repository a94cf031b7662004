/** What packs declare for quality: the scheme of scoring. */
import type { Fault } from '#kernel/errors';
import type { PackFile, PackIndex, PackKind } from '#kernel/packs';
import { qualityErrors } from './errors.ts';
import { type ScoringFile, scoringFile } from './model.ts';
import * as store from './store.ts';

const dataOf = (file: PackFile): ScoringFile => file.data as ScoringFile;

async function check(file: PackFile, index: PackIndex): Promise<Fault[]> {
  const line = file.lineOf(['families']);
  const at = { file: file.file, item: 'families', ...(line === undefined ? {} : { line }) };
  const weights = Object.values(dataOf(file).families).map(({ weight }) => weight);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const wrong = sum === 100 ? [] : [qualityErrors.fault('weights_sum', at, { sum })];
  const [first] = index.all('scoring');
  const alone = first === undefined || (first.pack === file.pack && first.name === file.name);
  if (alone) return wrong;
  const twice = { first: `${first.pack}/scoring/${first.name}` };
  return [...wrong, qualityErrors.fault('scoring_twice', { file: file.file }, twice)];
}

export const scoringKind: PackKind = {
  name: 'scoring',
  title: { zh: '质量评分办法', en: 'Schemes of scoring' },
  format: 'yaml',
  schema: scoringFile,
  check,
  apply: (ctx, file) => {
    const { name, pack, digest } = file;
    return store.saveScoring(ctx, { name, pack, digest, declared: dataOf(file) });
  },
  remove: (ctx, file) => store.removeScoring(ctx, file),
};
