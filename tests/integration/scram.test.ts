/** Passwords proved by SCRAM: on IMAP with a real Dovecot, on SMTP with a scripted server that asks the same Dovecot. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MailError } from '../../src-main/base/errors.ts';
import { createLog } from '../../src-main/base/log.ts';
import { checkImap } from '../../src-main/imap/check-imap.ts';
import { createImapWorker } from '../../src-main/imap/imap-worker-client.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import { checkSmtp } from '../../src-main/smtp/check-smtp.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { authenticateByDovecot } from '../servers/dovecot-auth.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { startScriptedImap } from '../servers/scripted-imap.mjs';
import { type ScriptedSmtp, startScriptedSmtp } from '../servers/scripted-smtp.mjs';
import { buildImapWorker } from './built-imap-worker.ts';
import { localhost, passwordOf } from './imap-lab.ts';
import { trustAuthority } from './trust-authority.ts';

const MAYA = 'maya@lab.test';
const SAMIR = 'samir@lab.test';
const PASSWORD = 'grün & "quoted" \\ password';
const signal = new AbortController().signal;
const log = createLog(() => {});

const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let smtp: ScriptedSmtp;
let distrust: () => void;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  const plain = await startDovecot({ run, certs, passwords: {} });
  // Hashed as a provider keeps it: the password itself is not on the server.
  const hashed = (await plain.doveadm('pw', '-s', 'SCRAM-SHA-256', '-p', PASSWORD)).trim();
  await plain.stop();
  dovecot = await startDovecot({
    run,
    certs,
    passwords: { [MAYA]: hashed, [SAMIR]: PASSWORD },
    mechanisms: ['plain', 'login', 'scram-sha-1', 'scram-sha-256'],
  });
  smtp = await startScriptedSmtp({
    certs,
    capabilities: ['SIZE 1000000', 'AUTH PLAIN SCRAM-SHA-1 SCRAM-SHA-256'],
    authenticate: authenticateByDovecot(dovecot.authSocket),
  });
});
afterAll(async () => {
  distrust?.();
  await smtp?.stop();
  await run.remove();
});
beforeEach(() => smtp.reset());

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) =>
      error instanceof MailError ? [error.code, error.detail?.problem].filter(Boolean).join(' ') : error,
  );
/** A password with a memory of the servers that have offered SCRAM. */
const remembering = (known: string[]): Authentication & { kind: 'password' } => ({
  kind: 'password',
  user: MAYA,
  password: async () => PASSWORD,
  scram: { isKnown: (host) => known.includes(host), note: (host) => void known.push(host) },
});
const encode = (text: string) => Buffer.from(text).toString('base64');

describe('IMAP', () => {
  it('proves the password to Dovecot, and never sends it', async () => {
    for (const user of [MAYA, SAMIR]) {
      const before = dovecot.log().length;
      const connection = await openImap({
        settings: localhost(dovecot.imapsPort),
        authentication: passwordOf(user, PASSWORD),
        signal,
        log,
      });
      expect((await connection.listMailboxes()).length).toBeGreaterThan(0);
      connection.close();
      const said = `Login: user=<${user}>, method=SCRAM-SHA-256`;
      await expect.poll(() => dovecot.log().slice(before)).toContain(said);
    }
  });

  it('goes after STARTTLS too', async () => {
    await checkImap(localhost(dovecot.imapPort, 'starttls'), passwordOf(MAYA, PASSWORD), signal);
    await expect.poll(() => dovecot.log()).toMatch(/Login: user=<maya@lab.test>, method=SCRAM-SHA-256.*TLS/);
  });

  it('tells a wrong password', async () => {
    const failed = checkImap(localhost(dovecot.imapsPort), passwordOf(MAYA, 'wrong'), signal);
    expect(await failureOf(failed)).toBe('password-refused');
  });

  it('gives no password to a server that has offered SCRAM before and does so no more', async () => {
    const known: string[] = [];
    await checkImap(localhost(dovecot.imapsPort), remembering(known), signal);
    expect(known).toEqual(['localhost']);
    for (const capabilities of ['IMAP4rev1 SASL-IR AUTH=PLAIN', 'IMAP4rev1', 'IMAP4rev1 AUTH=LOGIN']) {
      const liar = await startScriptedImap({ certs, capabilities });
      const failed = checkImap(localhost(liar.port), remembering(known), signal);
      expect(await failureOf(failed)).toBe('server-unproven mechanism');
      expect(liar.lines.join('\n')).not.toMatch(/AUTHENTICATE|LOGIN/);
      // Without the memory it is a server as any other.
      await checkImap(localhost(liar.port), passwordOf(MAYA, PASSWORD), signal);
      await liar.stop();
    }
  });

  it('remembers it for connections in the worker, too', async () => {
    const worker = createImapWorker({ workerPath: await buildImapWorker(run.folder('worker'), certs.ca) });
    const known: string[] = [];
    const open = (port: number) =>
      openImap({ settings: localhost(port), authentication: remembering(known), signal, log, worker });
    (await open(dovecot.imapsPort)).close();
    expect(known).toEqual(['localhost']);
    const liar = await startScriptedImap({ certs, capabilities: 'IMAP4rev1 SASL-IR AUTH=PLAIN' });
    expect(await failureOf(open(liar.port))).toBe('server-unproven mechanism');
    await Promise.all([liar.stop(), worker.close()]);
  });

  it.each([
    ['lets everybody in at once', () => 'OK in', 'server-unproven signature'],
    [
      'asks for nothing but the first message',
      (ask: (line: string) => void) => {
        ask('');
        return 'OK in';
      },
      'server-unproven nonce',
    ],
    ['refuses before anything was proved', () => 'NO [AUTHENTICATIONFAILED] no', 'password-refused'],
    ['can do no more', () => 'NO [UNAVAILABLE] later', 'server-busy'],
  ])('believes no server that %s', async (_, answer, expected) => {
    const capabilities = 'IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256';
    const liar = await startScriptedImap({ certs, capabilities });
    liar.script(/^AUTHENTICATE/, ({ session }) => answer((line) => session.socket.write(`+ ${line}\r\n`)));
    const failed = checkImap(localhost(liar.port), passwordOf(MAYA, PASSWORD), signal);
    expect(await failureOf(failed)).toBe(expected);
    expect(liar.lines.join('\n')).not.toMatch(/AUTHENTICATE PLAIN|LOGIN/);
    expect(liar.lines.join('\n')).not.toContain(encode(PASSWORD));
    await liar.stop();
  });
});

describe('SMTP', () => {
  it('proves the password to Dovecot behind the server, and never sends it', async () => {
    for (const user of [MAYA, SAMIR])
      await checkSmtp(localhost(smtp.port), passwordOf(user, PASSWORD), signal);
    expect(smtp.commands.filter((line) => line.startsWith('AUTH SCRAM-SHA-256 '))).toHaveLength(2);
    expect(smtp.commands.join('\n')).not.toContain(encode(`\0${MAYA}\0${PASSWORD}`));
  });

  it('tells a wrong password', async () => {
    const failed = checkSmtp(localhost(smtp.port), passwordOf(MAYA, 'wrong'), signal);
    expect(await failureOf(failed)).toBe('password-refused');
  });

  it('gives no password to a server that has offered SCRAM before and does so no more', async () => {
    const known: string[] = [];
    await checkSmtp(localhost(smtp.port), remembering(known), signal);
    expect(known).toEqual(['localhost']);
    const liar = await startScriptedSmtp({ certs });
    expect(await failureOf(checkSmtp(localhost(liar.port), remembering(known), signal))).toBe(
      'server-unproven mechanism',
    );
    expect(liar.commands.join('\n')).not.toMatch(/AUTH/);
    await liar.stop();
  });

  it.each([
    ['lets everybody in at once', async () => true, 'server-unproven signature'],
    [
      'asks for too little work',
      async (first: string, ask: (text: string) => Promise<string>) => {
        const nonce = /r=(.*)$/.exec(Buffer.from(first, 'base64').toString())?.[1] ?? '';
        await ask(encode(`r=${nonce}x,s=${encode('salt')},i=1`));
        return false;
      },
      'server-unproven iterations',
    ],
    [
      'cannot sign',
      async (first: string, ask: (text: string) => Promise<string>) => {
        const nonce = /r=(.*)$/.exec(Buffer.from(first, 'base64').toString())?.[1] ?? '';
        await ask(encode(`r=${nonce}x,s=${encode('salt')},i=4096`));
        await ask(encode(`v=${encode('no signature of the right length')}`));
        return true;
      },
      'server-unproven signature',
    ],
  ])('believes no server that %s', async (_, decide, expected) => {
    const liar = await startScriptedSmtp({
      certs,
      capabilities: ['AUTH PLAIN SCRAM-SHA-256'],
      authenticate: (_mechanism, first = '', ask) => decide(first, ask),
    });
    expect(await failureOf(checkSmtp(localhost(liar.port), passwordOf(MAYA, PASSWORD), signal))).toBe(
      expected,
    );
    expect(liar.commands.join('\n')).not.toContain('AUTH PLAIN');
    await liar.stop();
  });

  it('binds the proof to the TLS connection, and does without where the server knows no such binding', async () => {
    const mechanisms: string[] = [];
    const byDovecot = authenticateByDovecot(dovecot.authSocket);
    const server = await startScriptedSmtp({
      certs,
      capabilities: ['AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS'],
      authenticate: async (mechanism, first, ask) => {
        mechanisms.push(
          `${mechanism} ${
            Buffer.from(first ?? '', 'base64')
              .toString()
              .split(',')[0]
          }`,
        );
        return mechanism.endsWith('-PLUS') ? false : byDovecot(mechanism, first, ask);
      },
    });
    await checkSmtp(localhost(server.port), passwordOf(MAYA, PASSWORD), signal);
    expect(mechanisms).toEqual(['SCRAM-SHA-256-PLUS p=tls-exporter', 'SCRAM-SHA-256 n']);
    await server.stop();
  });
});
