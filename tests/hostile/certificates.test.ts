/** Twenty-one certificates that vouch for nobody, on each of the servers that a sign-in talks to. */
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedAuthentication, serverChecks } from '../../src-main/accounts/check-servers.ts';
import { requireModernCertificates } from '../../src-main/base/certificates.ts';
import { MailError } from '../../src-main/base/errors.ts';
import { discoverServer } from '../../src-main/oauth/metadata.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { type BadCertificate, badCertificates } from '../servers/bad-certificates.mjs';
import { type LabCertificates, makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { startUpgradingServer } from '../servers/upgrading-server.mjs';

const nodesOwn = tls.checkServerIdentity;
const run = createRunFolder();
let certs: LabCertificates;
let bad: BadCertificate[];
let stopTrusting: () => void;

beforeAll(async () => {
  certs = await makeCertificates(`${run.path}/certs`);
  bad = await badCertificates(certs);
  stopTrusting = trustAuthority(certs.ca);
  requireModernCertificates();
});
afterAll(async () => {
  tls.checkServerIdentity = nodesOwn;
  stopTrusting();
  await run.remove();
});

const secret = fixedAuthentication('maya@lab.test', { password: 'nobody may hear this' });
const time = () => AbortSignal.timeout(20_000);

/** A server that begins with TLS, greets as any of them would, and keeps what it hears. */
async function startTlsServer(shown: { key: string; cert: string }) {
  const heard: string[] = [];
  const server = tls.createServer({ ...shown, ciphers: 'DEFAULT@SECLEVEL=0' }, (socket) => {
    socket.on('error', () => {}).on('data', (chunk) => heard.push(String(chunk)));
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n');
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: (server.address() as AddressInfo).port, heard, close };
}

/** Shows each certificate in turn; answers with those that were believed, and with what went wrong otherwise than by TLS. */
async function believed(
  ask: (shown: BadCertificate) => Promise<{ outcome: unknown; heard: string[] }>,
): Promise<string[]> {
  const found: string[] = [];
  for (const shown of bad) {
    const { outcome, heard } = await ask(shown);
    const isRefused = outcome instanceof MailError && outcome.code.startsWith('tls-');
    if (!isRefused) found.push(`${shown.name}: ${outcome instanceof MailError ? outcome.code : outcome}`);
    if (heard.length > 0) found.push(`${shown.name}: something was said to it`);
  }
  return found;
}

const failure = (task: Promise<unknown>) => task.then(() => 'believed').catch((error: unknown) => error);

async function overTls(shown: BadCertificate, ask: (at: ServerSettings) => Promise<unknown>) {
  const server = await startTlsServer(shown);
  const outcome = await failure(ask({ host: 'localhost', port: server.port, security: 'tls' }));
  await server.close();
  return { outcome, heard: server.heard };
}

async function overStarttls(
  protocol: 'imap' | 'smtp',
  shown: BadCertificate,
  ask: (at: ServerSettings) => Promise<unknown>,
) {
  const server = await startUpgradingServer(protocol, shown);
  const outcome = await failure(ask({ host: 'localhost', port: server.port, security: 'starttls' }));
  await server.close();
  return { outcome, heard: server.secret };
}

describe('a certificate that vouches for nobody', () => {
  it('is one of twenty and more', () => {
    expect(new Set(bad.map(({ name }) => name)).size).toBeGreaterThanOrEqual(20);
  });

  it('is not believed of an IMAP server', async () => {
    const ask = (at: ServerSettings) => serverChecks.checkImap(at, secret, time());
    expect(await believed((shown) => overTls(shown, ask))).toEqual([]);
    expect(await believed((shown) => overStarttls('imap', shown, ask))).toEqual([]);
  });

  it('is not believed of an SMTP server', async () => {
    const ask = (at: ServerSettings) => serverChecks.checkSmtp(at, secret, time());
    expect(await believed((shown) => overTls(shown, ask))).toEqual([]);
    expect(await believed((shown) => overStarttls('smtp', shown, ask))).toEqual([]);
  });

  it('is not believed of an authorization server', async () => {
    const ask = ({ port }: ServerSettings) =>
      discoverServer({ issuer: `https://localhost:${port}`, allowsHttp: false }, time());
    expect(await believed((shown) => overTls(shown, ask))).toEqual([]);
  });

  it('was the reason: the good one of the same authority is believed', async () => {
    const server = await startUpgradingServer('imap', certs);
    const at: ServerSettings = { host: 'localhost', port: server.port, security: 'starttls' };
    expect(await failure(serverChecks.checkImap(at, secret, time()))).toBe('believed');
    await server.close();
  });
});
