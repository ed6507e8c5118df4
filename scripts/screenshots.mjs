/**
 * `npm run screenshots`: drives the real program through every screen and writes each of them in light and dark, wide
 * and narrow, to docs/screenshots (`-- --to DIR` elsewhere). mail.png is the one that README shows; only it is committed.
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
import { withDisplay } from './lib/with-display.mjs';

/** @typedef {import('playwright-core').Page} Page */

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 800, height: 600 };
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
  const { sampleMailbox } = await import('../tests/fixtures/sample-mailbox.mjs');
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
    const program = await launchProgram({
      electron,
      display,
      profile: run.folder('profile', 0o700),
      size: WIDE,
      args: [`--address=${address}`],
      env: {
        ...keychain?.env,
        ...lab.env,
        ...browserEnvironment({
          folder: run.folder('browser'),
          login: address,
          password: lab.users[address] ?? '',
          waitFor: consent,
        }),
        TMPDIR: run.folder('tmp', 0o700),
      },
    });
    try {
      const agree = () => writeFileSync(consent, '');
      await walk({ page: program.page, shoot: shooter(program, dir), agree, address });
    } finally {
      await program.close();
    }
    return 0;
  } finally {
    await run.remove();
  }
}

/**
 * Takes what is on the screen in both sizes and colours.
 * @param {import('./lib/launch-program.mjs').Program} program
 * @param {string} dir
 */
function shooter({ app, page }, dir) {
  /**
   * @param {string} name
   * @param {{ width: number, height: number }[]} [sizes]
   */
  return async (name, sizes = [WIDE, NARROW]) => {
    for (const size of sizes) {
      await resize(size);
      for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.locator(`html[data-theme=${colorScheme}]`).waitFor({ state: 'attached' });
        const picture = `${name}${size === WIDE ? '' : '-narrow'}${colorScheme === 'light' ? '' : '-dark'}.png`;
        await page.screenshot({ path: join(dir, picture) });
      }
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await resize(WIDE);
  };

  /** @param {{ width: number, height: number }} size */
  async function resize(size) {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, size);
    await page.waitForFunction(
      ({ width, height }) => window.innerWidth === width && window.innerHeight === height,
      size,
    );
    // The list works its heights out again after the size has changed: two frames later everything is in its place.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }
}

/**
 * @param {object} options
 * @param {Page} options.page
 * @param {(name: string, sizes?: { width: number, height: number }[]) => Promise<void>} options.shoot
 * @param {() => void} options.agree
 * @param {string} options.address
 */
async function walk({ page, shoot, agree, address }) {
  page.setDefaultTimeout(STEP_MS);
  const button = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name, exact: true });
  const heading = (/** @type {string} */ name) => page.getByRole('heading', { name, exact: true });
  const row = (/** @type {string} */ text) => page.getByRole('option').filter({ hasText: text }).first();

  await button('Open the browser').waitFor();
  await shoot('welcome');
  await button('Open the browser').click();
  await page.locator('button:enabled', { hasText: 'Copy link' }).waitFor();
  await shoot('waiting');
  agree();

  await row('Page 12 is fixed').waitFor();
  await page.getByText(/^Up to date/).waitFor();
  await shoot('inbox');
  await button('Make a recovery code').click();
  await heading('A recovery code for your mail').waitFor();
  await shoot('recovery-offer', [WIDE]);
  await button('Show the code').click();
  await heading('Your recovery code').waitFor();
  await shoot('recovery-code');
  await button('I have it').click();
  await row('Proofs for the spring catalogue').click();
  await page.getByText('With your answer by Friday').last().waitFor();
  await page.getByText(/^Up to date/).waitFor();
  await shoot('mail');
  for (const { name, subject } of [
    { name: 'html', subject: 'No. 118: What lighthouse keepers knew' },
    { name: 'right-to-left', subject: 'موعد يوم الخميس' },
    { name: 'long-subject', subject: 'Minutes of the editorial meeting' },
    { name: 'no-subject', subject: 'No subject' },
    { name: 'invitation', subject: 'Press visit in Porto' },
    { name: 'bounce', subject: 'Undelivered Mail Returned to Sender' },
    { name: 'false-sender', subject: 'Your account is locked' },
    { name: 'files', subject: 'Everything for the allotment' },
  ]) {
    await row(subject).click();
    await page.getByRole('heading', { name: subject }).waitFor();
    await page.locator('.message-body, .message-frame').last().waitFor();
    await page
      .getByText(/^Verified|^Not verified|and is not\.$/)
      .last()
      .waitFor();
    await shoot(`mail-${name}`);
  }

  await row('Everything for the allotment').click();
  await page.getByRole('button', { name: /^Look at plan-of/ }).click();
  await page.locator('.preview-page canvas').first().waitFor();
  await shoot('preview');
  await page.keyboard.press('Escape');

  await page.keyboard.press('/');
  await page.getByRole('textbox', { name: 'Search' }).waitFor();
  await shoot('search-empty');
  await page.keyboard.type('has:attachment ');
  await page.keyboard.type('cat');
  await row('Proofs for the spring catalogue').waitFor();
  await shoot('search');
  await page.getByRole('textbox', { name: 'Search' }).fill('nothing like this');
  await page.getByText('Nothing on this computer fits.').waitFor();
  await shoot('search-nothing', [WIDE]);
  await button('Close search').click();
  await row('Minutes of the editorial meeting').click();

  await button('Move to mailbox').click();
  await page.getByRole('menu').waitFor();
  await shoot('move', [WIDE]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await heading('Shortcuts').waitFor();
  await shoot('shortcuts');
  await button('Close').click();
  await page.getByRole('navigation').getByRole('button', { name: 'Junk' }).click();
  await page.getByText('This folder is empty').waitFor();
  await shoot('empty');
  await page.getByRole('navigation').getByRole('button', { name: 'Archive' }).click({ button: 'right' });
  await page.getByRole('menu').waitFor();
  await shoot('mailbox-menu', [WIDE]);
  await page.getByRole('menuitem', { name: 'New folder inside…' }).click();
  await heading('New folder in Archive').waitFor();
  await shoot('mailbox-new', [WIDE]);
  await page.keyboard.press('Escape');

  await button(/^New message/)
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Message' }).fill('Dear Inês,\n\nthe green is right at last.');
  await page.getByText('Draft saved').waitFor();
  await shoot('compose');
  await button('Send later').click();
  await page.getByRole('menu').waitFor();
  await shoot('compose-later', [WIDE]);
  await page.getByRole('menuitem', { name: 'Pick a time…' }).click();
  await heading('When is it to go?').waitFor();
  await shoot('compose-pick-time', [WIDE]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await button('Drafts here').click();
  await shoot('drafts');

  await button('Settings').click();
  await heading('General').waitFor();
  await shoot('settings');
  await heading('Recovery code').scrollIntoViewIfNeeded();
  await shoot('settings-foot');
  await page.getByText('Two lines, for seeing more at once.').click();
  await page.getByRole('radio', { name: /^Compact/, checked: true }).waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  await button('All inboxes').click();
  await row('Proofs for the spring catalogue').waitFor();
  await row('Proofs for the spring catalogue').click();
  await page.getByText('With your answer by Friday').last().waitFor();
  await shoot('compact');

  await button('Accounts and access').click();
  await page.getByText('Allowed to').waitFor();
  await shoot('access');
  await button(`Addresses of ${address}…`).click();
  await heading(`You write as, in ${address}`).waitFor();
  await shoot('addresses', [WIDE]);
  await button('Add an address').click();
  await heading('Add an address').waitFor();
  await page.getByText('Send through a server of its own').click();
  await shoot('address-new');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await button('Security check').click();
  await heading('Security check').waitFor();
  await shoot('check-never', [WIDE]);
  await button('Check now').click();
  await page.getByText(/^\d+ (of \d+ good|things? needs? you)/).waitFor();
  await shoot('check');
  await button('Privacy').click();
  await heading('Leave nothing behind').waitFor();
  await shoot('privacy');
  await heading('Leave nothing behind').scrollIntoViewIfNeeded();
  await shoot('privacy-foot', [WIDE]);
  await button('Set a passphrase…').click();
  await heading('Set a passphrase for Latchkey').waitFor();
  await page.getByRole('textbox', { name: 'New passphrase', exact: true }).fill('correct horse battery');
  await shoot('lock-set', [WIDE]);
  await page.keyboard.press('Escape');
  await button('Accounts and access').click();
  await page.getByText('Allowed to').waitFor();
  await button(`Sign out of ${address}…`).click();
  await heading(`Sign out of ${address}?`).waitFor();
  await shoot('sign-out');
  await page
    .getByRole('button', { name: /^(Sign out|Finish these, then sign out)$/ })
    .last()
    .click();
  await heading('No.').waitFor();
  await shoot('receipt');
  await button('Activity').click();
  await page.getByText(/^Unbroken since/).waitFor();
  await shoot('activity');
}
