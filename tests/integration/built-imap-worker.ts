import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Bundles the IMAP worker into `folder`, which must be gone afterwards, and answers with the path of a file that starts it with the
 * lab's certificate authority trusted: what a test changes in its own thread does not count in another.
 */
export async function buildImapWorker(folder: string, ca: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: fileURLToPath(new URL('../../src-main/imap/imap-worker.ts', import.meta.url)),
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { format: 'es', entryFileNames: 'imap-worker.mjs' } },
    },
    ssr: { noExternal: true },
  });
  const path = join(folder, 'trusting-worker.mjs');
  writeFileSync(
    path,
    `import tls from 'node:tls';
const original = tls.createSecureContext;
const ca = ${JSON.stringify(ca)};
tls.createSecureContext = (options = {}) =>
  original(options.ca === undefined && options.cert === undefined ? { ...options, ca: [ca] } : options);
await import('./imap-worker.mjs');
`,
  );
  return path;
}
