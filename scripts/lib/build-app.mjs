/** Builds `app/dist` from the sources. */
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';
import { PlainError, run } from './run.mjs';

/**
 * @returns {Promise<void>}
 * @throws {PlainError} when it failed (its output was shown)
 */
export async function buildApp() {
  const electronVite = join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const code = await run(process.execPath, [electronVite, 'build', '--logLevel', 'warn'], {
    cwd: projectRoot,
    quiet: true,
  });
  if (code !== 0) throw new PlainError('The build failed: see above.');
}
