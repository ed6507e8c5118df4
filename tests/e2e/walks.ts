/** What a person does in the program again and again, and what the servers know of it. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { joinSecret, partName, readHeader } from '../../src-main/vault/parts.ts';
import { type Lab, secondConnection } from '../servers/lab.mjs';
import type { World } from './world.ts';

const runFile = promisify(execFile);

/** For what takes a server's answer. A wait ends when the thing is there; this is only when to give up. */
export const PATIENCE_MS = 15_000;
export const POLL = { timeout: PATIENCE_MS, interval: 100 };

export type Letter = {
  subject: string;
  from?: string;
  to?: string;
  text?: string;
  messageId?: string;
  date?: Date;
};

/** A plain message as its sender's program would write it. */
export function letter({
  subject,
  from = 'Ada Byron <ada@friends.example>',
  to = 'maya@lab.test',
  text = `About ${subject}.`,
  messageId = `<${subject.toLowerCase().replace(/\W+/g, '-')}@friends.example>`,
  date = new Date(),
}: Letter): string {
  return [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${messageId}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n');
}

/** Puts letters into the inbox, as if they had just arrived. */
export async function deliver(world: World, ...letters: (Letter | string)[]): Promise<void> {
  await world.lab.dovecot.store(
    world.address,
    letters.map((one) => ({ raw: typeof one === 'string' ? one : letter({ to: world.address, ...one }) })),
  );
}

export const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: true });

/** A command in the reader's bar; mailboxes may have the same name. */
export const command = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name, exact: true });

export const heading = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('heading', { name, exact: true });

/** The row of a thread in the list. */
export const row = (page: Page, subject: string): Locator =>
  page.getByRole('option').filter({ hasText: subject });

export function prepare({ page }: Program): Page {
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}

/** From the welcome screen to the inbox; the person in the browser agrees. */
export async function signInWithBrowser(page: Page): Promise<void> {
  await button(page, 'Open the browser').click();
  await heading(page, 'All inboxes').waitFor();
}

export async function openThread(page: Page, subject: string): Promise<void> {
  await row(page, subject).click();
  await heading(page, subject).waitFor();
}

/** Types the lab's servers into the form "Server settings by hand". */
export async function fillServers(page: Page, { provider }: Lab): Promise<void> {
  for (const [legend, settings] of [
    ['Incoming mail (IMAP)', provider.imap],
    ['Outgoing mail (SMTP)', provider.smtp],
  ] as const) {
    const group = page.getByRole('group', { name: legend });
    await group.getByRole('textbox', { name: 'Server' }).fill(settings.host);
    if (settings.security === 'starttls') {
      await group.getByRole('button', { name: /Encryption/ }).click();
      await page.getByRole('option', { name: 'STARTTLS' }).click();
    }
    await group.getByRole('textbox', { name: 'Port' }).fill(String(settings.port));
  }
}

/** From the mail to the page about what this computer may do. */
export async function openAccess(page: Page): Promise<void> {
  await button(page, 'Accounts and access').click();
  await heading(page, 'Accounts and access').waitFor();
}

/** From the mail, or from another of them, to one of the pages about access. */
export async function openPage(
  page: Page,
  name: 'Accounts and access' | 'Activity' | 'Security check' | 'Privacy',
): Promise<void> {
  if (!(await button(page, name).isVisible())) await openAccess(page);
  await button(page, name).click();
  await heading(page, name).waitFor();
}

/**
 * In the dialog that asks before a sign-out, when nothing is to be lost. Its button says what will be done before: what the person has just
 * done may be on its way to the server yet.
 */
export async function confirmSignOut(page: Page): Promise<void> {
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^(Sign out|Finish these, then sign out)$/ })
    .click();
}

/** Chooses in one of the lists of a page; its name stands on the button beside what is chosen. */
export async function choose(page: Page, name: string, option: string): Promise<void> {
  await page
    .getByRole('main')
    .getByRole('button', { name: new RegExp(`${name}$`) })
    .click();
  await page.getByRole('option', { name: option, exact: true }).click();
  await page.getByRole('listbox').waitFor({ state: 'detached' });
}

/** Who answers in the browser from now on. */
export async function sitDown({ app }: Program, login: string, password: string): Promise<void> {
  await app.evaluate((_electron, env) => void Object.assign(process.env, env), {
    LATCHKEY_LAB_LOGIN: login,
    LATCHKEY_LAB_PASSWORD: password,
  });
}

/** From Accounts and access to the inbox again, with one account more; with an app password when one is given. */
export async function addAccount(page: Page, address: string, appPassword?: string): Promise<void> {
  await openAccess(page);
  await button(page, 'Add an account…').click();
  await page.getByRole('textbox', { name: 'Mail address' }).fill(address);
  if (appPassword === undefined) await button(page, 'Open the browser').click();
  else {
    await button(page, 'Continue').click();
    await page.getByRole('textbox', { name: 'App password' }).fill(appPassword);
    await button(page, 'Sign in').click();
  }
  await heading(page, 'All inboxes').waitFor();
}

/** The next file dialogs answer with these paths: nobody can press in a window of the desktop here. */
export async function answerFileDialogs({ app }: Program, path: string): Promise<void> {
  await app.evaluate(({ dialog }, answer) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [answer] });
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: answer });
  }, path);
}

/** Ends the engine as a crash would. */
export async function killEngine({ app }: Program): Promise<void> {
  const pid = await app.evaluate(
    ({ app: electron }) =>
      electron.getAppMetrics().find((one) => one.name === 'Latchkey Mail engine')?.pid ?? 0,
  );
  if (pid === 0) throw new Error('There is no engine process.');
  process.kill(pid, 'SIGKILL');
}

export type ServerView = { flags: string[]; source: string };
export type Witness = {
  /** The message of this subject in this mailbox, as the server has it now. */
  find(mailbox: string, subject: string): Promise<ServerView | undefined>;
  addFlags(mailbox: string, subject: string, flags: string[]): Promise<void>;
  close(): Promise<void>;
};

/** Another mail program, looking at the same account. */
export async function startWitness(lab: Lab, address: string): Promise<Witness> {
  const client = await secondConnection(lab, address);
  return {
    async find(mailbox, subject) {
      const lock = await client.getMailboxLock(mailbox);
      try {
        await client.noop(); // what others changed is told only after a command
        const found = await client.search({ header: { subject } }, { uid: true });
        const uid = found ? found.at(-1) : undefined;
        if (uid === undefined) return undefined;
        const message = await client.fetchOne(String(uid), { flags: true, source: true }, { uid: true });
        if (message === false) return undefined;
        return { flags: [...(message.flags ?? [])], source: message.source?.toString('utf8') ?? '' };
      } finally {
        lock.release();
      }
    },
    async addFlags(mailbox, subject, flags) {
      const lock = await client.getMailboxLock(mailbox);
      try {
        await client.noop();
        await client.messageFlagsAdd({ header: { subject } }, flags);
      } finally {
        lock.release();
      }
    },
    close: () => client.logout(),
  };
}

/** The IMAP server comes back on the same ports, with the same mail. Answers with what it logs from now on. */
export async function startDovecotAgain({ run, lab }: World): Promise<() => string> {
  const child = spawn('dovecot', ['-F', '-c', join(lab.dovecot.folder, 'dovecot.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: lab.dovecot.folder,
  });
  run.own(child);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('starting up for imap')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`Dovecot ended with ${code}: ${log}`)));
  });
  return () => log;
}

/** What the profile's entries in the keychain stand under. */
export const serviceOf = (profile: string): string =>
  `Latchkey Mail ${createHash('sha256').update(profile).digest('hex').slice(0, 12)}`;

/** Asks the keychain in a process of its own, which the keychain's library may take down. */
async function askKeychain({ keychain, profile }: World, question: string): Promise<unknown> {
  const script = `const { default: keytar } = await import('keytar');
    const service = process.argv[1];
    process.stdout.write(JSON.stringify(await ${question}));`;
  const args = ['--input-type=module', '-e', script, serviceOf(profile)];
  const ask = () => runFile(process.execPath, args, { env: { ...process.env, ...keychain?.env } });
  // The library dies of an entry that the program deletes just while they are listed.
  const { stdout } = await ask().catch(ask).catch(ask);
  return JSON.parse(stdout);
}

type KeychainEntry = { account: string; password: string };

const keychainEntries = async (world: World): Promise<KeychainEntry[]> =>
  (await askKeychain(world, 'keytar.findCredentials(service)')) as KeychainEntry[];

/** What the profile's entries in the keychain are called. */
export async function keychainNames(world: World): Promise<string[]> {
  return (await keychainEntries(world)).map(({ account }) => account);
}

/** The key of the profile's databases, as whoever has the person's keychain can read it. */
export async function readStoreKey(world: World): Promise<Uint8Array> {
  const entries = new Map((await keychainEntries(world)).map(({ account, password }) => [account, password]));
  const head = readHeader(entries.get('store-key') ?? '');
  if (!head) throw new Error('There is no such key.');
  const parts = Array.from({ length: head.parts }, (_, part) =>
    entries.get(partName('store-key', head.generation, part)),
  );
  const key = joinSecret(
    head,
    parts.map((part) => part ?? ''),
  );
  return Buffer.from(key ?? '', 'base64');
}

/** The keychain loses the key of the profile's databases. */
export async function forgetStoreKey(world: World): Promise<void> {
  const wasThere = await askKeychain(world, `keytar.deletePassword(service, 'store-key')`);
  if (wasThere !== true) throw new Error('There was no such key.');
}
