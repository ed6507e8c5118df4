// @ts-check
// Other mail programs on the same machine, the same mail and the same server: isync's mbsync, mu and notmuch, as Debian packs them.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDebianLike } from '../../scripts/lib/ensure-system.mjs';

const PACKAGES = { mbsync: 'isync', mu: 'maildir-utils', notmuch: 'notmuch' };

/** Installs what is missing (as root on Debian and its kin), or says what a person has to do. */
export function ensurePeers() {
  const missing = Object.entries(PACKAGES)
    .filter(([program]) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined)
    .map(([, name]) => name);
  if (missing.length === 0) return;
  const line = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (!isDebianLike() || process.getuid?.() !== 0) {
    throw new Error(`The other mail programs are not here. On Debian or Ubuntu: sudo ${line}`);
  }
  const { status, stderr } = spawnSync(
    'apt-get',
    ['-o', 'DPkg::Lock::Timeout=120', '-qq', '-y', 'install', '--no-install-recommends', ...missing],
    { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
  if (status !== 0) throw new Error(`${line} failed: ${stderr}`);
}

/** @typedef {ReturnType<typeof createPeers>} Peers */

/**
 * All three in one home of their own.
 * @param {{ home: string, port: number, user: string, password: string }} options the server speaks IMAP without TLS on `port`
 */
export function createPeers({ home, port, user, password }) {
  const maildir = join(home, 'mail');
  const mbsyncrc = join(home, 'mbsyncrc');
  const notmuchConfig = join(home, 'notmuch-config');
  const muHome = join(home, 'mu');
  mkdirSync(maildir, { recursive: true });
  writeFileSync(
    mbsyncrc,
    `IMAPAccount bench
Host 127.0.0.1
Port ${port}
User ${user}
Pass ${password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account bench

MaildirStore near
Path ${maildir}/
Inbox ${maildir}/INBOX
SubFolders Verbatim

Channel bench
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
`,
    { mode: 0o600 },
  );
  writeFileSync(
    notmuchConfig,
    `[database]\npath=${maildir}\n[user]\nname=Bench\nprimary_email=${user}\n[new]\ntags=inbox\nignore=.mbsyncstate;.uidvalidity\n`,
  );
  const env = { ...process.env, HOME: home, NOTMUCH_CONFIG: notmuchConfig, MUHOME: muHome };
  /** @param {string} program @param {string[]} args @returns {Promise<number>} milliseconds with the start of the process */
  const timedRun = async (program, args) => {
    const start = performance.now();
    const child = spawn(program, args, { env, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk) => {
      words = `${words}${chunk}`.slice(-2_000);
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code}: ${words}`);
    return performance.now() - start;
  };
  return {
    /** Whole messages the first time, afterwards what is new. */
    mbsync: () => timedRun('mbsync', ['-q', '-c', mbsyncrc, 'bench']),
    mu: {
      init: () => timedRun('mu', ['init', `--maildir=${maildir}`, `--my-address=${user}`]),
      index: () => timedRun('mu', ['index', '--quiet']),
      /** @param {string} word */
      search: (word) => timedRun('mu', ['find', '--maxnum=50', '--sortfield=date', '--reverse', word]),
      start: () => timedRun('mu', ['--version']),
    },
    notmuch: {
      index: () => timedRun('notmuch', ['new', '--quiet']),
      /** @param {string} word */
      search: (word) => timedRun('notmuch', ['search', '--limit=50', word]),
      start: () => timedRun('notmuch', ['--version']),
    },
  };
}
