/**
 * `npm run package`: builds, and puts the unpacked Linux program into `dist/linux-unpacked`.
 * On another system: that system's unpacked program. `--as-built` packs `app/dist` as it stands.
 */
import { join } from 'node:path';
import { buildApp } from './lib/build-app.mjs';
import { findElectron } from './lib/electron-runtime.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { projectRoot } from './lib/paths.mjs';
import { PlainError, run, runMain } from './lib/run.mjs';

await runMain(async () => {
  await ensurePackages();
  const electron = await findElectron();
  if (!process.argv.includes('--as-built')) await buildApp();
  const system = new Map([
    ['darwin', '--mac'],
    ['win32', '--win'],
  ]).get(process.platform);
  const builder = join(projectRoot, 'node_modules', 'electron-builder', 'cli.js');
  const config = [`-c.electronVersion=${electron.version}`, `-c.electronDist=${electron.dist}`];
  const code = await run(process.execPath, [builder, system ?? '--linux', 'dir', ...config], {
    cwd: projectRoot,
    // Its loader of configurations would leave a cache in the system's folder for temporary files.
    env: { ...process.env, JITI_FS_CACHE: 'false' },
    quiet: true,
  });
  if (code !== 0) throw new PlainError('electron-builder failed: see above.');
  process.stdout.write(`The program is in ${join(projectRoot, 'dist')}.\n`);
  return 0;
});
