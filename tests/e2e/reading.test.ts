/**
 * A message of each kind, opened and used as a person would: answers folded, files looked at and kept, invitations answered, bounces in
 * words; found, enlarged, darkened, printed; by pointer and by keys alone.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyboard } from '../../scripts/lib/hands.mjs';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { jpeg, png } from '../fixtures/sample-files.mjs';
import { sampleKinds } from '../fixtures/sample-kinds.mjs';
import { axeFindings } from './look/axe.ts';
import { clippedText } from './look/clipped.ts';
import { pdfText } from './pdf-text.ts';
import {
  answerFileDialogs,
  button,
  deliver,
  heading,
  letter,
  openThread,
  PATIENCE_MS,
  POLL,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;

const FILES = 'Everything for the allotment';

const html = (subject: string, text: string): string =>
  letter({ subject, to: world.address, text }).replace('text/plain', 'text/html');

/** As Outlook writes it: its own name for the zone, the hours of the zone beside it, and a calendar without a name. */
const fromOutlook = (subject: string): string =>
  letter({
    subject,
    to: world.address,
    text: [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'METHOD:REQUEST', 'BEGIN:VTIMEZONE', 'TZID:Office Time'],
      ...['BEGIN:STANDARD', 'DTSTART:16010101T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100'],
      ...['RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10', 'END:STANDARD', 'BEGIN:DAYLIGHT'],
      ...['DTSTART:16010101T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
      ...['RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3', 'END:DAYLIGHT', 'END:VTIMEZONE'],
      ...[
        'BEGIN:VEVENT',
        'UID:outlook-1',
        'SUMMARY:Meeting of the board',
        'ORGANIZER;CN=Ada:mailto:ada@friends.example',
      ],
      ...['ATTENDEE:mailto:everybody@lab.test', 'DTSTART;TZID=Office Time:20270701T120000'],
      ...['DTEND;TZID="W. Europe Standard Time":20270701T133000', 'RRULE:FREQ=MONTHLY;BYDAY=-1FR'],
      ...['EXDATE;TZID=Office Time:20270730T120000', 'END:VEVENT', 'END:VCALENDAR'],
    ].join('\r\n'),
  }).replace('text/plain', 'text/calendar; method=REQUEST');

beforeAll(async () => {
  world = await startWorld({ resultsFrom: ['localhost'] });
  await world.lab.dovecot.store(world.address, sampleKinds({ address: world.address }));
  await deliver(
    world,
    {
      subject: 'Re: The garden gate',
      text: 'Paint it green.\n\nOn Monday Ada wrote:\n> Which colour should the gate have?\n> Ada',
    },
    html(
      'Re: The garden shed',
      '<p>Tar the roof first.</p><div class="gmail_quote"><p>On Monday Ada wrote:</p><blockquote>What does the shed need?</blockquote></div>',
    ),
    html(
      'Spring at the baker',
      '<body bgcolor="#ffffff" style="background:#ffffff;color:#222222"><h1>Rolls</h1><p>Rye rolls, wheat rolls and raisin buns.</p></body>',
    ),
    fromOutlook('The board meets'),
  );
  program = await world.start();
  page = prepare(program);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await signInWithBrowser(page);
  await row(page, FILES).waitFor();
  await page.getByText(/Up to date/).waitFor();
});
afterAll(() => world?.stop());

const frame = (): FrameLocator => page.frameLocator('iframe[title="Message text"]');
const article = (): Locator => page.getByRole('article');
const files = (): Locator => page.getByRole('region', { name: 'Attachments' });
const dialog = (): Locator => page.getByRole('dialog');

/** Opens one of the things that stand in the reader's own menu. */
async function more(name: string): Promise<void> {
  await article()
    .getByRole('button', { name: /^More for the message from/ })
    .click();
  await page.getByRole('menuitem', { name }).click();
}

it('what is quoted is folded until it is asked for, in plain text and in HTML', async () => {
  await openThread(page, 'The garden gate');
  await article().getByText('Paint it green.').waitFor();
  const plain = article().getByText('Which colour should the gate have?');
  expect(await plain.count()).toBe(0);
  await button(page, 'Show quoted text').click();
  await plain.waitFor();

  await openThread(page, 'The garden shed');
  await frame().getByText('Tar the roof first.').waitFor();
  const quoted = frame().getByText('What does the shed need?');
  await button(page, 'Show quoted text').waitFor();
  expect(await quoted.isVisible()).toBe(false);
  await button(page, 'Show quoted text').click();
  await quoted.waitFor({ state: 'visible' });
  await button(page, 'Hide quoted text').click();
  await quoted.waitFor({ state: 'hidden' });
});

it('pictures, PDF and text are looked at without being saved; a program is called one and is not', async () => {
  await openThread(page, FILES);
  const look = (name: RegExp) => files().getByRole('button', { name });
  await look(/^Look at beds\.png/).click();
  const picture = dialog().getByRole('img', { name: 'beds.png' });
  await expect
    .poll(() => picture.evaluate((one) => one instanceof HTMLImageElement && one.naturalWidth), POLL)
    .toBe(960);
  await page.keyboard.press('ArrowRight');
  await heading(page, /^evening\.jpg/).waitFor();
  await page.keyboard.press('ArrowRight');
  await expect
    .poll(() => dialog().getByRole('textbox', { name: 'sowing.csv' }).inputValue(), POLL)
    .toContain('2,leeks,14');
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });

  await look(/^Look at plan-of-the-allotment.*\.pdf/).click();
  const sheet = dialog().getByRole('img', { name: 'Page 1 of 1' }).locator('canvas');
  await expect.poll(() => hasInk(sheet), POLL).toBe(true);
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });

  await files().getByRole('listitem').filter({ hasText: 'This is a program' }).waitFor();
  expect(await look(/^Save invoice\.pdf\.exe/).count()).toBe(1);
  expect(await look(/^Look at invoice/).count()).toBe(0);
});

it('all files are saved at once into a folder, byte for byte and under their true names', async () => {
  await openThread(page, FILES);
  const folder = world.run.folder('kept');
  await answerFileDialogs(program, folder);
  await files().getByRole('button', { name: 'Save all' }).click();
  await page.getByText('7 attachments saved').waitFor();
  expect(readdirSync(folder).sort()).toEqual([
    'beds.png',
    'evening.jpg',
    'gardener.vcf',
    'invoice.pdf.exe',
    'paper.eml',
    'plan-of-the-allotment-with-every-bed-and-every-path-2026.pdf',
    'sowing.csv',
  ]);
  expect(readFileSync(join(folder, 'evening.jpg')).equals(jpeg())).toBe(true);
  expect(readFileSync(join(folder, 'beds.png')).equals(png(960, 600, 120))).toBe(true);
});

it('a message inside a message is opened as mail, with its own files', async () => {
  await openThread(page, FILES);
  await files()
    .getByRole('button', { name: /^Look at paper\.eml/ })
    .click();
  const inner = page.getByRole('article', { name: 'Message that came along' });
  await inner.getByRole('heading', { name: 'Paper for the second run' }).waitFor();
  await inner.getByText('please keep 400 kg of the uncoated stock for us.').waitFor();
  await inner.getByText('ellen@strandforlag.example').waitFor();
  await inner.getByText('Who wrote it cannot be checked.').waitFor();
  const stock = inner.getByRole('button', { name: /^Look at stock\.png/ });
  await stock.click();
  await page.getByRole('img', { name: 'stock.png' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('img', { name: 'stock.png' }).waitFor({ state: 'detached' });
  // Back where the person was.
  await expect.poll(() => stock.evaluate((one) => one === document.activeElement), POLL).toBe(true);
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
});

it('people who came as vCard are among the contacts once the person says so', async () => {
  await openThread(page, FILES);
  const card = page.getByRole('region', { name: 'Contacts that came along' });
  await card.getByText('rui@hortadobairro.example').waitFor();
  await card.getByRole('button', { name: 'Add to contacts' }).click();
  await page.getByText('1 contact added').waitFor();
  await button(page, 'Contacts').click();
  await heading(page, 'Contacts').waitFor();
  await page.getByRole('option').filter({ hasText: 'Rui Tavares' }).waitFor();
  await page.keyboard.press('Escape');
  await heading(page, FILES).waitFor();
});

it('a bounce is told in words', async () => {
  await openThread(page, 'Undelivered Mail Returned to Sender');
  const report = page.getByRole('region', { name: 'Delivery report' });
  await report
    .getByText(
      /^The message to .?jonas@brandt-papir\.example.? did not arrive: the address does not exist\.$/,
    )
    .waitFor();
  await report.getByText(/^It is about .*Paper for the second run/).waitFor();
});

it('messages of every kind are readable to everybody, in light and in dark', async () => {
  const findings: string[] = [];
  const look = async (what: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      findings.push(...(await axeFindings(page)).map((one) => `${what}, ${colorScheme}: ${one}`));
    }
    findings.push(...(await clippedText(page)).map((one) => `${what}: ${one}`));
    await page.emulateMedia({ colorScheme: 'light' });
  };
  for (const subject of ['Press visit in Porto', 'Undelivered Mail', 'Your account is locked', FILES]) {
    await row(page, subject).click();
    await heading(page, new RegExp(`^${subject}`)).waitFor();
    await article()
      .getByText(/^(Verified|Not verified|This says it is)/)
      .waitFor();
    await look(subject);
  }
  await files()
    .getByRole('button', { name: /^Look at sowing\.csv/ })
    .click();
  await dialog().getByRole('textbox', { name: 'sowing.csv' }).waitFor();
  await look('a text that is looked at');
  await page.keyboard.press('Escape');
  expect(findings).toEqual([]);
});

it('an invitation is answered by a mail to its organizer, when the person answers and not before', async () => {
  await openThread(page, 'Press visit in Porto');
  const card = page.getByRole('region', { name: 'Invitation' });
  await card.getByText('Tipografia Sul, Rua das Flores 118, Porto').waitFor();
  await card.getByText('every 2 weeks, 3 times').waitFor();
  expect(world.lab.smtp.messages).toEqual([]);
  await card.getByRole('button', { name: 'Accept' }).click();
  await card.getByText('You accepted.').waitFor();
  await page.getByText('Accepted: the answer goes out by mail').waitFor();
});

it('an invitation out of another program has its hour here, its rule in words, and asks as whom one answers', async () => {
  await openThread(page, 'The board meets');
  const card = page.getByRole('region', { name: 'Invitation' });
  const hour = (minutes: number): string =>
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(
      Date.UTC(2027, 6, 1, 10, minutes),
    );
  await card.getByText(new RegExp(`July 2027,? (?:at )?${hour(0)}\\s?–\\s?${hour(90)}`)).waitFor();
  await card.getByText('every month on the last Friday').waitFor();
  await card.getByText('one date is left out').waitFor();
  await card.getByText('None of your addresses is certainly the one that was invited.').waitFor();
  expect(await card.getByRole('button', { name: 'Accept' }).isDisabled()).toBe(true);
  await card.getByRole('button', { name: /Answer as/ }).click();
  await page.getByRole('option', { name: 'everybody@lab.test' }).click();
  await expect.poll(() => card.getByRole('button', { name: 'Accept' }).isDisabled(), POLL).toBe(false);
  expect(await files().getByRole('listitem').first().getAttribute('title')).toMatch(/^invitation\.ics/);
});

it('words are found, counted and gone to, also in what is folded', async () => {
  await openThread(page, 'Spring at the baker');
  await frame().getByText('raisin buns').waitFor();
  await page.keyboard.press('Control+f');
  const search = page.getByRole('search', { name: 'Find in message' });
  const count = search.getByRole('status');
  await page.keyboard.type('rolls');
  await expect.poll(() => count.textContent(), POLL).toBe('1 of 3');
  await page.keyboard.press('Enter');
  await expect.poll(() => count.textContent(), POLL).toBe('2 of 3');
  await page.keyboard.press('Shift+Enter');
  await expect.poll(() => count.textContent(), POLL).toBe('1 of 3');
  await search.getByRole('textbox').fill('bagels');
  await expect.poll(() => count.textContent(), POLL).toBe('Not found');
  await page.keyboard.press('Escape');
  await search.waitFor({ state: 'detached' });

  await openThread(page, 'The garden shed');
  await frame().getByText('Tar the roof first.').waitFor();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('the shed need');
  await expect.poll(() => count.textContent(), POLL).toBe('1 of 1');
  await frame().getByText('What does the shed need?').waitFor({ state: 'visible' });
  await page.keyboard.press('Escape');
});

it('text is made larger and smaller by key, in the frame as well', async () => {
  await openThread(page, 'Spring at the baker');
  const words = frame().getByText('raisin buns');
  const height = async (): Promise<number> => (await words.boundingBox())?.height ?? 0;
  await words.waitFor();
  const before = await height();
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Control+=');
  await page.getByText('Text size 150%').waitFor();
  await expect.poll(async () => (await height()) / before, POLL).toBeGreaterThan(1.4);
  await page.keyboard.press('Control+0');
  await expect.poll(height, POLL).toBeCloseTo(before, 0);
});

it('mail with colours of its own is shown dark, and as it was made when the person wants that', async () => {
  await openThread(page, 'Spring at the baker');
  expect(await brightness('backgroundColor', 'color')).toBeGreaterThan(0);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => brightness('backgroundColor', 'color'), POLL).toBeLessThan(0);
  await more('Show in its own colours');
  await expect.poll(() => brightness('backgroundColor', 'color'), POLL).toBeGreaterThan(0);
  await more('Show dark');
  await expect.poll(() => brightness('backgroundColor', 'color'), POLL).toBeLessThan(0);
  await page.emulateMedia({ colorScheme: 'light' });
});

it('a message is printed into a PDF that holds it, and its source is shown as it came', async () => {
  await openThread(page, 'Spring at the baker');
  const paper = join(world.run.folder('paper'), 'letter.pdf');
  await answerFileDialogs(program, paper);
  await more('Save as PDF…');
  await page.getByText('PDF saved').waitFor();
  expect(existsSync(paper)).toBe(true);
  const bytes = readFileSync(paper);
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const text = await pdfText(bytes);
  for (const words of ['Spring at the baker', 'ada@friends.example', 'raisin buns'])
    expect(text).toContain(words);
  // Nothing of the window around it.
  expect(text).not.toMatch(/All inboxes|New message|Garden shed/i);

  await more('Message source');
  const source = dialog().getByRole('textbox', { name: 'Message source' });
  await expect
    .poll(() => source.inputValue(), POLL)
    .toContain('Message-ID: <spring-at-the-baker@friends.example>');
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
});

it('by keys alone files are looked at and kept, the source is read, and the next message is opened', async () => {
  const hands = keyboard(page);
  await openThread(page, FILES);
  await files().waitFor();
  await hands.activate(files().getByRole('button', { name: /^Look at beds\.png/ }));
  await dialog().getByRole('img', { name: 'beds.png' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  const folder = world.run.folder('kept-by-key');
  await answerFileDialogs(program, folder);
  await page.keyboard.press('Control+s');
  await expect.poll(() => readdirSync(folder).length, POLL).toBe(7);
  await page.keyboard.press('Control+u');
  await dialog().getByRole('textbox', { name: 'Message source' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  await page.keyboard.press('k');
  await heading(page, FILES).waitFor({ state: 'detached' });
  await page.keyboard.press('j');
  await heading(page, FILES).waitFor();
});

it('the answer to the invitation has come to its organizer, and nothing else has left', async () => {
  const sent = await world.lab.smtp.nextMessage(() => true, { timeoutMs: PATIENCE_MS + 10_000 });
  expect(sent.to).toEqual(['ines@tipografiasul.example']);
  expect(sent.text).toMatch(/^Content-Type: text\/calendar;[\s\S]*?method=REPLY/im);
  const calendar = calendarOf(sent.text);
  expect(calendar).toMatch(/^METHOD:REPLY\r?$/m);
  expect(calendar).toMatch(/^UID:press-visit-118@tipografiasul\.example\r?$/m);
  expect(calendar.replace(/\r?\n[ \t]/g, '')).toMatch(
    /^ATTENDEE[^\r\n]*PARTSTAT=ACCEPTED[^\r\n]*maya@lab\.test/m,
  );
  expect(world.lab.smtp.messages).toHaveLength(1);
});

/** Of the part that is a calendar, decoded. */
function calendarOf(source: string): string {
  const part = /^Content-Type: text\/calendar[\s\S]*?\r\n\r\n([\s\S]*?)(?=\r\n--)/im.exec(source);
  const head = part?.[0].split('\r\n\r\n')[0] ?? '';
  const body = part?.[1] ?? '';
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  return /quoted-printable/i.test(head)
    ? body
        .replace(/=\r\n/g, '')
        .replace(/=([\dA-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : body;
}

/** Whether something other than paper is painted there. */
function hasInk(canvas: Locator): Promise<boolean> {
  return canvas.evaluate((one) => {
    if (!(one instanceof HTMLCanvasElement) || one.width === 0) return false;
    const { data } = one.getContext('2d')?.getImageData(0, 0, one.width, one.height) ?? { data: [] };
    return data.some((value, at) => at % 4 === 0 && value < 100 && data[at + 3] === 255);
  });
}

/** How much brighter the paper of the message is than its ink. */
async function brightness(paper: 'backgroundColor', ink: 'color'): Promise<number> {
  return frame()
    .locator('body')
    .evaluate(
      (body, names) => {
        const light = (element: Element | null, name: 'backgroundColor' | 'color'): number | undefined => {
          const [red = 0, green = 0, blue = 0, alpha = 1] = (element ? getComputedStyle(element)[name] : '')
            .match(/[\d.]+/g)
            ?.map(Number) ?? [0, 0, 0, 0];
          return alpha === 0 ? undefined : red + green + blue;
        };
        const words = body.querySelector('p');
        return (
          (light(body, names.paper) ?? light(body.parentElement, names.paper) ?? Number.NaN) -
          (light(words, names.ink) ?? Number.NaN)
        );
      },
      { paper, ink },
    );
}
