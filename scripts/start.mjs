/** `npm start`: installs what is missing, builds, and opens the program with the user's own profile. */
import { buildApp } from './lib/build-app.mjs';
import { electronFlags, findElectron } from './lib/electron-runtime.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { appFolder } from './lib/paths.mjs';
import { run, runMain } from './lib/run.mjs';
import { withDisplay } from './lib/with-display.mjs';

await runMain(async () => {
  await ensurePackages();
  await ensureSystem('run');
  const electron = await findElectron();
  await buildApp();
  return withDisplay(({ env, isVirtual }) => {
    const flags = electronFlags({ isVirtualDisplay: isVirtual });
    return run(electron.executable, [...flags, appFolder, ...process.argv.slice(2)], { env });
  });
});
