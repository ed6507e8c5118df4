/** The rounds through the program that `npm run screenshots` makes: each waits for what a person would see, then takes it. */

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */
/** @typedef {{ width: number, height: number }} Size */

/**
 * @typedef {object} Round
 * @property {import('playwright-core').ElectronApplication} app
 * @property {Page} page
 * @property {(name: string, sizes?: Size[]) => Promise<void>} shoot
 * @property {() => void} agree lets the person in the browser consent
 * @property {string} address
 * @property {string} picture a file that is attached
 * @property {string} cards a vCard file of the people who write
 */

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 800, height: 600 };

const button = (/** @type {Page} */ page, /** @type {string | RegExp} */ name) =>
  page.getByRole('button', { name, exact: true });
const heading = (/** @type {Page} */ page, /** @type {string} */ name) =>
  page.getByRole('heading', { name, exact: true });
const row = (/** @type {Page} */ page, /** @type {string} */ text) =>
  page.getByRole('option').filter({ hasText: text }).first();

const misspelled = (/** @type {Page} */ page) => page.locator('.misspelled', { hasText: 'tomorow' });

/**
 * What the system's dialog for choosing a file answers from now on.
 * @param {Round['app']} app
 * @param {string} path
 */
async function answerFileDialog(app, path) {
  await app.evaluate(({ dialog }, answer) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [answer] });
  }, path);
}

/**
 * Types the beginning of a name where recipients stand, and waits for whom it offers.
 * @param {Page} page
 */
async function complete(page) {
  await page.getByRole('combobox', { name: 'To', exact: true }).pressSequentially('br');
  await page.getByRole('listbox', { name: 'People' }).getByText('Jonas Brandt').waitFor();
}

/**
 * Scrolls the list until the row is there, and opens it. Only rows near the screen exist.
 * @param {Page} page
 * @param {string} text
 */
async function open(page, text) {
  const list = page.locator('.threads');
  await list.evaluate((element) => element.scrollTo(0, 0));
  await row(page, text).or(page.locator('.threads [data-index="0"]')).first().waitFor();
  while ((await row(page, text).count()) === 0) {
    const isFurther = await list.evaluate(async (element) => {
      const before = element.scrollTop;
      element.scrollBy(0, element.clientHeight);
      // The rows there come into being with the next frames.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return element.scrollTop > before;
    });
    if (!isFurther) throw new Error(`No row of the list says ${text}.`);
  }
  await row(page, text).click();
}

/** @param {Round} round */
export async function signIn({ page, shoot, agree }) {
  await button(page, 'Open the browser').waitFor();
  await shoot('welcome');
  await button(page, 'Open the browser').click();
  await page.locator('button:enabled', { hasText: 'Copy link' }).waitFor();
  await shoot('waiting');
  agree();
  await row(page, 'Page 12 is fixed').waitFor();
  await page.getByText(/^Up to date/).waitFor();
  await shoot('inbox');
  await button(page, 'Make a recovery code').click();
  await heading(page, 'A recovery code for your mail').waitFor();
  await shoot('recovery-offer', [WIDE]);
  await button(page, 'Show the code').click();
  await heading(page, 'Your recovery code').waitFor();
  await shoot('recovery-code');
  await button(page, 'I have it').click();
}

/** @param {Page} page */
async function openProofs(page) {
  await open(page, 'Proofs for the spring catalogue');
  await page.getByText('With your answer by Friday').last().waitFor();
}

/** @param {Round} round */
export async function reading({ page, shoot }) {
  await openProofs(page);
  await page.getByText(/^Up to date/).waitFor();
  await shoot('mail');
  for (const { name, subject } of [
    { name: 'html', subject: 'No. 118: What lighthouse keepers knew' },
    { name: 'right-to-left', subject: 'موعد يوم الخميس' },
    { name: 'japanese', subject: '4月の展示会の日程について' },
    { name: 'list', subject: 'QRESYNC and expunged UIDs' },
    { name: 'long-subject', subject: 'Minutes of the editorial meeting' },
    { name: 'many-recipients', subject: 'Annual meeting of the house' },
    { name: 'no-subject', subject: 'No subject' },
    { name: 'invitation', subject: 'Press visit in Porto' },
    { name: 'bounce', subject: 'Undelivered Mail Returned to Sender' },
    { name: 'false-sender', subject: 'Your account is locked' },
    { name: 'files', subject: 'Everything for the allotment' },
  ]) {
    await open(page, subject);
    await page.getByRole('heading', { name: subject }).waitFor();
    await page.locator('.message-body, .message-frame').last().waitFor();
    await page
      .getByText(/^Verified|^Not verified|and is not\.$/)
      .last()
      .waitFor();
    await shoot(`mail-${name}`);
  }

  await page.getByRole('button', { name: /^Look at plan-of/ }).click();
  await page.locator('.preview-page canvas').first().waitFor();
  await shoot('preview');
  await page.keyboard.press('Escape');
  await button(page, 'More').last().click();
  await page.getByRole('menu').waitFor();
  await shoot('mail-menu', [WIDE]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: 'Find in message' }).fill('the');
  await page.getByText(/^1 of \d+/).waitFor();
  await shoot('mail-find', [WIDE]);
  await page.keyboard.press('Escape');

  await button(page, 'Move to mailbox').click();
  await page.getByRole('menu').waitFor();
  await shoot('move', [WIDE]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await heading(page, 'Shortcuts').waitFor();
  await shoot('shortcuts');
  await button(page, 'Close').click();
  await page.getByRole('navigation').getByRole('button', { name: 'Junk' }).click();
  await page.getByText('This folder is empty').waitFor();
  await shoot('empty');
  await page.getByRole('navigation').getByRole('button', { name: 'Archive' }).click({ button: 'right' });
  await page.getByRole('menu').waitFor();
  await shoot('mailbox-menu', [WIDE]);
  await page.getByRole('menuitem', { name: 'New folder inside…' }).click();
  await heading(page, 'New folder in Archive').waitFor();
  await shoot('mailbox-new', [WIDE]);
  await page.keyboard.press('Escape');
  await button(page, 'All inboxes').click();
}

/** @param {Round} round */
export async function searching({ page, shoot }) {
  await page.keyboard.press('/');
  const field = page.getByRole('textbox', { name: 'Search' });
  await field.waitFor();
  await shoot('search-empty');
  await page.keyboard.type('has:attachment ');
  await page.keyboard.type('cat');
  await row(page, 'Proofs for the spring catalogue').waitFor();
  await shoot('search');
  await field.fill('nothing like this');
  await page.getByText('Nothing on this computer fits.').waitFor();
  await shoot('search-nothing', [WIDE]);
  await button(page, 'Close search').click();
}

/**
 * An answer with a word that no dictionary knows at its end.
 * @param {Page} page
 */
async function answer(page) {
  await openProofs(page);
  await button(page, 'Reply').first().click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.keyboard.type('Dear Inês,');
  await page.keyboard.press('Enter');
  await page.keyboard.type('the green is right at last. Two answers:');
  await page.keyboard.press('Enter');
  await page.keyboard.type('1. Please shorten the caption.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Uncoated stock, yes. Four more days are fine.');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.type('The corrected plate is attached, the rest comes tomorow ');
  await misspelled(page).waitFor();
}

/** @param {Round} round */
export async function writing({ app, page, shoot, picture }) {
  await answerFileDialog(app, picture);
  await answer(page);
  await page.getByText('Draft saved').waitFor();
  await shoot('compose-answer');
  await misspelled(page).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'tomorrow', exact: true }).waitFor();
  await shoot('compose-text-menu', [WIDE]);
  await page.getByRole('menuitem', { name: 'tomorrow', exact: true }).click();
  await button(page, 'Emoji').click();
  await page.getByRole('option', { name: 'grinning face', exact: true }).waitFor();
  await shoot('compose-emoji');
  await page.keyboard.press('Escape');
  await button(page, /^Text style/).click();
  await page.getByRole('menu').waitFor();
  await shoot('compose-style', [WIDE]);
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Message' }).click();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByText('Web or mail address').waitFor();
  await shoot('compose-link', [WIDE]);
  await page.keyboard.press('Escape');
  await button(page, 'Send').click();
  await heading(page, 'Send it like this?').waitFor();
  await shoot('compose-warnings');
  await button(page, 'Keep writing').click();
  await button(page, 'Attach files').click();
  await page.getByRole('list', { name: 'Attachments' }).waitFor();
  await complete(page);
  await shoot('compose-completion');
  await page.keyboard.press('Enter');
  await button(page, 'Add Cc recipients').click();
  await page.keyboard.type('nobody@, ');
  await page.getByText('nobody@').first().waitFor();
  await button(page, /^(Quoted|··· ?Quoted)/).click();
  await button(page, 'Leave it out').waitFor();
  await shoot('compose-quote');
  await page.locator('.compose-foot').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menu').waitFor();
  await shoot('compose-more', [WIDE]);
  await page.getByRole('menuitem', { name: 'Save this as a template…' }).click();
  await heading(page, 'Save as a template').waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('Thanks for proofs');
  await shoot('compose-template', [WIDE]);
  await button(page, 'Save template').click();
  await heading(page, 'Save as a template').waitFor({ state: 'detached' });
  await button(page, 'Send later').click();
  await page.getByRole('menu').waitFor();
  await shoot('compose-later', [WIDE]);
  await page.getByRole('menuitem', { name: 'Pick a time…' }).click();
  await heading(page, 'When is it to go?').waitFor();
  await shoot('compose-pick-time', [WIDE]);
  await page.keyboard.press('Escape');
  await button(page, 'Close and keep the draft').click();

  await button(page, /^New message/)
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await shoot('compose');
  await button(page, 'Plain text').click();
  await button(page, 'Formatted text').waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('Dear Inês,\n\nthe green is right at last.');
  await page.getByText('Draft saved').waitFor();
  await shoot('compose-plain');
  await button(page, 'Close and keep the draft').click();
  await button(page, 'Drafts here').click();
  await shoot('drafts');
}

/** @param {Round} round */
export async function contacts({ app, page, shoot, cards }) {
  await answerFileDialog(app, cards);
  await button(page, 'Contacts').click();
  await row(page, 'Ellen').waitFor();
  await button(page, 'More for contacts').click();
  await page.getByRole('menuitem', { name: 'Import vCard…' }).click();
  await page.getByText(/^\d+ (person|people) added/).waitFor();
  await shoot('contacts');
  await row(page, 'Ellen').click();
  await button(page, 'Delete contact').waitFor();
  await shoot('contacts-person');
  await button(page, 'More for contacts').click();
  await page.getByRole('menuitem', { name: 'New group' }).click();
  await page.getByRole('textbox', { name: 'Name of the group' }).fill('Printers');
  await shoot('contacts-group', [WIDE]);
  await button(page, /^Back to mail/).click();
}

/** @param {Round} round */
export async function settings({ page, shoot }) {
  await button(page, 'Settings').click();
  await heading(page, 'General').waitFor();
  await shoot('settings');
  for (const name of ['Reading', 'Writing', 'Spelling', 'Recovery code']) {
    await heading(page, name).evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await shoot(`settings-${name.toLowerCase().replace(' ', '-')}`);
  }
  await page.getByText('Two lines, for seeing more at once.').click();
  await page.getByRole('radio', { name: /^Compact/, checked: true }).waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  await button(page, 'All inboxes').click();
  await openProofs(page);
  await shoot('compact');
}

/** @param {Round} round */
export async function safety({ page, shoot, address }) {
  await button(page, 'Accounts and access').click();
  await page.getByText('Allowed to').waitFor();
  await shoot('access');
  await button(page, `Addresses of ${address}…`).click();
  await heading(page, `Addresses of ${address}`).waitFor();
  await shoot('addresses', [WIDE]);
  await button(page, 'Add an address').click();
  await heading(page, 'Add an address').waitFor();
  await page.getByText('Send through a server of its own').click();
  await shoot('address-new');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await button(page, 'Security check').click();
  await heading(page, 'Security check').waitFor();
  await shoot('check-never', [WIDE]);
  await button(page, 'Check now').click();
  await page.getByText(/^\d+ of \d+ (good|checks needs? you)/).waitFor();
  await shoot('check');
  await button(page, 'Privacy').click();
  await heading(page, 'Leave nothing behind').waitFor();
  await shoot('privacy');
  await heading(page, 'Leave nothing behind').scrollIntoViewIfNeeded();
  await shoot('privacy-foot', [WIDE]);
  await button(page, 'Set a passphrase…').click();
  await heading(page, 'Set a passphrase for Latchkey').waitFor();
  await page.getByRole('textbox', { name: 'New passphrase', exact: true }).fill('correct horse battery');
  await shoot('lock-set', [WIDE]);
  await page.keyboard.press('Escape');
}

/** @param {Round} round */
export async function rightToLeft({ page, shoot }) {
  await openProofs(page);
  await shoot('rtl-mail');
  await open(page, 'موعد يوم الخميس');
  await page.getByText('سأحضر معي').last().waitFor();
  await shoot('rtl-mail-arabic');
  await open(page, 'No. 118: What lighthouse keepers knew');
  await page.locator('.message-frame').waitFor();
  await shoot('rtl-mail-html');
  await open(page, 'Press visit in Porto');
  await button(page, 'Accept').waitFor();
  await shoot('rtl-mail-invitation');
  await open(page, 'موعد يوم الخميس');
  await page.getByText('سأحضر معي').last().waitFor();
  await button(page, 'Reply').first().click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.keyboard.type('السابعة تناسبني.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('See you at the station, Samir.');
  await complete(page);
  await shoot('rtl-compose-completion');
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('');
  await button(page, /^(Quoted|··· ?Quoted)/).click();
  await button(page, 'Leave it out').waitFor();
  await shoot('rtl-compose');
  await button(page, 'Close and keep the draft').click();
  await button(page, 'Settings').click();
  await heading(page, 'General').waitFor();
  await shoot('rtl-settings', [WIDE]);
}

/** @param {Round} round */
export async function signOut({ page, shoot, address }) {
  await button(page, 'Accounts and access').click();
  await page.getByText('Allowed to').waitFor();
  await button(page, `Sign out of ${address}…`).click();
  await heading(page, `Sign out of ${address}?`).waitFor();
  await shoot('sign-out');
  await page
    .getByRole('button', { name: /^(Sign out|Finish these, then sign out)$/ })
    .last()
    .click();
  await heading(page, 'No.').waitFor();
  await shoot('receipt');
  await button(page, 'Activity').click();
  await page.getByText(/^Unbroken since/).waitFor();
  await shoot('activity');
}
