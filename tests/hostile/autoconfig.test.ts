/**
 * Published settings that nobody should take. The domain also names good servers in DNS (SRV), the worst source that may still
 * speak: whatever the better ones try, its answer has to come, and what became of theirs has to be said.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from '../../src-main/autoconfig/network.ts';
import { requireModernCertificates } from '../../src-main/base/certificates.ts';
import {
  autoconfigFile,
  type DiscoveryWorld,
  DOMAIN,
  outcomes,
  startDiscoveryWorld,
} from '../integration/discovery-world.ts';
import { badCertificates } from '../servers/bad-certificates.mjs';
import { expiredCertificate, selfSignedCertificate, wrongHostCertificate } from '../servers/certs.mjs';
import { type Records, startDns } from '../servers/dns-server.mjs';
import { listenOnLoopback } from '../servers/net.mjs';
import { startScriptedImap } from '../servers/scripted-imap.mjs';
import type { Page } from '../servers/site-server.mjs';
import { startUpgradingServer } from '../servers/upgrading-server.mjs';

const PACC_HOST = `ua-auto-config.${DOMAIN}`;
const PACC = `https://${PACC_HOST}/.well-known/user-agent-configuration.json`;
const OWN_HOST = `autoconfig.${DOMAIN}`;
const OWN = `https://${OWN_HOST}/mail/config-v1.1.xml`;
const GOOD: Record<string, Records> = {
  [`_imaps._tcp.${DOMAIN}`]: { SRV: [[0, 1, 993, `imap.${DOMAIN}`]] },
  [`_submissions._tcp.${DOMAIN}`]: { SRV: [[0, 1, 465, `smtp.${DOMAIN}`]] },
};

const nodesOwn = tls.checkServerIdentity;
let world: DiscoveryWorld;
beforeAll(async () => {
  requireModernCertificates();
  world = await startDiscoveryWorld();
});
afterAll(async () => {
  tls.checkServerIdentity = nodesOwn;
  await world?.stop();
});

/** What comes out with these pages; the good servers of SRV have to be found, and nothing else. */
async function discoverWith(pages: Record<string, Page>, zone: Record<string, Records> = {}) {
  world.reset({ pages, zone: { ...GOOD, ...zone } });
  const answer = await world.discover();
  expect(answer.found.map(({ source }) => source)).toEqual(['srv']);
  expect(answer.found[0]).toMatchObject({
    imap: { host: `imap.${DOMAIN}` },
    smtp: { host: `smtp.${DOMAIN}` },
  });
  for (const { url, headers } of world.sites.requests) {
    expect(Object.keys(headers).sort()).toEqual(['accept', 'connection', 'host']);
    if (!url.startsWith(OWN)) expect(url).not.toContain('maya');
  }
  return outcomes(answer);
}

const withDtd = (dtd: string, inside = '') =>
  autoconfigFile({ name: inside || 'x' }).replace('<clientConfig', `${dtd}<clientConfig`);
const laughs = Array.from(
  { length: 30 },
  (_, level) => `<!ENTITY l${level} "${`&l${level - 1};`.repeat(10)}">`,
).join('');
const imapAt = (host: string) => autoconfigFile({ imap: { host } });

describe('a settings file', () => {
  it.each([
    ['with a document type', withDtd('<!DOCTYPE clientConfig>')],
    [
      'that wants a file of this computer',
      withDtd('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '&e;'),
    ],
    ['that wants another server asked', withDtd(`<!DOCTYPE x SYSTEM "https://${DOMAIN}/canary.dtd">`)],
    [
      'with a parameter entity',
      withDtd(`<!DOCTYPE x [<!ENTITY % p SYSTEM "https://${DOMAIN}/canary"> %p;]>`),
    ],
    ['of a billion laughs', withDtd(`<!DOCTYPE x [<!ENTITY l-1 "ha">${laughs}]>`, '&l29;')],
    ['with an entity that nobody declared', autoconfigFile({ name: '&surprise;' })],
    ['of 20,000 elements', autoconfigFile({ more: '<a/>'.repeat(20_000) })],
    ['as deep as it is long', autoconfigFile({ more: `${'<a>'.repeat(30_000)}` })],
    ['that ends in the middle', autoconfigFile().slice(0, 300)],
    ['that is not UTF-8', Buffer.from(autoconfigFile({ name: 'Gr\xfc\xdfe' }), 'latin1')],
    ['in UTF-16', Buffer.from(`\ufeff${autoconfigFile()}`, 'utf16le')],
    ['without TLS for IMAP', autoconfigFile({ imap: { socket: 'plain', port: 143 } })],
    ['without TLS for SMTP', autoconfigFile({ smtp: { socket: 'plain', port: 587 } })],
    ['with a way to TLS that nobody knows', autoconfigFile({ imap: { socket: 'TRY-STARTTLS' } })],
    ['without a way to sign in that we know', autoconfigFile({ imap: { auth: ['NTLM', 'none'] } })],
    ['with this computer as its server', imapAt('localhost')],
    ['with this computer below a name', imapAt('mail.localhost')],
    ['with an IPv4 address', imapAt('127.0.0.1')],
    ['with an IPv4 address in disguise', imapAt('0x7f.1')],
    ['with an IPv6 address', imapAt('[::1]')],
    ['with a name of the local network', imapAt('printer.local')],
    ['with a single label', imapAt('intranet')],
    ['with a line feed in a host', imapAt(`imap.${DOMAIN}&#10;evil.test`)],
    ['with a null character in a host', imapAt(`imap.${DOMAIN}&#0;evil.test`)],
    ['with a path in a host', imapAt(`imap.${DOMAIN}/../x`)],
    ['with a person in a host', imapAt(`maya@imap.${DOMAIN}`)],
    ['with port 0', autoconfigFile({ imap: { port: 0 } })],
    ['with port 70000', autoconfigFile({ imap: { port: 70_000 } })],
    ['with a line feed in a login name', autoconfigFile({ imap: { user: 'maya&#10;x' } })],
    ['with a place for something that nobody knows', autoconfigFile({ imap: { user: '%PASSWORD%' } })],
    [
      'with an authorization server without TLS',
      autoconfigFile({
        imap: { auth: ['OAuth2'] },
        more: `<oAuth2><issuer>http://${DOMAIN}</issuer></oAuth2>`,
      }),
    ],
    [
      'with an authorization server on this computer',
      autoconfigFile({
        imap: { auth: ['OAuth2'] },
        more: '<oAuth2><issuer>https://127.0.0.1:8443</issuer></oAuth2>',
      }),
    ],
  ])('%s is refused', async (_case, file) => {
    const said = await discoverWith({ [OWN]: file });
    expect(said).toMatchObject({ [`autoconfig ${OWN_HOST}`]: 'refused', [`srv ${DOMAIN}`]: 'found' });
    expect(world.sites.requests.some(({ url }) => url.includes('canary'))).toBe(false);
  });

  it('may call itself what it likes: what cannot be seen, or turns the writing around, is taken out', async () => {
    const name = `Safe\u202e kram\u200b\u0085&#x2028; Mail${'!'.repeat(5_000)}`;
    world.reset({ pages: { [OWN]: autoconfigFile({ name }) } });
    const { found } = await world.discover();
    expect(found[0]?.name).toMatch(/^Safe kram Mail!+$/);
    expect(found[0]?.name.length).toBe(100);
  });

  it('of 10 MB is not read to its end, nor is one that never ends', async () => {
    let written = 0;
    const endless: Page = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.write('<clientConfig>');
      const more = () => {
        while (response.writable && response.write('<a></a>'.repeat(10_000))) written += 70_000;
        if (response.writable) response.once('drain', more);
      };
      more();
    };
    const large = Buffer.from(autoconfigFile({ name: ' '.repeat(10_000_000) }));
    const site = `https://${DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml`;
    const said = await discoverWith({ [OWN]: endless, [site]: large });
    expect(said).toMatchObject({
      [`autoconfig ${OWN_HOST}`]: 'refused',
      [`autoconfig ${DOMAIN}`]: 'refused',
    });
    // What lies in buffers on the way counts too.
    expect(written).toBeLessThan(8_000_000);
  });

  it.each([
    ['an address without TLS', `http://${OWN_HOST}/config.xml`],
    ['another host', 'https://autoconfig.elsewhere.test/config.xml'],
    ['another place on the same host', `https://${OWN_HOST}/config.xml`],
    ['a file of this computer', 'file:///etc/passwd'],
  ])('is not looked for where a redirect leads: %s', async (_case, location) => {
    const redirect: Page = (_request, response) => void response.writeHead(302, { location }).end();
    const said = await discoverWith({ [OWN]: redirect, [location]: autoconfigFile() });
    expect(said).toMatchObject({ [`autoconfig ${OWN_HOST}`]: 'refused' });
    expect(world.sites.requests.some(({ url }) => url === location)).toBe(false);
  });

  it('is nothing when the site answers everything with its home page', async () => {
    const home: Page = (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!DOCTYPE html><title>Welcome</title>');
    const said = await discoverWith({ [OWN]: home, [PACC]: home });
    expect(said).toMatchObject({ [`autoconfig ${OWN_HOST}`]: 'nothing', [`pacc ${PACC_HOST}`]: 'nothing' });
  });

  it.each([
    ['signed by itself', selfSignedCertificate],
    ['expired', expiredCertificate],
    ['for another host', wrongHostCertificate],
  ])('is not taken from a site whose certificate is %s', async (_case, make) => {
    const bad = await make(world.certs);
    world.reset({ zone: GOOD, pages: { [OWN]: autoconfigFile() } });
    world.sites.show(bad);
    const answer = await world.discover();
    expect(answer.found.map(({ source }) => source)).toEqual(['srv']);
    expect(outcomes(answer)).toMatchObject({
      [`pacc ${PACC_HOST}`]: 'refused',
      [`autoconfig ${OWN_HOST}`]: 'refused',
    });
    expect(world.sites.requests).toEqual([]);
  });

  it('is not asked for over any chain that no client may take', async () => {
    world.reset({ zone: { localhost: { A: ['127.0.0.1'] } }, pages: { 'https://localhost/x': 'taken' } });
    const get = () => world.network().get('https://localhost/x', AbortSignal.timeout(5_000));
    expect(Buffer.from((await get()) ?? []).toString()).toBe('taken');
    world.sites.requests.length = 0;
    for (const { name, key, cert } of await badCertificates(world.certs)) {
      world.sites.show({ key, cert });
      await expect(get(), name).rejects.toMatchObject({ code: expect.stringMatching(/^tls-/) });
    }
    expect(world.sites.requests).toEqual([]);
  });
});

describe('a PACC file', () => {
  const file = JSON.stringify({
    protocols: { imap: { host: `imap.${DOMAIN}` }, smtp: { host: `smtp.${DOMAIN}` } },
    authentication: { password: true },
  });
  const digest = (text: string) => createHash('sha256').update(text).digest('base64');
  const at = `_${PACC_HOST}`;

  it.each([
    ['nobody announces', file, []],
    ['is another than DNS announces', file, [`v=UAAC1; a=sha256; d=${digest(`${file} `)}`]],
    ['is announced without a digest', file, ['v=UAAC1; a=sha256; d=']],
    ['is announced by another kind of digest', file, [`v=UAAC1; a=md5; d=${digest(file)}`]],
    ['is announced in another version', file, [`v=UAAC2; a=sha256; d=${digest(file)}`]],
    ['is announced by half of its digest', file, [`v=UAAC1; a=sha256; d=${digest(file).slice(0, 20)}`]],
    ['is no JSON', 'imap.found.test', [`v=UAAC1; a=sha256; d=${digest('imap.found.test')}`]],
    ['is nothing but brackets', '['.repeat(200_000), [`v=UAAC1; a=sha256; d=${digest('['.repeat(200_000))}`]],
    ...['127.0.0.1', 'localhost', 'intranet', `imap.${DOMAIN}\n`, `imap.${DOMAIN}\0.evil.test`].map(
      (host): [string, string, string[]] => {
        const bad = file.replace(`"imap.${DOMAIN}"`, JSON.stringify(host));
        return [`names ${JSON.stringify(host)}`, bad, [`v=UAAC1; a=sha256; d=${digest(bad)}`]];
      },
    ),
    ...['http://found.test', 'https://127.0.0.1', 'https://localhost', 'javascript:1'].map(
      (issuer): [string, string, string[]] => {
        const bad = file.replace('"password":true', `"oauth-public":${JSON.stringify({ issuer })}`);
        return [`names the authorization server ${issuer}`, bad, [`v=UAAC1; a=sha256; d=${digest(bad)}`]];
      },
    ),
  ])('that %s is refused', async (_case, text, TXT) => {
    const said = await discoverWith({ [PACC]: text }, { [at]: { TXT } });
    expect(said).toMatchObject({ [`pacc ${PACC_HOST}`]: 'refused' });
  });
});

describe('DNS', () => {
  it('with 1,000 SRV records costs nothing, and the best of them is taken', async () => {
    const many = Array.from({ length: 1_000 }, (_, n): [number, number, number, string] => [
      n + 1,
      0,
      993,
      `i${n}.test`,
    ]);
    const said = await discoverWith(
      {},
      {
        [`_imaps._tcp.${DOMAIN}`]: { SRV: [...many, [0, 1, 993, `imap.${DOMAIN}`]] },
      },
    );
    expect(said).toMatchObject({ [`srv ${DOMAIN}`]: 'found' });
  });

  it.each([`im\nap.${DOMAIN}`, `im\0ap.${DOMAIN}`, 'localhost', '127.0.0.1', `im ap.${DOMAIN}`, 'intranet'])(
    'with the server %j is refused',
    async (target) => {
      world.reset({
        zone: { ...GOOD, [`_imaps._tcp.${DOMAIN}`]: { SRV: [[0, 1, 993, target]] } },
        pages: {},
      });
      const answer = await world.discover();
      expect(answer.found).toEqual([]);
      expect(outcomes(answer)[`srv ${DOMAIN}`]).toMatch(/refused|failed/);
    },
  );

  it('with a mail exchanger that only looks like a provider finds no provider', async () => {
    for (const exchange of ['evilgoogle.com', 'aspmx.l.google.com.evil.test', 'google.com\0.evil.test']) {
      const said = await discoverWith({}, { [DOMAIN]: { A: ['127.0.0.1'], MX: [[0, exchange]] } });
      expect(said[`mx ${DOMAIN}`], exchange).not.toBe('found');
    }
  });
});

describe('servers under usual names', () => {
  const guess = async (ports: Record<number, number>) => {
    world.reset();
    const answer = await world.discover({ ports });
    expect(answer.found).toEqual([]);
  };

  it('are not taken when they lie before TLS, and hear nothing but the wish for it', async () => {
    const lies = [
      { isStripped: true, isUnknown: true },
      { isUnknown: true },
      { isOnlyTold: true },
      { injected: '* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n' },
      { injected: '250 injected\r\n' },
      { greeting: '* PREAUTH welcome\r\n' },
      { greeting: '554 go away\r\n' },
    ];
    for (const lie of lies) {
      const imap = await startUpgradingServer('imap', world.certificate, lie);
      const smtp = await startUpgradingServer('smtp', world.certificate, lie);
      try {
        await guess({ 143: imap.port, 587: smtp.port });
        const clear = [...imap.clear, ...smtp.clear].join('\n');
        expect(clear, JSON.stringify(lie)).not.toMatch(/maya|AUTH|LOGIN/);
      } finally {
        await Promise.all([imap.close(), smtp.close()]);
      }
    }
  });

  it('are not taken with a certificate that is not theirs', async () => {
    const { key, cert } = await wrongHostCertificate(world.certs);
    const imap = await startScriptedImap({ certs: { key, cert } });
    const later = await startUpgradingServer('imap', { key, cert });
    try {
      await guess({ 993: imap.port, 143: later.port });
      expect(imap.lines).toEqual([]);
      expect(later.secret).toEqual([]);
    } finally {
      await Promise.all([imap.stop(), later.close()]);
    }
  });

  it('that never stop greeting are given up', async () => {
    const flood = net.createServer((socket) => {
      socket.on('error', () => {});
      const more = () => {
        while (socket.writable && socket.write('x'.repeat(16_000)));
        if (socket.writable) socket.once('drain', more);
      };
      more();
    });
    const port = await listenOnLoopback(flood);
    try {
      await guess({ 143: port, 587: port });
    } finally {
      flood.close();
    }
  });
});

describe('a network that holds on', () => {
  it('is given up in time: sites that send a byte a second, mail servers that are silent, DNS that does not know', async () => {
    const sockets = new Set<net.Socket>();
    const silent = net.createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
    });
    const port = await listenOnLoopback(silent);
    const drip: Page = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      const timer = setInterval(() => response.write('<'), 1_000);
      response.on('close', () => clearInterval(timer));
    };
    const site = `https://${DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml`;
    world.reset({ pages: { [OWN]: drip, [site]: drip, [PACC]: drip } });
    try {
      const began = performance.now();
      const answer = await world.discover({ ports: { 993: port, 143: port, 465: port, 587: port } });
      // Five seconds, and what a busy machine makes of them; they hold on for ever.
      expect(performance.now() - began).toBeLessThan(20_000);
      expect(answer.found).toEqual([]);
      expect(outcomes(answer)).toEqual({
        preset: 'nothing',
        [`mx ${DOMAIN}`]: 'nothing',
        [`pacc ${PACC_HOST}`]: 'failed',
        [`autoconfig ${OWN_HOST}`]: 'failed',
        [`autoconfig ${DOMAIN}`]: 'failed',
        [`srv ${DOMAIN}`]: 'nothing',
        [`guess ${DOMAIN}`]: 'nothing',
      });
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it('says that DNS failed instead of that there is nothing', async () => {
    const dns = await startDns({ zone: {}, failing: ['MX'] });
    const network = createNetwork({ dnsServers: [dns.address] });
    try {
      await expect(network.mx(DOMAIN, AbortSignal.timeout(5_000))).rejects.toMatchObject({
        code: 'ESERVFAIL',
      });
      expect(await network.txt(DOMAIN, AbortSignal.timeout(5_000))).toEqual([]);
    } finally {
      await dns.stop();
    }
  });
});
