/** Somebody who can set the program's environment tries to make it talk to a server that nobody vouches for. */
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attemptId } from '../../src-shared/model/ids.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { type BareEngine, startBareEngine } from '../integration/bare-engine.ts';
import { makeCertificates, selfSignedCertificate } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const run = createRunFolder();
const said: string[] = [];
let server: Server;
let engine: BareEngine;
let port: number;

beforeAll(async () => {
  const { key, cert } = await selfSignedCertificate(await makeCertificates(`${run.path}/certs`));
  server = createServer({ key, cert }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => said.push(String(chunk)));
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  engine = await startBareEngine({
    directory: `${run.path}/profile/mail`,
    temporaryDirectory: run.folder('tmp', 0o700),
    env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    shell: async () => ({}),
  });
  expect((await engine.request('app.useSessionOnly', {})).ok).toBe(true);
});
afterAll(async () => {
  await engine?.stop();
  server?.close();
  await run.remove();
});

describe('an environment that switches the checking of certificates off', () => {
  const address = 'maya@lab.test';
  const base = () => {
    const at: ServerSettings = { host: 'localhost', port, security: 'tls' };
    return { address, displayName: '', userName: 'maya', imap: at, smtp: at };
  };

  it('does not get a password out of the program', async () => {
    const submitted = await engine.request('credentials.submit', { secret: 'maya lab password' });
    if (!submitted.ok) throw new Error(submitted.code);
    const auth = { kind: 'password' as const, password: submitted.value.credentialId };
    const added = await engine.request('accounts.addByHand', {
      attemptId: attemptId.parse('password'),
      settings: { ...base(), auth },
    });
    expect(added).toMatchObject({ ok: false, code: 'tls-untrusted' });
    expect(said).toEqual([]);
  });

  it('does not pass an authorization server off as another one', async () => {
    const issuer = `https://localhost:${port}`;
    const auth = { kind: 'oauth' as const, issuer, clientId: 'c', scopes: ['imap'] };
    const added = await engine.request('accounts.addByHand', {
      attemptId: attemptId.parse('oauth'),
      settings: { ...base(), auth },
    });
    expect(added).toMatchObject({ ok: false, code: 'tls-untrusted' });
    expect(said).toEqual([]);
  });
});
