/** The kind `synonyms`: words that mean the same when somebody searches. */
import { z } from 'zod';
import type { Fault } from '#kernel/errors';
import type { PackFile, PackKind } from '#kernel/packs';
import { catalogueErrors } from '../errors.ts';
import { bilingual } from '../model.ts';
import { removeSynonyms, saveSynonyms } from '../store.ts';

const synonymsFile = z
  .strictObject({
    title: bilingual.describe('What field the words are of'),
    source: z.string().min(1).describe('Where the words come from'),
    groups: z
      .array(z.array(z.string().trim().min(2).max(40)).min(2))
      .min(1)
      .describe('Words of one meaning, two characters and more each'),
  })
  .describe('Words that mean the same: a search for one finds the others, behind itself')
  .meta({
    example: {
      title: { zh: '部件', en: 'Components' },
      source: '部件普查常用叫法',
      groups: [['井盖', '窨井盖', '检查井盖']],
    },
  });

const fileOf = (file: PackFile): z.output<typeof synonymsFile> =>
  file.data as z.output<typeof synonymsFile>;

async function check(file: PackFile): Promise<Fault[]> {
  return fileOf(file).groups.flatMap((group, at) => {
    const twice = group.find((word, place) => group.indexOf(word) !== place);
    if (twice === undefined) return [];
    const line = file.lineOf(['groups', at]);
    const place = { item: `groups.${at}`, ...(line === undefined ? {} : { line }) };
    return [catalogueErrors.fault('synonym_twice', place, { word: twice })];
  });
}

export const synonymsKind: PackKind = {
  name: 'synonyms',
  title: { zh: '同义词', en: 'Synonyms' },
  format: 'yaml',
  schema: synonymsFile,
  check,
  apply: async (ctx, file) =>
    saveSynonyms(ctx, { pack: file.pack, name: file.name, groups: fileOf(file).groups }),
  remove: async (ctx, file) => removeSynonyms(ctx, file),
};
