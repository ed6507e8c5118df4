/** Answers and messages passed on, as they arrive: the look of what is quoted, the headers, the recipients, byte for byte. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { faultsOf } from './look/faults.ts';
import { command, deliver, openThread, POLL, prepare, row, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';
import { body, chips, openPostBox, type PostBox, people, send, sendWithoutDelay } from './writing-hands.ts';

const MAYA = 'maya@lab.test';
const SAMIR = 'samir@lab.test';
const ADA = 'ada@lab.test';

const TABLE = `From: Ada Byron <${ADA}>
To: Maya <${MAYA}>, Samir <${SAMIR}>
Cc: Team <team@elsewhere.test>
Subject: The table
Date: Mon, 02 Nov 2026 10:00:00 +0000
Message-ID: <table@lab.test>
References: <first@lab.test>
In-Reply-To: <first@lab.test>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><style>td { color: rgb(1, 2, 3) } .x { background: url(https://tracker.example/b.png) }</style></head>
<body><table style="border: 3px solid rgb(4, 5, 6)"><tr><td>Lamps</td><td>12</td></tr></table>
<img src="https://tracker.example/a.png"><script>parent.x()</script></body></html>
`.replaceAll('\n', '\r\n');

const LIST = `From: Ada Byron <${ADA}>
To: lamps@lists.lab.test
Subject: To the list
Date: Mon, 02 Nov 2026 11:00:00 +0000
Message-ID: <list@lab.test>
List-Id: Lamps <lamps.lists.lab.test>
List-Post: <mailto:lamps@lists.lab.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Who has lamps?
`.replaceAll('\n', '\r\n');

const FILE = `From: Ada Byron <${ADA}>
To: Maya <${MAYA}>
Subject: With a file
Date: Mon, 02 Nov 2026 12:00:00 +0000
Message-ID: <file@lab.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

The plan.
--b
Content-Type: application/octet-stream; name=plan.bin
Content-Disposition: attachment; filename=plan.bin
Content-Transfer-Encoding: base64

${Buffer.from('plan of the lamps').toString('base64')}
--b--
`.replaceAll('\n', '\r\n');

let world: World;
let program: Program;
let page: Page;
let ada: PostBox;
let samir: PostBox;
const requests: string[] = [];

beforeAll(async () => {
  world = await startWorld({
    users: { [MAYA]: 'maya lab password', [SAMIR]: 'samir lab password', [ADA]: 'ada lab password' },
  });
  await deliver(world, TABLE, LIST, FILE);
  ada = await openPostBox(world.lab, ADA);
  samir = await openPostBox(world.lab, SAMIR);
  program = await world.start();
  page = prepare(program);
  page.on('request', (request) => requests.push(request.url()));
  await signInWithBrowser(page);
  await sendWithoutDelay(page);
});
afterAll(async () => {
  await ada?.close();
  await samir?.close();
  await world?.stop();
});

const envelopeOf = (words: string) =>
  world.lab.smtp
    .nextMessage((one) => one.text.includes(words))
    .then(({ to }) => [...to].sort((one, other) => one.localeCompare(other)));

async function more(name: string | RegExp): Promise<void> {
  await command(page, 'More').click();
  await page.getByRole('menuitem', { name }).click();
}

it('answers all with the table as it looked, names what it answers, and takes the conversation to the archive', async () => {
  await openThread(page, 'The table');
  await page.keyboard.press('a');
  await body(page).waitFor();
  expect(await chips(page, 'To').allInnerTexts()).toEqual(['Ada Byron', 'Samir']);
  expect(await chips(page, 'Cc').allInnerTexts()).toEqual(['Team']);
  await page.keyboard.type('Twelve is right.');
  const quote = page.getByRole('region', { name: 'Quoted message' });
  await quote.getByRole('button', { name: /^Quoted/ }).click();
  await quote.frameLocator('iframe').getByText('Lamps').waitFor();
  expect(await faultsOf(program, 'an answer with its quotation')).toEqual([]);
  await body(page).click();
  await page.keyboard.press('Control+Shift+Enter');
  await body(page).waitFor({ state: 'detached' });

  expect(requests.filter((url) => /^https?:|^wss?:/.test(url))).toEqual([]);

  const answer = await ada.read('Re: The table');
  expect(answer.headers).toMatch(/^In-Reply-To: <table@lab\.test>\r$/m);
  expect(answer.headers).toMatch(/^References: <first@lab\.test> <table@lab\.test>\r$/m);
  expect(answer.types).toBe('multipart/alternative(text/plain, text/html)');
  expect(await envelopeOf('Twelve is right.')).toEqual([ADA, SAMIR, 'team@elsewhere.test']);
  const html = await answer.text('text/html');
  const quoted = html.slice(html.indexOf('<blockquote'));
  expect(html.indexOf('Twelve is right.')).toBeLessThan(html.indexOf('<blockquote'));
  expect(quoted).toMatch(/<table[^>]*style="[^"]*3px[^"]*solid[^"]*rgb\(4, 5, 6\)/);
  expect(quoted).toMatch(/rgb\(1, 2, 3\)/);
  expect(quoted).not.toMatch(/script|tracker\.example\/b/);
  expect(await answer.text('text/plain')).toMatch(/^> .*Lamps/m);

  await row(page, 'The table').waitFor({ state: 'detached' });
  const archive = await openPostBox(world.lab, MAYA, 'Archive');
  await archive.read('The table');
  await archive.close();
});

it('passes a message on as an attachment, byte for byte', async () => {
  await openThread(page, 'To the list');
  await more(/^Forward as attachment/);
  await body(page).waitFor();
  await people(page).fill(SAMIR);
  await body(page).click();
  await page.keyboard.type('As it came.');
  await send(page);
  const forwarded = await samir.read('Fwd: To the list');
  expect(forwarded.types).toMatch(/message\/rfc822/);
  expect(forwarded.source).toContain(`\r\n\r\n${LIST}\r\n--`);
});

it('answers the list alone, when it is asked to', async () => {
  await openThread(page, 'To the list');
  await more(/^Reply to the list/);
  await body(page).waitFor();
  await expect.poll(() => chips(page).count()).toBe(1);
  await page.keyboard.type('I have lamps.');
  await send(page);
  expect(await envelopeOf('I have lamps.')).toEqual(['lamps@lists.lab.test']);
});

it('passes a message on in the text, with its file', async () => {
  await openThread(page, 'With a file');
  await page.keyboard.press('f');
  await body(page).waitFor();
  await page.getByRole('list', { name: 'Attachments' }).getByText('plan.bin').waitFor();
  await people(page).fill(SAMIR);
  await body(page).click();
  await page.keyboard.type('Look at this.');
  await send(page);
  const forwarded = await samir.read('Fwd: With a file');
  expect(forwarded.headers).not.toMatch(/^In-Reply-To:/m);
  expect(await forwarded.text('text/plain')).toMatch(
    /Look at this\.[\s\S]*Forwarded message[\s\S]*The plan\./,
  );
  expect(await forwarded.text('application/octet-stream')).toBe('plan of the lamps');
});

it('redirects a message as it is: its sender stays, and who passed it on stands above', async () => {
  await openThread(page, 'With a file');
  await more(/^Redirect/);
  const dialog = page.getByRole('dialog', { name: 'Redirect this message' });
  await dialog.getByRole('textbox', { name: 'To' }).fill('samir@lab');
  await dialog.getByRole('button', { name: 'Redirect' }).click();
  await dialog.getByText(/is no address/).waitFor();
  expect(await faultsOf(program, 'redirect')).toEqual([]);
  await dialog.getByRole('textbox', { name: 'To' }).fill(SAMIR);
  await page.keyboard.press('Enter');
  await page.getByText('Message redirected to 1 address').waitFor();
  await expect.poll(() => world.lab.smtp.messages.at(-1)?.text, POLL).toMatch(/^Resent-From: /m);
  const redirected = world.lab.smtp.messages.at(-1);
  expect(redirected?.from).toBe(MAYA);
  expect(redirected?.text).toMatch(/^Resent-To: .*samir@lab\.test/m);
  expect(redirected?.text).toMatch(/^Resent-Message-ID: </m);
  expect(redirected?.text).toMatch(/^Resent-Date: /m);
  expect(redirected?.text.endsWith(FILE)).toBe(true);
});
