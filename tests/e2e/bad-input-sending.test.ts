/**
 * What a mail server refuses to send, on the screen of the real program: each refusal is a sentence in the outbox, and
 * the message is still there, as it was typed, also after a restart. And the sign-in before it: its answer counts once.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { t } from '../../src-renderer/i18n/i18n.ts';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import { driveBrowser } from '../servers/browser.mjs';
import { copiedLink, expectNoRawText, expectNoSecretIn } from './bad-input-hands.ts';
import { startWorld, type World } from './world.ts';

/** What the server says; none of it may be read on the screen. */
const SERVER_WORDS = 'XYZZY go away';
const RAW = [/XYZZY/];

type Letter = { subject: string; to: string[]; text: string };
const letter = (subject: string, ...to: string[]): Letter => ({
  subject,
  to,
  text: `What was written for “${subject}”.`,
});
/** In the order in which they are sent: the refusals of MAIL and DATA below are met in this order. */
const SENDER = letter('Refused for its sender', 'samir@lab.test');
const LARGE = letter('Refused for its size', 'samir@lab.test');
const CONTENT = letter('Refused for what it says', 'samir@lab.test');
const NOBODY = letter('Refused for every recipient', 'gone@lab.test', 'away@lab.test');
const SOME = letter('Refused for one of three', 'samir@lab.test', 'lost@lab.test', 'maya@lab.test');
const BUSY = letter('Refused for now', 'slow@lab.test');

let world: World;
let program: Program;
const answers: number[] = [];

beforeAll(async () => {
  world = await startWorld({ canary: 'canary-of-sending-' });
  program = await world.start({ person: { decision: 'close' } });
  await button(t('accounts.add.openBrowser')).click();
  const link = await copiedLink(program);
  const { url } = await driveBrowser(link, {
    login: world.address,
    password: world.lab.users[world.address] ?? '',
    openRedirect: false,
  });
  answers.push((await fetch(url)).status);
  answers.push(
    await fetch(url).then(
      ({ status }) => status,
      () => 0,
    ),
  );
  await newMessage().waitFor();

  world.lab.smtp.refusals.push(
    { command: 'MAIL', code: 550, text: `5.7.60 ${SERVER_WORDS}`, times: 1 },
    { command: 'DATA', code: 552, text: `5.3.4 ${SERVER_WORDS}`, times: 1 },
    { command: 'DATA', code: 554, text: `5.7.1 ${SERVER_WORDS}`, times: 1 },
    ...[...NOBODY.to, 'lost@lab.test'].map((address) => ({
      command: 'RCPT' as const,
      code: 550,
      text: `5.1.1 ${SERVER_WORDS}`,
      times: 1,
      address,
    })),
    { command: 'RCPT', code: 450, text: `4.2.1 ${SERVER_WORDS}`, times: 9, address: 'slow@lab.test' },
  );
  for (const one of [SENDER, LARGE, CONTENT, NOBODY, SOME, BUSY]) await send(one);
  await world.lab.smtp.nextMessage(({ text }) => text.includes(SOME.subject), { timeoutMs: 30_000 });
});
afterAll(() => world?.stop());
beforeEach(() => button(t('nav.outbox')).click());

const button = (name: string) => program.page.getByRole('button', { name, exact: true });
const newMessage = () => program.page.getByRole('button', { name: t('command.compose') }).first();
const field = (name: string) => program.page.getByRole('textbox', { name, exact: true });
const screenText = () => program.page.locator('body').innerText();
const entry = ({ subject }: Letter) => program.page.getByRole('listitem').filter({ hasText: subject });

async function write({ subject, to, text }: Letter): Promise<void> {
  await newMessage().click();
  await program.page.getByRole('combobox', { name: t('compose.to'), exact: true }).fill(to.join(', '));
  await field(t('compose.subject')).fill(subject);
  await field(t('compose.body')).fill(text);
}

async function send(one: Letter): Promise<void> {
  await write(one);
  await program.page.keyboard.press('Control+Enter');
  await field(t('compose.body')).waitFor({ state: 'detached' });
}

const entryButton = (one: Letter, name: string) => entry(one).getByRole('button', { name });

async function expectRefused(one: Letter, code: ErrorCode): Promise<void> {
  await entry(one)
    .getByText(t(`error.${code}.title`))
    .waitFor();
  expect(await entry(one).innerText()).toContain(t(`error.${code}.next`));
  expect(await entryButton(one, t('outbox.edit')).isVisible()).toBe(true);
  expect(await entryButton(one, t('outbox.retry')).isVisible()).toBe(true);
  expectNoRawText(await screenText(), RAW);
}

/** What was typed, back in the compose screen, which is then closed again. */
async function expectTyped({ subject, text }: Letter): Promise<void> {
  await field(t('compose.body')).waitFor();
  expect((await field(t('compose.body')).innerText()).trim()).toBe(text.trim());
  expect(await field(t('compose.subject')).inputValue()).toBe(subject);
}

async function closeCompose(): Promise<void> {
  await program.page.getByRole('button', { name: t('compose.close') }).click();
  await field(t('compose.body')).waitFor({ state: 'detached' });
}

describe('the answer of the browser', () => {
  it('counts once: a second callback finds nobody, and there is one account', async () => {
    expect(answers).toEqual([200, 0]);
    const { issuedTokens, isActive } = world.lab.authServer;
    const refreshTokens = issuedTokens.filter(({ kind }) => kind === 'RefreshToken');
    const active = await Promise.all(refreshTokens.map(({ value }) => isActive(value)));
    expect(active.filter(Boolean)).toHaveLength(1);
    const accounts = program.page.getByRole('button', { name: world.address, exact: true });
    expect(await accounts.count()).toBe(1);
  });
});

describe('a message that the server refuses', () => {
  it('for its sender or for every recipient stays in the outbox with a sentence, also after a restart', async () => {
    await expectRefused(SENDER, 'sender-refused');
    await expectRefused(NOBODY, 'recipients-refused');
    const before = program.log();
    await program.close();
    program = await world.start();
    await button(t('nav.outbox')).click();
    await expectRefused(SENDER, 'sender-refused');
    await expectRefused(NOBODY, 'recipients-refused');
    expectNoSecretIn(before, world.lab, ['canary-of-sending-']);
    for (const words of ['XYZZY', SENDER.subject, SENDER.text, 'gone@lab.test'])
      expect(before).not.toContain(words);
  });

  it('for its size opens again as it was typed', async () => {
    await expectRefused(LARGE, 'message-too-large');
    await entryButton(LARGE, t('outbox.edit')).click();
    await expectTyped(LARGE);
    await closeCompose();
  });

  it('for what it says can be sent again', async () => {
    await expectRefused(CONTENT, 'message-refused');
    await entryButton(CONTENT, t('outbox.retry')).click();
    const { to } = await world.lab.smtp.nextMessage(({ text }) => text.includes(CONTENT.subject));
    expect(to).toEqual(CONTENT.to);
    await entry(CONTENT).waitFor({ state: 'detached' });
  });

  it('for one of three goes to the others, says who has not got it, and opens again for that one alone', async () => {
    await entry(SOME).getByText(t('outbox.partly')).waitFor();
    expect(await entry(SOME).innerText()).toContain(t('outbox.refused', { names: 'lost@lab.test' }));
    expect(await entryButton(SOME, t('outbox.retry')).count()).toBe(0);
    await entryButton(SOME, t('outbox.edit')).click();
    await expectTyped(SOME);
    const name = t('compose.recipientsOf', { field: t('compose.to') });
    expect(await program.page.getByRole('list', { name }).innerText()).toBe('lost@lab.test');
    await closeCompose();
  });

  it('for now says when it is tried again, and can be tried at once', async () => {
    await entry(BUSY).getByText(t('error.server-busy.title')).waitFor();
    expect(await entry(BUSY).innerText()).toMatch(/Next try at \d\d:\d\d/);
    world.lab.smtp.refusals.length = 0;
    await entryButton(BUSY, t('outbox.try-now')).click();
    await world.lab.smtp.nextMessage(({ text }) => text.includes(BUSY.subject));
  });
});

describe('a message that cannot be sent as it is', () => {
  it('says so beside the field, and everything stays', async () => {
    const one = letter('Half an address', 'samir@');
    await write(one);
    await program.page.keyboard.press('Control+Enter');
    await program.page.getByRole('alert').filter({ hasText: 'samir@' }).waitFor();
    expectNoRawText(await screenText());
    await expectTyped(one);
    await program.page
      .getByRole('button', { name: t('compose.removeRecipient', { name: 'samir@' }) })
      .click();
    await program.page.keyboard.press('Control+Enter');
    await program.page
      .getByRole('alert')
      .filter({ hasText: t('compose.noRecipient') })
      .waitFor();
    await expectTyped(one);
    await closeCompose();
    await button(t('nav.drafts')).click();
    await program.page.getByText(one.subject, { exact: true }).waitFor();
  });
});
