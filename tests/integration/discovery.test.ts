/** From an address alone to its servers, against a network of our own: DNS, https, IMAP and SMTP, nothing replaced inside. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSilentServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Provider } from '../../src-main/autoconfig/provider-file.ts';
import { type ScriptedImap, startScriptedImap } from '../servers/scripted-imap.mjs';
import { type ScriptedSmtp, startScriptedSmtp } from '../servers/scripted-smtp.mjs';
import { startUpgradingServer } from '../servers/upgrading-server.mjs';
import {
  ADDRESS,
  autoconfigFile,
  type DiscoveryWorld,
  DOMAIN,
  outcomes,
  PROVIDERS,
  startDiscoveryWorld,
} from './discovery-world.ts';

const PACC = `https://ua-auto-config.${DOMAIN}/.well-known/user-agent-configuration.json`;
const OWN = `https://autoconfig.${DOMAIN}/mail/config-v1.1.xml`;
const SITE = `https://${DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml`;
const ISPDB = 'https://autoconfig.thunderbird.net/v1.1';
const tls = (host: string, port: number) => ({ host, port, security: 'tls' });

let world: DiscoveryWorld;
let imap: ScriptedImap;
let smtp: ScriptedSmtp;
/** An authorization server that says who it is, and nothing more. */
let issuer: string;
let authorization: Server;
let known: Provider[];

beforeAll(async () => {
  world = await startDiscoveryWorld();
  imap = await startScriptedImap({ certs: world.certificate });
  smtp = await startScriptedSmtp({ certs: world.certificate });
  authorization = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        registration_endpoint: `${issuer}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
      }),
    );
  });
  await new Promise<void>((resolve) => authorization.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(authorization.address() as AddressInfo).port}`;
  const [google] = PROVIDERS;
  if (!google?.oauth) throw new Error('no provider');
  // Only a developer's file may name an issuer at this computer.
  known = [...PROVIDERS, { ...google, id: 'own', domains: [], mx: [], oauth: { ...google.oauth, issuer } }];
});
afterAll(async () => {
  authorization?.close();
  await imap?.stop();
  await smtp?.stop();
  await world?.stop();
});
beforeEach(() => world.reset());

function pacc(more: object = {}): { file: string; record: string } {
  const file = JSON.stringify({
    protocols: { imap: { host: `imap.${DOMAIN}` }, smtp: { host: `smtp.${DOMAIN}` } },
    authentication: { 'oauth-public': { issuer }, password: true },
    info: { provider: { name: 'Found Mail' } },
    ...more,
  });
  return { file, record: `v=UAAC1; a=sha256; d=${createHash('sha256').update(file).digest('base64')}` };
}

describe('an address whose provider this computer knows', () => {
  it('asks nobody', async () => {
    const answer = await world.discover({ address: 'maya@gmail.com' });
    expect(answer).toMatchObject({
      found: [{ source: 'preset', from: 'Google', provider: { providerId: 'google' }, auth: 'oauth' }],
      tries: [{ source: 'preset', outcome: 'found' }],
    });
    expect(answer.ispdbHost).toBeUndefined();
    expect(world.dns.questions).toEqual([]);
    expect(world.sites.requests).toEqual([]);
  });

  it('is known by where the mail of its domain goes', async () => {
    world.reset({
      zone: {
        [DOMAIN]: {
          MX: [
            [20, 'spare.elsewhere.test'],
            [1, 'aspmx.l.google.com'],
          ],
        },
      },
    });
    const { found } = await world.discover();
    expect(found[0]).toMatchObject({
      source: 'mx',
      from: 'aspmx.l.google.com',
      provider: { providerId: 'google' },
    });
  });

  it('is known by its servers, whoever names them', async () => {
    const file = autoconfigFile({ imap: { host: 'imap.gmail.com' }, smtp: { host: 'smtp.gmail.com' } });
    world.reset({ pages: { [OWN]: file } });
    const { found } = await world.discover();
    expect(found).toMatchObject([
      { source: 'autoconfig', name: 'Google', provider: { providerId: 'google' } },
    ]);
  });
});

describe('PACC', () => {
  it('is taken when DNS announces exactly these bytes, with an authorization server that registers us by itself', async () => {
    const { file, record } = pacc();
    world.reset({
      pages: { [PACC]: file },
      zone: { [`_ua-auto-config.${DOMAIN}`]: { TXT: ['v=spf1 -all', record] } },
    });
    const answer = await world.discover({ providers: known });
    expect(answer.found[0]).toEqual({
      source: 'pacc',
      from: `ua-auto-config.${DOMAIN}`,
      name: 'Found Mail',
      imap: tls(`imap.${DOMAIN}`, 993),
      smtp: tls(`smtp.${DOMAIN}`, 465),
      userName: ADDRESS,
      smtpUserName: ADDRESS,
      auth: 'oauth',
      oauth: {
        issuer,
        authorizationHost: new URL(issuer).host,
        scopes: ['urn:ietf:params:oauth:scope:mail', 'offline_access'],
        registersItself: true,
      },
    });
    expect(answer.ispdbHost).toBe('autoconfig.thunderbird.net');
  });

  it('falls back to the password that it allows when the authorization server cannot be asked', async () => {
    const { file, record } = pacc({
      authentication: { 'oauth-public': { issuer: `https://nobody.${DOMAIN}:9` }, password: true },
    });
    world.reset({ pages: { [PACC]: file }, zone: { [`_ua-auto-config.${DOMAIN}`]: { TXT: [record] } } });
    const { found } = await world.discover();
    expect(found[0]).toMatchObject({ source: 'pacc', auth: 'password' });
    expect(found[0]?.oauth).toBeUndefined();
  });

  it('finds nothing that can be used when only that server lets people in', async () => {
    const { file, record } = pacc({
      authentication: { 'oauth-public': { issuer: `https://nobody.${DOMAIN}:9` }, password: false },
    });
    world.reset({ pages: { [PACC]: file }, zone: { [`_ua-auto-config.${DOMAIN}`]: { TXT: [record] } } });
    const answer = await world.discover();
    expect(answer.found).toEqual([]);
    expect(outcomes(answer)).toMatchObject({ [`pacc ua-auto-config.${DOMAIN}`]: 'failed' });
  });
});

describe('Mail Autoconfig', () => {
  it('is read at the host that is there for nothing else, which alone is told the address', async () => {
    world.reset({
      pages: {
        [OWN]: autoconfigFile({
          imap: { user: '%EMAILLOCALPART%' },
          smtp: { socket: 'STARTTLS', port: 587, host: 'smtp.%EMAILDOMAIN%' },
        }),
      },
    });
    const { found } = await world.discover({ address: `told+new@${DOMAIN}` });
    expect(found).toMatchObject([
      {
        source: 'autoconfig',
        from: `autoconfig.${DOMAIN}`,
        name: 'Found Mail',
        imap: tls(`imap.${DOMAIN}`, 993),
        smtp: { host: `smtp.${DOMAIN}`, port: 587, security: 'starttls' },
        userName: 'told+new',
        smtpUserName: `told+new@${DOMAIN}`,
        auth: 'password',
      },
    ]);
    const told = world.sites.requests.filter(({ url }) => /told/.test(url)).map(({ url }) => url);
    expect(told).toEqual([`${OWN}?emailaddress=told%2Bnew%40${DOMAIN}`]);
    for (const { headers } of world.sites.requests) {
      expect(Object.keys(headers).sort()).toEqual(['accept', 'connection', 'host']);
    }
  });

  it('is read at the site of the domain where the host has none', async () => {
    world.reset({ pages: { [SITE]: autoconfigFile() } });
    const { found } = await world.discover();
    expect(found).toMatchObject([{ source: 'autoconfig', from: DOMAIN }]);
  });

  it('names the authorization server and its scopes, in the old form by its host and in the new one by its address', async () => {
    const more = `<oAuth2><issuer>${issuer}</issuer><scope>mail.read mail.send</scope></oAuth2>`;
    world.reset({
      pages: { [OWN]: autoconfigFile({ imap: { auth: ['OAuth2', 'password-cleartext'] }, more }) },
    });
    const { found } = await world.discover({ providers: known });
    expect(found[0]).toMatchObject({ auth: 'oauth', oauth: { issuer, scopes: ['mail.read', 'mail.send'] } });
  });

  it('passes over a server that cannot be used and takes the next one', async () => {
    const file = autoconfigFile({ imap: { socket: 'plain', port: 143 } }).replace(
      '</incomingServer>',
      `</incomingServer><incomingServer type="imap"><hostname>second.${DOMAIN}</hostname><port>993</port>
       <socketType>SSL</socketType><username>%EMAILADDRESS%</username></incomingServer>`,
    );
    world.reset({ pages: { [OWN]: file } });
    const { found } = await world.discover();
    expect(found[0]?.imap).toEqual(tls(`second.${DOMAIN}`, 993));
  });

  it('looks for internationalised domains under their names in DNS', async () => {
    await world.discover({ address: 'maya@bücher.test' });
    expect(world.dns.questions).toContain('MX xn--bcher-kva.test');
    expect(world.dns.questions.every((question) => !question.includes('ü'))).toBe(true);
  });
});

describe("Mozilla's list", () => {
  it('is not asked until the person says so, and is named', async () => {
    world.reset({ pages: { [`${ISPDB}/${DOMAIN}`]: autoconfigFile() } });
    const answer = await world.discover();
    expect(answer).toMatchObject({ found: [], ispdbHost: 'autoconfig.thunderbird.net' });
    expect(world.dns.questions.some((question) => question.includes('thunderbird'))).toBe(false);
    const asked = await world.discover({ askIspdb: true });
    expect(asked.found).toMatchObject([{ source: 'ispdb', from: 'autoconfig.thunderbird.net' }]);
    expect(asked.ispdbHost).toBeUndefined();
  });

  it('is told the domain, then where its mail goes, and never the address', async () => {
    world.reset({
      zone: { [DOMAIN]: { A: ['127.0.0.1'], MX: [[1, 'mx1.mail.elsewhere.test']] } },
      pages: { [`${ISPDB}/elsewhere.test`]: autoconfigFile({ imap: { host: 'imap.elsewhere.test' } }) },
    });
    const { found } = await world.discover({ askIspdb: true });
    expect(found).toMatchObject([{ source: 'ispdb', imap: tls('imap.elsewhere.test', 993) }]);
    const asked = world.sites.requests.map(({ url }) => url).filter((url) => url.startsWith(ISPDB));
    expect(asked).toEqual([`${ISPDB}/${DOMAIN}`, `${ISPDB}/mail.elsewhere.test`, `${ISPDB}/elsewhere.test`]);
  });
});

describe('SRV records', () => {
  it('are taken by priority, implicit TLS first, also where they lead to another domain', async () => {
    world.reset({
      zone: {
        [`_imaps._tcp.${DOMAIN}`]: {
          SRV: [
            [20, 1, 993, `spare.${DOMAIN}`],
            [10, 1, 1993, 'imap.elsewhere.test'],
          ],
        },
        [`_imap._tcp.${DOMAIN}`]: { SRV: [[0, 1, 143, `old.${DOMAIN}`]] },
        [`_submissions._tcp.${DOMAIN}`]: { SRV: [[0, 0, 0, '.']] },
        [`_submission._tcp.${DOMAIN}`]: { SRV: [[0, 1, 587, `smtp.${DOMAIN}`]] },
      },
    });
    const { found } = await world.discover();
    expect(found).toMatchObject([
      {
        source: 'srv',
        from: DOMAIN,
        imap: tls('imap.elsewhere.test', 1993),
        smtp: { host: `smtp.${DOMAIN}`, port: 587, security: 'starttls' },
        auth: 'password',
      },
    ]);
  });
});

describe('usual names', () => {
  const listen = () => ({ 993: imap.port, 465: smtp.port });

  it('are found where servers answer over TLS, without a word about who asks', async () => {
    const before = imap.lines.length;
    const { found } = await world.discover({ ports: listen() });
    expect(found).toMatchObject([
      {
        source: 'guess',
        imap: tls(`imap.${DOMAIN}`, 993),
        smtp: tls(`smtp.${DOMAIN}`, 465),
        auth: 'password',
      },
    ]);
    const said = [...imap.lines.slice(before), ...smtp.commands].join('\n');
    expect(said).not.toMatch(/maya|AUTH|LOGIN/i);
  });

  it('are found with STARTTLS where nothing else listens', async () => {
    const imapLater = await startUpgradingServer('imap', world.certificate);
    const smtpLater = await startUpgradingServer('smtp', world.certificate);
    try {
      const { found } = await world.discover({ ports: { 143: imapLater.port, 587: smtpLater.port } });
      expect(found).toMatchObject([
        {
          imap: { host: `imap.${DOMAIN}`, port: 143, security: 'starttls' },
          smtp: { host: `smtp.${DOMAIN}`, port: 587, security: 'starttls' },
        },
      ]);
      expect([...imapLater.clear, ...smtpLater.clear].join('\n')).not.toMatch(/maya|AUTH|LOGIN/i);
    } finally {
      await Promise.all([imapLater.close(), smtpLater.close()]);
    }
  });

  it('are found although better ones never answer', async () => {
    const silent = createSilentServer((socket) => void sockets.push(socket.on('error', () => {})));
    const sockets: Socket[] = [];
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const imapLater = await startUpgradingServer('imap', world.certificate);
    try {
      const { found } = await world.discover({ ports: { ...listen(), 993: port, 143: imapLater.port } });
      expect(found).toMatchObject([{ imap: { port: 143, security: 'starttls' }, smtp: { port: 465 } }]);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
      await imapLater.close();
    }
  });

  it('tell who gives out tokens when the server says so to an attempt without one (RFC 7628)', async () => {
    const server = await startScriptedImap({
      certs: world.certificate,
      capabilities: 'IMAP4rev1 AUTH=OAUTHBEARER AUTH=XOAUTH2',
    });
    const said: string[] = [];
    server.script(/^AUTHENTICATE/, ({ args, say }) => {
      said.push(Buffer.from(args.split(' ')[1] ?? '', 'base64').toString());
      const refusal = {
        status: 'invalid_token',
        scope: 'mail',
        'openid-configuration': `${issuer}/.well-known/openid-configuration`,
      };
      say(`+ ${Buffer.from(JSON.stringify(refusal)).toString('base64')}`);
      return undefined;
    });
    try {
      const { found } = await world.discover({ ports: { ...listen(), 993: server.port }, providers: known });
      expect(found).toMatchObject([{ source: 'guess', auth: 'oauth', oauth: { issuer, scopes: ['mail'] } }]);
      expect(said).toEqual([`n,,\x01host=imap.${DOMAIN}\x01port=993\x01auth=Bearer \x01\x01`]);
    } finally {
      await server.stop();
    }
  });

  it('tell who gives out tokens in the metadata of the IMAP host (RFC 9728)', async () => {
    const server = await startScriptedImap({
      certs: world.certificate,
      capabilities: 'IMAP4rev1 AUTH=XOAUTH2',
    });
    const resource = `https://imap.${DOMAIN}`;
    const describeResource = (named: string) =>
      JSON.stringify({ resource: named, authorization_servers: [issuer] });
    const page = `${resource}/.well-known/oauth-protected-resource`;
    const options = { ports: { ...listen(), 993: server.port }, providers: known };
    try {
      world.reset({ pages: { [page]: describeResource(resource) } });
      expect((await world.discover(options)).found).toMatchObject([{ auth: 'oauth', oauth: { issuer } }]);
      world.reset({ pages: { [page]: describeResource(`https://other.${DOMAIN}`) } });
      expect((await world.discover(options)).found).toMatchObject([{ auth: 'password' }]);
    } finally {
      await server.stop();
    }
  });
});

describe('all sources together', () => {
  it('are not waited for once a better one has found something', async () => {
    world.reset({
      zone: { [DOMAIN]: { A: ['127.0.0.1'], MX: [[1, 'in1-smtp.messagingengine.com']] } },
      pages: { [OWN]: () => undefined, [SITE]: () => undefined },
    });
    const began = performance.now();
    const answer = await world.discover();
    expect(answer.found[0]).toMatchObject({ source: 'mx', provider: { providerId: 'fastmail' } });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('say what came out of each, in the order of their worth', async () => {
    const answer = await world.discover({ askIspdb: true });
    expect(answer.tries.map(({ source }) => source)).toEqual([
      'preset',
      'mx',
      'pacc',
      'autoconfig',
      'autoconfig',
      'srv',
      'ispdb',
      'guess',
    ]);
    expect(answer.tries.map(({ outcome }) => outcome)).toEqual(answer.tries.map(() => 'nothing'));
  });

  it('end when nobody waits any more', async () => {
    world.reset({ pages: { [OWN]: () => asked.abort(new Error('closed')) } });
    const asked = new AbortController();
    await expect(world.discover({ signal: asked.signal })).rejects.toThrow('closed');
  });

  it('are not asked about an address of this computer, and what is no address is said to be none', async () => {
    expect(await world.discover({ address: 'root@mail.localhost' })).toMatchObject({ found: [] });
    expect(world.dns.questions).toEqual([]);
    await expect(world.discover({ address: 'maya' })).rejects.toMatchObject({ code: 'address-invalid' });
  });
});
