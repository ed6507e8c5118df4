/** `npm run build`: installs what is missing and builds `app/dist`. */
import { buildApp } from './lib/build-app.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { runMain } from './lib/run.mjs';

await runMain(async () => {
  await ensurePackages();
  await buildApp();
  return 0;
});
