/**
 * `npm run screenshots`: drives the real program through every screen and writes each of them in light and dark, wide
 * and narrow, and reader and compose from right to left, to docs/screenshots (`-- --to DIR` elsewhere). mail.png is the one that README shows; only it is committed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from './lib/build-app.mjs';
import { findElectron } from './lib/electron-runtime.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { projectRoot } from './lib/paths.mjs';
import { runMain } from './lib/run.mjs';
import {
  contacts,
  NARROW,
  reading,
  rightToLeft,
  safety,
  searching,
  settings,
  signIn,
  signOut,
  WIDE,
  writing,
} from './lib/screen-rounds.mjs';
import { resize, settle } from './lib/settle.mjs';
import { withDisplay } from './lib/with-display.mjs';

const STEP_MS = 20_000;

await runMain(async () => {
  const { values } = parseArgs({ options: { to: { type: 'string' } } });
  const dir = values.to === undefined ? join(projectRoot, 'docs', 'screenshots') : resolve(values.to);
  await ensurePackages();
  await ensureSystem('demo');
  const electron = await findElectron();
  await buildApp();
  mkdirSync(dir, { recursive: true });
  return withDisplay((display) => takeAll({ electron, display, dir }));
});

/**
 * @param {object} options
 * @param {import('./lib/electron-runtime.mjs').ElectronRuntime} options.electron
 * @param {import('./lib/with-display.mjs').Display} options.display
 * @param {string} options.dir
 * @returns {Promise<number>}
 */
async function takeAll({ electron, display, dir }) {
  // Imported late: they need the packages.
  const { checkedByServer, sampleKinds } = await import('../tests/fixtures/sample-kinds.mjs');
  const { png } = await import('../tests/fixtures/sample-files.mjs');
  const { sampleMailbox } = await import('../tests/fixtures/sample-mailbox.mjs');
  const { PEOPLE } = await import('../tests/fixtures/sample-threads.mjs');
  const { seedMailbox } = await import('../tests/servers/dovecot.mjs');
  const { startKeychain } = await import('../tests/servers/keychain.mjs');
  const { browserEnvironment, startLab } = await import('../tests/servers/lab.mjs');
  const { createRunFolder } = await import('../tests/servers/run-folder.mjs');
  const { launchProgram } = await import('./lib/launch-program.mjs');
  const run = createRunFolder({ prefix: 'lk-shots-' });
  try {
    const lab = await startLab({ run });
    const address = Object.keys(lab.users)[0] ?? '';
    const mail = [...sampleMailbox({ address }), ...sampleKinds({ address })];
    await seedMailbox(lab.dovecot, address, checkedByServer(mail));
    const keychain = process.platform === 'linux' ? await startKeychain({ run }) : undefined;
    const consent = join(run.path, 'consent-given');
    const profile = run.folder('profile', 0o700);
    const env = {
      ...keychain?.env,
      ...lab.env,
      ...browserEnvironment({
        folder: run.folder('browser'),
        login: address,
        password: lab.users[address] ?? '',
        waitFor: consent,
      }),
      TMPDIR: run.folder('tmp', 0o700),
    };
    const picture = join(run.folder('outgoing'), 'plate-20-corrected.png');
    writeFileSync(picture, png(960, 600, 120));
    const cards = join(run.folder('outgoing'), 'people.vcf');
    writeFileSync(cards, Object.values(PEOPLE).map(card).join(''));
    /**
     * @param {((round: import('./lib/screen-rounds.mjs').Round) => Promise<void>)[]} rounds
     * @param {string[]} [args]
     */
    const start = async (rounds, args = []) => {
      const program = await launchProgram({
        electron,
        display,
        profile,
        size: WIDE,
        args: [`--address=${address}`, ...args],
        env,
      });
      const { app, page } = program;
      page.setDefaultTimeout(STEP_MS);
      const agree = () => writeFileSync(consent, '');
      try {
        for (const round of rounds)
          await round({ app, page, shoot: shooter(program, dir), agree, address, picture, cards });
      } finally {
        await program.close();
      }
    };
    await start([signIn, reading, searching, contacts, writing, settings, safety]);
    // No catalogue is in a language that runs from right to left yet: the words stay English.
    await start([rightToLeft], ['--locale=ar']);
    await start([signOut]);
    return 0;
  } finally {
    await run.remove();
  }
}

/** @param {{ name: string, address: string }} person */
function card({ name, address }) {
  return `BEGIN:VCARD\r\nVERSION:4.0\r\nFN:${name}\r\nEMAIL:${address}\r\nEND:VCARD\r\n`;
}

/**
 * Takes what is on the screen in both sizes and colours.
 * @param {import('./lib/launch-program.mjs').Program} program
 * @param {string} dir
 */
function shooter(program, dir) {
  const { page } = program;
  /**
   * @param {string} name
   * @param {{ width: number, height: number }[]} [sizes]
   */
  return async (name, sizes = [WIDE, NARROW]) => {
    for (const size of sizes) {
      await resize(program, size);
      for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.locator(`html[data-theme=${colorScheme}]`).waitFor({ state: 'attached' });
        await settle(page);
        const picture = `${name}${size === WIDE ? '' : '-narrow'}${colorScheme === 'light' ? '' : '-dark'}.png`;
        await page.screenshot({ path: join(dir, picture) });
      }
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await resize(program, WIDE);
  };
}
