import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import http from 'node:http';
import { promisify } from 'node:util';
import { ImapFlow } from 'imapflow';
import nodemailer from 'nodemailer';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleMailbox } from '../fixtures/sample-mailbox.mjs';
import { type BrowserScript, driveBrowser } from '../servers/browser.mjs';
import { expiredCertificate, selfSignedCertificate, wrongHostCertificate } from '../servers/certs.mjs';
import { seedMailbox } from '../servers/dovecot.mjs';
import { type Keychain, startKeychain } from '../servers/keychain.mjs';
import { browserEnvironment, type Lab, secondConnection, startLab } from '../servers/lab.mjs';
import { isListening, listenOnLoopback } from '../servers/net.mjs';
import { startRecorder } from '../servers/recorder.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const runFile = promisify(execFile);
const MAYA = 'maya@lab.test';
const SAMIR = 'samir@lab.test';
const ANY_HTTP = { [oauth.allowInsecureRequests]: true }; // the lab's issuer is http on loopback
const client: oauth.Client = { client_id: 'latchkey-mail' };

async function discover(lab: Lab): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(lab.authServer.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, ANY_HTTP));
}

type SignIn = { redirected: URL; verifier: string; redirectUri: string; state: string };

/** Asks for access up to the redirect; nobody listens there, so the browser does not open it. */
async function askForAccess(lab: Lab, person: Partial<BrowserScript> = {}): Promise<SignIn> {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const redirectUri = `http://127.0.0.1:54321/cb/${oauth.generateRandomState()}`;
  const url = new URL('/auth', lab.authServer.issuer);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid email offline_access imap smtp',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    prompt: 'consent',
  }).toString();
  const end = await driveBrowser(url.href, {
    login: MAYA,
    password: lab.users[MAYA] ?? '',
    openRedirect: false,
    ...person,
  });
  return { redirected: new URL(end.url), verifier, redirectUri, state };
}

async function signIn(lab: Lab, person: Partial<BrowserScript> = {}): Promise<oauth.TokenEndpointResponse> {
  const as = await discover(lab);
  const { redirected, verifier, redirectUri, state } = await askForAccess(lab, person);
  const parameters = oauth.validateAuthResponse(as, client, redirected, state);
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    oauth.None(),
    parameters,
    redirectUri,
    verifier,
    ANY_HTTP,
  );
  return oauth.processAuthorizationCodeResponse(as, client, response);
}

async function refresh(lab: Lab, refreshToken: string): Promise<oauth.TokenEndpointResponse> {
  const as = await discover(lab);
  const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), refreshToken, ANY_HTTP);
  return oauth.processRefreshTokenResponse(as, client, response);
}

function imapClient(lab: Lab, accessToken: string, isImplicit = true): ImapFlow {
  return new ImapFlow({
    host: '127.0.0.1',
    servername: 'localhost',
    port: isImplicit ? lab.dovecot.imapsPort : lab.dovecot.imapPort,
    secure: isImplicit,
    ...(isImplicit ? {} : { doSTARTTLS: true }),
    auth: { user: MAYA, accessToken },
    tls: { ca: lab.certs.ca },
    logger: false,
  });
}

function send(lab: Lab, accessToken: string, to: string, subject: string): Promise<unknown> {
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port: lab.smtp.port,
    secure: lab.smtp.security === 'tls',
    requireTLS: lab.smtp.security === 'starttls',
    tls: { ca: lab.certs.ca, servername: 'localhost' },
    auth: { type: 'OAuth2', user: MAYA, accessToken },
  });
  return transport.sendMail({ from: MAYA, to, subject, text: 'The parcels leave on Wednesday.' });
}

/** Runs keytar in a process of its own, which lives in the keychain's session. */
async function keytar(keychain: Keychain, expression: string): Promise<string> {
  const program = `const keytar = require('keytar'); (async () => console.log(JSON.stringify(await ${expression})))()`;
  const { stdout } = await runFile(process.execPath, ['-e', program], {
    env: { PATH: process.env.PATH, ...keychain.env },
  });
  return stdout.trim();
}

describe('one lab', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ canary: 'latchkey-canary-' });
  });
  afterAll(() => lab.stop());

  test('a person signs in, IMAP takes the token and the ID token names the address', async () => {
    const tokens = await signIn(lab);
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ email: MAYA });
    expect(tokens.refresh_token).toBeDefined();
    for (const isImplicit of [true, false]) {
      const imap = imapClient(lab, tokens.access_token, isImplicit);
      await imap.connect();
      expect((await imap.list()).map(({ specialUse }) => specialUse)).toEqual(
        expect.arrayContaining(['\\Inbox', '\\Sent', '\\Drafts', '\\Archive', '\\Junk', '\\Trash']),
      );
      await imap.logout();
    }
  });

  test('a message that is sent arrives in the mailbox of a lab user, and a client in IDLE hears of it', async () => {
    const { access_token: accessToken } = await signIn(lab);
    const samir = await secondConnection(lab, SAMIR);
    await samir.mailboxOpen('INBOX');
    const heard = new Promise((resolve) => samir.once('exists', resolve));
    const idling = samir.idle();
    await send(lab, accessToken, SAMIR, 'Thursday at seven');
    await heard;
    const received = await lab.smtp.nextMessage(({ text }) => text.includes('Thursday at seven'));
    expect(received).toMatchObject({ from: MAYA, to: [SAMIR], user: MAYA, isEncrypted: true });
    const message = await samir.fetchOne('*', { envelope: true });
    expect(message ? message.envelope?.subject : undefined).toBe('Thursday at seven');
    await samir.logout();
    await idling;
  });

  test('a programmed refusal reaches the sender and then ends', async () => {
    const { access_token: accessToken } = await signIn(lab);
    lab.smtp.refusals.push({
      command: 'RCPT',
      code: 550,
      text: '5.1.1 No such mailbox',
      times: 1,
      address: SAMIR,
    });
    await expect(send(lab, accessToken, SAMIR, 'First try')).rejects.toMatchObject({ responseCode: 550 });
    lab.smtp.refusals.push({ command: 'DATA', code: 552, text: '5.2.2 The mailbox is full', times: 1 });
    await expect(send(lab, accessToken, SAMIR, 'Second try')).rejects.toMatchObject({ responseCode: 552 });
    await send(lab, accessToken, SAMIR, 'Third try');
    await expect(lab.smtp.nextMessage(({ text }) => text.includes('Third try'))).resolves.toBeDefined();
  });

  test('a refresh rotates the refresh token, and revoking ends refresh, IMAP login and the token itself', async () => {
    const as = await discover(lab);
    const first = await signIn(lab);
    const second = await refresh(lab, first.refresh_token ?? '');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await lab.authServer.isActive(second.access_token)).toBe(true);
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, oauth.None(), second.refresh_token ?? '', ANY_HTTP),
    );
    expect(await lab.authServer.isActive(second.access_token)).toBe(false);
    await expect(refresh(lab, second.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(imapClient(lab, second.access_token).connect()).rejects.toMatchObject({
      authenticationFailed: true,
    });
  });

  test("removing the access on the provider's own page ends the grant", async () => {
    const tokens = await signIn(lab);
    const body = new URLSearchParams({ login: MAYA, password: lab.users[MAYA] ?? '' });
    expect((await fetch(lab.authServer.manageUrl, { method: 'POST', body })).status).toBe(200);
    expect(await lab.authServer.isActive(tokens.access_token)).toBe(false);
    await expect(refresh(lab, tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a scope that is left out on the consent page is not granted', async () => {
    const { access_token: accessToken, scope } = await signIn(lab, { scopes: ['imap'] });
    expect(scope?.split(' ')).not.toContain('smtp');
    await expect(send(lab, accessToken, SAMIR, 'Never sent')).rejects.toMatchObject({ responseCode: 535 });
  });

  test('a person who says no, or signs in wrongly, sends no code', async () => {
    const denied = await askForAccess(lab, { decision: 'deny' });
    expect(denied.redirected.searchParams.get('error')).toBe('access_denied');
    const wrong = await askForAccess(lab, { password: 'not it' });
    expect(wrong.redirected.origin).toBe(lab.authServer.issuer);
    const closed = await askForAccess(lab, { decision: 'close' });
    expect(closed.redirected.origin).toBe(lab.authServer.issuer);
  });

  test('it misbehaves on request: a wrong issuer, another person, a token endpoint that is down', async () => {
    const as = await discover(lab);
    lab.authServer.misbehave.iss = 'http://127.0.0.1:1';
    const { redirected, state } = await askForAccess(lab);
    expect(() => oauth.validateAuthResponse(as, client, redirected, state)).toThrow(/iss/);
    delete lab.authServer.misbehave.iss;

    lab.authServer.misbehave.signInAs = SAMIR;
    expect(oauth.getValidatedIdTokenClaims(await signIn(lab))).toMatchObject({ email: SAMIR });
    delete lab.authServer.misbehave.signInAs;

    lab.authServer.faults.push({ path: '/token', times: 1, status: 503 });
    await expect(signIn(lab)).rejects.toThrow();
    await expect(signIn(lab)).resolves.toBeDefined();
  });

  test('every token that was issued is on record and carries the canary', async () => {
    const tokens = await signIn(lab);
    const values = lab.authServer.issuedTokens.map(({ value }) => value);
    expect(values).toEqual(
      expect.arrayContaining([tokens.access_token, tokens.refresh_token, tokens.id_token]),
    );
    expect(tokens.access_token.startsWith('latchkey-canary-')).toBe(true);
    expect(new Set(values).size).toBe(values.length);
  });

  test('xdg-open starts the scripted browser, which signs in and opens the redirect', async () => {
    const opened: string[] = [];
    const listener = http.createServer((request, response) => {
      opened.push(new URL(request.url ?? '', 'http://127.0.0.1').pathname);
      response.end('You can go back to the program.');
    });
    const port = await listenOnLoopback(listener);
    const url = new URL('/auth', lab.authServer.issuer);
    url.search = new URLSearchParams({
      client_id: client.client_id,
      response_type: 'code',
      redirect_uri: `http://127.0.0.1:${port}/cb/once`,
      scope: 'openid imap smtp',
      code_challenge: await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier()),
      code_challenge_method: 'S256',
    }).toString();
    const person = browserEnvironment({
      folder: lab.run.folder('browser'),
      login: MAYA,
      password: lab.users[MAYA] ?? '',
    });
    await runFile('xdg-open', [url.href], { env: { PATH: process.env.PATH, ...person } });
    expect(opened).toEqual(['/cb/once']);
    listener.close();
  });
});

test('two labs run side by side and take only their own tokens, and nothing is left of them', async () => {
  const [one, two] = await Promise.all([
    startLab({ imapSecurity: 'starttls', smtpSecurity: 'starttls' }),
    startLab({ mechanisms: ['xoauth2', 'plain'] }),
  ]);
  const tokens = await signIn(one);
  const mine = imapClient(one, tokens.access_token, false);
  await mine.connect();
  await mine.logout();
  await send(one, tokens.access_token, SAMIR, 'By STARTTLS');
  await expect(imapClient(two, tokens.access_token).connect()).rejects.toMatchObject({
    authenticationFailed: true,
  });
  await Promise.all([one.stop(), two.stop()]);
  for (const lab of [one, two]) {
    expect(existsSync(lab.run.path)).toBe(false);
    for (const port of [lab.authServer.port, lab.dovecot.imapPort, lab.smtp.port]) {
      expect(await isListening(port)).toBe(false);
    }
  }
});

test('a process that is killed leaves no server and no folder behind', async () => {
  const program = `import { startLab } from './tests/servers/lab.mjs';
const lab = await startLab();
console.log(JSON.stringify({ path: lab.run.path, port: lab.dovecot.imapPort }));
process.kill(process.pid, 'SIGKILL');`;
  const root = new URL('../..', import.meta.url);
  const { stdout } = await runFile(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
  }).catch((error: { stdout: string }) => error);
  const { path, port } = JSON.parse(stdout) as { path: string; port: number };
  const isGone = async () => ({ folder: existsSync(path), server: await isListening(port) });
  await expect.poll(isGone, { timeout: 10_000 }).toEqual({ folder: false, server: false });
});

test('the sample mailbox arrives whole: every message, mailbox, flag and date', async () => {
  const lab = await startLab();
  const now = new Date();
  const messages = sampleMailbox({ address: MAYA, now });
  await seedMailbox(lab.dovecot, MAYA, messages);
  const imap = await secondConnection(lab, MAYA);
  for (const mailbox of ['INBOX', 'Sent', 'Archive']) {
    const expected = messages.filter((message) => message.mailbox === mailbox);
    await imap.mailboxOpen(mailbox, { readOnly: true });
    const found = await imap.fetchAll('1:*', { internalDate: true, flags: true, size: true });
    const dates = found.map(({ internalDate }) => new Date(internalDate ?? 0).getTime());
    expect(dates).toEqual(
      expected.map(({ internalDate }) => Math.floor(internalDate.getTime() / 1000) * 1000),
    );
    const isSeen = found.map(({ flags }) => flags?.has('\\Seen') === true);
    expect(isSeen).toEqual(expected.map(({ flags }) => flags.includes('\\Seen')));
  }
  await imap.logout();
  await lab.stop();
});

test('the recorder hears every HTTP request and every look-up of a name', async () => {
  const recorder = await startRecorder();
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${recorder.dnsPort}`]);
  expect(await resolver.resolve4('prefetch.tracker.example')).toEqual(['127.0.0.1']);
  expect((await fetch(`${recorder.baseUrl}/img-src`)).headers.get('content-type')).toBe('image/gif');
  expect(recorder.lookups).toEqual(['prefetch.tracker.example']);
  expect(recorder.requests).toEqual([{ method: 'GET', path: '/img-src' }]);
  await recorder.stop();
});

describe('bad certificates', () => {
  test.each([
    ['self-signed', selfSignedCertificate, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['for another host', wrongHostCertificate, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired', expiredCertificate, 'CERT_HAS_EXPIRED'],
  ])('a certificate that is %s is refused by a client that checks', async (_name, makeCertificate, code) => {
    const lab = await startLab({ makeCertificate });
    try {
      await expect(secondConnection(lab, MAYA)).rejects.toMatchObject({ code });
    } finally {
      await lab.stop();
    }
  });
});

describe('the keychain', () => {
  const run = createRunFolder();
  afterAll(() => run.remove());

  test('a program in its session stores a secret and reads it again, also after it was locked and opened', async () => {
    const keychain = await startKeychain({ run });
    await keytar(keychain, "keytar.setPassword('Latchkey test', 'maya', 'a secret')");
    expect(await keytar(keychain, "keytar.getPassword('Latchkey test', 'maya')")).toBe('"a secret"');
    await keychain.lock();
    expect(await keytar(keychain, "keytar.getPassword('Latchkey test', 'maya')")).toBe('null');
    await keychain.unlock();
    expect(await keytar(keychain, "keytar.getPassword('Latchkey test', 'maya')")).toBe('"a secret"');
    await keychain.stop();
  });

  test('a locked one refuses to store', async () => {
    const keychain = await startKeychain({ run, state: 'locked' });
    await expect(keytar(keychain, "keytar.setPassword('Latchkey test', 'maya', 'x')")).rejects.toThrow(
      /locked/,
    );
    await keychain.stop();
  });

  test('a session without a keychain says so', async () => {
    const keychain = await startKeychain({ run, state: 'no-service' });
    await expect(keytar(keychain, "keytar.getPassword('Latchkey test', 'maya')")).rejects.toThrow(
      /org.freedesktop.secrets/,
    );
    await keychain.stop();
  });
});
