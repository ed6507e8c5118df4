/** Writing: an answer, a mail with a file, second thoughts. What leaves is read at the SMTP server, its copy at the IMAP server. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import {
  answerFileDialogs,
  button,
  command,
  deliver,
  heading,
  openThread,
  PATIENCE_MS,
  POLL,
  prepare,
  signInWithBrowser,
  startWitness,
  type Witness,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;
let witness: Witness;

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, {
    subject: 'Lunch on Friday',
    messageId: '<lunch@friends.example>',
    text: 'Shall we say noon?',
  });
  witness = await startWitness(world.lab, world.address);
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
});
afterAll(async () => {
  await witness?.close();
  await world?.stop();
});

/** The undo window comes before a message leaves. */
const SENT = { timeoutMs: PATIENCE_MS + 10_000 };

async function write(to: string, subject: string, text: string): Promise<void> {
  await button(page, /^New message/).click();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill(to);
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
}

it('answers a mail so that every program knows what it answers, and keeps the copy in Sent', async () => {
  await openThread(page, 'Lunch on Friday');
  await command(page, 'Reply').click();
  const body = page.getByRole('textbox', { name: 'Message' });
  await body.waitFor();
  await page.keyboard.type('Noon is perfect.');
  await page.keyboard.press('Control+Enter');
  await page.getByText(/^Message goes in \d+ seconds$/).waitFor();

  const sent = await world.lab.smtp.nextMessage((one) => one.text.includes('Noon is perfect.'), SENT);
  expect(sent).toMatchObject({ from: world.address, to: ['ada@friends.example'], isEncrypted: true });
  expect(sent.text).toMatch(/^Subject: Re: Lunch on Friday\r$/m);
  expect(sent.text).toMatch(/^In-Reply-To: <lunch@friends\.example>\r$/m);
  expect(sent.text).toMatch(/^References: <lunch@friends\.example>\r$/m);
  expect(sent.text).toContain('> Shall we say noon?');

  await expect.poll(() => witness.find('Sent', 'Lunch on Friday'), POLL).toBeDefined();
  const copy = await witness.find('Sent', 'Lunch on Friday');
  expect(messageIdOf(copy?.source)).toBe(messageIdOf(sent.text));
  expect(copy?.flags).toContain('\\Seen');
  await expect
    .poll(async () => (await witness.find('INBOX', 'Lunch on Friday'))?.flags, POLL)
    .toContain('\\Answered');
  // Both stand in one thread now.
  await page.getByText('2 messages').waitFor();
});

it('takes a mail back while it may, and sends it with a file that arrives byte for byte', async () => {
  const bytes = randomBytes(90_001);
  const file = join(world.run.folder('outgoing'), 'Größe & Maß.dat');
  writeFileSync(file, bytes);
  await answerFileDialogs(program, file);

  await page.keyboard.press('Escape');
  await write('samir@lab.test', 'The measurements', 'Find them yourself.');
  await button(page, 'Send').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await button(page, 'Undo').click();

  // It is a draft again, with all that was written.
  await heading(page, 'The measurements').waitFor();
  const body = page.getByRole('textbox', { name: 'Message' });
  expect(await body.innerText()).toBe('Find them yourself.');
  await page.getByRole('list', { name: 'To recipients' }).getByText('samir@lab.test').waitFor();
  await body.fill('As promised. Grüße, Maya');
  await button(page, 'Attach files').click();
  await page.getByRole('list', { name: 'Attachments' }).getByText('Größe & Maß.dat').waitFor();
  await button(page, 'Send').click();

  const sent = await world.lab.smtp.nextMessage((one) => one.text.includes('The measurements'), SENT);
  expect(sent.to).toEqual(['samir@lab.test']);
  expect(world.lab.smtp.messages.some((one) => one.text.includes('Find them yourself.'))).toBe(false);
  const base64 = /Content-Disposition: attachment[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(sent.text)?.[1] ?? '';
  expect(Buffer.from(base64, 'base64').equals(bytes)).toBe(true);

  // Who got it reads it with the same words and the same file name.
  const other = await startWitness(world.lab, 'samir@lab.test');
  try {
    expect((await other.find('INBOX', 'The measurements'))?.source).toBe(sent.text);
  } finally {
    await other.close();
  }
  await button(page, 'Sent').click();
  await openThread(page, 'The measurements');
  await page.getByText('As promised. Grüße, Maya').last().waitFor();
  await page
    .getByRole('region', { name: 'Attachments' })
    .getByRole('button', { name: 'Größe & Maß.dat' })
    .waitFor();
  await expect.poll(() => button(page, /^(Drafts here|Outbox)$/).count(), POLL).toBe(0);
});

/** Every press so far is long ago for the shell, and where it would ask, the person goes on. Until the test is over. */
async function letPressesAge(): Promise<void> {
  await program.app.evaluate(({ dialog }) => {
    const { now } = Date;
    const { showMessageBox } = dialog;
    const asked: string[] = [];
    Date.now = () => now() + 60_000;
    const ask = async (_window: unknown, { message, buttons }: { message: string; buttons: string[] }) => {
      asked.push(message);
      return { response: buttons.indexOf('Go on'), checkboxChecked: false };
    };
    Reflect.set(dialog, 'showMessageBox', ask);
    const putBack = (): void => {
      Date.now = now;
      dialog.showMessageBox = showMessageBox;
    };
    Reflect.set(globalThis, 'agedPresses', { asked, putBack });
  });
  onTestFinished(() =>
    program.app.evaluate(({ app }) => {
      (Reflect.get(globalThis, 'agedPresses') as { putBack: () => void }).putBack();
      app.setAccessibilitySupportEnabled(false);
    }),
  );
}

const asked = (): Promise<string[]> =>
  program.app.evaluate(() => (Reflect.get(globalThis, 'agedPresses') as { asked: string[] }).asked);

it('sends for a screen reader, whose presses nobody sees, after a question outside the page; without one it is refused', async () => {
  await write('ada@friends.example', 'By voice', 'Said, not typed');
  const pressUnseen = () => button(page, 'Send').evaluate((element: HTMLElement) => element.click());
  await letPressesAge();
  await pressUnseen();
  await page.getByRole('alert').filter({ hasText: 'Press that once more.' }).waitFor();
  expect(await asked()).toEqual([]);

  await program.app.evaluate(({ app }) => app.setAccessibilitySupportEnabled(true));
  await pressUnseen();
  await page.getByText(/^Message goes in \d+ seconds$/).waitFor();
  expect(await asked()).toEqual(['Do this?']);
});

function messageIdOf(source = ''): string | undefined {
  return /^Message-ID: (<\S+>)\r$/im.exec(source)?.[1];
}
