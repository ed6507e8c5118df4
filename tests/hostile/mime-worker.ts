import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Bundles the worker as the program ships it, into a folder of its own; `remove` takes that away. */
export async function buildParseWorker(folder: string): Promise<{ path: string; remove(): Promise<void> }> {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: fileURLToPath(new URL('../../src-main/mime/parse-worker.ts', import.meta.url)),
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { format: 'es', entryFileNames: 'parse-worker.mjs' } },
    },
    ssr: { noExternal: true },
  });
  return {
    path: join(folder, 'parse-worker.mjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
