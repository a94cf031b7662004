/** The kind `libraries`: thematic libraries (专题库). */
import type { Fault } from '#kernel/errors';
import type { PackFile, PackIndex, PackKind } from '#kernel/packs';
import { unitKnown } from '#organisation';
import { catalogueErrors } from '../errors.ts';
import { type LibraryFile, libraryFile } from '../model.ts';
import { removeList, saveList } from '../store.ts';

const dataOf = (file: PackFile): LibraryFile => file.data as LibraryFile;

/** Units and datasets that nobody declares, and datasets that stand twice: all at once. */
async function check(file: PackFile, index: PackIndex): Promise<Fault[]> {
  const { owner, datasets, users } = dataOf(file);
  const at = (path: (string | number)[]) => {
    const line = file.lineOf(path);
    return { item: path.join('.'), ...(line === undefined ? {} : { line }) };
  };
  const unknown = (unit: string, path: (string | number)[]): Fault[] =>
    unitKnown(index, unit) === undefined
      ? [catalogueErrors.fault('unknown_owner', at(path), { owner: unit })]
      : [];
  const named = datasets.flatMap((dataset, place) => {
    const path = ['datasets', place];
    if (index.find('datasets', dataset, file) === undefined) {
      return [catalogueErrors.fault('unknown_relation', at(path), { relation: dataset })];
    }
    if (datasets.indexOf(dataset) === place) return [];
    return [catalogueErrors.fault('list_twice', at(path), { key: dataset })];
  });
  const allowed = users.flatMap(({ unit }, place) => unknown(unit, ['users', place, 'unit']));
  return [...unknown(owner, ['owner']), ...named, ...allowed];
}

export const librariesKind: PackKind = {
  name: 'libraries',
  title: { zh: '专题库', en: 'Thematic libraries' },
  format: 'yaml',
  schema: libraryFile,
  after: ['units', 'datasets'],
  check,
  apply: async (ctx, file) => saveList(ctx, file, [file.data]),
  remove: async (ctx, { pack, name }) => removeList(ctx, { pack, kind: 'libraries', name }),
};
