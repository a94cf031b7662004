/** The section by which a dataset contract becomes the address library. */
import type { Fault } from '#kernel/errors';
import { type PackFile, type PackSection, placeOf } from '#kernel/packs';
import { entitiesErrors } from './errors.ts';
import { type AddressLibrary, addressLibrary } from './model.ts';
import { saveLibrary } from './store.ts';

type Declaring = PackFile<{ items?: Record<string, unknown>; address_library: AddressLibrary }>;

const key = 'address_library';

export const addressLibrarySection: PackSection = {
  kind: 'datasets',
  key,
  schema: addressLibrary,
  async check(file): Promise<Fault[]> {
    const { items = {}, address_library } = (file as Declaring).data;
    return Object.entries(address_library)
      .filter(([field, item]) => field !== 'scores' && !(String(item) in items))
      .map(([field, item]) => {
        const line = file.lineOf([key, field]);
        const at = { file: placeOf(file), item: field, ...(line === undefined ? {} : { line }) };
        return entitiesErrors.fault('item_unknown', at, { item: String(item) });
      });
  },
  async apply(ctx, file) {
    await saveLibrary(ctx, file.name, (file as Declaring).data.address_library);
  },
};
