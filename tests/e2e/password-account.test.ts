/** Accounts without OAuth: an app password at a known provider, and servers that only the person knows. */
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import {
  button,
  confirmSignOut,
  deliver,
  fillServers,
  heading,
  keychainNames,
  openAccess,
  openThread,
  prepare,
  row,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** Mail comes by itself, and a message leaves: fetching and sending both work with the password. */
async function expectWorkingAccount(here: World, page: Page): Promise<void> {
  await heading(page, 'All inboxes').waitFor();
  await openThread(page, 'Before the password');
  await deliver(here, { subject: 'After the password' });
  await row(page, 'After the password').waitFor();
  expect(here.lab.smtp.logins.map(({ method, isEncrypted }) => [method, isEncrypted])).toContainEqual([
    'PLAIN',
    true,
  ]);
  expect((await keychainNames(here)).some((name) => name.startsWith('grant/'))).toBe(true);
  expect(here.lab.authServer.issuedTokens).toEqual([]);
}

it('signs in with an app password at a provider that wants one, after a wrong one was refused', async () => {
  const here = await startWorld({ auth: 'password' });
  world = here;
  await deliver(here, { subject: 'Before the password' });
  const page = prepare(await here.start());
  await page.getByText('Lab Mail wants an app password').waitFor();
  await button(page, 'Continue').click();
  const password = page.getByRole('textbox', { name: 'App password' });
  await password.fill('not the right one');
  await button(page, 'Sign in').click();
  await page.getByText('The mail server did not accept the password.').waitFor();
  expect(await keychainNames(here)).not.toContainEqual(expect.stringMatching(/^grant\//));

  await password.fill(here.lab.users[here.address] ?? '');
  await button(page, 'Sign in').click();
  await expectWorkingAccount(here, page);

  // A password cannot be given back by a program: the receipt says so, and the key is gone from here.
  await openAccess(page);
  await button(page, `Sign out of ${here.address}…`).click();
  await confirmSignOut(page);
  await heading(page, 'Not from this computer, but the app password still works.').waitFor();
  expect((await keychainNames(here)).filter((name) => name.startsWith('grant/'))).toEqual([]);
});

it('takes server settings by hand with an app password, over STARTTLS, for a domain nobody knows', async () => {
  const here = await startWorld({
    auth: 'password',
    domain: 'nobody-knows.example',
    imapSecurity: 'starttls',
    smtpSecurity: 'starttls',
  });
  world = here;
  await deliver(here, { subject: 'Before the password' });
  // Without the provider file the domain is unknown to the program.
  const page = prepare(await here.start({ env: { LATCHKEY_PROVIDERS: undefined } }));
  await page.getByText('Latchkey does not know who runs the mail of nobody-knows.example.').waitFor();
  await button(page, 'Another way').click();
  await page.getByRole('menuitem', { name: 'Server settings by hand' }).click();
  await heading(page, 'Server settings by hand').waitFor();
  await fillServers(page, here.lab);
  await page.getByRole('textbox', { name: 'App password' }).fill(here.lab.users[here.address] ?? '');
  await button(page, 'Sign in').click();
  await expectWorkingAccount(here, page);
});
