/** Builds the web into web/dist, which the server serves. `npm run dev:web` is `vite web` against a running server. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.GUANTONG_URL ?? 'http://127.0.0.1:8330';

export default defineConfig({
  plugins: [react()],
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
