import net from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MailError } from '../../src-main/base/errors.ts';
import type { AccessTokenSource, Authentication } from '../../src-main/sasl/authentication.ts';
import { checkSmtp } from '../../src-main/smtp/check-smtp.ts';
import { submit } from '../../src-main/smtp/submit.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { makeCertificates, selfSignedCertificate, wrongHostCertificate } from '../servers/certs.mjs';
import { boundPort, listenOnLoopback } from '../servers/net.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { startSmtp } from '../servers/smtp.mjs';
import { type Cutter, startCutter } from './smtp-cutter.ts';
import { trustAuthority } from './trust-authority.ts';

const MAYA = 'maya@lab.test';
const SOURCE = Buffer.from('From: maya@lab.test\r\nTo: bob@lab.test\r\nSubject: Hello\r\n\r\nHi Bob\r\n');
const never = new AbortController().signal;

const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let smtps: Awaited<ReturnType<typeof startSmtp>>;
let starttls: Awaited<ReturnType<typeof startSmtp>>;
let cutter: Cutter;
let distrust = () => {};
const goodTokens = new Set(['good']);
let introspectionIsDown = false;

const introspect = async (token: string) => {
  if (introspectionIsDown) throw new Error('down');
  return goodTokens.has(token) ? { active: true, username: MAYA, scope: 'imap smtp' } : { active: false };
};

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  const options = { certs, passwords: { [MAYA]: 'right' }, introspect, sizeLimit: 100_000 };
  smtps = await startSmtp({ ...options, security: 'tls' });
  starttls = await startSmtp({ ...options, security: 'starttls' });
  cutter = await startCutter(certs);
});
afterAll(async () => {
  distrust();
  await Promise.all([smtps.stop(), starttls.stop(), cutter.stop()]);
  await run.remove();
});
beforeEach(() => {
  smtps.refusals.length = 0;
  cutter.reset();
  introspectionIsDown = false;
});

const settingsOf = (server: { port: number; security?: string }): ServerSettings => ({
  host: 'localhost',
  port: server.port,
  security: server.security === 'starttls' ? 'starttls' : 'tls',
});
const password = (text = 'right'): Authentication => ({
  kind: 'password',
  user: MAYA,
  password: async () => text,
});

/** A source that gives the tokens one after the other, the next one when the last was refused. */
function tokens(...list: string[]): Authentication & { calls: string[] } {
  const calls: string[] = [];
  const token: AccessTokenSource = {
    async get() {
      calls.push('get');
      return { accessToken: list[0] ?? '', expiresAt: undefined };
    },
    invalidate(accessToken) {
      calls.push(`invalidate ${accessToken}`);
      if (list.length > 1) list.shift();
    },
  };
  return { kind: 'oauth', user: MAYA, token, calls };
}

const send = (
  server: { port: number; security?: string },
  options: Partial<Parameters<typeof submit>[0]> = {},
) =>
  submit({
    settings: settingsOf(server),
    authentication: password(),
    smtpEnvelope: { from: MAYA, to: ['bob@lab.test'] },
    source: SOURCE,
    signal: never,
    ...options,
  });
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => (error instanceof MailError ? `${error.code} ${error.retry}` : error),
  );

describe('signing in', () => {
  it('goes by implicit TLS and by STARTTLS, with a password and with a token', async () => {
    for (const server of [smtps, starttls]) {
      for (const authentication of [password(), tokens('good')]) {
        await checkSmtp(settingsOf(server), authentication, never);
        expect(server.logins.at(-1)).toMatchObject({ user: MAYA, isEncrypted: true });
      }
    }
  });

  it('renews a stale token, with a real server and with a recording one', async () => {
    await checkSmtp(settingsOf(smtps), tokens('stale', 'good'), never);
    const authentication = tokens('stale', 'good');
    cutter.replies.set('AUTH', ['334 eyJzdGF0dXMiOiI0MDEifQ==']);
    cutter.replies.set('MORE', ['535 5.7.8 no']);
    await checkSmtp(settingsOf(cutter), authentication, never);
    expect(authentication.calls).toEqual(['get', 'invalidate stale', 'get']);
    expect(cutter.connections()).toBe(1);
  });

  it('speaks OAUTHBEARER where that is all there is, and renews the token there too', async () => {
    const authentication = tokens('stale', 'good');
    cutter.replies.set('EHLO', ['250 AUTH OAUTHBEARER']);
    cutter.replies.set('AUTH', ['334 eyJzdGF0dXMiOiI0MDEifQ==']);
    cutter.replies.set('MORE', ['535 5.7.8 no']);
    await checkSmtp(settingsOf(cutter), authentication, never);
    expect(authentication.calls).toEqual(['get', 'invalidate stale', 'get']);
    const lines = cutter.wire().split('\r\n');
    const sent = lines.filter((line) => line.startsWith('AUTH OAUTHBEARER '));
    expect(sent.map((line) => Buffer.from(line.slice(17), 'base64').toString())).toEqual([
      `n,a=${MAYA},\x01host=localhost\x01port=${cutter.port}\x01auth=Bearer stale\x01\x01`,
      `n,a=${MAYA},\x01host=localhost\x01port=${cutter.port}\x01auth=Bearer good\x01\x01`,
    ]);
    expect(lines).toContain('AQ==');
  });

  it.each([
    ['535 5.7.8 no', 'login-refused after-sign-in'],
    ['454 4.7.0 later', 'server-busy later'],
    ['504 5.5.4 unknown mechanism', 'smtp-not-allowed never'],
  ])('understands OAUTHBEARER answered by %s', async (reply, expected) => {
    cutter.replies.set('EHLO', ['250 AUTH OAUTHBEARER']);
    cutter.replies.set('AUTH', [reply, reply]);
    expect(await failureOf(checkSmtp(settingsOf(cutter), tokens('good'), never))).toBe(expected);
  });

  it('asks for a new sign-in when the renewed token is refused too', async () => {
    const authentication = tokens('stale', 'stale as well');
    expect(await failureOf(checkSmtp(settingsOf(smtps), authentication, never))).toBe(
      'login-refused after-sign-in',
    );
    expect(authentication.calls.filter((call) => call === 'get')).toHaveLength(2);
  });

  it('passes on why the token source had no token', async () => {
    const ended = new MailError('grant-ended', { retry: 'after-sign-in' });
    const token: AccessTokenSource = { get: () => Promise.reject(ended), invalidate: () => {} };
    const failed = checkSmtp(settingsOf(smtps), { kind: 'oauth', user: MAYA, token }, never);
    await expect(failed).rejects.toBe(ended);
    expect(ended.code).toBe('grant-ended');
  });

  it('calls a wrong password refused, and a server that cannot ask anybody busy', async () => {
    expect(await failureOf(checkSmtp(settingsOf(smtps), password('wrong'), never))).toBe(
      'password-refused after-sign-in',
    );
    introspectionIsDown = true;
    expect(await failureOf(checkSmtp(settingsOf(smtps), tokens('good'), never))).toBe('server-busy later');
  });

  it('tells that a mailbox may not send by SMTP from a wrong login', async () => {
    const text = '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant';
    smtps.refusals.push({ command: 'AUTH', code: 535, text, times: 1 });
    expect(await failureOf(checkSmtp(settingsOf(smtps), password(), never))).toBe('smtp-not-allowed never');
  });
});

describe('a server that cannot be trusted', () => {
  it('with no TLS gets neither a name nor a password', async () => {
    const plain = await startSmtp({ security: 'none', passwords: { [MAYA]: 'right' } });
    for (const security of ['tls', 'starttls'] as const) {
      const settings = { ...settingsOf(plain), security };
      expect(await failureOf(checkSmtp(settings, password(), never))).toBe('tls-missing never');
    }
    expect(plain.logins).toEqual([]);
    await plain.stop();
  });

  it('is refused when its certificate is of nobody known or of another host, with TLS and with STARTTLS', async () => {
    const cases = [
      [await selfSignedCertificate(certs), 'tls-untrusted never'],
      [await wrongHostCertificate(certs), 'tls-wrong-host never'],
    ] as const;
    for (const [certificate, expected] of cases) {
      for (const security of ['tls', 'starttls'] as const) {
        const server = await startSmtp({ security, certs: certificate, passwords: { [MAYA]: 'right' } });
        for (const host of ['localhost', '127.0.0.1']) {
          const failed = checkSmtp({ ...settingsOf(server), host }, password(), never);
          expect(await failureOf(failed)).toBe(expected);
        }
        expect(server.logins).toEqual([]);
        await server.stop();
      }
    }
  });

  it('says nothing in clear to one that slips answers in before TLS begins', async () => {
    let clear = '';
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.write('220 hello\r\n');
      socket.on('data', (bytes) => {
        clear += bytes.toString('latin1');
        if (clear.endsWith('STARTTLS\r\n'))
          socket.write('220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n235 in\r\n250 ok\r\n');
        else if (/^EHLO .*\r\n$/.test(clear)) socket.write('250-here\r\n250 STARTTLS\r\n');
        else socket.destroy();
      });
    });
    const port = await listenOnLoopback(server);
    const settings = { ...settingsOf({ port }), security: 'starttls' as const };
    const failed = await failureOf(send({ port, security: 'starttls' }));
    expect(failed).toMatch(/^(?:protocol-error|tls-failed|connection-lost) /);
    expect(await failureOf(checkSmtp(settings, password(), never))).toBe(failed);
    expect(clear).toMatch(/^EHLO \[127\.0\.0\.1\]\r\nSTARTTLS\r\n/);
    expect(clear).not.toMatch(/AUTH|MAIL|maya|Subject/i);
    await new Promise((resolve) => server.close(resolve));
  });

  it('is told apart from one that is not there', async () => {
    const server = net.createServer();
    const port = await listenOnLoopback(server);
    expect(boundPort(server)).toBe(port);
    await new Promise((resolve) => server.close(resolve));
    expect(await failureOf(checkSmtp(settingsOf({ port }), password(), never))).toBe(
      'connection-refused later',
    );
  });

  it('that hangs up before its greeting counts as a lost connection', async () => {
    const server = net.createServer((socket) => socket.destroy());
    const port = await listenOnLoopback(server);
    const settings = { ...settingsOf({ port }), security: 'starttls' as const };
    expect(await failureOf(checkSmtp(settings, password(), never))).toBe('connection-lost later');
    await new Promise((resolve) => server.close(resolve));
  });

  it('that never says anything is left when the person gives up', async () => {
    const server = net.createServer();
    const port = await listenOnLoopback(server);
    const giveUp = new AbortController();
    server.on('connection', () => giveUp.abort(new Error('given up')));
    const settings = { ...settingsOf({ port }), security: 'starttls' as const };
    await expect(checkSmtp(settings, password(), giveUp.signal)).rejects.toThrow('given up');
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('submitting', () => {
  it('hands over the very bytes, to all recipients', async () => {
    const to = ['bob@lab.test', 'eve@bücher.test'];
    const refused = await send(smtps, { smtpEnvelope: { from: MAYA, to }, authentication: tokens('good') });
    expect(refused).toEqual({ refused: [] });
    const message = smtps.messages.at(-1);
    expect(message?.raw.equals(SOURCE)).toBe(true);
    expect(message?.user).toBe(MAYA);
  });

  it('writes a domain in punycode, and wants SMTPUTF8 for a name outside ASCII', async () => {
    await send(cutter, { smtpEnvelope: { from: MAYA, to: ['eve@bücher.test'] } });
    expect(cutter.wire()).toContain('RCPT TO:<eve@xn--bcher-kva.test>\r\n');
    const failed = send(cutter, { smtpEnvelope: { from: MAYA, to: ['änne@lab.test'] } });
    expect(await failureOf(failed)).toBe('address-not-sendable never');
    await expect(failed).rejects.toMatchObject({ detail: { address: 'änne@lab.test' } });
    cutter.replies.set('EHLO', ['250-AUTH PLAIN\r\n250 SMTPUTF8']);
    await send(cutter, { smtpEnvelope: { from: MAYA, to: ['änne@lab.test'] } });
    expect(cutter.wire()).toMatch(/MAIL FROM:<maya@lab.test> SMTPUTF8/);
    expect(cutter.received).toHaveLength(2);
  });

  it('asks for delivery notices where the server can give them, and nowhere else', async () => {
    await send(cutter, { deliveryNotice: 'f00-ba4' });
    expect(cutter.wire()).not.toMatch(/NOTIFY|ENVID|RET=/);
    cutter.reset();
    cutter.replies.set('EHLO', ['250-AUTH PLAIN\r\n250 DSN']);
    await send(cutter, { deliveryNotice: 'f00-ba4' });
    expect(cutter.wire()).toMatch(/MAIL FROM:<maya@lab.test>.* RET=HDRS ENVID=f00-ba4\r\n/);
    expect(cutter.wire()).toContain('RCPT TO:<bob@lab.test> NOTIFY=SUCCESS,FAILURE,DELAY\r\n');
  });

  it('tells what the server takes, says 8BITMIME where it is offered, and sends reports from nobody', async () => {
    const offers: unknown[] = [];
    const onOffer = (offer: unknown) => offers.push(offer);
    await send(cutter, { onOffer, source: Buffer.from('Subject: x\r\n\r\nü\r\n') });
    expect(cutter.wire()).not.toContain('8BITMIME');
    cutter.replies.set('EHLO', ['250-AUTH PLAIN\r\n250-8BITMIME\r\n250 SMTPUTF8']);
    const source = Buffer.from('Subject: x\r\n\r\nü\r\n');
    await send(cutter, { onOffer, source, smtpEnvelope: { from: '', to: ['bob@lab.test'] } });
    expect(cutter.wire()).toMatch(/MAIL FROM:<>.*BODY=8BITMIME/);
    expect(offers).toEqual([
      { messageSize: 30_000_000, takesUtf8Addresses: false },
      { messageSize: 30_000_000, takesUtf8Addresses: true },
    ]);
  });

  it('names the recipients that were refused while others were taken', async () => {
    smtps.refusals.push({
      command: 'RCPT',
      code: 550,
      text: '5.1.1 no such user',
      times: 1,
      address: 'eve@bücher.test',
    });
    smtps.refusals.push({
      command: 'RCPT',
      code: 550,
      text: '5.1.1 no',
      times: 1,
      address: 'eve@xn--bcher-kva.test',
    });
    const to = ['bob@lab.test', 'eve@bücher.test'];
    expect(await send(smtps, { smtpEnvelope: { from: MAYA, to } })).toEqual({ refused: ['eve@bücher.test'] });
  });

  it.each([
    ['RCPT', '550 5.1.1 no such user', 'recipients-refused never'],
    ['RCPT', '451 4.7.1 greylisted', 'server-busy later'],
    ['MAIL', '553 5.7.1 not yours', 'sender-refused never'],
    ['MAIL', '452 4.3.1 no space', 'server-busy later'],
    ['MAIL', '552 5.3.4 too big', 'message-too-large never'],
    ['DATA', '451 4.3.0 later', 'server-busy later'],
    ['DOT', '552 5.3.4 too big', 'message-too-large never'],
    ['DOT', '552 5.2.2 5.3.4 too big', 'message-too-large never'],
    ['DOT', '554 5.3.4 too big', 'message-too-large never'],
    ['DOT', '554 5.7.1 spam', 'message-refused never'],
    ['DOT', '554 5.2.252 SendAsDenied; maya not allowed', 'sender-refused never'],
    ['DOT', '550 5.4.5 daily limit', 'server-busy later'],
    ['DOT', '421 4.3.2 shutting down', 'server-busy later'],
  ] as const)('understands %s answered by %s', async (verb, reply, expected) => {
    cutter.replies.set(verb, [reply]);
    expect(await failureOf(send(cutter))).toBe(expected);
  });

  it.each([
    ['RCPT', 550, 'recipients-refused never'],
    ['MAIL', 550, 'sender-refused never'],
    ['DATA', 552, 'message-too-large never'],
    ['DATA', 451, 'server-busy later'],
  ] as const)('understands a real server that answers %s with %i', async (command, code, expected) => {
    smtps.refusals.push({ command, code, text: 'no', times: 1 });
    const before = smtps.messages.length;
    expect(await failureOf(send(smtps))).toBe(expected);
    expect(smtps.messages).toHaveLength(before);
  });

  it('sends nothing that is larger than the server says it takes', async () => {
    const source = Buffer.concat([SOURCE, Buffer.alloc(200_000, 'x')]);
    expect(await failureOf(send(smtps, { source }))).toBe('message-too-large never');
  });

  it.each([
    'a@b.test>\r\nRCPT TO:<eve@evil.test',
    'a\r\nDATA@b.test',
    'a@b\u2028c.test',
    'a b@c.test',
    'a@b.test\0',
    '',
  ])('lets no command in by the address %j', async (address) => {
    const logins = smtps.logins.length;
    const failed = send(smtps, { smtpEnvelope: { from: MAYA, to: ['bob@lab.test', address] } });
    expect(await failureOf(failed)).toBe('recipient-invalid never');
    expect(smtps.logins).toHaveLength(logins);
  });

  it('makes one message of every body, whatever stands in its lines', async () => {
    const body = '.\n.\r\n\r.\r\n.\r.\r\n..\r\n\n.\r\nMAIL FROM:<eve@evil.test>\r\n\r\n.\n\rQUIT\r\n';
    const source = Buffer.from(`Subject: dots\r\n\r\n${body}`);
    const before = smtps.messages.length;
    await send(smtps, { source });
    expect(smtps.messages).toHaveLength(before + 1);
    expect(smtps.messages.at(-1)?.text).toBe(source.toString().replace(/\r\n|\r|\n/g, '\r\n'));
  });
});

describe('a broken link', () => {
  it.each([
    ['envelope', 'connection-lost later', 0],
    ['message', 'connection-lost later', 1],
    ['after-dot', 'submission-unknown never', 1],
  ] as const)('at %s is %s', async (place, expected, begun) => {
    cutter.cutAt(place);
    let started = 0;
    // Larger than what fits into the buffers on the way, so that "message" is in the middle.
    const size = place === 'message' ? 12_000_000 : 10_000;
    const source = Buffer.concat([SOURCE, Buffer.alloc(size, `${'x'.repeat(70)}\r\n`)]);
    const failed = send(cutter, {
      source,
      beforeData: () => {
        started += 1;
      },
    });
    expect(await failureOf(failed)).toBe(expected);
    expect(started).toBe(begun);
  });

  it('lets nothing of the message out when the caller changes its mind before the first byte', async () => {
    const failed = send(cutter, {
      beforeData: () => {
        throw new MailError('busy');
      },
    });
    expect(await failureOf(failed)).toBe('busy never');
    expect(cutter.wire()).toContain('DATA\r\n');
    expect(cutter.received.some((message) => message.includes('Hi Bob'))).toBe(false);
    expect(cutter.wire()).not.toContain('Subject: Hello');
  });

  it('by the person in the middle of the message leaves it undelivered', async () => {
    const giveUp = new AbortController();
    const source = Buffer.concat([SOURCE, Buffer.alloc(12_000_000, `${'y'.repeat(70)}\r\n`)]);
    const failed = send(cutter, {
      source,
      signal: giveUp.signal,
      beforeData: () => giveUp.abort(new Error('stop')),
    });
    await expect(failed).rejects.toThrow('stop');
    expect(cutter.received.some((message) => message.includes('yyyy'))).toBe(false);
  });
});
