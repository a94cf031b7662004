/** The built web a test looks at: `web/dist` when it is as new as the sources, else a build of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const sources = join(root, 'web');
/** Aside of `web/dist`, which a server of the same tree may be serving just now. */
const aside = join(root, 'node_modules/.cache/guantong-story-web');

async function newestSource(): Promise<number> {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && !entry.parentPath.startsWith(join(sources, 'dist')),
  );
  const times = files.map((file) => stat(join(file.parentPath, file.name)));
  return Math.max(...(await Promise.all(times)).map(({ mtimeMs }) => mtimeMs));
}

const builtAt = (folder: string): Promise<number> =>
  stat(join(folder, 'index.html')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

async function build(): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', 'web', '--outDir', aside, '--emptyOutDir', '--logLevel', 'warn'];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the web was not built: vite ended with ${code}`);
}

/** Folder of a web as new as its sources. */
export async function builtWeb(): Promise<string> {
  const newest = await newestSource();
  for (const folder of [join(sources, 'dist'), aside]) {
    if ((await builtAt(folder)) > newest) return folder;
  }
  await build();
  return aside;
}
