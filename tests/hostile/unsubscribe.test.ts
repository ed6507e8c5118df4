/** Leaving a list (RFC 8058): one POST, to whom a valid signature names, and nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWebClient } from '../../src-main/web/web-client.ts';
import type { Page } from '../servers/site-server.mjs';
import { makeKey, signedMail } from '../unit/src-main/trust/signed-mail.ts';
import { startReadingWorld } from './reading-world.ts';
import { SITE, startWebWorld, type WebWorld } from './web-world.ts';

const key = makeKey();
const URL_OUT = `https://${SITE}/leave?who=4711`;
const PAGE = `https://${SITE}/leave`;
const signal = new AbortController().signal;

let world: WebWorld;
/** What came, and how. */
let posts: { method: string; body: string }[] = [];
const taken: Page = (request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (piece: string) => {
    body += piece;
  });
  request.on('end', () => {
    posts.push({ method: request.method ?? '', body });
    response.writeHead(200, { 'set-cookie': 'a=b' }).end('bye');
  });
};

beforeAll(async () => {
  world = await startWebWorld();
});
afterAll(() => world?.stop());
beforeEach(() => {
  posts = [];
  world.reset({ pages: { [PAGE]: taken }, zone: { 'lab._domainkey.sender.example': { TXT: [key.record] } } });
});

type List = { out?: string; post?: string; covers?: string[]; before?: string; domain?: string };

/** A message of a list; everything is as it should be but for what is given. */
function listMail(list: List = {}): string {
  const { out = `<mailto:u@sender.example>, <${URL_OUT}>`, post = 'List-Unsubscribe=One-Click' } = list;
  const fields: [string, string][] = [
    ['From', 'News <news@sender.example>'],
    ['Message-ID', '<news-1@sender.example>'],
    ['List-Unsubscribe', out],
    ['List-Unsubscribe-Post', post],
  ];
  const { covers, before = '', domain = 'sender.example' } = list;
  return `${before}${signedMail(key, { fields, domain, ...(covers && { covers }) })}`;
}

async function leave(message: string, web = world.client()) {
  const reads = startReadingWorld({ web, txt: world.txt });
  const id = reads.receive(message);
  const outcome = await reads.reading.unsubscribe(id, signal).then(
    ({ host }) => `left ${host}`,
    (error: Error) => error.message,
  );
  return { outcome, contacts: reads.store.senders.contacts(), trust: reads.reading.getTrust([id])[0] };
}

describe('leaving a list', () => {
  it('is one POST, without a cookie, a referrer or a name', async () => {
    const { outcome, contacts, trust } = await leave(listMail());
    expect(outcome).toBe(`left ${SITE}`);
    expect(trust?.unsubscribe).toEqual({ kind: 'one-click', host: SITE });
    expect(posts).toEqual([{ method: 'POST', body: 'List-Unsubscribe=One-Click' }]);
    expect(world.sites.requests.map(({ url }) => url)).toEqual([URL_OUT]);
    expect(world.sites.requests[0]?.headers).toEqual({
      host: SITE,
      'user-agent': 'Mozilla/5.0',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': '26',
      connection: 'close',
    });
    expect(contacts).toMatchObject([{ host: SITE, reason: 'unsubscribe' }]);
  });

  it('is offered by itself to nobody: a look at the message asks nobody', () => {
    const { trustOf } = startReadingWorld({ web: world.client(), txt: world.txt });
    expect(trustOf(listMail()).unsubscribe?.kind).toBe('one-click');
    expect([world.dns.questions, world.sites.requests]).toEqual([[], []]);
  });

  it.each<[string, List]>([
    ['does not cover the address', { covers: ['From', 'List-Unsubscribe-Post'] }],
    ['does not cover that there is one click', { covers: ['From', 'List-Unsubscribe'] }],
    ['leaves From out', { covers: ['List-Unsubscribe', 'List-Unsubscribe-Post'] }],
    ['is of a domain that has no such key', { domain: 'evil.example' }],
    ['covers another field of that name', { before: `List-Unsubscribe: <https://${SITE}/other>\r\n` }],
  ])('does not happen when the signature %s', async (_title, list) => {
    const { outcome, contacts } = await leave(listMail(list));
    expect([outcome, world.sites.requests, contacts]).toEqual(['signature-invalid', [], []]);
  });

  it('does not happen when somebody changed the address', async () => {
    const { outcome } = await leave(listMail().replace('who=4711', 'who=4712'));
    expect([outcome, world.sites.requests]).toEqual(['signature-invalid', []]);
  });

  it.each<[string, List]>([
    ['an address without TLS', { out: `<http://${SITE}/leave>` }],
    ['a printer', { out: '<http://127.0.0.1:631/>' }],
    ['a file', { out: '<file:///etc/passwd>' }],
    ['a mail that says more', { out: '<mailto:boss@sender.example?subject=I%20quit>' }],
    ['two addresses', { out: `<${URL_OUT}>, <https://elsewhere.test/leave>` }],
    ['200 addresses', { out: Array.from({ length: 200 }, (_, n) => `<${URL_OUT}${n}>`).join(',') }],
    ['a page for people', { post: 'List-Unsubscribe=Two-Clicks' }],
    ['something behind the click', { post: 'List-Unsubscribe=One-Click&confirm=1' }],
  ])('is no POST to %s', async (_title, list) => {
    const { outcome, trust } = await leave(listMail(list));
    expect([outcome, world.sites.requests, world.dns.questions]).toEqual(['unsubscribe-refused', [], []]);
    expect(trust?.unsubscribe?.kind).not.toBe('one-click');
  });

  it.each([
    'https://127.0.0.1/leave',
    'https://[::1]/leave',
    'https://169.254.169.254/leave',
    'https://localhost/leave',
    'https://10.0.0.1/leave',
    `https://inside.${SITE}/leave`,
    `https://${SITE}:631/leave`,
  ])('is no POST into this network: %s', async (url) => {
    world.dns.zone[`inside.${SITE}`] = { A: ['127.0.0.1'] };
    const { outcome, contacts } = await leave(listMail({ out: `<${url}>` }), world.guarded());
    expect([outcome, contacts, world.knocks()]).toEqual(['unsubscribe-refused', [], 0]);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%i)', async (status) => {
    const elsewhere = `https://elsewhere.${SITE}/leave`;
    world.sites.pages[PAGE] = (_request, response) =>
      void response.writeHead(status, { location: elsewhere }).end();
    world.sites.pages[elsewhere] = taken;
    expect((await leave(listMail())).outcome).toBe('unsubscribe-refused');
    expect(world.sites.requests).toHaveLength(1);
  });

  it('says when the list did not take it', async () => {
    world.sites.pages[PAGE] = (_request, response) => void response.writeHead(500).end();
    expect((await leave(listMail())).outcome).toBe('unsubscribe-refused');
  });

  it('of a message without a signature, or a list, is refused without asking', async () => {
    const plain = 'From: a@sender.example\r\n\r\nHello.\r\n';
    expect((await leave(plain, createWebClient())).outcome).toBe('unsubscribe-refused');
    const [, ...unsigned] = listMail().split('\r\n');
    expect((await leave(unsigned.join('\r\n'))).outcome).toBe('signature-invalid');
    expect([world.dns.questions, world.sites.requests]).toEqual([[], []]);
  });
});
