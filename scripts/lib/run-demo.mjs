/** The demo itself, once everything is installed and built: servers, mailbox, keychain, program, and its end. */
import { cpSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleMailbox } from '../../tests/fixtures/sample-mailbox.mjs';
import { seedMailbox } from '../../tests/servers/dovecot.mjs';
import { startKeychain } from '../../tests/servers/keychain.mjs';
import { startLab } from '../../tests/servers/lab.mjs';
import { createRunFolder } from '../../tests/servers/run-folder.mjs';
import { runTour } from '../tour.mjs';
import { electronFlags } from './electron-runtime.mjs';
import { keychainServiceOf } from './keychain-service.mjs';
import { appFolder } from './paths.mjs';
import { run as runProgram } from './run.mjs';

/**
 * @param {object} options
 * @param {import('./electron-runtime.mjs').ElectronRuntime} options.electron
 * @param {import('./with-display.mjs').Display} options.display
 * @param {string | undefined} options.pictures where the tour puts its pictures; without it a person uses the program
 * @param {boolean} options.keep
 * @returns {Promise<number>} the exit code
 */
export async function runDemo({ electron, display, pictures, keep }) {
  const run = createRunFolder({ prefix: 'lk-demo-' });
  // Ctrl-C reaches the program too. It ends by itself, and then everything is taken away below.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    const lab = await startLab({ run, hasLink: true });
    const address = Object.keys(lab.users)[0] ?? '';
    await seedMailbox(lab.dovecot, address, sampleMailbox({ address }));
    const profile = run.folder('profile', 0o700);
    // The tour brings its own keychain. A person's browser belongs to the session of the desktop, so there its keychain is used.
    const isPrivate = process.platform === 'linux' && pictures !== undefined;
    const keychain = isPrivate ? await startKeychain({ run }) : undefined;
    const env = { ...display.env, ...keychain?.env, ...lab.env, TMPDIR: run.folder('tmp', 0o700) };
    try {
      if (pictures !== undefined) {
        mkdirSync(pictures, { recursive: true });
        return await runTour({
          electron,
          display,
          profile,
          args: [`--address=${address}`],
          env,
          dir: pictures,
          lab,
        });
      }
      process.stdout.write(`Sign in as ${address} with the password "${lab.users[address]}".\n`);
      const flags = electronFlags({ isVirtualDisplay: display.isVirtual });
      const args = [...flags, appFolder, `--user-data-dir=${profile}`, `--address=${address}`];
      return await runProgram(electron.executable, args, { env });
    } finally {
      if (!keychain && !keep) await forgetKeys(profile);
      if (keep) await copyAway(run.path, lab.stop);
    }
  } finally {
    await run.remove();
    process.off('SIGINT', ignore);
  }
}

/**
 * @param {string} profile
 * @returns {Promise<void>}
 */
async function forgetKeys(profile) {
  const service = keychainServiceOf(profile);
  const script = join(import.meta.dirname, 'forget-keys.mjs');
  const code = await runProgram(process.execPath, [script, service], { quiet: true });
  if (code !== 0)
    process.stderr.write(`The keychain could not be looked through for entries of "${service}".\n`);
}

/**
 * Run folders never outlive their process, so what is to be kept is copied.
 * @param {string} from
 * @param {() => Promise<void>} stopServers
 * @returns {Promise<void>}
 */
async function copyAway(from, stopServers) {
  await stopServers();
  const kept = mkdtempSync(join(tmpdir(), 'latchkey-demo-kept-'));
  const isPlain = (/** @type {string} */ path) => {
    const about = lstatSync(path);
    return about.isFile() || about.isDirectory();
  };
  cpSync(from, kept, { recursive: true, filter: isPlain });
  process.stdout.write(`Kept in ${kept}\n`);
}
