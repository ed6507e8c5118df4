/** The way out: what waits is finished first, the access is given back and proved dead, and the receipt says so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { receipt as receiptShape } from '../../src-shared/model/receipt.ts';
import { axeFindings } from './look/axe.ts';
import {
  answerFileDialogs,
  button,
  command,
  deliver,
  heading,
  keychainNames,
  openAccess,
  openThread,
  POLL,
  prepare,
  row,
  signInWithBrowser,
  startDovecotAgain,
  startWitness,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const CIRCULARS = 20;

let world: World;
let program: Program;
let page: Page;
let imapLog: () => string;

beforeAll(async () => {
  world = await startWorld();
  await deliver(
    world,
    ...Array.from({ length: CIRCULARS }, (_, index) => ({ subject: `Circular ${index + 1}` })),
    { subject: 'A letter to keep', text: 'Keep me on this computer.' },
  );
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await openThread(page, 'A letter to keep');
  await page.getByText('Keep me on this computer.').last().waitFor();
  await page.getByText(/Up to date/).waitFor();
  await untilTextsAreHere();
});
afterAll(() => world?.stop());

/** The list is up to date before the texts are all here: until then a search does not find their words. */
async function untilTextsAreHere(): Promise<void> {
  await page.keyboard.press('/');
  await page.getByRole('textbox', { name: 'Search' }).fill('about circular');
  await page.getByText(`${CIRCULARS} found`, { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await heading(page, 'All inboxes').waitFor();
}

const refreshTokens = (): string[] =>
  world.lab.authServer.issuedTokens.filter(({ kind }) => kind === 'RefreshToken').map(({ value }) => value);
const accessTokens = (): string[] =>
  world.lab.authServer.issuedTokens.filter(({ kind }) => kind === 'AccessToken').map(({ value }) => value);
const areActive = (tokens: string[]): Promise<boolean[]> =>
  Promise.all(tokens.map((token) => world.lab.authServer.isActive(token)));
const grantsInKeychain = async (): Promise<string[]> =>
  (await keychainNames(world)).filter((name) => name.startsWith('grant/'));

async function write(subject: string): Promise<void> {
  await button(page, /^New message/).click();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('samir@lab.test');
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  await page.getByRole('textbox', { name: 'Message' }).fill(`Text of ${subject}.`);
}

async function askToSignOut(): Promise<void> {
  await openAccess(page);
  await button(page, `Sign out of ${world.address}…`).click();
  await heading(page, `Sign out of ${world.address}?`).waitFor();
  await page.getByText('Your mail on this computer').waitFor();
}

it('finishes what waits, gives the access back, and hands out a receipt that is true', async () => {
  expect(await areActive(refreshTokens().slice(-1))).toEqual([true]);
  expect(await grantsInKeychain()).not.toEqual([]);

  // A draft that is only here, a change that the server does not know, and a message that waits.
  await write('A half-written note');
  await page.getByText(/^Draft saved/).waitFor();
  await world.lab.dovecot.stop();
  await page.getByText(/^Offline/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await openThread(page, 'A letter to keep');
  await command(page, 'More').click();
  await page.getByRole('menuitem', { name: /^Star/ }).click();
  await row(page, 'A letter to keep').getByText('Starred').waitFor();
  await write('A message in the outbox');
  await button(page, 'Send').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await askToSignOut();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('3 things are only on this computer and would be lost').waitFor();
  const lost = dialog.getByRole('listitem');
  expect(await lost.allInnerTexts()).toEqual([
    expect.stringMatching(/^1\s+message waiting to be sent\s+“A message in the outbox”$/),
    expect.stringMatching(/^1\s+draft not yet saved at Lab Mail\s+“A half-written note”$/),
    expect.stringMatching(/^1\s+change not yet told to Lab Mail\s+1 starred$/),
  ]);
  await dialog.getByText('Finish these first').waitFor();

  imapLog = await startDovecotAgain(world);
  await dialog.getByRole('button', { name: 'Finish these, then sign out' }).click();
  await heading(page, 'No.').waitFor({ timeout: 60_000 });

  // Everything was finished, as others see it.
  expect(world.lab.smtp.messages.map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1])).toEqual([
    'A message in the outbox',
  ]);
  const witness = await startWitness(world.lab, world.address);
  try {
    expect((await witness.find('INBOX', 'A letter to keep'))?.flags).toContain('\\Flagged');
    expect((await witness.find('Drafts', 'A half-written note'))?.source).toContain('half-written');
  } finally {
    await witness.close();
  }

  // The access is dead where it was given, and gone from here.
  expect(await areActive([...refreshTokens(), ...accessTokens()])).not.toContain(true);
  expect(await grantsInKeychain()).toEqual([]);
  await expect.poll(async () => world.lab.dovecot.doveadm('who', '-1'), POLL).not.toContain(world.address);
});

it('saves the receipt as a page whose facts are those on the screen', async () => {
  const file = join(world.run.folder('receipts'), 'receipt.html');
  await answerFileDialogs(program, file);
  await button(page, 'Save receipt…').click();
  await page.getByText('Receipt saved').waitFor();

  const text = readFileSync(file, 'utf8');
  const json = /<script type="application\/json" id="receipt">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
  const facts = receiptShape.parse(JSON.parse(json));
  expect(facts).toMatchObject({
    address: world.address,
    answer: 'no',
    providerName: 'Lab Mail',
    issuer: world.lab.authServer.issuer,
  });
  expect(facts.steps.map(({ name, state }) => [name, state])).toEqual(
    ['finish', 'disconnect', 'revoke', 'proof', 'forget', 'mail'].map((name) => [name, 'done']),
  );
  await page.getByText(facts.receiptId).first().waitFor();

  // What a person reads in the page is what the screen says, step for step.
  const shown = await page
    .getByRole('list', { name: 'What happened' })
    .getByRole('listitem')
    .evaluateAll((items) => items.map((item) => item.querySelector('.med')?.textContent));
  const texts = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  expect(texts(/<h1[^>]*>(.*?)<\/h1>/g)).toEqual(['No.']);
  expect(texts(/<li[^>]*><strong>(.*?)<\/strong>/g)).toEqual(shown);
  expect(texts(/<dd>(.*?)<\/dd>/g)).toEqual(expect.arrayContaining([facts.receiptId, world.address]));
  for (const token of [...refreshTokens(), ...accessTokens()]) expect(text).not.toContain(token);
});

it('keeps the mail readable, also after a restart, and signs in again without fetching it anew', async () => {
  await program.close();
  const before = imapLog().length;
  program = await world.start();
  page = prepare(program);
  await page.getByText('Signed out. Your mail is still here.').waitFor();
  await openThread(page, 'A letter to keep');
  await page.getByText('Keep me on this computer.').last().waitFor();
  expect(imapLog().slice(before)).not.toContain('Login');

  await button(page, 'Sign in again').click();
  await page.getByText(/Up to date/).waitFor();
  await deliver(world, { subject: 'After the return' });
  await row(page, 'After the return').waitFor();
  await program.close();
  // Dovecot counts at the end of each session what was fetched: only what was written since is new here.
  expect(fetched(world.lab.dovecot.log()).bodies).toBeGreaterThanOrEqual(CIRCULARS);
  expect(fetched(imapLog().slice(before)).bodies).toBeLessThan(5);
  expect(fetched(imapLog().slice(before)).headers).toBeLessThan(5);
});

it('erases the mail when the person says so', async () => {
  program = await world.start();
  page = prepare(program);
  await row(page, 'A letter to keep').waitFor();
  await askToSignOut();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /^Delete/ }).check({ force: true });
  await dialog.getByRole('button', { name: /^Sign out and delete \d+ messages$/ }).click();
  await heading(page, /^(No\.|Not from this computer|Until)/).waitFor();
  expect(await areActive([...refreshTokens(), ...accessTokens()])).not.toContain(true);
  expect(await grantsInKeychain()).toEqual([]);
  await page.getByText('Mail deleted here').waitFor();

  // Nothing of it is left; the provider's own copy was not touched.
  await program.close();
  program = await world.start();
  page = prepare(program);
  await heading(page, 'What is your mail address?').waitFor();
  const witness = await startWitness(world.lab, world.address);
  try {
    expect(await witness.find('INBOX', 'A letter to keep')).toBeDefined();
  } finally {
    await witness.close();
  }
});

it('deletes the mail that was kept at a sign-out later, and the account with it', async () => {
  await signInWithBrowser(page);
  await row(page, 'A letter to keep').waitFor();
  await page.getByText(/Up to date/).waitFor();
  await askToSignOut();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('Mail kept', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await write('Left in the drafts');
  await page.getByText(/^Draft saved/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await openAccess(page);
  const account = page.getByRole('region', { name: world.address });
  const deleteMail = account.getByRole('button', { name: /^Delete mail here/ });
  const question = page.getByRole('alertdialog', { name: `Delete the mail of ${world.address} here?` });
  const final = question.getByRole('button', { name: /^Lose 1 thing and delete \d+ messages$/ });
  const focused = (): Promise<string> =>
    page.evaluate(
      'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent',
    );
  await deleteMail.focus();
  await page.keyboard.press('Enter');
  await final.waitFor();
  expect(await question.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringMatching(/^1\s+draft not yet saved at Lab Mail\s+“Left in the drafts”$/),
  ]);
  expect(await focused()).toBe('Cancel');
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  await expect.poll(focused, POLL).toBe(`Delete mail here of ${world.address}…`);
  expect(await axeFindings(page)).toEqual([]);

  await page.keyboard.press('Enter');
  await final.focus();
  await page.keyboard.press('Enter');
  await heading(page, 'No.').waitFor();
  await page.getByText('Mail deleted here').waitFor();
  await button(page, 'Done').click();
  await heading(page, 'Accounts and access').waitFor();
  await account.waitFor({ state: 'detached' });
  await program.close();
  program = await world.start();
  page = prepare(program);
  await heading(page, 'What is your mail address?').waitFor();
});

function fetched(log: string): { headers: number; bodies: number } {
  const sum = (name: string): number =>
    [...log.matchAll(new RegExp(`${name}=(\\d+)`, 'g'))].reduce(
      (total, [, count]) => total + Number(count),
      0,
    );
  return { headers: sum('hdr_count'), bodies: sum('body_count') };
}
