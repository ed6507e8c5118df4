/** Signing in with the browser: as the provider is known, with one's own client, and a second account beside the first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { electronFlags } from '../../scripts/lib/electron-runtime.mjs';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { appFolder } from '../../scripts/lib/paths.mjs';
import { type IssuedToken, SCOPES, SECRET_CLIENTS } from '../servers/auth-server.mjs';
import {
  button,
  confirmSignOut,
  deliver,
  fillServers,
  heading,
  keychainNames,
  letter,
  openAccess,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const SAMIR = 'samir@lab.test';

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: 'For Maya' });
  await world.lab.dovecot.store(SAMIR, [{ raw: letter({ subject: 'For Samir', to: SAMIR }) }]);
  program = await world.start();
  page = prepare(program);
});
afterAll(() => world?.stop());

const refreshTokensOf = (address: string): IssuedToken[] =>
  world.lab.authServer.issuedTokens.filter(
    ({ kind, accountId }) => kind === 'RefreshToken' && accountId === address,
  );

it('says what will happen, opens the browser there, and shows the mail', async () => {
  const host = new URL(world.lab.authServer.issuer).host;
  await page.getByText(`Your browser opens at ${host}`).waitFor();
  await page.getByText('Lab Mail will write “Read, write and send mail”').waitFor();
  await signInWithBrowser(page);
  await row(page, 'For Maya').waitFor();

  expect(readFileSync(world.visitsFile, 'utf8').trim().split('\n')).toEqual([
    `${world.lab.authServer.issuer}/auth`,
  ]);
  expect(refreshTokensOf(world.address).map(({ clientId }) => clientId)).toEqual(['latchkey-mail']);
  // Both were tried with the token before the account was saved, and never without encryption.
  expect(world.lab.smtp.logins).toContainEqual({ method: 'XOAUTH2', user: world.address, isEncrypted: true });
  expect((await keychainNames(world)).filter((name) => name.startsWith('grant/'))).not.toEqual([]);
});

it('raises its window when it is started a second time', async () => {
  const isVisible = (): Promise<boolean | undefined> =>
    program.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
  await program.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  expect(await isVisible()).toBe(false);

  const flags = electronFlags({ isVirtualDisplay: world.display.isVirtual });
  const second = spawn(world.electron.executable, [...flags, appFolder, `--user-data-dir=${world.profile}`], {
    env: { ...world.display.env, ...world.keychain?.env, ...world.lab.env, TMPDIR: world.temporary },
    stdio: 'ignore',
  });
  world.run.own(second);
  // The second one ends by itself, at once, and the first one comes to the front.
  expect(await once(second, 'exit')).toEqual([0, null]);
  await expect.poll(isVisible).toBe(true);
  expect(await program.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

it("adds a second account by hand, with the person's own client ID and secret", async () => {
  // Somebody else sits at the browser now, and the program is told where everything is.
  await program.close();
  program = await world.start({ person: { login: SAMIR, password: world.lab.users[SAMIR] ?? '' } });
  page = prepare(program);
  await openAccess(page);
  await button(page, 'Add an account…').click();
  await page.getByRole('textbox', { name: 'Mail address' }).fill(SAMIR);
  await button(page, 'Another way').click();
  await page.getByRole('menuitem', { name: 'Server settings by hand' }).click();
  await heading(page, 'Server settings by hand').waitFor();
  await fillServers(page, world.lab);
  await page.getByRole('radio', { name: /^In the browser/ }).check({ force: true });
  await page.getByRole('textbox', { name: 'Issuer' }).fill(world.lab.authServer.issuer);
  await page.getByRole('textbox', { name: 'Client ID' }).fill(SECRET_CLIENTS.basic.id);
  await page.getByRole('textbox', { name: 'Client secret' }).fill(SECRET_CLIENTS.basic.secret);
  await page.getByRole('textbox', { name: 'Permissions to ask for' }).fill(SCOPES.join(' '));
  await button(page, 'Open the browser').click();

  await heading(page, 'All inboxes').waitFor();
  await row(page, 'For Samir').waitFor();
  await row(page, 'For Maya').waitFor();
  // One each: what was handed out at the sign-in is used, not renewed at once.
  expect(refreshTokensOf(SAMIR).map(({ clientId }) => clientId)).toEqual([SECRET_CLIENTS.basic.id]);
  expect(await keychainNames(world)).toContainEqual(expect.stringMatching(/^client-secret\//));
  await world.lab.dovecot.store(SAMIR, [{ raw: letter({ subject: 'Also by itself', to: SAMIR }) }]);
  await row(page, 'Also by itself').waitFor();

  // Each is seen and left on its own.
  await openAccess(page);
  await page.getByText('Your own, latchkey-mail-basic').waitFor();
  await button(page, `Sign out of ${SAMIR}…`).click();
  await page.getByText('Your mail on this computer').waitFor();
  await confirmSignOut(page);
  await heading(page, 'No.').waitFor();
  const areActive = (address: string): Promise<boolean[]> =>
    Promise.all(refreshTokensOf(address).map(({ value }) => world.lab.authServer.isActive(value)));
  expect(await areActive(SAMIR)).not.toContain(true);
  expect(await areActive(world.address)).toContain(true);
});
