/**
 * A walk through the real program, from the welcome screen to the receipt. Each step waits for what a person would see,
 * takes a picture, and is written down; a step that does not come about ends the tour with a failure.
 * The person in the browser is played by tests/servers/scripted-browser.mjs, which the system's own opener starts.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browserEnvironment, secondConnection } from '../tests/servers/lab.mjs';
import { pointer } from './lib/hands.mjs';
import { launchProgram } from './lib/launch-program.mjs';

/** @typedef {{ step: string, ok: boolean, ms: number, picture: string }} TourStep */
/** @typedef {import('playwright-core').Page} Page */

/** For one step, on the slowest machine that is supported. */
const STEP_MS = 15_000;

const ANSWER = 'Thank you, that works for me. I will send the rest tomorrow.';

/** Subjects, or parts of them: what is done to each without a connection. */
const OFFLINE = {
  archived: 'Omas Pflaumenkuchen',
  trashed: 'Your ticket',
  starred: 'QRESYNC and expunged UIDs',
};

/**
 * Waits until a connection of its own sees what was done without one.
 * @param {import('../tests/servers/lab.mjs').Lab} lab
 * @param {string} address
 * @param {number} timeout
 */
async function untilOnServer(lab, address, timeout) {
  const truth = await secondConnection(lab, address);
  try {
    const until = performance.now() + timeout;
    const isThere = async (/** @type {string} */ mailbox, /** @type {object} */ query) => {
      await truth.mailboxOpen(mailbox);
      return ((await truth.search(query)) || []).length > 0;
    };
    for (;;) {
      const seen = [
        await isThere('Archive', { subject: OFFLINE.archived }),
        await isThere('Trash', { subject: OFFLINE.trashed }),
        await isThere('INBOX', { subject: OFFLINE.starred, flagged: true }),
      ];
      if (seen.every(Boolean)) return;
      if (performance.now() > until) throw new Error(`The server has ${seen.join(', ')} of three changes.`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    await truth.logout();
  }
}

/**
 * @param {object} options
 * @param {import('./lib/electron-runtime.mjs').ElectronRuntime} options.electron
 * @param {import('./lib/with-display.mjs').Display} options.display
 * @param {string} options.profile
 * @param {string[]} options.args
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.dir for the pictures and tour.json
 * @param {import('../tests/servers/lab.mjs').Lab} options.lab
 * @param {string} [options.address] whose mail it is; the first of the lab's when left out
 * @param {(page: Page) => import('./lib/hands.mjs').Hands} [options.hands]
 * @param {{ width: number, height: number }} [options.size]
 * @param {'light' | 'dark'} [options.colours]
 * @param {(page: Page, step: string) => Promise<void>} [options.look] looks at each step while it stands
 * @param {{ password?: string, decision?: 'allow' | 'deny' | 'close' }} [options.person] who answers otherwise than the tour wants
 * @param {number} [options.stepMs] the longest that a step may take
 * @returns {Promise<number>} the exit code
 */
export async function runTour(options) {
  const { electron, display, profile, args, env, dir, lab, look } = options;
  const { hands: handsOf = pointer, size = { width: 1280, height: 800 }, colours = 'light' } = options;
  const { person = {}, stepMs = STEP_MS } = options;
  const { address = Object.keys(lab.users)[0] ?? '' } = options;
  const consent = join(profile, 'browser', 'consent-given');
  rmSync(consent, { force: true });
  mkdirSync(dir, { recursive: true });
  const program = await launchProgram({
    electron,
    display,
    profile,
    args,
    size,
    env: {
      ...env,
      ...browserEnvironment({
        folder: join(profile, 'browser'),
        login: address,
        password: lab.users[address] ?? '',
        waitFor: consent,
        ...person,
      }),
    },
  });
  const { page } = program;
  page.setDefaultTimeout(stepMs);
  await page.emulateMedia({ colorScheme: colours, reducedMotion: 'reduce' });
  const hands = handsOf(page);
  /** @type {TourStep[]} */
  const steps = [];

  /**
   * @param {string} name
   * @param {() => Promise<void>} walk
   * @param {() => Promise<void>} [after] belongs to the step, and comes after its picture
   */
  async function step(name, walk, after) {
    const began = performance.now();
    const picture = `${String(steps.length + 1).padStart(2, '0')}-${name}.png`;
    let ok = false;
    try {
      try {
        await walk();
      } finally {
        await page.screenshot({ path: join(dir, picture) });
      }
      await after?.();
      ok = true;
    } finally {
      steps.push({ step: name, ok, ms: Math.round(performance.now() - began), picture });
      writeFileSync(join(dir, 'tour.json'), `${JSON.stringify(steps, null, 2)}\n`);
    }
    await look?.(page, name);
  }

  const button = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name, exact: true });
  const rows = page.getByRole('option');
  const toolbar = page.getByRole('toolbar', { name: 'Message actions' });
  const changes = {
    archived: rows.filter({ hasText: OFFLINE.archived }).first(),
    trashed: rows.filter({ hasText: OFFLINE.trashed }).first(),
    starred: rows.filter({ hasText: OFFLINE.starred }).first(),
  };

  /**
   * Where one can go stands at the side, or in narrow windows behind the menu button.
   * @param {string} name
   */
  async function goTo(name) {
    const menu = button('Mailboxes');
    await menu.or(button(name)).first().waitFor();
    if (await menu.isVisible()) await hands.activate(menu);
    await hands.activate(button(name));
  }

  try {
    await step('welcome', async () => {
      await page.getByRole('heading', { name: 'What is your mail address?' }).waitFor();
      await page.waitForFunction((expected) => document.querySelector('input')?.value === expected, address);
      await button('Open the browser').waitFor();
    });

    await step('sign-in', async () => {
      await hands.activate(button('Open the browser'));
      await page.getByRole('heading', { name: 'Finish in your browser' }).waitFor();
      await page.locator('button:enabled', { hasText: 'Copy link' }).waitFor();
    });
    writeFileSync(consent, '');

    await step('inbox', async () => {
      await page.getByRole('listbox').waitFor();
      await rows.nth(4).waitFor();
    });

    await step('read', async () => {
      await hands.activate(rows.filter({ hasText: 'Proofs for the spring catalogue' }).first());
      await page.getByRole('heading', { name: 'Proofs for the spring catalogue' }).waitFor();
      await page.getByText('With your answer by Friday').last().waitFor();
    });

    await step('compose', async () => {
      await hands.activate(button('Reply').first());
      const body = page.getByRole('textbox', { name: 'Message' });
      await body.waitFor();
      await page.keyboard.type(ANSWER);
      await page.getByText('Draft saved').waitFor();
    });

    await step('sent', async () => {
      const arrived = lab.smtp.nextMessage(
        ({ raw }) => raw.includes('that works for me') && raw.includes(address),
        { timeoutMs: stepMs },
      );
      await hands.activate(button('Send'));
      await arrived;
      await goTo('Sent');
      await rows
        .filter({ hasText: 'Proofs for the spring catalogue' })
        .filter({ hasText: ANSWER.slice(0, 20) })
        .first()
        .waitFor();
    });

    await step(
      'offline',
      async () => {
        await goTo('All inboxes');
        await changes.archived.waitFor();
        lab.link?.setDown(true);
        await hands.activate(changes.archived);
        await hands.activate(toolbar.getByRole('button', { name: 'Archive' }));
        await changes.archived.waitFor({ state: 'detached' });
        await hands.activate(changes.trashed);
        await hands.activate(toolbar.getByRole('button', { name: 'Move to Trash' }));
        await changes.trashed.waitFor({ state: 'detached' });
        await hands.activate(changes.starred);
        await page.keyboard.press('s');
        await changes.starred.getByText('Starred').waitFor({ state: 'attached' });
        await button('Mailboxes').or(page.getByText('Offline. What you change is kept')).first().waitFor();
      },
      async () => {
        lab.link?.setDown(false);
        await untilOnServer(lab, address, stepMs);
      },
    );

    await step('access', async () => {
      await goTo('Accounts and access');
      await page.getByRole('heading', { name: 'Accounts and access' }).waitFor();
      await page.getByText('Allowed to').waitFor();
    });

    await step('check', async () => {
      await goTo('Security check');
      await page.getByRole('heading', { name: 'Security check' }).waitFor();
      await hands.activate(button('Check now'));
      // What runs the tour may be an Electron that gets no fixes any more; then that is the one thing that needs a person.
      await page.getByText(/^(\d+ of \d+ good\.|1 of \d+ checks needs you)/).waitFor();
    });

    await step('revoke', async () => {
      await goTo('Accounts and access');
      await hands.activate(page.getByRole('button', { name: `Sign out of ${address}` }));
      await page.getByRole('heading', { name: `Sign out of ${address}?` }).waitFor();
      await page.getByText('Your mail on this computer').waitFor();
    });

    await step('receipt', async () => {
      // What was read last may be on its way to the server yet: then the button says that it is finished first.
      await hands.activate(button(/^(Sign out|Finish these, then sign out)$/).last());
      await page.getByRole('heading', { name: 'No.' }).waitFor();
    });

    await step('activity', async () => {
      await goTo('Activity');
      await page.getByText(/^Unbroken since/).waitFor();
      await button('Receipt').first().waitFor();
    });
    return 0;
  } catch (error) {
    process.stderr.write(`The tour stopped at "${steps.at(-1)?.step}": ${error}\n${program.log()}\n`);
    return 1;
  } finally {
    await program.close();
  }
}
