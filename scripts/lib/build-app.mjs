/** Builds `app/dist` from the sources, and the providers with the client IDs of this build. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readClientIds, withClientIds } from './client-ids.mjs';
import { appFolder, projectRoot } from './paths.mjs';
import { PlainError, run } from './run.mjs';

/**
 * @returns {Promise<void>}
 * @throws {PlainError} when it failed (its output was shown)
 */
export async function buildApp() {
  const providers = JSON.parse(readFileSync(join(appFolder, 'providers.json'), 'utf8'));
  const filled = withClientIds(providers, readClientIds());
  const electronVite = join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const code = await run(process.execPath, [electronVite, 'build', '--logLevel', 'warn'], {
    cwd: projectRoot,
    quiet: true,
  });
  if (code !== 0) throw new PlainError('The build failed: see above.');
  writeFileSync(join(appFolder, 'dist', 'providers.json'), `${JSON.stringify(filled, undefined, 2)}\n`);
}
