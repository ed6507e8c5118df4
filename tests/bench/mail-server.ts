/**
 * A Dovecot with one user whose INBOX is a seeded corpus, its own caches warm. Writing 100,000 messages takes a minute, so a Maildir
 * is kept in the cache folder; every run gets its files as hard links, and Dovecot's index files as copies, because it changes those.
 */
import {
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { startDovecot } from '../servers/dovecot.mjs';
import { mailOwner } from '../servers/dovecot-config.mjs';
import { CORPUS_VERSION, createCorpus } from './corpus.mjs';
import type { BenchContext } from './suite.ts';

export const BENCH_USER = 'user@bench.test';
export const BENCH_PASSWORD = 'bench';
/** What a client of ours asks for each message; the floors ask the same. */
export const THREE_HEADERS = ['References', 'In-Reply-To', 'Content-Type'];

export type MailServer = {
  port: number;
  /** 0 without certificates. */
  imapsPort: number;
  /** Messages in INBOX. */
  count: number;
  stop(): Promise<void>;
};

/** A server with `count` messages; its cache has every envelope, as that of a mailbox that is in use. */
export async function startMailServer(
  context: BenchContext,
  count: number,
  certs?: { keyFile: string; certFile: string },
): Promise<MailServer> {
  const kept = join(context.cacheFolder, `maildir-${count}-${context.seed}-v${CORPUS_VERSION}`);
  if (!existsSync(kept)) makeMaildir(kept, count, context);
  const dovecot = await startDovecot({
    run: context.run,
    certs,
    passwords: { [BENCH_USER]: BENCH_PASSWORD },
  });
  const maildir = join(dovecot.folder, 'mail', BENCH_USER, 'Maildir');
  takeMaildir(kept, maildir);
  const isWarm = existsSync(join(kept, 'dovecot.index.cache'));
  if (!isWarm) context.say(`warming the server's cache of ${count} messages`);
  await readAllEnvelopes(dovecot.imapPort);
  if (!isWarm) keepIndexes(maildir, kept);
  const { imapPort, imapsPort } = dovecot;
  return { port: imapPort, imapsPort, count, stop: () => dovecot.stop() };
}

/** A client without TLS, as all floors and figures here: what is measured is not the cipher. */
export function imapFlow(port: number): ImapFlow {
  return new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: BENCH_USER, pass: BENCH_PASSWORD },
    logger: false,
    disableAutoIdle: true,
    // On loopback packing only costs.
    disableCompression: true,
  });
}

function makeMaildir(kept: string, count: number, context: BenchContext): void {
  context.say(`writing ${count} messages, kept for the next time`);
  const half = `${kept}.half`;
  rmSync(half, { recursive: true, force: true });
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(half, name), { recursive: true });
  const corpus = createCorpus({ n: count, seed: context.seed });
  const owner = mailOwner();
  for (let index = 0; index < count; index++) {
    const { flags, internalDate } = corpus.message(index);
    const sent = corpus.source(index);
    const raw = Buffer.from(sent.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    const letters = `${flags.includes('\\Flagged') ? 'F' : ''}${flags.includes('\\Seen') ? 'S' : ''}`;
    const seconds = internalDate / 1000;
    const order = String(index).padStart(7, '0');
    // With the sizes in the name (S as stored, W with CRLF) the server need not read a file to know them.
    const file = join(
      half,
      'cur',
      `${seconds}.M${order}P1.bench,S=${raw.length},W=${sent.length}:2,${letters}`,
    );
    writeFileSync(file, raw, { mode: 0o644 });
    if (owner) chownSync(file, owner.uid, owner.gid);
    utimesSync(file, seconds, seconds);
  }
  renameSync(half, kept);
}

function takeMaildir(kept: string, maildir: string): void {
  const owner = mailOwner();
  for (const folder of ['', 'cur', 'new', 'tmp']) {
    mkdirSync(join(maildir, folder), { recursive: true });
    if (owner) chownSync(join(maildir, folder), owner.uid, owner.gid);
  }
  if (owner) chownSync(join(maildir, '..'), owner.uid, owner.gid);
  for (const name of readdirSync(join(kept, 'cur'))) {
    linkOrCopy(join(kept, 'cur', name), join(maildir, 'cur', name));
  }
  for (const name of readdirSync(kept)) {
    if (name.startsWith('dovecot')) copyOwned(join(kept, name), join(maildir, name));
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system.
    copyOwned(from, to);
  }
}

function copyOwned(from: string, to: string): void {
  const owner = mailOwner();
  copyFileSync(from, to);
  if (owner) chownSync(to, owner.uid, owner.gid);
}

function keepIndexes(maildir: string, kept: string): void {
  const names = readdirSync(maildir).filter((name) =>
    /^dovecot(-uidlist|\.index(\.log|\.cache)?)$/.test(name),
  );
  // Last the one that says that they are there.
  for (const name of names.sort((a) => (basename(a) === 'dovecot.index.cache' ? 1 : -1))) {
    copyFileSync(join(maildir, name), join(kept, name));
  }
}

async function readAllEnvelopes(port: number): Promise<void> {
  const client = imapFlow(port);
  await client.connect();
  try {
    await client.mailboxOpen('INBOX', { readOnly: true });
    const query = {
      uid: true,
      envelope: true,
      bodyStructure: true,
      flags: true,
      size: true,
      internalDate: true,
    };
    for await (const _ of client.fetch('1:*', { ...query, headers: THREE_HEADERS })) {
      // Only the server's reading counts.
    }
  } finally {
    await client.logout();
  }
}
