/**
 * Who a message is from, in words; and what is asked of others because of a message: the key of a signature, pictures, to be taken off a
 * list, word that it was read. Nothing of it happens before a press. What the lab's DNS, site and SMTP server hear is the truth.
 */
import { text } from 'node:stream/consumers';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { png } from '../fixtures/sample-files.mjs';
import { makeKey, signedMail } from '../unit/src-main/trust/signed-mail.ts';
import {
  button,
  deliver,
  heading,
  openThread,
  PATIENCE_MS,
  POLL,
  prepare,
  row,
  signInWithBrowser,
  startWitness,
  type Witness,
} from './walks.ts';
import { SITE, startWeb, type Web } from './web-sites.ts';
import { startWorld, type World } from './world.ts';

const key = makeKey();
const at = (name: string): string => `https://${SITE}/${name}`;
const OUT = at('leave');
/** What came to the way out of the list. */
const leavings: { method: string | undefined; body: string }[] = [];

let world: World;
let web: Web;
let page: Page;
let witness: Witness;

type Mail = { from: string; subject: string; html?: string; fields?: [string, string][] };

/** As the own server hands it over: with what it found at the door, if anything. */
function mail({ from, subject, html = `<p>About ${subject}.</p>`, fields = [] }: Mail): string {
  const all: [string, string][] = [
    ...fields,
    ['From', from],
    ['To', world.address],
    ['Subject', subject],
    ['Date', new Date().toUTCString().replace('GMT', '+0000')],
    ['Message-ID', `<${subject.toLowerCase().replace(/\W+/g, '-')}@kinds.example>`],
    ['MIME-Version', '1.0'],
    ['Content-Type', 'text/html; charset=utf-8'],
  ];
  return `${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${html}\r\n`;
}

const found = (result: 'pass' | 'fail', domain: string): [string, string] => [
  'Authentication-Results',
  `localhost; dmarc=${result} header.from=${domain}`,
];

/** A newsletter, signed by its sender, that can be left with one press. */
function newsletter(subject: string, signer = key): string {
  return signedMail(signer, {
    domain: 'letters.example',
    fields: [
      ['From', 'The Long Field <post@letters.example>'],
      ['To', world.address],
      ['Subject', subject],
      ['Date', new Date().toUTCString().replace('GMT', '+0000')],
      ['Message-ID', `<${subject.toLowerCase().replace(/\W+/g, '-')}@letters.example>`],
      ['List-Unsubscribe', `<${OUT}>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['Content-Type', 'text/plain'],
    ],
    body: 'What lighthouse keepers knew about waiting.\r\n',
  });
}

const PICTURES = `<p>The exhibition opens.</p><img src="${at('one.png')}" alt="one"><img src="${at('two.png')}" alt="two">
  <img src="${at('counter.png')}" width="1" height="1"><div style="background-image:url(${at('background.png')})">By the river.</div>
  <img src="http://${SITE}/plain.png" alt="plain">`;
/** The last of them is asked for over https as well, and only so. In the order of their addresses. */
const SEEN = ['one', 'plain', 'two'];
const HOUSE = 'Kunsthaus <news@kunsthaus.example>';
const CHECKED = [found('pass', 'kunsthaus.example')];

beforeAll(async () => {
  world = await startWorld({ resultsFrom: ['localhost'] });
  web = await startWeb(world, {
    zone: {
      'lab._domainkey.letters.example': { TXT: [key.record] },
      'lab._domainkey.papers.example': { TXT: [makeKey().record] },
    },
    pages: {
      ...Object.fromEntries(
        ['one', 'two', 'plain', 'counter', 'background'].map((name, index) => [
          at(`${name}.png`),
          png(40, 30, 90 * index),
        ]),
      ),
      [OUT]: (request, response) =>
        void text(request).then((body) => {
          leavings.push({ method: request.method, body });
          response.writeHead(202).end();
        }),
    },
  });
  await deliver(
    world,
    mail({
      from: 'Nora Bank <service@norabank.example>',
      subject: 'Your statement',
      fields: [found('pass', 'norabank.example')],
    }),
    mail({
      from: '"security@norabank.example" <alert@norabank-help.example>',
      subject: 'Account locked',
      fields: [found('fail', 'norabank-help.example'), ['Reply-To', 'desk@collect.example']],
    }),
    mail({
      from: 'Nora Bank <service@norabank.example>',
      subject: 'Own praise',
      fields: [
        ['Authentication-Results', 'mx.elsewhere.example; dmarc=pass'],
        found('pass', 'norabank.example'),
      ],
    }),
    mail({
      from: 'Tomasz <tomasz@standards.example>',
      subject: 'Draft minutes',
      fields: [
        ['List-Id', 'Drafts of everybody <drafts.lists.standards.example>'],
        ['List-Post', '<mailto:drafts@lists.standards.example>'],
        ['Precedence', 'list'],
      ],
    }),
    newsletter('No. 118'),
    newsletter('No. 119', makeKey()),
    signedMail(makeKey(), {
      domain: 'papers.example',
      fields: [
        ['From', 'Jonas <jonas@papers.example>'],
        ['Subject', 'Not from Jonas'],
        ['Message-ID', '<not-from-jonas@papers.example>'],
      ],
    }),
    mail({ from: HOUSE, subject: 'First opening', html: PICTURES, fields: CHECKED }),
    mail({ from: HOUSE, subject: 'Second opening', html: PICTURES, fields: CHECKED }),
    mail({ from: HOUSE, subject: 'False opening', html: PICTURES }),
    mail({ from: HOUSE, subject: 'Last opening', html: PICTURES, fields: CHECKED }),
    mail({
      from: 'Luisa Prado <luisa@allotment.example>',
      subject: 'Have you read it',
      fields: [['Disposition-Notification-To', 'luisa@allotment.example']],
    }),
  );
  witness = await startWitness(world.lab, world.address);
  const program = await world.start({ env: web.env });
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, 'Have you read it').waitFor();
  await page.getByText(/Up to date/).waitFor();
});

afterAll(async () => {
  await witness?.close();
  await world?.stop();
});

/** Opens a message; what is said of its sender stands in it. */
async function open(subject: string): Promise<Locator> {
  await openThread(page, subject);
  const article = page.getByRole('article');
  await article.getByText(/^(Verified: sent by|Not verified|This says it is from)/).waitFor();
  return article;
}

const says = (article: Locator, words: string | RegExp): Promise<void> =>
  article.getByText(words).first().waitFor();

it('a sender whom the own server checked is called verified, with the address in sight, and new when they are', async () => {
  const article = await open('Your statement');
  await says(article, /^Verified: sent by .?norabank\.example.?$/);
  await says(article, 'service@norabank.example');
  await says(article, 'First message from this sender');
  expect(await article.getByText(/Check the signature|and is not\.$/).count()).toBe(0);

  // Somebody else's word, on top of what only looks like the server's own.
  const other = await open('Own praise');
  await says(other, 'Not verified');
  expect(await other.getByText('First message from this sender').count()).toBe(0);
});

it('a false sender is told in red, their false name is struck, and where an answer would go is said', async () => {
  const article = await open('Account locked');
  await says(article, /^This says it is from .?norabank-help\.example.?, and is not\.$/);
  await says(article, 'alert@norabank-help.example');
  const struck = article.locator('s');
  expect(await struck.textContent()).toContain('security@norabank.example');
  expect(await struck.evaluate((element) => getComputedStyle(element).textDecorationLine)).toBe(
    'line-through',
  );
  await says(article, /^The name reads .?security@norabank\.example/);
  await says(article, /^An answer would go elsewhere: to .?desk@collect\.example/);
  await button(page, /^Your reply would go to .?desk@collect\.example/).waitFor();
});

it('a mailing list is called one, and is answered as one', async () => {
  const article = await open('Draft minutes');
  await says(article, /^Mailing list .?Drafts of everybody.?$/);
  await article.getByRole('button', { name: /^More for the message from/ }).click();
  await page.getByRole('menuitem', { name: 'Reply to the list' }).click();
  await page
    .getByRole('list', { name: 'To recipients' })
    .getByText('drafts@lists.standards.example')
    .waitFor();
  await page.keyboard.press('Escape');
  await heading(page, 'Draft minutes').waitFor();
});

it('a read receipt is offered, and goes to nobody before the person sends it', async () => {
  const article = await open('Have you read it');
  await says(article, 'The sender asks to be told when you read this.');
  await expect
    .poll(async () => (await witness.find('INBOX', 'Have you read it'))?.flags, POLL)
    .toContain('\\Seen');
  expect(world.lab.smtp.messages).toEqual([]);
  await article.getByRole('button', { name: 'Send receipt' }).click();
  await says(article, 'The sender is told that you read this.');
});

it('a signature is checked when the person asks, and DNS hears of it only then', async () => {
  expect([web.dns.questions, web.sites.requests]).toEqual([[], []]);
  const article = await open('No. 118');
  await says(article, 'Not verified');
  await says(article, /^asks DNS /);
  await article.getByRole('button', { name: 'Check the signature' }).click();
  await says(article, /^Verified: sent by .?letters\.example.?$/);
  expect(web.dns.questions).toEqual(['TXT lab._domainkey.letters.example']);

  const forged = await open('Not from Jonas');
  await forged.getByRole('button', { name: 'Check the signature' }).click();
  await says(forged, /^This says it is from .?papers\.example.?, and is not\.$/);
});

it('a list is left with one press and one message to its sender, which carries nothing of the person', async () => {
  const forged = await open('No. 119');
  await forged.getByRole('button', { name: 'Unsubscribe' }).click();
  await forged.getByRole('alert').waitFor();
  expect(leavings).toEqual([]);

  const article = await open('No. 118');
  await article.getByRole('button', { name: 'Unsubscribe' }).click();
  await says(article, 'You left this list.');
  await page.getByText(/^Unsubscribed: .?pictures\.test.? was told$/).waitFor();
  expect(leavings).toEqual([{ method: 'POST', body: 'List-Unsubscribe=One-Click' }]);
  expectNothingPersonal();
});

it('pictures from afar stay out until they are asked for; then exactly those that are to be seen are fetched', async () => {
  web.sites.requests.length = 0;
  const article = await open('First opening');
  await says(article, 'Remote images are blocked to keep you unseen.');
  await page.frameLocator('iframe[title="Message text"]').getByText('The exhibition opens.').waitFor();
  expect(web.sites.requests).toEqual([]);
  await article.getByRole('button', { name: 'Load once' }).click();
  await expect.poll(shownPictures, POLL).toEqual(SEEN);
  expect(web.sites.requests.map(({ url }) => url).sort()).toEqual(SEEN.map((name) => at(`${name}.png`)));
  expectNothingPersonal();
});

it('those of a chosen sender come by themselves when it is verified to be them, until the person forgets the choice', async () => {
  // Once was once.
  const second = await open('Second opening');
  await says(second, 'Remote images are blocked to keep you unseen.');
  await second.getByRole('button', { name: 'Always for this sender' }).click();
  await expect.poll(shownPictures, POLL).toEqual(SEEN);
  await page.getByText(/^Images from .?news@kunsthaus\.example.? are always loaded$/).waitFor();

  await open('Last opening');
  await expect.poll(shownPictures, POLL).toEqual(SEEN);
  web.sites.requests.length = 0;
  const forged = await open('False opening');
  await says(forged, 'Remote images are blocked to keep you unseen.');
  expect(await shownPictures()).toEqual([]);
  expect(web.sites.requests).toEqual([]);

  await button(page, 'Settings').click();
  await heading(page, 'General').waitFor();
  await button(page, 'Forget news@kunsthaus.example').click();
  await page.getByText('They are loaded only when you ask, message by message.').waitFor();
  await page.keyboard.press('Escape');
  const last = await open('Last opening');
  await says(last, 'Remote images are blocked to keep you unseen.');
  expect(await shownPictures()).toEqual([]);
});

it('the read receipt has gone, once, and is offered no more', async () => {
  const sent = await world.lab.smtp.nextMessage(() => true, { timeoutMs: PATIENCE_MS + 10_000 });
  expect(sent.to).toEqual(['luisa@allotment.example']);
  expect(sent.text).toMatch(/^Content-Type: multipart\/report;\s*report-type=disposition-notification/im);
  expect(sent.text).toMatch(/^Disposition: manual-action\/MDN-sent-manually; ?displayed\r$/im);
  expect(sent.text).toMatch(/^Original-Message-ID: <have-you-read-it@kinds\.example>\r$/im);
  await expect
    .poll(async () => (await witness.find('INBOX', 'Have you read it'))?.flags, POLL)
    .toContain('$MDNSent');
  const again = await open('Have you read it');
  await says(again, 'The sender is told that you read this.');
  expect(await again.getByRole('button', { name: 'Send receipt' }).count()).toBe(0);
  expect(world.lab.smtp.messages).toHaveLength(1);
});

/** By their words, the pictures that are drawn. */
async function shownPictures(): Promise<string[]> {
  return page
    .frameLocator('iframe[title="Message text"]')
    .locator('img[src^="data:image/"]')
    .evaluateAll((all) =>
      all
        .flatMap((one) => (one instanceof HTMLImageElement && one.naturalWidth === 40 ? [one.alt] : []))
        .sort(),
    );
}

/** Requests carry neither a cookie nor where they come from, nor the person's languages or program. */
function expectNothingPersonal(): void {
  expect(web.sites.requests.length).toBeGreaterThan(0);
  for (const { headers } of web.sites.requests) {
    const names = Object.keys(headers);
    for (const name of ['cookie', 'referer', 'origin', 'from', 'accept-language'])
      expect(names).not.toContain(name);
    expect(JSON.stringify(headers)).not.toMatch(/lab\.test|maya|electron|chrome|linux/i);
  }
}
