/**
 * After electron-builder has put the program together, and before it is signed: takes out what came with a
 * development runtime, and burns the fuses of a release.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';

/**
 * @param {import('app-builder-lib').AfterPackContext} context
 * @returns {Promise<void>}
 */
export default async function afterPack(context) {
  const { appOutDir, electronPlatformName, packager } = context;
  const name = packager.appInfo.productFilename;
  const isMac = electronPlatformName === 'darwin' || electronPlatformName === 'mas';
  const resources = isMac
    ? join(appOutDir, `${name}.app`, 'Contents', 'Resources')
    : join(appOutDir, 'resources');

  // A folder `app` would be run instead of app.asar: the registry runtime's loader must not ship.
  await rm(join(resources, 'app'), { recursive: true, force: true });
  await rm(join(resources, 'default_app.asar'), { force: true });
  if (!existsSync(join(resources, 'app.asar'))) throw new Error(`There is no app.asar in ${resources}.`);

  const programs = {
    // electron-builder.yml names it.
    linux: join(appOutDir, packager.platformSpecificBuildOptions.executableName ?? name),
    win32: join(appOutDir, `${name}.exe`),
    darwin: join(appOutDir, `${name}.app`),
    mas: join(appOutDir, `${name}.app`),
  };
  const program = programs[/** @type {keyof typeof programs} */ (electronPlatformName)];
  await flipFuses(program, {
    version: FuseVersion.V1,
    // The program cannot be used as a Node interpreter, nor debugged into, by whoever can set an environment.
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    // Checked by the system's own loader on macOS and Windows; Electron ignores it on Linux.
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: electronPlatformName !== 'linux',
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    resetAdHocDarwinSignature: isMac,
  });
}
