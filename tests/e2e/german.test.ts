/**
 * The program on a German system: what people see and hear is German from the first screen to the receipt, passes axe and is
 * not cut, in a large window and in a small one; and the language can be another one without a restart.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { resize } from '../../scripts/lib/settle.mjs';
import { german } from '../../src-renderer/i18n/german.ts';
import { addCatalogue, type MessageKey, setLocale, t } from '../../src-renderer/i18n/i18n.ts';
import { sampleMailbox } from '../fixtures/sample-mailbox.mjs';
import { seedMailbox } from '../servers/dovecot.mjs';
import { axeFindings } from './look/axe.ts';
import { clippedText } from './look/clipped.ts';
import { POLL, prepare } from './walks.ts';
import { startWorld, type World } from './world.ts';

const SIZES = [
  { width: 800, height: 600 },
  { width: 1280, height: 800 },
];
/** Where the pictures are left for a person to look at. */
const PICTURES = process.env.LATCHKEY_TEST_PICTURES;

let world: World;

beforeAll(async () => {
  addCatalogue('de', german);
  setLocale('de');
  world = await startWorld();
  await seedMailbox(world.lab.dovecot, world.address, sampleMailbox({ address: world.address }));
});

afterAll(async () => {
  setLocale('en');
  await world?.stop();
});

const menuBar = ({ app }: Program): Promise<string[]> =>
  app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? []);

test('on a German system every screen is German, and the language can be changed without a restart', async () => {
  const { address } = world;
  // As a German desktop starts its programs; the two tell Chromium, which tells the program.
  const program = await world.start({ env: { LC_ALL: 'de_DE.UTF-8', LANGUAGE: 'de' } });
  const page = prepare(program);
  const findings: string[] = [];
  async function look(screen: string): Promise<void> {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const size of SIZES) {
      await resize(program, size);
      findings.push(...(await clippedText(page)).map((one) => `${screen} at ${size.width}: ${one}`));
      if (PICTURES) {
        mkdirSync(PICTURES, { recursive: true });
        await page.screenshot({ path: join(PICTURES, `${screen}-${size.width}.png`) });
      }
    }
    findings.push(...(await axeFindings(page)).map((one) => `${screen}: ${one}`));
  }
  const button = (key: MessageKey) => page.getByRole('button', { name: t(key), exact: true }).first();
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).first();

  await heading('Wie lautet Ihre E-Mail-Adresse?').waitFor();
  expect(await menuBar(program)).toEqual(
    expect.arrayContaining(['Datei', 'Bearbeiten', 'Ansicht', 'Nachricht', 'Fenster']),
  );
  await look('welcome');
  await button('accounts.add.anotherWay').click();
  await page.getByRole('menuitem').first().waitFor();
  await look('another way');
  await page.getByRole('menuitem', { name: t('accounts.add.wayByHand') }).click();
  await heading('Servereinstellungen von Hand').waitFor();
  await look('by hand');
  await button('accounts.back').click();
  await button('signIn.howItWorks').click();
  await heading('Was im Browser geschieht').waitFor();
  await look('explained');
  await page.keyboard.press('Escape');
  await heading('Wie lautet Ihre E-Mail-Adresse?').waitFor();
  await button('accounts.add.openBrowser').click();
  await heading('Alle Eingänge').waitFor();
  await page.getByRole('option').filter({ hasText: 'Proofs for the spring catalogue' }).first().click();
  await page.getByText('Page 12 is fixed').last().waitFor();
  await look('inbox');
  await button('command.reply').click();
  await page.getByRole('textbox', { name: t('compose.body') }).waitFor();
  // The engine's own line above the quotation.
  await page.locator('.compose-fold').click();
  await expect
    .poll(() => page.locator('.compose-intro').innerText(), POLL)
    .toMatch(/Am \d+\. \p{Lu}\p{Ll}+ \d{4} um \d\d:\d\d schrieb /u);
  await look('compose');
  await page.keyboard.press('Escape');

  await button('nav.settings').click();
  await heading('Allgemein').waitFor();
  await look('general');
  const language = page.getByRole('button', { name: /^(?:Sprache|Language)|(?:Sprache|Language)$/u });
  await language.click();
  await page.getByRole('option', { name: 'English' }).click();
  await heading('General').waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  await expect.poll(() => menuBar(program), POLL).toContain('File');
  await language.click();
  await page.getByRole('option', { name: 'Deutsch' }).click();
  await heading('Allgemein').waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
  await expect.poll(() => menuBar(program), POLL).toContain('Datei');

  for (const key of ['pages.check', 'pages.privacy', 'pages.activity'] as const) {
    await button(key).click();
    await heading(t(key)).waitFor();
    if (key === 'pages.check') {
      await button('page.check.run').click();
      await page.getByText(/^Geprüft: /u).waitFor();
    }
    if (key === 'pages.activity') await page.getByText(/^Angemeldet bei /u).waitFor();
    await look(key);
    if (key !== 'pages.privacy') continue;
    await button('lock.set').click();
    await heading('Passphrase für Latchkey festlegen').waitFor();
    await page.keyboard.type('passwort');
    await look('lock');
    await button('accounts.cancel').click();
  }
  await button('command.accounts').click();
  await heading('Konten und Zugriff').waitFor();
  await button('access.exactWords').click();
  await look('access');
  await page.getByRole('button', { name: `${address} abmelden…` }).click();
  await heading(`${address} abmelden?`).waitFor();
  await page.getByRole('radiogroup').waitFor();
  await look('sign-out');
  await page.getByRole('dialog').getByRole('button').last().click();
  await heading('Nein.').waitFor();
  await look('receipt');
  expect(findings).toEqual([]);
});
