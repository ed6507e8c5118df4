// @ts-check
// A private Dovecot (IMAP): own folder, own ports, several side by side. It needs the package
// dovecot-imapd and nothing of the system's Dovecot configuration.
import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dovecotConfig, mailOwner, oauthConfig } from './dovecot-config.mjs';
import { writeMaildir } from './maildir.mjs';
import { freePort } from './net.mjs';
import { endProcess } from './run-folder.mjs';

const runFile = promisify(execFile);
const TRIES = 3; // a port that was free may be taken by the time Dovecot binds it

/** @typedef {Awaited<ReturnType<typeof startDovecot>>} Dovecot */
/** @typedef {"plain" | "login" | "xoauth2" | "oauthbearer" | "scram-sha-1" | "scram-sha-256"} ImapMechanism */
/**
 * @typedef {object} DovecotOptions
 * @property {import("./run-folder.mjs").RunFolder} run
 * @property {{ keyFile: string, certFile: string } | undefined} certs undefined: a server without TLS
 * @property {Record<string, string>} passwords address → password, or what `doveadm pw -s SCRAM-SHA-256` makes of it
 * @property {string} [introspectionUrl] without it there is no OAuth
 * @property {ImapMechanism[]} [mechanisms]
 * @property {boolean} [hasImplicitTls] false: STARTTLS only
 * @property {string} [capability] announced after login instead of Dovecot's own, to take extensions away
 * @property {string} [extra] more lines of configuration
 */

/**
 * Starts Dovecot and resolves when it listens.
 * @param {DovecotOptions} options
 */
export async function startDovecot(options) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (attempt === TRIES || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

/** @param {DovecotOptions} options */
async function startOnce({
  run,
  certs,
  passwords,
  introspectionUrl,
  mechanisms = ['plain', 'login', 'xoauth2', 'oauthbearer'],
  hasImplicitTls = true,
  capability,
  extra = '',
}) {
  const imapPort = await freePort();
  const imapsPort = certs && hasImplicitTls ? await freePort() : 0;
  const folder = run.folder(`imap${imapPort}`);
  for (const name of ['run', 'state', 'mail']) mkdirSync(join(folder, name), { mode: 0o755 });
  chmodSync(join(folder, 'mail'), 0o777); // a home is made by the mail user
  const configFile = join(folder, 'dovecot.conf');
  writeFileSync(
    join(folder, 'users'),
    Object.entries(passwords)
      .map(
        ([user, password]) => `${user}:${password.startsWith('{SCRAM') ? '' : '{PLAIN}'}${password}::::::\n`,
      )
      .join(''),
  );
  if (introspectionUrl !== undefined) {
    writeFileSync(join(folder, 'oauth2.conf'), oauthConfig(introspectionUrl), { mode: 0o600 });
  }
  writeFileSync(
    configFile,
    dovecotConfig({
      folder,
      imapPort,
      imapsPort,
      certs,
      capability,
      extra,
      hasOauth: introspectionUrl !== undefined,
      mechanisms:
        introspectionUrl === undefined ? mechanisms.filter((name) => !name.includes('oauth')) : mechanisms,
    }),
  );

  const child = spawn('dovecot', ['-F', '-c', configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
  });
  run.own(child);
  let log = '';
  await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (log.includes('starting up for imap')) resolve(undefined); // said after the ports are bound
    });
    child.once('error', (error) =>
      reject(new Error('Dovecot cannot be started. Is dovecot-imapd installed?', { cause: error })),
    );
    child.once('exit', (code) => reject(new Error(`Dovecot ended with ${code}: ${log}`)));
  });

  await greeting(imapPort);

  const owner = mailOwner();
  /** @param {string} user */
  const maildir = (user) => {
    const home = join(folder, 'mail', user);
    mkdirSync(home, { recursive: true });
    if (owner) chownSync(home, owner.uid, owner.gid);
    return join(home, 'Maildir');
  };
  /** @param {string[]} args */
  const doveadm = async (...args) => (await runFile('doveadm', ['-c', configFile, ...args])).stdout;

  return {
    imapPort,
    imapsPort,
    passwords,
    folder,
    /** Where others ask this server whether somebody is who they say (see dovecot-auth.mjs). */
    authSocket: join(folder, 'run', 'auth-client'),
    log: () => log,
    /** Runs doveadm against this instance; answers what it prints. */
    doveadm,
    /** Cuts the user's sessions off, as a server does that is told of a revoked token. @param {string} user */
    kick: (user) => doveadm('kick', user),
    /**
     * Puts messages into the user's mailboxes; a client in IDLE hears of them.
     * @param {string} user
     * @param {readonly import("./maildir.mjs").StoredMessage[]} messages
     */
    async store(user, messages) {
      writeMaildir(maildir(user), messages, owner);
      const known = new Set(['INBOX', 'Drafts', 'Sent', 'Archive', 'Junk', 'Trash']);
      const others = new Set(
        messages.map(({ mailbox = 'INBOX' }) => mailbox).filter((name) => !known.has(name)),
      );
      if (others.size > 0) await doveadm('mailbox', 'subscribe', '-u', user, ...others);
    },
    stop: () => endProcess(child),
  };
}

/**
 * Fills the mailboxes of one user before a test or the demo.
 * @param {Dovecot} dovecot
 * @param {string} user
 * @param {readonly import("./maildir.mjs").StoredMessage[]} messages
 */
export function seedMailbox(dovecot, user, messages) {
  return dovecot.store(user, messages);
}

/**
 * Resolves when the server greets. By then its helpers have read their configuration; a Dovecot that is
 * stopped before that needs 5 s to end.
 * @param {number} port
 * @returns {Promise<void>}
 */
function greeting(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
  });
}
