/** Builds the web into web/dist, which the server serves. `npm run dev:web` is `vite web` against a running server. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = process.env.GUANTONG_URL ?? 'http://127.0.0.1:8330';

/** Scripts and styles also lie beside themselves compressed: the server sends those as they are. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  generateBundle(_options, bundle) {
    for (const [name, file] of Object.entries(bundle)) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source);
      this.emitFile({ type: 'asset', fileName: `${name}.br`, source: brotliCompressSync(bytes) });
      this.emitFile({ type: 'asset', fileName: `${name}.gz`, source: gzipSync(bytes) });
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
        moduleSideEffects: (id) => !/\/web\/(parts|client)\/[^.]*\.tsx?$/.test(id),
      },
    },
  },
  server: { proxy: { '/api': server, '/demo': server, '/openapi.json': server } },
});
