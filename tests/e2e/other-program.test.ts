/** Settings taken over from Thunderbird and from K-9 Mail: what a person finds, picks and signs in with. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { scan } from './canary-scan.ts';
import { faultsOf } from './look/faults.ts';
import { answerFileDialogs, button, deliver, heading, prepare, row } from './walks.ts';
import { startWorld, type World } from './world.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/other-programs', import.meta.url));
const MAYA = 'maya@verein.example';

let world: World;
let program: Program;
let page: Page;
let profiles: string;

beforeAll(async () => {
  world = await startWorld({ auth: 'password', users: { [MAYA]: 'a password for the club' } });
  await deliver(world, { subject: 'Minutes of the meeting' });
  profiles = thunderbirdOfTheLab();
  // Of the providers that this computer knows, none runs the club's mail.
  program = await world.start({ hint: '', env: { LATCHKEY_PROVIDERS: undefined } });
  page = prepare(program);
});
afterAll(() => world?.stop());

/** Thunderbird's folder, in which the servers of one account are the lab's. */
function thunderbirdOfTheLab(): string {
  const folder = world.run.folder('thunderbird');
  cpSync(join(FIXTURES, 'thunderbird'), folder, { recursive: true });
  const file = join(folder, 'abcd1234.default-release', 'prefs.js');
  const { imap, smtp } = world.lab.provider;
  const prefs = readFileSync(file, 'utf8')
    .replaceAll(/"(mail|smtp)\.verein\.example"/g, '"localhost"')
    .replace('server3.socketType", 2', 'server3.socketType", 3')
    .replace('smtp2.try_ssl", 2', 'smtp2.try_ssl", 3')
    .replace('server3.userName", "maya"', `server3.userName", "${MAYA}"`)
    .replace('smtp2.username", "maya-smtp"', `smtp2.username", "${MAYA}"`);
  const ports = [
    `user_pref("mail.server.server3.port", ${imap.port});`,
    `user_pref("mail.smtpserver.smtp2.port", ${smtp.port});`,
  ];
  writeFileSync(file, `${prefs}\n${ports.join('\n')}\n`);
  return folder;
}

async function openOtherProgram(): Promise<void> {
  await button(page, 'Another way').click();
  await page.getByRole('menuitem', { name: 'Take over from Thunderbird or K-9 Mail' }).click();
  await heading(page, 'From another mail program').waitFor();
}

it('says what is no settings of that program, and lists what a settings file of K-9 Mail has', async () => {
  await openOtherProgram();
  await page.getByText('It reads no password and no mail, and changes nothing there.').waitFor();
  await answerFileDialogs(program, join(FIXTURES, 'thunderbird', 'abcd1234.default-release', 'logins.json'));
  await button(page, 'Pick a K-9 Mail export…').click();
  await page.getByRole('alert').waitFor();
  await answerFileDialogs(program, join(FIXTURES, 'settings.k9s'));
  await button(page, 'Pick a K-9 Mail export…').click();
  await page.getByText(/accounts found\. Which one do you want to sign in to\?/).waitFor();
  await page.getByText('mail.verein.example and smtp.verein.example').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

it('goes on in the way of a provider that it knows, whatever the other program did there', async () => {
  await answerFileDialogs(program, profiles);
  await button(page, 'Pick a Thunderbird profile…').click();
  await page.getByText('3 accounts found.').waitFor();
  expect(await faultsOf(program, 'from another mail program')).toEqual([]);
  await button(page, 'Use maya.lind@gmail.com').click();
  await heading(page, 'What is your mail address?').waitFor();
  expect(await page.getByRole('textbox', { name: 'Mail address' }).inputValue()).toBe('maya.lind@gmail.com');
  await page.getByText('Google runs this mail').waitFor();
});

it('fills in what Thunderbird knew, asks for the password alone, and fetches the mail', async () => {
  await openOtherProgram();
  await button(page, 'Pick a Thunderbird profile…').click();
  await button(page, `Use ${MAYA}`).click();
  await heading(page, 'Server settings by hand').waitFor();
  const incoming = page.getByRole('group', { name: 'Incoming mail (IMAP)' });
  expect(await incoming.getByRole('textbox', { name: 'Server' }).inputValue()).toBe('localhost');
  expect(await incoming.getByRole('textbox', { name: 'Port' }).inputValue()).toBe(
    String(world.lab.provider.imap.port),
  );
  expect(await page.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('Maya Grün');
  expect(await faultsOf(program, 'settings of another program')).toEqual([]);
  await page.getByLabel('App password', { exact: true }).fill(world.lab.users[MAYA] ?? '');
  await button(page, 'Sign in').click();
  await row(page, 'Minutes of the meeting').waitFor();
  // Nothing of what stands beside the settings came along.
  expect(scan([world.profile, world.temporary], ['NEVER-KEPT', 'encryptedPassword']).found).toEqual([]);
});
