/**
 * Opening a mail tells nobody. Measured where it cannot be missed: at an HTTP server and at the resolver that every process of
 * the program asks (a mount namespace of its own, see private-resolver.ts), never at the program's own word.
 */
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trackerNewsletter } from '../fixtures/tracker-newsletter.mjs';
import type { Recorder } from '../servers/recorder.mjs';
import { openBareWindow } from './bare-window.ts';
import { watchConnections } from './connections.ts';
import { type PrivateResolver, startPrivateResolver } from './private-resolver.ts';
import {
  button,
  deliver,
  heading,
  openAccess,
  openPage,
  openThread,
  PATIENCE_MS,
  POLL,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const SUBJECT = 'No. 118: What lighthouse keepers knew about waiting';
const DNS_DOMAIN = 'thelongfield-tracker.example';

let world: World;
let resolver: PrivateResolver;
let newsletter: Buffer;

beforeAll(async () => {
  world = await startWorld();
  resolver = await startPrivateResolver(world.run);
  newsletter = trackerNewsletter({
    baseUrl: resolver.recorder.baseUrl,
    dnsDomain: DNS_DOMAIN,
    to: world.address,
    date: new Date(),
  });
  await deliver(
    world,
    { subject: 'Before', date: new Date(Date.now() - 60_000) },
    newsletter.toString('utf8'),
  );
});

afterAll(() => world?.stop());

/** The program has to look up the mail server that its person chose; nothing else. */
function namesBesideServers({ lookups }: Recorder): string[] {
  const { imap, smtp } = world.lab.provider;
  return [...new Set(lookups)].filter((name) => name !== imap.host && name !== smtp.host);
}

/** What was heard, in words that a failure can be read from. */
function heard(recorder: Recorder): string[] {
  return [
    ...recorder.requests.map(({ method, path }) => `${method} ${path}`),
    ...namesBesideServers(recorder).map((name) => `? ${name}`),
  ];
}

test('a bare window that shows the same newsletter is heard by the HTTP server and by the resolver', async () => {
  const { html = '' } = await PostalMime.parse(newsletter);
  // Left in, the refresh would race with everything else; it is what the page would do last anyway.
  const calm = html.replace(/<meta http-equiv="refresh"[^>]*>/, '');
  const bare = await openBareWindow(world, resolver, calm);
  try {
    const { recorder } = resolver;
    await expect
      .poll(() => recorder.requests.map(({ path }) => path.split('?')[0]))
      .toEqual(
        expect.arrayContaining([
          '/img-src',
          '/open-pixel',
          '/link-stylesheet',
          '/css-background',
          '/iframe-src',
          '/script-inline',
        ]),
      );
    await expect.poll(() => recorder.lookups).toContain(`dns-prefetch.${DNS_DOMAIN}`);
  } finally {
    await bare.close();
  }
});

test('reading, quoting and listing the newsletter makes no HTTP request and no DNS look-up', async () => {
  const { recorder } = resolver;
  recorder.requests.length = 0;
  recorder.lookups.length = 0;
  const connectionsBefore = recorder.connections();
  const program = await world.start({ executable: resolver.wrap(world.electron.executable) });
  const page = prepare(program);

  await signInWithBrowser(page);
  await row(page, SUBJECT).getByText('The Long Field No. 118').waitFor();
  await openThread(page, SUBJECT);
  const letter = page.frameLocator('iframe').first();
  await letter.getByText('The log of Skerry Rock').waitFor();
  expect(
    await letter.locator('script, link, meta[http-equiv=refresh], form, object, embed, svg').count(),
  ).toBe(0);
  // The pointer over the link, as a person has it before a click.
  await letter.getByText('Read this letter in the browser').hover();

  await button(page, 'Reply').click();
  const answer = page.getByRole('textbox', { name: 'Message' });
  await answer.waitFor();
  await page.keyboard.type('Thank you.');
  await page.getByText('Draft saved').waitFor();
  await page.keyboard.press('Escape');
  await button(page, 'Drafts here').click();
  await page.getByRole('listitem').filter({ hasText: SUBJECT }).getByRole('button').click();
  await answer.getByText('Thank you.').waitFor();
  await page.getByRole('button', { name: /^Quoted/ }).click();
  await page.locator('.compose iframe').contentFrame().getByText('lighthouse').first().waitFor();

  expect(heard(recorder)).toEqual([]);

  // From inside this very program both ways can be heard: a look-up by its Node, a request by its Node.
  await program.app.evaluate(
    async (_electron, { baseUrl, name }) => {
      await process.getBuiltinModule('node:dns').promises.lookup(name);
      await new Promise((resolve) => {
        process
          .getBuiltinModule('node:http')
          .get(`${baseUrl}/control`, (response) => response.resume().on('end', resolve));
      });
    },
    { baseUrl: recorder.baseUrl, name: `control.${DNS_DOMAIN}` },
  );
  // And when it has ended, nothing was left that might still have been on its way.
  await program.close();
  expect(recorder.requests).toEqual([{ method: 'GET', path: '/control' }]);
  expect(namesBesideServers(recorder)).toEqual([`control.${DNS_DOMAIN}`]);
  expect(recorder.connections() - connectionsBefore).toBe(1);
});

test('from the first start to the last receipt it is connected with the servers of its account, and with nothing else', async () => {
  const { recorder } = resolver;
  recorder.lookups.length = 0;
  const { dovecot, smtp, authServer } = world.lab;
  const program = await world.start({ executable: resolver.wrap(world.electron.executable) });
  const connections = watchConnections(program.app.process().pid ?? 0);
  const page = prepare(program);
  try {
    await row(page, SUBJECT).waitFor();
    await page.getByText(/Up to date/).waitFor();
    await button(page, /^New message/).click();
    await page.getByRole('combobox', { name: 'To', exact: true }).fill('samir@lab.test');
    await page.getByRole('textbox', { name: 'Subject' }).fill('To nobody else');
    const arrived = smtp.nextMessage(({ raw }) => raw.includes('To nobody else'), { timeoutMs: PATIENCE_MS });
    await button(page, 'Send').click();
    await arrived;
    await openPage(page, 'Security check');
    await button(page, 'Check now').click();
    await page.getByText(/^Checked /).waitFor();
    await openAccess(page);
    await button(page, `Sign out of ${world.address}…`).click();
    await page.getByText('Your mail on this computer').waitFor();
    // The answer of before is still a draft: it is saved at the provider first.
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /sign out$/i })
      .click();
    await heading(page, 'No.').waitFor();

    const own = [dovecot.imapsPort, smtp.port, authServer.port].map((port) => `127.0.0.1:${port}`);
    // A resolver is asked over a connected socket too.
    const others = connections
      .seen()
      .filter((end) => !own.includes(end) && !/^127\.53\.\d+\.\d+:53$/.test(end));
    expect(others).toEqual([]);
    expect(connections.seen()).toEqual(expect.arrayContaining(own));
    expect(namesBesideServers(recorder)).toEqual([]);

    // One that is not the account's would have been seen, though no name was asked for.
    await program.app.evaluate((_electron, port) => {
      process.getBuiltinModule('node:net').connect(port, '127.0.0.1');
    }, recorder.port);
    await expect.poll(connections.seen, POLL).toContain(`127.0.0.1:${recorder.port}`);
  } finally {
    connections.stop();
  }
});
