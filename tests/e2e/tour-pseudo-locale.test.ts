/**
 * The program in the made-up language of stretched, accented English (`--locale=en-XA`): on no screen is there a word that
 * comes from no catalogue, and words that are a third longer still fit, in a large window and in a small one.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resize } from '../../scripts/lib/settle.mjs';
import { type MessageKey, setLocale, t } from '../../src-renderer/i18n/i18n.ts';
import { sampleMailbox } from '../fixtures/sample-mailbox.mjs';
import { seedMailbox } from '../servers/dovecot.mjs';
import { clippedText } from './look/clipped.ts';
import { literalText } from './look/literal.ts';
import { startWorld, type World } from './world.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 800, height: 600 },
];

let world: World;

beforeAll(async () => {
  setLocale('en-XA');
  world = await startWorld();
  await seedMailbox(world.lab.dovecot, world.address, sampleMailbox({ address: world.address }));
});

afterAll(async () => {
  setLocale('en');
  await world?.stop();
});

test('every word on the main screens comes from a catalogue and fits when it is a third longer', async () => {
  const { address, lab } = world;
  const program = await world.start({ args: ['--locale=en-XA'] });
  const { page } = program;
  page.setDefaultTimeout(15_000);
  const { provider, authServer } = lab;
  // What is not the program's own to say: the account, what the provider file calls things, and the mail.
  const known = [
    ...[
      address,
      lab.domain,
      provider.name,
      provider.consentWords,
      authServer.issuer,
      new URL(authServer.issuer).host,
    ],
    ...('oauth' in provider ? [provider.oauth.clientId, ...provider.oauth.scopes] : []),
    ...[
      'Inês Carvalho',
      'ines@tipografiasul.example',
      'catalogue-proof-4.pdf',
      'plates-12-13.jpg',
      'paper-quote.csv',
    ],
    // The operators of the search are typed, and the same in every language.
    ...['from:', 'to:', 'subject:', 'in:', 'is:unread', 'has:attachment', 'before:', 'after:', 'larger:'],
    'qqqq',
    // React Aria says this itself, from catalogues of its own; none of them is of the made-up language.
    ...['Dismiss', 'Calendar', 'day, ', 'month, ', 'year, ', 'hour, ', 'minute, '],
  ];
  const findings: string[] = [];
  async function look(screen: string): Promise<void> {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    findings.push(...(await literalText(page, known)).map((text) => `${screen}, literal: ${text}`));
    for (const size of SIZES) {
      await resize(program, size);
      const clipped = await clippedText(page);
      findings.push(...clipped.map((one) => `${screen} at ${size.width}: ${one}`));
    }
    await resize(program, { width: 1280, height: 800 });
  }
  const button = (key: MessageKey) => page.getByRole('button', { name: t(key), exact: true }).first();
  const heading = (key: MessageKey) => page.getByRole('heading', { name: t(key), exact: true }).first();

  await button('accounts.add.openBrowser').waitFor();
  await look('welcome');
  await page.evaluate(() => {
    const planted = document.createElement('p');
    planted.setAttribute('aria-label', 'Heard in English');
    planted.append('Seen in English');
    document.body.append(planted);
  });
  expect((await literalText(page, known)).sort()).toEqual(['Heard in English', 'Seen in English']);
  await page.evaluate(() => document.body.lastElementChild?.remove());
  await button('accounts.add.openBrowser').click();
  await page.getByRole('option').filter({ hasText: 'Proofs for the spring catalogue' }).first().waitFor();
  await look('inbox');
  await page.keyboard.press('/');
  await page.getByText(t('search.nothing-typed')).waitFor();
  await look('empty search');
  await page.keyboard.type('qqqq');
  await page.getByText(t('search.nothing-here')).waitFor();
  await look('search');
  await button('search.close').click();
  await page.getByRole('option').filter({ hasText: 'Proofs for the spring catalogue' }).first().click();
  await page.getByText('Page 12 is fixed').last().waitFor();
  await look('mail');
  await button('command.more').click();
  await page.getByRole('menu').waitFor();
  await look('menu');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await heading('shortcuts.title').waitFor();
  await look('shortcuts');
  await button('common.close').click();
  await button('command.reply').click();
  await page.getByRole('textbox', { name: t('compose.body') }).waitFor();
  await page.keyboard.type('Yes.');
  await page.getByText(t('compose.saved', { time: '' }).slice(0, 8)).waitFor();
  await look('compose');
  await button('compose.sendLater').click();
  await page.getByRole('menuitem', { name: t('compose.pickTime') }).click();
  await heading('compose.pickTimeTitle').waitFor();
  await look('pick a time');
  await page.keyboard.press('Escape');
  // The focus is back in the message, so that the next Escape closes that.
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('.compose') !== null))
    .toBe(true);
  await page.keyboard.press('Escape');
  await button('nav.drafts').click();
  await page.getByRole('list', { name: t('nav.drafts') }).waitFor();
  await look('drafts');
  await button('nav.settings').click();
  await heading('settings.general').waitFor();
  await look('settings');
  await button('command.accounts').click();
  await page.getByText(t('access.allowedTo'), { exact: true }).waitFor();
  await button('access.exactWords').click();
  await look('access');
  await page.getByRole('button', { name: t('access.signOutOf', { address }) }).click();
  await page.getByRole('heading', { name: t('signOut.title', { address }) }).waitFor();
  await page.getByRole('radiogroup').waitFor();
  await look('sign-out');
  await page.getByRole('dialog').getByRole('button').last().click();
  await heading('receipt.answer.no').waitFor();
  await look('receipt');
  expect(findings).toEqual([]);
});
