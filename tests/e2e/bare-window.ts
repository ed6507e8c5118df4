/** The control: that the recorders hear a page at all is shown by a window of Electron that has no guard. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { electronFlags } from '../../scripts/lib/electron-runtime.mjs';
import type { PrivateResolver } from './private-resolver.ts';
import type { World } from './world.ts';

/** Shows this HTML in a window without anything of ours. Whoever opens it closes it. */
export async function openBareWindow(
  world: World,
  resolver: PrivateResolver,
  html: string,
): Promise<ElectronApplication> {
  const folder = world.run.folder('bare');
  const page = join(folder, 'page.html');
  writeFileSync(page, html);
  writeFileSync(join(folder, 'package.json'), '{"name":"bare","version":"1.0.0","main":"main.mjs"}');
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { app, BrowserWindow } from 'electron';
     app.whenReady().then(() => new BrowserWindow().loadFile(${JSON.stringify(page)}));`,
  );
  mkdirSync(join(folder, 'profile'));
  return _electron.launch({
    executablePath: resolver.wrap(world.electron.executable),
    args: [
      ...electronFlags({ isVirtualDisplay: world.display.isVirtual }),
      folder,
      `--user-data-dir=${join(folder, 'profile')}`,
    ],
    env: Object.fromEntries(
      Object.entries(world.display.env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    ),
    chromiumSandbox: true,
  });
}
