import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailError } from '../../src-main/base/errors.ts';
import { createLog } from '../../src-main/base/log.ts';
import type { FetchedEnvelope } from '../../src-main/imap/fetched.ts';
import { createImapWorker, type ImapWorker } from '../../src-main/imap/imap-worker-client.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { type ScriptedImap, startScriptedImap } from '../servers/scripted-imap.mjs';
import { buildImapWorker } from './built-imap-worker.ts';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { trustAuthority } from './trust-authority.ts';

const USER = 'maya@lab.test';
const PASSWORD = 'a password for maya';
const COUNT = 1_000;
const signal = new AbortController().signal;
const lines: string[] = [];
const log = createLog((line) => lines.push(line));
const authentication = passwordOf(USER, PASSWORD);

const run = createRunFolder();
let dovecot: Dovecot;
let scripted: ScriptedImap;
let workerPath: string;
let worker: ImapWorker;
let distrust: () => void;

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  [dovecot, scripted, workerPath] = await Promise.all([
    startDovecot({ run, certs, passwords: { [USER]: PASSWORD } }),
    startScriptedImap({ certs }),
    buildImapWorker(run.folder('worker'), certs.ca),
  ]);
  const messages = Array.from({ length: COUNT }, (_, index) => ({
    raw: rawMessage({ id: `m${index}@lab.test`, subject: `Message ${index}` }),
  }));
  await dovecot.store(USER, messages);
  worker = createImapWorker({ workerPath });
});
afterAll(async () => {
  await worker?.close();
  await scripted?.stop();
  distrust?.();
  await run.remove();
});

const open = (options: Partial<Parameters<typeof openImap>[0]> = {}) =>
  openImap({ settings: localhost(dovecot.imapsPort), authentication, signal, log, worker, ...options });

const errorOf = (task: Promise<unknown>) =>
  task.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a connection in the worker', () => {
  it('answers as one of this thread does', async () => {
    const here = await openImap({ settings: localhost(dovecot.imapsPort), authentication, signal, log });
    const there = await open();
    try {
      expect(there.capabilities).toEqual(here.capabilities);
      expect(there.host).toBe('localhost');
      expect(await there.listMailboxes()).toEqual(await here.listMailboxes());
      expect(there.openPath()).toBeUndefined();
      expect(await there.selectMailbox('INBOX')).toEqual(await here.selectMailbox('INBOX'));
      expect(there.openPath()).toBe('INBOX');
      const uids = await here.existingUids(1, COUNT);
      expect(await there.existingUids(1, COUNT)).toEqual(uids);
      expect(await there.fetchNewest(3)).toEqual(await here.fetchNewest(3));
      expect(await there.fetchFlags(1, 5)).toEqual(await here.fetchFlags(1, 5));
      const [source] = await there.fetchSources([1]);
      expect(Buffer.from(source?.source ?? []).toString()).toContain('Message-ID: <m0@lab.test>');
      expect(lines.filter((line) => line.includes('imap.opened'))).toHaveLength(2);
    } finally {
      here.close();
      there.close();
    }
    expect(there.isOpen()).toBe(false);
  });

  it('hands envelopes on in batches, and reads no further ahead than a few of them', async () => {
    const connection = await open();
    await connection.openMailbox('INBOX');
    const uids = Array.from({ length: COUNT }, (_, index) => index + 1);
    const batches: FetchedEnvelope[][] = [];
    let atOnce = 0;
    await connection.streamEnvelopes(uids, async (batch) => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      batches.push(batch);
      atOnce -= 1;
    });
    expect(batches.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(200);
    expect(new Set(batches.flat().map(({ uid }) => uid)).size).toBe(COUNT);
    expect(batches[0]?.map(({ uid }) => uid)).toEqual(
      batches[0]?.map(({ uid }) => uid).toSorted((a, b) => b - a),
    );
    connection.close();
  });

  it('throws what the taker of a batch threw, and goes on working', async () => {
    const connection = await open();
    await connection.openMailbox('INBOX');
    const thrown = new MailError('disk-full', { retry: 'later' });
    let batches = 0;
    const error = await errorOf(
      connection.streamEnvelopes([1, 2, 3], async () => {
        batches += 1;
        throw thrown;
      }),
    );
    expect(error).toBe(thrown);
    expect(batches).toBe(1);
    expect(await connection.fetchNewest(1)).toHaveLength(1);
    connection.close();
  });

  it('brings a message in pieces to a function here', async () => {
    const connection = await open();
    await connection.openMailbox('INBOX');
    const pieces: [number, string][] = [];
    const size = await connection.fetchSource(1, {
      onChunk: (chunk, at) => void pieces.push([at, Buffer.from(chunk).toString()]),
    });
    expect(pieces).toHaveLength(1);
    expect(pieces[0]?.[1]).toContain('Message-ID: <m0@lab.test>');
    expect(size).toBe(pieces[0]?.[1].length);
    connection.close();
  });

  it('fails with the same errors, their details included', async () => {
    const connection = await open();
    const error = await errorOf(connection.openMailbox('No such mailbox'));
    expect(error).toBeInstanceOf(MailError);
    expect(error).toMatchObject({ code: 'mailbox-missing', detail: { host: 'localhost' } });
    connection.close();
    await expect(connection.fetchNewest(1)).rejects.toMatchObject({
      code: 'connection-lost',
      retry: 'later',
    });
    expect(await connection.probe(100)).toBe(false);
    const wrong = open({ authentication: passwordOf(USER, 'wrong') });
    await expect(wrong).rejects.toMatchObject({ code: 'password-refused', retry: 'after-sign-in' });
  });

  it('asks for access tokens when it needs them, and tells of one that was refused', async () => {
    const given: string[] = [];
    const invalidated: string[] = [];
    const oauth: Authentication = {
      kind: 'oauth',
      user: USER,
      token: {
        get: async () => {
          given.push(`token-${given.length}`);
          return { accessToken: given.at(-1) ?? '', expiresAt: undefined };
        },
        invalidate: (accessToken) => void invalidated.push(accessToken),
      },
    };
    scripted.setGreeting('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready');
    scripted.script(/^AUTHENTICATE/, 'NO [AUTHENTICATIONFAILED] no', 2);
    const refused = open({ settings: localhost(scripted.port), authentication: oauth });
    await expect(refused).rejects.toMatchObject({ code: 'login-refused', retry: 'after-sign-in' });
    expect(given).toEqual(['token-0', 'token-1']);
    expect(invalidated).toEqual(['token-0']);
    expect(lines.join()).not.toContain('token-');
  });

  it('tells news and its end', async () => {
    const connection = await open();
    await connection.openMailbox('INBOX');
    const news = new Promise<void>((resolve) => connection.onNews(resolve));
    connection.idle();
    await dovecot.store(USER, [{ raw: rawMessage({ id: 'news@lab.test', subject: 'News' }) }]);
    await news;
    const closed = new Promise<void>((resolve) => connection.onClose(resolve));
    await dovecot.kick(USER);
    await closed;
    expect(connection.isOpen()).toBe(false);
  });

  it('gives up a login that is aborted, with the reason', async () => {
    scripted.setGreeting('');
    const controller = new AbortController();
    const opening = open({ settings: localhost(scripted.port), signal: controller.signal });
    await expect.poll(() => scripted.openConnections()).toBe(1);
    controller.abort(new MailError('sign-in-cancelled'));
    await expect(opening).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    await expect.poll(() => scripted.openConnections()).toBe(0);
  });

  it('is lost when the thread dies, and the next one is opened in a new thread', async () => {
    const dying = join(run.path, 'worker', 'dying-worker.mjs');
    writeFileSync(
      dying,
      `import { parentPort } from 'node:worker_threads';
await import('./trusting-worker.mjs');
parentPort.on('message', ({ name }) => { if (name === 'mailboxStatus') throw new Error('dies'); });
`,
    );
    const mortal = createImapWorker({ workerPath: dying });
    const first = await open({ worker: mortal });
    const closed = new Promise<void>((resolve) => first.onClose(resolve));
    const error = errorOf(first.mailboxStatus('INBOX'));
    expect(await error).toMatchObject({ code: 'connection-lost', retry: 'later' });
    await closed;
    expect(first.isOpen()).toBe(false);
    const second = await open({ worker: mortal });
    expect(await second.openMailbox('INBOX')).toMatchObject({ uidNext: expect.any(Number) });
    await mortal.close();
    expect(second.isOpen()).toBe(false);
    await expect(open({ worker: mortal })).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('is started with neither arguments nor environment', async () => {
    const telling = join(run.path, 'worker', 'telling-worker.mjs');
    writeFileSync(
      telling,
      `import { parentPort, workerData } from 'node:worker_threads';
parentPort.once('message', (message) => {
  parentPort.postMessage({ kind: 'log', id: message.id, level: 'info', event: 'start', facts: {
    said: JSON.stringify([process.argv.slice(2), Object.keys(process.env), process.execArgv, workerData, message]) } });
  parentPort.postMessage({ kind: 'refused', id: message.id, error: { code: 'offline', retry: 'later' } });
});
`,
    );
    const told = createImapWorker({ workerPath: telling });
    const said: string[] = [];
    const own = createLog((line) => said.push(line));
    await expect(open({ worker: told, log: own })).rejects.toMatchObject({ code: 'offline' });
    expect(said.join()).toContain('[[],[],[],null,');
    expect(said.join()).not.toContain(PASSWORD);
    await told.close();
  });
});
