/**
 * How is the console built? Into dist/apps/console, as files of its own only: the server's Content-Security-Policy
 * permits no inline script and nothing from elsewhere, so nothing is inlined as data: either.
 */
import react from '@vitejs/plugin-react';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const workspace = resolve(import.meta.dirname, '../..');
const { paths } = JSON.parse(readFileSync(resolve(workspace, 'tsconfig.base.json'), 'utf8')).compilerOptions as {
  readonly paths: Readonly<Record<string, readonly string[]>>;
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  resolve: {
    alias: Object.fromEntries(Object.entries(paths).map(([name, [file]]) => [name, resolve(workspace, file ?? '')])),
  },
  cacheDir: resolve(workspace, 'node_modules/.vite/console'),
  build: {
    outDir: resolve(workspace, 'dist/apps/console'),
    emptyOutDir: true,
    // The first browsers with light-dark(), which must reach them as written: Mantine sets the scheme at run time.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
  },
});
