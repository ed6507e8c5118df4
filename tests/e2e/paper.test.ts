/**
 * Messages on paper, as the bytes of the PDF that a person saves: all words, once, in order, from the first page on and whole at each
 * page's edge. And what a page that was taken over hands in to be printed: it acts nowhere, and the hidden window goes.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { hostileBodies } from '../fixtures/hostile-html.mjs';
import { capturePort, sendRequests } from './captured-port.ts';
import { type PdfPage, pdfPages } from './pdf-text.ts';
import { type PrivateResolver, startPrivateResolver } from './private-resolver.ts';
import {
  answerFileDialogs,
  command,
  deliver,
  letter,
  openThread,
  POLL,
  prepare,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

/** The margins that the document asks for, in points: 15 mm above, 18 mm below. */
const [ABOVE, BELOW] = [(15 / 25.4) * 72, (18 / 25.4) * 72];

let world: World;
let resolver: PrivateResolver;
let program: Program;
let page: Page;
let pdf: string;

/** Words that are told apart: "w0000 w0001". */
const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_one, index) => `w${String(from + index).padStart(4, '0')}`).join(' ');

const paragraphs = (from: number, count: number): string =>
  Array.from({ length: count }, (_one, index) => `<p>${words(from + index * 50, 50)}</p>`).join('');

const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const mails: Record<string, string> = {
  // Everything in one cell, as letters of shops are.
  'The long letter': `<style>html,body,*{opacity:0.99} html,body{display:none !important} div,p{margin-top:-1px}</style>
    <body bgcolor="#223344" style="color:#ffffff;display:none !important;margin-top:-400px"><table width="100%"><tr><td>
    <h1>w0000</h1>${paragraphs(1, 20)}
    <table width="1000"><tr><td nowrap>${words(1_001, 40)}</td></tr></table>
    <ul><li>${words(1_041, 300)}</li><li>${words(1_341, 9)}</li></ul><p>${'q'.repeat(400)}</p>
    <div class="gmail_quote"><p>${words(1_350, 10)}</p><blockquote type="cite">${paragraphs(1_360, 10)}</blockquote></div>
    </td></tr></table></body>`,
  // Boxes that stand side by side, each longer than a page.
  'Columns of news': `<div style="float:left;width:48%">${paragraphs(0, 12)}</div>
    <div style="float:right;width:48%">${paragraphs(600, 12)}</div><div style="clear:both"></div>
    <table><tr><td><table align="left" width="290"><tr><td>${paragraphs(3_600, 8)}</td></tr></table><table align="right" width="290"><tr><td>${paragraphs(4_000, 8)}</td></tr></table></td></tr></table>
    <div style="display:flex"><div style="width:50%">${paragraphs(1_200, 12)}</div><div style="width:50%">${paragraphs(1_800, 12)}</div></div>
    <style>.half{display:inline-block;width:48%;vertical-align:top}</style>
    <div><div class="half">${paragraphs(2_400, 12)}</div><div class="half">${paragraphs(3_000, 12)}</div></div>`,
  'Wide and tall': `<p>w0000</p><table width="1300"><tr><td style="min-width:600px">w0001</td><td style="min-width:600px">w0002</td></tr></table>
    <p><img src="${picture}" width="500" height="3000"></p><p>w0003</p>`,
  'Another head': `<style>*{margin-top:-70px !important}</style><div style="display:table;background:#fff">From The Bank &lt;safe@bank.example&gt; w0000</div>
    <p>w0001</p>`,
};

beforeAll(async () => {
  world = await startWorld();
  resolver = await startPrivateResolver(world.run);
  const html = (subject: string, text: string) =>
    letter({ subject, to: world.address, text }).replace('text/plain', 'text/html');
  await deliver(
    world,
    ...Object.entries(mails).map(([subject, text]) =>
      html(subject, text.replace(/(<p>|<t[rd]|<li|<div)/g, '\r\n$1')),
    ),
    {
      subject: 'Plain words',
      text: `${words(0, 3)} <b>\n\nOn Monday Ada wrote:\n${Array.from({ length: 120 }, (_one, index) => `> ${words(3 + index * 5, 5)}`).join('\n')}`,
    },
  );
  program = await world.start({ executable: resolver.wrap(world.electron.executable) });
  page = prepare(program);
  await signInWithBrowser(page);
  pdf = join(world.run.folder('paper'), 'letter.pdf');
  await answerFileDialogs(program, pdf);
});
afterAll(() => world?.stop());

const isSaved = (): boolean => existsSync(pdf) && readFileSync(pdf).subarray(-8).includes('%%EOF');

async function save(subject: string): Promise<PdfPage[]> {
  await openThread(page, subject);
  rmSync(pdf, { force: true });
  await command(page, 'More').click();
  await page.getByRole('menuitem', { name: 'Save as PDF…' }).click();
  await page.getByText('PDF saved').first().waitFor();
  await expect.poll(isSaved, POLL).toBe(true);
  return pdfPages(readFileSync(pdf));
}

const wordsOf = (pages: readonly PdfPage[]): string[] =>
  pages.flatMap(({ text }) => text.match(/w\d{4}/g) ?? []);

/** No letter stands in a margin, where it would be cut. */
function expectWhole(pages: readonly PdfPage[]): void {
  for (const { height, pieces } of pages)
    for (const { text, bottom, top } of pieces) {
      expect(bottom, text).toBeGreaterThan(BELOW - 1);
      expect(top, text).toBeLessThan(height - ABOVE + 1);
    }
}

const countWindows = (): Promise<number> =>
  program.app.evaluate(({ webContents }) => webContents.getAllWebContents().length);

it('a long letter of HTML flows over pages: every word once, in order, from the first page on', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const pages = await save('The long letter');
  await page.emulateMedia({ colorScheme: 'light' });
  expect(pages.length).toBeGreaterThan(2);
  expect(wordsOf(pages)).toEqual(words(0, 1_860).split(' '));
  expect(pages[0]?.text).toMatch(/The long letter\s+From\s+Ada Byron <ada@friends\.example>\s+To\s+/);
  expect(pages[0]?.text).toContain('w0000');
  expect(
    pages
      .map(({ text }) => text)
      .join('')
      .match(/q/g)?.length,
  ).toBe(400);
  expectWhole(pages);
});

it('columns side by side are divided among pages line by line', async () => {
  const pages = await save('Columns of news');
  expect(wordsOf(pages.slice(0, 1)).length).toBeGreaterThan(300);
  expect(wordsOf(pages).sort()).toEqual(words(0, 4_400).split(' '));
  expectWhole(pages);
});

it('what is too wide or too high for the page becomes smaller', async () => {
  const pages = await save('Wide and tall');
  expect(wordsOf(pages)).toEqual(words(0, 4).split(' '));
  for (const { width, pieces } of pages) for (const { left } of pieces) expect(left).toBeLessThan(width - 30);
  expectWhole(pages);
});

it('nothing of a mail is drawn over the lines that say who it is from', async () => {
  const [first] = await save('Another head');
  const pieces = first?.pieces ?? [];
  const at = (text: string) => pieces.findIndex((one) => one.text.includes(text));
  const [forged, own] = [at('safe@bank.example'), at('ada@friends.example')];
  // What is drawn later lies above; the head has paper of its own.
  expect(pieces[forged]?.bottom).toBeGreaterThan(pieces[at('Date')]?.bottom ?? Number.NaN);
  expect(own).toBeGreaterThan(forged);
  expect(first && wordsOf([first])).toContain('w0001');
});

it('plain text is printed with what it quotes', async () => {
  const pages = await save('Plain words');
  expect(wordsOf(pages)).toEqual(words(0, 603).split(' '));
  expectWhole(pages);
});

it('what a page that was taken over hands in acts nowhere, reads no file, and its window is gone afterwards', async () => {
  const secret = join(world.run.folder('secret'), 'file.html');
  writeFileSync(secret, 'FILE-OF-THE-PERSON');
  const away = resolver.recorder.baseUrl;
  const bodies = hostileBodies({ baseUrl: away, dnsDomain: 'paper.example' }).slice(0, 7);
  const outside = `file://${secret}`;
  const documents = [
    ...bodies.map(({ html }) => html),
    `<p>here</p><meta http-equiv=refresh content="0;url=${away}/refresh"><base href="${away}/"><script>document.title='ran';location='${away}/x';document.body.append('SCRIPT-RAN')</script>
     <img src=x onerror="document.body.append('SCRIPT-RAN')"><iframe src="${outside}"></iframe><object data="${outside}"></object><embed src="${outside}">
     <link rel=stylesheet href="${outside}"><link rel=prefetch href="${away}/p"><link rel=dns-prefetch href="//prefetch.paper.example"><img src="${outside}"><iframe src="app://latchkey/index.html"></iframe>
     <style>@import "${away}/css";@font-face{font-family:f;src:url(${away}/font)}body{font-family:f;background:url(${away}/bg)}</style><form action="${away}/form"><button autofocus>x</button></form>`,
    `<p>here</p><meta http-equiv=refresh content="0;url=${outside}">`,
  ];
  const { requests, lookups } = resolver.recorder;
  const before = await countWindows();
  await capturePort(page);
  requests.length = 0;
  lookups.length = 0;
  const known = resolver.recorder.connections();
  const print = (html: string) =>
    sendRequests(page, [{ name: 'messages.print', input: { as: 'pdf', title: 'x', html } }]);
  // Nobody pressed anything.
  rmSync(pdf, { force: true });
  expect(await print('<p>here</p>')).toMatchObject([{ ok: false }]);
  expect(existsSync(pdf)).toBe(false);
  for (const html of documents) {
    rmSync(pdf, { force: true });
    await page.keyboard.press('Shift');
    expect(await print(html)).toEqual([{ ok: true }]);
    const text = (await pdfPages(readFileSync(pdf))).map((one) => one.text).join('\n');
    expect(text).toMatch(/here/i);
    expect(text).not.toMatch(/FILE-OF-THE-PERSON|SCRIPT-RAN/);
    expect(await countWindows()).toBe(before);
  }
  expect(requests).toEqual([]);
  expect(lookups.filter((name) => /paper\.example$/.test(name))).toEqual([]);
  expect(resolver.recorder.connections() - known).toBe(0);
});

it('the dialog of the system prints from the same hidden window, which has no script and nothing on disk', async () => {
  const before = await countWindows();
  await program.app.evaluate(({ app, BrowserWindow }) => {
    app.once('web-contents-created', (_event, contents) => {
      contents.print = (_options, done) => {
        // Documented, and missing in Electron's own types.
        const { getLastWebPreferences } = contents as unknown as {
          getLastWebPreferences(): Record<string, unknown>;
        };
        const { javascript, sandbox, preload } = getLastWebPreferences.call(contents);
        const isShown = BrowserWindow.fromWebContents(contents)?.isVisible();
        const isOnDisk = contents.session.isPersistent();
        Reflect.set(globalThis, 'printedByTest', { javascript, sandbox, preload, isShown, isOnDisk });
        done?.(true, '');
      };
    });
  });
  await openThread(page, 'Plain words');
  await command(page, 'More').click();
  await page.getByRole('menuitem', { name: 'Print…' }).click();
  const printed = () => program.app.evaluate(() => Reflect.get(globalThis, 'printedByTest') as unknown);
  await expect
    .poll(printed, POLL)
    .toEqual({ javascript: false, sandbox: true, isShown: false, isOnDisk: false });
  await expect.poll(countWindows, POLL).toBe(before);
});

it('a window that dies while it prints is gone too, and the person is told', async () => {
  const before = await countWindows();
  await program.app.evaluate(({ app }) => {
    app.once('web-contents-created', (_event, contents) => {
      contents.once('dom-ready', () => contents.forcefullyCrashRenderer());
    });
  });
  rmSync(pdf, { force: true });
  await openThread(page, 'Plain words');
  await command(page, 'More').click();
  await page.getByRole('menuitem', { name: 'Save as PDF…' }).click();
  await page.getByRole('alert').waitFor();
  expect(existsSync(pdf)).toBe(false);
  await expect.poll(countWindows, POLL).toBe(before);
  expect((await save('Plain words')).length).toBeGreaterThan(0);
});
