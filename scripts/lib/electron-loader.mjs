/**
 * Copied into the registry runtime as `resources/app/main.mjs`: does what Electron's own default application does.
 * The first argument that is not a flag is the folder of the application to run.
 * It ends in a top-level await, so that Electron waits: an application that is loaded later could not register
 * its schemes before the `ready` event.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const argv = process.argv.slice(1);
// As Electron's own: `-r FILE` is loaded first.
const preload = argv.indexOf('-r');
if (preload >= 0) createRequire(import.meta.url)(resolve(argv.splice(preload, 2)[1] ?? ''));
const folder = argv.find((argument) => !argument.startsWith('-'));
if (!folder) {
  process.stderr.write('Name the folder of an application.\n');
  process.exit(1);
}
const root = resolve(folder);
const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name = about.productName ?? about.name;

Object.assign(process, { defaultApp: true });
app.setName(name);
// setVersion and setAppPath are what Electron's default application calls; they are not in its public types.
/** @type {{ setVersion(version: string): void, setAppPath(path: string): void }} */ (
  /** @type {unknown} */ (app)
).setVersion(about.version);
/** @type {{ setAppPath(path: string): void }} */ (/** @type {unknown} */ (app)).setAppPath(root);
const profile = app.commandLine.getSwitchValue('user-data-dir');
app.setPath('userData', profile === '' ? join(app.getPath('appData'), name) : resolve(profile));

await import(pathToFileURL(join(root, about.main)).href);
