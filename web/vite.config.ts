/**
 * Builds the web into web/dist, which the server serves. `npm run dev:web` is `vite web` against a
 * running server.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = process.env.GUANTONG_URL ?? 'http://127.0.0.1:8330';

/**
 * Scripts and styles also lie beside themselves compressed: the server sends those as they are.
 * Made of the files as written: before that, the lists of what a page preloads are not filled in
 * yet.
 */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    if (dir === undefined) return;
    for (const name of Object.keys(bundle)) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      const bytes = await readFile(join(dir, name));
      await writeFile(join(dir, `${name}.br`), brotliCompressSync(bytes));
      await writeFile(join(dir, `${name}.gz`), gzipSync(bytes));
    }
  },
};

export default defineConfig({
  plugins: [react(), compressed],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // No source of ours travels inlined: the content policy allows files of this origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      treeshake: {
        // The doors re-export everything: a page carries only the parts it uses.
        moduleSideEffects: (id) => !/\/web\/(parts|client(?!\/arrival))\/[^.]*\.tsx?$/.test(id),
      },
    },
  },
  server: { proxy: { '/api': server, '/demo': server, '/openapi.json': server } },
});
