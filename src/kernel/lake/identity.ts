/**
 * Files and manifest know each other: the folder holds the id of its manifest. Without it, a lake
 * opened with another database would look like nothing but leftovers, and the sweep would take it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '#kernel/db';
import type { Folders } from './disk.ts';
import { lakeErrors } from './errors.ts';
import type { Parts } from './parts.ts';
import { manifestId } from './store.ts';

const checked = new WeakSet<Folders>();

/**
 * Refuses a folder of another manifest; a folder of none becomes this one's.
 * @throws lake.other_database
 */
export async function checkIdentity(parts: Parts, db: Db): Promise<void> {
  if (checked.has(parts.folders)) return;
  const id = await manifestId(db);
  const path = join(parts.folders.root, 'manifest.id');
  const noted = await readFile(path, 'utf8').catch(() => undefined);
  if (noted === undefined) {
    try {
      await writeFile(path, id);
      await parts.disk.settle(path);
    } catch (error) {
      const reason = (error as { code?: string }).code ?? 'IO';
      throw lakeErrors.make('write_failed', { reason });
    }
  } else if (noted.trim() !== id) {
    throw lakeErrors.make('other_database');
  }
  checked.add(parts.folders);
}
