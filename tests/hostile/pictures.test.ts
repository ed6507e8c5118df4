/** Pictures that a message names: what may be asked, of whom, and what is believed of the answer. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Picture } from '../../src-main/web/web-client.ts';
import { png } from '../fixtures/sample-files.mjs';
import { selfSignedCertificate, wrongHostCertificate } from '../servers/certs.mjs';
import type { Page } from '../servers/site-server.mjs';
import { mail, startReadingWorld } from './reading-world.ts';
import { HERE, SITE, startWebWorld, type WebWorld } from './web-world.ts';

const PICTURE = Buffer.from(png(4, 4, 120));
const at = (path: string, host = SITE) => `https://${host}${path}`;
const signal = new AbortController().signal;

let world: WebWorld;
beforeAll(async () => {
  world = await startWebWorld();
});
afterAll(() => world?.stop());
beforeEach(() => world.reset({ pages: { [at('/x.png')]: PICTURE } }));

/** The code of the failure, or how large the picture is. */
function outcome(loading: Promise<Picture>): Promise<string | number> {
  return loading.then(
    ({ content }) => content.byteLength,
    (error: Error) => error.message,
  );
}
const load = (url: string, options?: Parameters<WebWorld['client']>[0]) =>
  outcome(world.client(options).loadPicture(url, signal, () => undefined));
const redirect =
  (location: string, status = 302): Page =>
  (_request, response) =>
    void response.writeHead(status, { location }).end();

describe('a picture', () => {
  it('of the web is had, and its server hears nothing of who asks', async () => {
    world.sites.pages[at('/x.png')] = (_request, response) =>
      void response.writeHead(200, { 'set-cookie': 'who=maya; Max-Age=9999', etag: '"maya"' }).end(PICTURE);
    for (let n = 0; n < 2; n++) expect(await load(`${at('/x.png')}?n=1#part`)).toBe(PICTURE.byteLength);
    for (const { url, headers } of world.sites.requests) {
      expect(url).toBe(`${at('/x.png')}?n=1`);
      expect(headers).toEqual({
        host: SITE,
        'user-agent': 'Mozilla/5.0',
        accept: 'image/webp,image/png,image/jpeg,image/gif',
        connection: 'close',
      });
    }
    expect(world.sites.requests).toHaveLength(2);
  });

  it('that is named by http is asked for by https only', async () => {
    expect(await load(`http://${SITE}/x.png`)).toBe(PICTURE.byteLength);
  });

  it.each([
    'https://127.0.0.1/x.png',
    'https://127.1/x.png',
    'https://0x7f000001/x.png',
    'https://2130706433/x.png',
    'https://[::1]/x.png',
    'https://[::ffff:127.0.0.1]/x.png',
    'https://[64:ff9b::7f00:1]/x.png',
    'https://0.0.0.0/x.png',
    'https://10.0.0.1/x.png',
    'https://172.16.0.1/x.png',
    'https://192.168.1.1/x.png',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/x.png',
    'https://[fe80::1]/x.png',
    'https://[fd00::1]/x.png',
    'https://localhost/x.png',
    'https://x.localhost/x.png',
    'https://printer.local/x.png',
    'https://router/x.png',
    'https://router.lan/x.png',
    `https://${SITE}:8443/x.png`,
    `https://${SITE}:80/x.png`,
    `https://maya:secret@${SITE}/x.png`,
    'file:///etc/passwd',
    'ftp://pictures.test/x.png',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    '//pictures.test/x.png',
    `https://${SITE}/${'x'.repeat(10_000)}`,
    '',
  ])('at %s is asked for nowhere, and no name is asked about', async (url) => {
    const told: string[] = [];
    const { loadPicture } = world.guarded();
    expect(await outcome(loadPicture(url, signal, (host) => told.push(host)))).toBe('pictures-refused');
    expect(await load(url)).toBe('pictures-refused');
    expect([told, world.knocks(), world.dns.questions, world.sites.requests]).toEqual([[], 0, [], []]);
  });

  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.100.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
  ])('whose name leads to %s is not asked for', async (address) => {
    world.dns.zone[`evil.${SITE}`] = { A: [address] };
    const { loadPicture } = world.guarded();
    const told: string[] = [];
    const loading = loadPicture(at('/x.png', `evil.${SITE}`), signal, (host) => told.push(host));
    expect(await outcome(loading)).toBe('pictures-refused');
    expect([told, world.knocks()]).toEqual([[], 0]);
    expect(world.dns.questions).toEqual([`A evil.${SITE}`]);
  });

  it('whose name leads to one good address and one of this network is not asked for', async () => {
    world.dns.zone[`evil.${SITE}`] = { A: ['127.0.0.1', '10.0.0.1'] };
    expect(await load(at('/x.png', `evil.${SITE}`))).toBe('pictures-refused');
    expect(world.sites.requests).toEqual([]);
  });

  it('whose name leads elsewhere the second time is had from where it led at first', async () => {
    const host = `rebinding.${SITE}`;
    let asked = 0;
    Object.defineProperty(world.dns.zone, host, {
      configurable: true,
      enumerable: true,
      get: () => ({ A: [asked++ === 0 ? '127.0.0.1' : '10.0.0.1'] }),
    });
    world.sites.pages[at('/x.png', host)] = PICTURE;
    expect(await load(at('/x.png', host))).toBe(PICTURE.byteLength);
    expect(asked).toBe(1);
  });

  it('is not had from a server that does not prove its name', async () => {
    world.sites.show(await selfSignedCertificate(world.certs));
    expect(await load(at('/x.png'))).toBe('tls-untrusted');
    world.sites.show(await wrongHostCertificate(world.certs));
    expect(await load(at('/x.png'))).toBe('tls-wrong-host');
    expect(world.sites.requests).toEqual([]);
  });
});

describe('a redirect', () => {
  it('is followed three times, each looked at like the first', async () => {
    const hop = (n: number) => at(`/${n}`, `hop${n}.${SITE}`);
    Object.assign(world.sites.pages, {
      [hop(1)]: redirect(hop(2), 301),
      [hop(2)]: redirect(`//hop3.${SITE}/3`, 307),
      [hop(3)]: redirect('/x.png', 303),
      [at('/x.png', `hop3.${SITE}`)]: PICTURE,
      [at('/0')]: redirect(hop(1)),
    });
    expect(await load(hop(1))).toBe(PICTURE.byteLength);
    expect(await load(at('/0'))).toBe('pictures-refused');
    expect(world.sites.requests.every(({ headers }) => headers.referer === undefined)).toBe(true);
  });

  it.each([
    'https://127.0.0.1/',
    'http://169.254.169.254/latest/',
    'https://[::1]:443/',
    'https://localhost/',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    `https://evil.${SITE}/`,
    'https://u:p@pictures.test/',
    'https://pictures.test:9/',
  ])('to %s is not', async (location) => {
    world.dns.zone[`evil.${SITE}`] = { A: ['192.168.0.1'] };
    world.sites.pages[at('/go')] = redirect(location);
    expect(await load(at('/go'))).toBe('pictures-refused');
    expect(world.sites.requests).toHaveLength(1);
  });

  it('to itself ends', async () => {
    world.sites.pages[at('/loop')] = redirect('/loop');
    expect(await load(at('/loop'))).toBe('pictures-refused');
    expect(world.sites.requests.length).toBeLessThanOrEqual(4);
  });
});

describe('an answer', () => {
  const huge = Buffer.from(PICTURE);
  huge.writeUInt32BE(65_535, 16);
  huge.writeUInt32BE(65_535, 20);
  it.each<[string, Page]>([
    ['a page', '<html><img src=x onerror=alert(1)>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['nothing', Buffer.alloc(0)],
    ['a picture of four billion pixels', huge],
    ['a program', Buffer.from('MZ\x90\0')],
    [
      'a picture that says it is 20 MB',
      (_request, response) => void response.writeHead(200, { 'content-length': 20_000_000 }).end(PICTURE),
    ],
    ['an error', (_request, response) => void response.writeHead(404).end(PICTURE)],
    ['a part', (_request, response) => void response.writeHead(206).end(PICTURE)],
    [
      'a picture in gzip',
      (_request, response) =>
        void response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from('1f8b0800', 'hex')),
    ],
  ])('that is %s is no picture', async (_title, page) => {
    world.sites.pages[at('/bad')] = page;
    expect(await load(at('/bad'))).toBe('pictures-refused');
  });

  it('is named by what it is, whatever its server calls it', async () => {
    world.sites.pages[at('/odd')] = (_request, response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end(PICTURE);
    const { type } = await world.client().loadPicture(at('/odd'), signal, () => undefined);
    expect(type).toBe('image/png');
  });

  it('without end is cut off at 10 MB', async () => {
    let sent = 0;
    world.sites.pages[at('/endless')] = (_request, response) => {
      response.writeHead(200).write(PICTURE);
      const more = () => {
        while (!response.destroyed && sent < 60_000_000) {
          sent += 64_000;
          if (!response.write(Buffer.alloc(64_000))) return void response.once('drain', more);
        }
      };
      more();
    };
    expect(await load(at('/endless'))).toBe('pictures-refused');
    expect(sent).toBeLessThan(40_000_000);
  });

  it('that does not come, or drips, is not waited for', async () => {
    world.sites.pages[at('/silent')] = () => undefined;
    world.sites.pages[at('/drips')] = (_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    };
    for (const path of ['/silent', '/drips'])
      expect(await load(at(path), { time: 300 })).toBe('connection-timed-out');
  });

  it('with a head without end is none', async () => {
    world.sites.pages[at('/head')] = (_request, response) =>
      void response.writeHead(200, { 'x-long': 'x'.repeat(60_000) }).end(PICTURE);
    expect(await load(at('/head'))).toBe('pictures-refused');
  });
});

describe('the pictures of a message', () => {
  const html = (body: string, fields: Record<string, string> = {}) =>
    mail({ 'Content-Type': 'text/html; charset=utf-8', ...fields }, body);
  const verified = { 'Authentication-Results': 'mx1.example.org; dmarc=pass' };
  const run = () => startReadingWorld({ web: world.client() });

  it('are those that it shows, under the addresses that stand there, and nothing else of it is asked for', async () => {
    const { receive, reading, store } = run();
    const id = receive(
      html(`<link rel=stylesheet href="${at('/css')}"><style>@import "${at('/import')}"; p{background:url(${at('/bg')})}</style>
        <table background="${at('/table')}"><tr><td><img src="${at('/x.png?a=1&amp;b=2')}" srcset="${at('/set')} 2x">
        <img width=1 height=1 src="${at('/tracker')}"><video poster="${at('/poster')}"></video><iframe src="${at('/frame')}"></iframe>
        <!-- <img src="${at('/comment')}"> --><img src="${at('/missing')}"><img src="https://10.0.0.1/x"></table>`),
    );
    const { pictures, failed } = await reading.loadPictures(id, { always: false, signal });
    expect(Object.keys(pictures)).toEqual([at('/x.png?a=1&b=2')]);
    expect(Object.values(pictures)[0]).toBe(`data:image/png;base64,${PICTURE.toString('base64')}`);
    expect(failed).toBe(2);
    expect(world.sites.requests.map(({ url }) => url).sort()).toEqual([at('/missing'), at('/x.png?a=1&b=2')]);
    expect(store.senders.contacts()).toMatchObject([{ host: SITE, reason: 'pictures' }]);
  });

  it('are asked for once, and go with their message', async () => {
    const { receive, reading, store } = run();
    const id = receive(html(`<img src="${at('/x.png')}">`.repeat(3)));
    for (let n = 0; n < 3; n++) {
      const { pictures } = await reading.loadPictures(id, { always: false, signal });
      expect(Object.keys(pictures)).toHaveLength(1);
    }
    expect(world.sites.requests).toHaveLength(1);
    expect(store.pictures.size()).toEqual({ count: 1, bytes: PICTURE.byteLength });
    const mailboxId = store.messages.get(id)?.mailboxIds[0];
    if (mailboxId !== undefined) store.messages.removeUids(mailboxId, [1]);
    expect(store.pictures.size()).toEqual({ count: 0, bytes: 0 });
  });

  it('come by themselves for a chosen sender only where the message is verified to be theirs', async () => {
    const { receive, reading, trustOf, store } = run();
    const body = `<img src="${at('/x.png')}">`;
    await reading.loadPictures(receive(html(body, verified)), { always: true, signal });
    expect(store.senders.list()).toMatchObject([{ address: 'ada@sender.example' }]);
    expect(trustOf(html(body, verified)).loadsPictures).toBe(true);
    expect(trustOf(html(body)).loadsPictures).toBe(false);
    const forged = { 'Authentication-Results': 'mx.evil.test; dmarc=pass' };
    expect(trustOf(html(body, forged)).loadsPictures).toBe(false);
    store.senders.forget('ADA@sender.example');
    expect(trustOf(html(body, verified)).loadsPictures).toBe(false);
  });

  it('of a sender that nobody can tell are never chosen for always', async () => {
    const { receive, reading, store } = run();
    const id = receive(html(`<img src="${at('/x.png')}">`, { From: 'a@bank.com <x@evil.test>' }));
    await reading.loadPictures(id, { always: true, signal });
    expect(store.senders.list()).toEqual([]);
  });

  it('are 200 at most, six at a time, and together no more than 40 MB', async () => {
    let now = 0;
    let most = 0;
    const large = Buffer.concat([PICTURE, Buffer.alloc(9_000_000)]);
    for (let n = 0; n < 8; n++) world.sites.pages[at(`/large${n}`)] = large;
    world.sites.pages[at('/small')] = (_request, response) => {
      now += 1;
      most = Math.max(most, now);
      setImmediate(() => {
        now -= 1;
        response.writeHead(200).end(PICTURE);
      });
    };
    const { receive, reading } = run();
    const list = (count: number, path: (n: number) => string) =>
      Array.from({ length: count }, (_, n) => `<img src="${at(path(n))}">`).join('');
    const many = receive(html(list(250, (n) => `/small?${n}`)));
    const all = await reading.loadPictures(many, { always: false, signal });
    expect(Object.keys(all.pictures)).toHaveLength(200);
    expect(most).toBeLessThanOrEqual(6);
    const { pictures, failed } = await reading.loadPictures(receive(html(list(8, (n) => `/large${n}`))), {
      always: false,
      signal,
    });
    expect([Object.keys(pictures).length, failed]).toEqual([4, 4]);
  });
});

it('the recorder sees what is asked, so that nothing seen is nothing asked', async () => {
  world.dns.zone[SITE] = HERE;
  expect(await load(at('/x.png'))).toBe(PICTURE.byteLength);
  expect([world.dns.questions.length, world.sites.requests.length]).toEqual([1, 1]);
  await outcome(world.client({ httpsPort: 9 }).loadPicture(at('/x.png'), signal, () => undefined));
  expect(world.sites.requests).toHaveLength(1);
});
