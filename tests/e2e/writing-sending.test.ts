/** On the way out: reminders, hidden recipients, receipts, addresses that the server does not take, signatures, templates, and what other programs ask for. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { electronFlags } from '../../scripts/lib/electron-runtime.mjs';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { appFolder } from '../../scripts/lib/paths.mjs';
import { type Cutter, startCutter } from '../integration/smtp-cutter.ts';
import { faultsOf } from './look/faults.ts';
import { button, openAccess, POLL, prepare, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';
import { begin, body, chips, people, send, sendWithoutDelay, subjectField } from './writing-hands.ts';

const SAMIR = 'samir@lab.test';
const EHLO = '250-DSN\r\n250-8BITMIME\r\n250 AUTH PLAIN XOAUTH2';

let world: World;
/** A submission server whose every line is read: it knows DSN, and no SMTPUTF8. */
let server: Cutter;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  const { lab, run } = world;
  server = await startCutter(lab.certs);
  run.onRemove(server.stop);
  server.replies.set('EHLO', Array<string>(50).fill(EHLO));
  const { providers } = JSON.parse(readFileSync(lab.providersFile, 'utf8'));
  providers[0].smtp.port = server.port;
  writeFileSync(lab.providersFile, JSON.stringify({ providers }));
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await sendWithoutDelay(page);
});
afterAll(() => world?.stop());

const received = (subject: string) =>
  server.received.filter((one) => one.includes(`Subject: ${subject}\r\n`));
const arrives = async (subject: string): Promise<string> => {
  await expect.poll(() => received(subject).length, POLL).toBe(1);
  return received(subject)[0] ?? '';
};

async function leave(): Promise<void> {
  await page.keyboard.press('Escape');
  await body(page).waitFor({ state: 'detached' });
}

it('asks once before a message goes without its subject, without its file or to very many', async () => {
  const many = Array.from({ length: 30 }, (_, n) => `friend${n}@friends.example`);
  await begin(page, { to: many.join(', ') });
  await page.keyboard.type('Find the plan attached.');
  await page.keyboard.press('Control+Enter');
  const question = page.getByRole('alertdialog', { name: 'Send it like this?' });
  await question.getByText('This message has no subject.').waitFor();
  await question.getByText('The text says “attached”, and nothing is attached.').waitFor();
  await question.getByText('It goes to 30 people.').waitFor();
  expect(await faultsOf(program, 'reminders')).toEqual([]);
  expect(server.received).toEqual([]);
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'detached' });
  await subjectField(page).fill('To all');
  await page.keyboard.press('Control+Enter');
  await question.getByRole('button', { name: 'Send anyway' }).click();
  await body(page).waitFor({ state: 'detached' });
  await arrives('To all');
});

it('keeps hidden recipients off the wire, and asks for a receipt and for a delivery notice', async () => {
  server.reset();
  server.replies.set('EHLO', Array<string>(50).fill(EHLO));
  await begin(page, { to: SAMIR, subject: 'With requests' });
  await button(page, 'Add Bcc recipients').click();
  await people(page, 'Bcc').fill('hidden@friends.example');
  await body(page).click();
  await page.keyboard.type('Tell me when you have it.');
  for (const asked of ['Ask for a read receipt', 'Ask for a delivery notice']) {
    if (!(await page.getByRole('menu').isVisible())) await button(page, 'More').last().click();
    await page.getByRole('menuitemcheckbox', { name: asked }).click();
  }
  if (await page.getByRole('menu').isVisible()) await page.keyboard.press('Escape');
  await body(page).click();
  await send(page);
  const mail = await arrives('With requests');
  expect(mail).not.toMatch(/hidden@|^Bcc:/im);
  expect(mail).toMatch(/^Disposition-Notification-To: .*maya@lab\.test/m);
  expect(server.wire()).toMatch(/^RCPT TO:<hidden@friends\.example> .*NOTIFY=/m);
  expect(server.wire()).toMatch(/^RCPT TO:<samir@lab\.test> .*NOTIFY=[A-Z,]*FAILURE/m);
});

it('says clearly that the server takes no address beyond ASCII, and keeps the message', async () => {
  await begin(page, { to: 'jürgen@grün.example', subject: 'Umlauts' });
  await page.keyboard.type('Grüße.');
  await send(page);
  await button(page, 'Outbox').click();
  await page
    .getByRole('list', { name: 'Outbox' })
    .getByRole('listitem')
    .filter({ hasText: 'Umlauts' })
    .getByText('The server cannot send to one of the addresses.')
    .waitFor();
  expect(received('Umlauts')).toEqual([]);
  // The domain alone is no hindrance.
  await begin(page, { to: 'juergen@grün.example', subject: 'Punycode' });
  await page.keyboard.type('Grüße.');
  await send(page);
  await arrives('Punycode');
  expect(server.wire()).toMatch(/^RCPT TO:<juergen@xn--grn-ioa\.example>/m);
});

it('puts the signature of the address it is from below the text, and another with another address', async () => {
  await openAccess(page);
  await button(page, `Addresses of ${world.address}…`).click();
  const all = page.getByRole('dialog', { name: `Addresses of ${world.address}` });
  await all.getByRole('button', { name: `Edit ${world.address}` }).click();
  const own = page.getByRole('dialog').last();
  await own.getByRole('textbox', { name: 'Signature' }).click();
  await page.keyboard.type('Maya of the lab');
  expect(await faultsOf(program, 'a signature')).toEqual([]);
  await own.getByRole('button', { name: 'Save' }).click();
  await all.getByRole('button', { name: 'Add an address' }).click();
  const form = page.getByRole('dialog', { name: 'Add an address' });
  await form.getByRole('textbox', { name: 'Address' }).fill('lamps@lab.test');
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Lamps');
  await form.getByRole('textbox', { name: 'Signature' }).click();
  await page.keyboard.type('Lamps for all');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'detached' });
  await all.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('Escape');

  await begin(page, { to: SAMIR, subject: 'Signed' });
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('A word before.');
  await expect.poll(() => body(page).innerText()).toMatch(/A word before\.[\s\S]*Maya of the lab/);
  await page.getByRole('button', { name: /From$/ }).click();
  await page.getByRole('option', { name: /lamps@lab\.test/ }).click();
  await expect.poll(() => body(page).innerText()).toMatch(/A word before\.[\s\S]*Lamps for all/);
  expect(await body(page).innerText()).not.toContain('Maya of the lab');
  await body(page).click();
  await send(page);
  const mail = await arrives('Signed');
  expect(mail).toMatch(/^From: "?Lamps"? <lamps@lab\.test>/m);
  expect(mail).toMatch(/^-- \r\nLamps for all/m);
});

it('keeps a text as a template and puts it into another message', async () => {
  await begin(page, { subject: 'Opening hours' });
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('Monday to Friday');
  await button(page, 'More').last().click();
  await page.getByRole('menuitem', { name: 'Save this as a template…' }).click();
  await page.getByRole('dialog').last().getByRole('textbox', { name: 'Name' }).fill('Hours');
  await page.keyboard.press('Enter');
  await page.getByText('Template saved.').waitFor();
  await leave();
  await begin(page, { to: SAMIR });
  await page.keyboard.press('Control+Home');
  await button(page, 'More').last().click();
  await page.getByRole('menuitem', { name: 'Insert “Hours”' }).click();
  await body(page).locator('strong').getByText('Monday to Friday').waitFor();
  expect(await subjectField(page).inputValue()).toBe('Opening hours');
  await button(page, 'Discard draft').click();
  await body(page).waitFor({ state: 'detached' });
});

it('closes with one Escape, also under a pointer that rests on a button, and while no element has the focus', async () => {
  await begin(page);
  // It comes from somewhere, as a hand does.
  await page.mouse.move(300, 300);
  await page.mouse.move(310, 300);
  await button(page, 'Discard draft').hover();
  await page.getByRole('tooltip', { name: 'Discard draft' }).waitFor();
  await leave();

  await begin(page);
  // So it is from a dialog that closes until the next frame.
  const focused = await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    const focused = document.activeElement?.tagName;
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    return focused;
  });
  expect(focused).toBe('BODY');
  await body(page).waitFor({ state: 'detached' });
});

/** Another program starts Latchkey Mail, which is running already; resolves when that second start has ended. */
async function startAgain(...args: string[]): Promise<void> {
  const { electron, display, keychain, lab, profile, temporary } = world;
  const flags = electronFlags({ isVirtualDisplay: display.isVirtual });
  const child = spawn(electron.executable, [...flags, appFolder, `--user-data-dir=${profile}`, ...args], {
    cwd: temporary,
    stdio: 'ignore',
    env: { ...process.env, ...display.env, ...keychain?.env, ...lab.env, TMPDIR: temporary },
  });
  world.run.own(child);
  await new Promise<void>((resolve) => child.once('exit', () => resolve()));
}

it('opens a mailto: link in the window that is there, with what it may say and nothing else', async () => {
  const secret = join(world.temporary, 'secret.txt');
  writeFileSync(secret, 'not for everyone');
  await startAgain(
    `mailto:${SAMIR}?cc=eva@friends.example&subject=Two%20lamps&body=One%0D%0ATwo&attach=${secret}&attachment=${secret}&from=boss@lab.test`,
  );
  await body(page).waitFor();
  expect(await chips(page).allInnerTexts()).toEqual([SAMIR]);
  expect(await chips(page, 'Cc').allInnerTexts()).toEqual(['eva@friends.example']);
  expect(await subjectField(page).inputValue()).toBe('Two lamps');
  expect(await body(page).innerText()).toMatch(/^One\n+Two/);
  expect(await page.getByRole('list', { name: 'Attachments' }).count()).toBe(0);
  expect(received('Two lamps')).toEqual([]);
  await leave();
});

it('stays one window with a handful of drafts when links rain on it, and loses none that somebody wrote', async () => {
  await begin(page, { to: SAMIR, subject: 'My own words' });
  await page.keyboard.type('Half a sentence');
  await program.app.evaluate(({ app }) => {
    for (let n = 0; n < 50; n += 1) {
      app.emit('second-instance', {}, ['latchkey', `mailto:rain${n}@friends.example?subject=Rain`], '/', {});
    }
  });
  await expect.poll(() => subjectField(page).inputValue(), POLL).toBe('Rain');
  await startAgain(`mailto:${SAMIR}?subject=After%20the%20rain`);
  await expect.poll(() => subjectField(page).inputValue(), POLL).toBe('After the rain');
  expect(await program.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  await leave();
  await button(page, 'Drafts here').click();
  const list = page.getByRole('list', { name: 'Drafts here' });
  await list.getByText('My own words').waitFor();
  expect(await list.getByRole('listitem').count()).toBeLessThanOrEqual(7);
  await list.getByText('My own words').click();
  await expect.poll(() => body(page).innerText(), POLL).toContain('Half a sentence');
  await button(page, 'Discard draft').click();
});

it('attaches what another program names only when the person says so', async () => {
  const file = join(world.temporary, 'shared.txt');
  writeFileSync(file, 'shared with you');
  const questions = () =>
    program.app.evaluate(() => (process as unknown as { asked?: string[] }).asked ?? []);
  const answer = (response: number) =>
    program.app.evaluate(({ dialog }, response) => {
      dialog.showMessageBox = (async (...args: unknown[]) => {
        const { detail = '' } = args.at(-1) as { detail?: string };
        const place = process as unknown as { asked?: string[] };
        place.asked = [...(place.asked ?? []), detail];
        return { response, checkboxChecked: false };
      }) as typeof dialog.showMessageBox;
    }, response);
  await answer(0);
  await startAgain('--attach=shared.txt');
  await expect.poll(questions, POLL).toEqual([expect.stringContaining(file)]);
  expect(await body(page).count()).toBe(0);
  await answer(1);
  await startAgain('--attach=shared.txt');
  await page.getByRole('list', { name: 'Attachments' }).getByText('shared.txt').waitFor();
  expect(await faultsOf(program, 'a shared file')).toEqual([]);
  await people(page).fill(SAMIR);
  await subjectField(page).fill('Shared');
  await send(page);
  expect(await arrives('Shared')).toContain(Buffer.from('shared with you').toString('base64'));
});
