/** The text itself: formatted and plain, with pictures and files, checked for spelling, with emoji, from right to left; as it arrives. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { faultsOf } from './look/faults.ts';
import { button, POLL, prepare, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';
import { begin, body, give, openPostBox, type PostBox, send, sendWithoutDelay } from './writing-hands.ts';

const SAMIR = 'samir@lab.test';
/** One green point. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==';

let world: World;
let program: Program;
let page: Page;
let samir: PostBox;

beforeAll(async () => {
  world = await startWorld();
  samir = await openPostBox(world.lab, SAMIR);
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await sendWithoutDelay(page);
});
afterAll(async () => {
  await samir?.close();
  await world?.stop();
});

const hasFocus = (target: Locator) =>
  expect.poll(() => target.evaluate((element) => element === document.activeElement), POLL).toBe(true);

it('sends bold words, a list, a link and a pasted picture as clean HTML, and the same in words', async () => {
  await begin(page, { to: SAMIR, subject: 'Formatted' });
  await page.keyboard.type('This is ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('important');
  await page.keyboard.press('Control+b');
  await page.keyboard.type(', see ');
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Web or mail address' }).fill('https://lamps.example/all');
  await page.keyboard.press('Enter');
  await page.keyboard.type('.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('- one lamp');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two lamps');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await give(body(page), 'paste', { files: [{ name: 'green.png', type: 'image/png', base64: PNG }] });
  await body(page).locator('.editor-picture').waitFor();
  await give(body(page), 'paste', {
    html: '<p onclick="x()" style="position:fixed">From <b>elsewhere</b><script>x()</script><img src="https://tracker.example/a.png"></p>',
    text: 'From elsewhere',
  });
  await body(page).getByText('elsewhere').waitFor();
  expect(await faultsOf(program, 'compose')).toEqual([]);
  await send(page);

  const mail = await samir.read('Formatted');
  expect(mail.types).toBe('multipart/alternative(text/plain, multipart/related(text/html, image/png))');
  const html = await mail.text('text/html');
  expect(html).toContain('<strong>important</strong>');
  expect(html).toMatch(/<a href="https:\/\/lamps\.example\/all"[^>]*>https:\/\/lamps\.example\/all<\/a>/);
  expect(html).toMatch(/<ul[^>]*><li[^>]*>(<p[^>]*>)?one lamp/);
  expect(html).toMatch(/<strong>elsewhere<\/strong>/);
  expect(html).not.toMatch(/script|onclick|position|tracker|class=|data-|blob:/);
  const cid = /<img[^>]* src="cid:([^"]+)"/.exec(html)?.[1] ?? '';
  expect(mail.source).toContain(`<${decodeURIComponent(cid)}>`);
  expect((await mail.bytes('image/png')).subarray(1, 4).toString()).toBe('PNG');
  const text = await mail.text('text/plain');
  expect(text).toMatch(/important.*https:\/\/lamps\.example\/all/s);
  expect(text).toMatch(/^[*•-] one lamp/m);
  expect(text).not.toMatch(/<|&nbsp;/);
});

it('sends plain text that flows in any window, with the formatting given up only when it was asked', async () => {
  await begin(page, { to: SAMIR, subject: 'Plain words' });
  await page.keyboard.press('Control+b');
  await page.keyboard.type('Bold.');
  await button(page, 'Plain text').click();
  await page
    .getByRole('dialog', { name: 'Give up the formatting?' })
    .or(page.getByRole('alertdialog', { name: 'Give up the formatting?' }))
    .getByRole('button', { name: 'Plain text' })
    .click();
  const long = 'a line that is much longer than seventy-eight signs '.repeat(4).trim();
  await body(page).fill(`${long}\n\nFrom here\n> as typed`);
  await send(page);
  const mail = await samir.read('Plain words');
  expect(mail.types).toBe('text/plain');
  expect(mail.headers).toMatch(/^Content-Type: text\/plain;.*format=flowed/im);
  const lines = mail.source.slice(mail.source.indexOf('\r\n\r\n') + 4).split('\r\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
  // RFC 3676 §4: a line that ends in a space goes on; a space is stuffed before "From ", and not before what is quoted.
  expect(lines.join('\n').replaceAll(' \n', ' ')).toContain(long);
  expect(lines).toEqual(expect.arrayContaining([' From here', '> as typed']));
});

it('takes files that are dropped and pasted, shows how far it is, and says at once what the server will refuse', async () => {
  await begin(page, { to: SAMIR, subject: 'Dropped and pasted' });
  await page.keyboard.type('Two files.');
  await give(body(page), 'drop', {
    files: [{ name: 'notes ü.txt', type: 'text/plain', base64: btoa('dropped') }],
  });
  const files = page.getByRole('list', { name: 'Attachments' });
  await files.getByText('notes ü.txt').waitFor();
  await give(body(page), 'paste', {
    files: [{ name: 'table.csv', type: 'text/csv', base64: btoa('a;b\n1;2') }],
  });
  await files.getByText('table.csv').waitFor();

  const sawProgress = page.getByRole('progressbar', { name: 'Reading film.bin' }).waitFor();
  await give(body(page), 'drop', {
    files: [{ name: 'film.bin', type: 'application/octet-stream', size: 22_000_000 }],
  });
  await sawProgress;
  await page
    .getByRole('alert')
    .getByText(/^The server takes messages up to 2\d(\.\d)? MB\./)
    .waitFor();
  await button(page, 'Remove film.bin').click();
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await body(page).click();
  await send(page);
  const mail = await samir.read('Dropped and pasted');
  expect(mail.types).toBe(
    'multipart/mixed(multipart/alternative(text/plain, text/html), text/plain, text/csv)',
  );
  expect(await mail.text('text/csv')).toBe('a;b\n1;2');
  expect(mail.source).not.toContain('film.bin');
});

it('marks a misspelled word, mends it and learns another with the keyboard alone', async () => {
  await begin(page, { to: SAMIR, subject: 'Spelling' });
  await page.keyboard.type('We shall recieve the Zwickelfritz tomorrow. ');
  const marked = body(page).locator('.misspelled');
  await expect.poll(() => marked.allInnerTexts(), POLL).toEqual(['recieve', 'Zwickelfritz']);
  const menu = page.getByRole('menu');
  const menuAt = async (word: string): Promise<void> => {
    // A menu that closes gives the focus back, and the place in the text, a moment later.
    const walk = async (): Promise<string | null | undefined> => {
      await page.keyboard.press('Control+Home');
      const text = await body(page).innerText();
      for (let at = 0; at < text.indexOf(word) + 2; at += 1) await page.keyboard.press('ArrowRight');
      return page.evaluate(() => getSelection()?.anchorNode?.parentElement?.textContent);
    };
    await expect.poll(walk, POLL).toBe(word);
    await page.keyboard.press('ContextMenu');
    await menu.waitFor();
  };
  await menuAt('recieve');
  await menu.getByRole('menuitem', { name: 'receive', exact: true }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await menu.waitFor({ state: 'detached' });
  await expect.poll(() => body(page).innerText(), POLL).toContain('We shall receive the');
  await expect.poll(() => marked.allInnerTexts(), POLL).toEqual(['Zwickelfritz']);
  await menuAt('Zwickelfritz');
  await menu.getByRole('menuitem', { name: 'Add “Zwickelfritz” to the dictionary' }).waitFor();
  await page.keyboard.type('Add');
  await page.keyboard.press('Enter');
  await expect.poll(() => marked.count(), POLL).toBe(0);
});

it('puts an emoji in and turns a paragraph by keyboard; Arabic runs from right to left by itself', async () => {
  await hasFocus(body(page));
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Shift+Tab');
  const tools = page.getByRole('toolbar', { name: 'Formatting' });
  const walkTo = async (name: string): Promise<void> => {
    const wanted = tools.getByRole('button', { name, exact: true });
    for (const key of [...Array<string>(16).fill('ArrowLeft'), ...Array<string>(16).fill('ArrowRight')]) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press(key);
    }
    throw new Error(`The arrow keys do not reach ${name}.`);
  };
  await walkTo('Emoji');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Search emoji' }).waitFor();
  await page.keyboard.type('rocket');
  await page.getByRole('option', { name: 'rocket' }).waitFor();
  expect(await faultsOf(program, 'emoji')).toEqual([]);
  await page.keyboard.press('Enter');
  await expect.poll(() => body(page).innerText(), POLL).toContain('tomorrow. 🚀');

  await expect.poll(() => body(page).evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.keyboard.type('مرحبا');
  await page.keyboard.press('Enter');
  await page.keyboard.type('from the right');
  await page.keyboard.press('Shift+Tab');
  await walkTo('From right to left');
  await page.keyboard.press('Enter');
  await expect
    .poll(() =>
      body(page)
        .locator('p')
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction)),
    )
    .toEqual(['ltr', 'rtl', 'rtl']);
  await send(page);
  const html = await (await samir.read('Spelling')).text('text/html');
  expect(html).toContain('🚀');
  expect(html).toMatch(/<p[^>]*dir="(?:rtl|auto)"[^>]*>مرحبا/);
  expect(html).toMatch(/<p[^>]*dir="rtl"[^>]*>from the right/);
  expect(html).not.toContain('misspelled');
});

it('is written in as before when a word of 200,000 letters stands in it', async () => {
  await begin(page, { subject: 'Endless' });
  await give(body(page), 'paste', { text: 'abcdefghijklmnopqrst'.repeat(10_000) });
  await page.evaluate(() => {
    const tasks: number[] = [];
    Reflect.set(window, 'longTasks', tasks);
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration))).observe({
      type: 'longtask',
    });
  });
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('A wrnog word ');
  // The spelling has looked at it, the endless word too.
  await body(page).locator('.misspelled').getByText('wrnog').waitFor();
  const longest = await page.evaluate(() => Math.max(0, ...(Reflect.get(window, 'longTasks') as number[])));
  // Some 50 ms on a quiet machine; when letters were measured one by one it was ten seconds.
  expect(longest).toBeLessThan(1_000);
  await button(page, 'Discard draft').click();
  await body(page).waitFor({ state: 'detached' });
});
