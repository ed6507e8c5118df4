/**
 * How the sources become `app/dist`:
 *
 *   dist/main/main.js         the shell, an ES module
 *   dist/main/engine.js       the engine, started by main and, in tests, by bare node
 *   dist/main/NAME-worker.js  one for each file of src-main that is called NAME-worker.ts
 *   dist/preload/preload.cjs  bundled CommonJS: a sandboxed preload cannot load packages
 *   dist/renderer/            index.html, message-frame.html, assets/
 *
 * Main and engine load the root package.json's `dependencies` at run time; everything else is bundled.
 * The targets are those of the oldest runtime supported (Electron 33: Node 20.18, Chromium 130), not those of
 * the installed Electron, whose newer syntax would be a syntax error there.
 *
 * The renderer's root is `app/`, so that `app/index.html` comes out as `dist/renderer/index.html`. In it,
 * `/src-renderer/main.tsx` names the folder beside `app/` (see the alias). No script, style or font is ever
 * written inline or as a data: URL, so the page can forbid both in its Content-Security-Policy.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = process.cwd();
const at = (...parts: string[]): string => join(root, ...parts);

function findWorkers(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const workers = names.filter((name) => name.endsWith('-worker.ts'));
  return Object.fromEntries(workers.map((name) => [basename(name, '.ts'), join(folder, name)]));
}

function findPages(): Record<string, string> {
  const pages = { index: at('app/index.html'), 'message-frame': at('app/message-frame.html') };
  return Object.fromEntries(Object.entries(pages).filter(([, file]) => existsSync(file)));
}

export default defineConfig({
  main: {
    build: {
      outDir: 'app/dist/main',
      target: 'node20',
      minify: false,
      sourcemap: true,
      rollupOptions: {
        input: {
          main: at('src-main/main.ts'),
          engine: at('src-main/engine.ts'),
          ...findWorkers(at('src-main')),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'app/dist/preload',
      target: 'node20',
      minify: false,
      sourcemap: true,
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: at('src-main/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('app'),
    base: './',
    publicDir: at('app/static'),
    plugins: [react()],
    resolve: { alias: [{ find: /^\/src-renderer\//, replacement: `${at('src-renderer')}/` }] },
    server: { fs: { allow: [root] } },
    build: {
      outDir: at('app/dist/renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      // Read, parsed and run before the window shows anything.
      minify: true,
      sourcemap: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: findPages() },
    },
  },
});
