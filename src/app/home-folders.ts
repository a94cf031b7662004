/**
 * Folders of the home that hold data of the district. What the gate keeps from people signed in is
 * not left lying open to everybody else on the machine: only the user the platform runs as enters.
 * The home itself stays as it is, for the embedded database runs as another user and lies in it.
 */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#kernel/log';

const dataFolders = ['lake', 'files', 'returned', 'uploads', 'tmp', 'audit', 'keys'];

/** Of folders that nobody but their owner enters. */
export const ownersOnly = 0o700;

/** Makes them where they are not there, and shuts those that were made open. */
export async function shutFolders(home: string, log: Log): Promise<void> {
  for (const name of dataFolders) {
    const path = join(home, name);
    await mkdir(path, { recursive: true, mode: ownersOnly });
    // A disk of another kind, or of another owner, may know no such thing: then it is said.
    await chmod(path, ownersOnly).catch((error: unknown) => {
      log.warn({ err: error, path }, 'a folder with data could not be shut to others');
    });
  }
}
