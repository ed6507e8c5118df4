// @ts-check
// A private Cyrus IMAP: own folder, own ports. It is what Dovecot is not: OBJECTID, QUOTA, refusals without a
// response code, another separator when asked for. It is started as root and drops to nobody by itself.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cyrusEnvironment, ensureCyrus } from '../../scripts/lib/ensure-cyrus.mjs';
import { freePort, isListening } from './net.mjs';
import { endProcess } from './run-folder.mjs';

const runFile = promisify(execFile);
const REALM = 'mail.lab.test';
const START_TIME = 15_000;
const FOLDERS = ['Sent', 'Drafts', 'Trash', 'Junk', 'Archive'];

/** @typedef {Awaited<ReturnType<typeof startCyrus>>} Cyrus */
/**
 * @typedef {object} CyrusOptions
 * @property {import("./run-folder.mjs").RunFolder} run
 * @property {{ keyFile: string, certFile: string, caFile: string }} certs
 * @property {Record<string, string>} passwords user → password; a name without "@"
 * @property {'/' | '.'} [separator]
 * @property {string[]} [suppressed] capabilities that it shall not announce
 * @property {string} [mechanisms] of SASL, with a space between
 * @property {string} [extra] more lines of imapd.conf
 */

/**
 * Starts Cyrus and resolves when it takes connections.
 * @param {CyrusOptions} options
 */
export async function startCyrus({
  run,
  certs,
  passwords,
  separator = '/',
  suppressed = [],
  mechanisms = 'PLAIN LOGIN',
  extra = '',
}) {
  const unpacked = await ensureCyrus();
  if (process.getuid?.() !== 0) throw new Error('Cyrus can only be started by root.');
  // It runs as nobody, who may not look into the home of whoever owns the cache.
  const root = join(run.path, 'cyrus');
  if (!existsSync(root)) cpSync(unpacked, root, { recursive: true, verbatimSymlinks: true });
  const env = { ...process.env, ...cyrusEnvironment(root) };
  const bin = join(root, 'usr/lib/cyrus/bin');
  const imapPort = await freePort();
  const imapsPort = await freePort();
  const folder = run.folder(`cyrus${imapPort}`);
  for (const name of ['db', 'proc', 'lock', 'socket', 'log', 'sieve', 'user']) {
    mkdirSync(join(folder, 'conf', name), { recursive: true });
  }
  for (const name of ['spool', 'run']) mkdirSync(join(folder, name));
  for (const [from, to] of [
    [certs.certFile, 'server.crt'],
    [certs.keyFile, 'server.key'],
    [certs.caFile, 'ca.crt'],
  ]) {
    copyFileSync(from ?? '', join(folder, to ?? ''));
    chmodSync(join(folder, to ?? ''), 0o600);
  }
  const config = join(folder, 'imapd.conf');
  writeFileSync(config, imapdConfig(folder, separator, suppressed, mechanisms, extra));
  writeFileSync(
    join(folder, 'cyrus.conf'),
    `START {
  recover cmd="${bin}/ctl_cyrusdb -C ${config} -r"
}
SERVICES {
  imap cmd="${bin}/imapd -C ${config} -U 30" listen="127.0.0.1:${imapPort}" prefork=0 maxchild=50
  imaps cmd="${bin}/imapd -C ${config} -s -U 30" listen="127.0.0.1:${imapsPort}" prefork=2 maxchild=50
}
EVENTS {
}
DAEMON {
  idled cmd="${bin}/idled -C ${config}"
}
`,
  );
  for (const [user, password] of Object.entries({ ...passwords, cyrus: 'admin of the lab' })) {
    // The password goes through a pipe, as a person would type it.
    execFileSync(
      join(root, 'usr/sbin/saslpasswd2'),
      ['-p', '-c', '-f', join(folder, 'sasldb2'), '-u', REALM, user],
      { input: password, env, stdio: ['pipe', 'ignore', 'ignore'] },
    );
  }
  await runFile('chown', ['-R', 'nobody:nogroup', folder]);

  const child = spawn(
    join(bin, 'master'),
    ['-D', '-C', config, '-M', join(folder, 'cyrus.conf'), '-p', join(folder, 'run/master.pid')],
    // In a process group of its own: at its end it ends the group.
    { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  run.own(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      log += text;
    });
  }
  const until = Date.now() + START_TIME;
  while (!(await isListening(imapPort))) {
    if (child.exitCode !== null) throw new Error(`Cyrus ended with ${child.exitCode}: ${log}`);
    if (Date.now() > until) throw new Error(`Cyrus does not listen: ${log}`);
  }

  return {
    imapPort,
    imapsPort,
    folder,
    passwords,
    log: () => log,
    stop: () => endProcess(child),
  };
}

/**
 * @param {string} folder
 * @param {'/' | '.'} separator
 * @param {string[]} suppressed
 * @param {string} mechanisms
 * @param {string} extra
 */
function imapdConfig(folder, separator, suppressed, mechanisms, extra) {
  return `configdirectory: ${folder}/conf
partition-default: ${folder}/spool
defaultpartition: default
cyrus_user: nobody
cyrus_group: nogroup
admins: cyrus
allowplaintext: yes
failedloginpause: 0
sasl_mech_list: ${mechanisms}
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${folder}/sasldb2
servername: ${REALM}
loginrealms: ${REALM}
virtdomains: off
unixhierarchysep: ${separator === '/' ? 'yes' : 'no'}
altnamespace: ${separator === '/' ? 'yes' : 'no'}
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: ${FOLDERS.join('|')}
autocreate_subscribe_folders: ${FOLDERS.join('|')}
${FOLDERS.map((name) => `xlist-${name.toLowerCase()}: ${name}`).join('\n')}
conversations: yes
proc_path: ${folder}/conf/proc
mboxname_lockpath: ${folder}/conf/lock
idlesocket: ${folder}/conf/socket/idle
tls_server_cert: ${folder}/server.crt
tls_server_key: ${folder}/server.key
tls_client_ca_file: ${folder}/ca.crt
sievedir: ${folder}/conf/sieve
search_engine: none
expunge_mode: immediate
delete_mode: immediate
${suppressed.length > 0 ? `suppress_capabilities: ${suppressed.join(' ')}\n` : ''}${extra}
`;
}
