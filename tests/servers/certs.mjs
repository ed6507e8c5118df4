// @ts-check
// A private certificate authority for one run, made with the openssl program.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * A server's certificate with its key, as text and as files.
 * @typedef {{ key: string, cert: string, keyFile: string, certFile: string }} ServerCertificate
 */
/**
 * `caFile` is what NODE_EXTRA_CA_CERTS is set to.
 * @typedef {ServerCertificate & { ca: string, caFile: string, folder: string }} LabCertificates
 */

/**
 * Makes the authority and one certificate for localhost, 127.0.0.1 and ::1.
 * @param {string} folder
 * @returns {Promise<LabCertificates>}
 */
export async function makeCertificates(folder) {
  mkdirSync(folder, { recursive: true });
  const caFile = join(folder, 'ca.crt');
  await run('openssl', [
    'req',
    '-x509',
    ...EC_KEY,
    '-days',
    '30',
    '-subj',
    '/CN=Latchkey Lab Authority',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
    '-keyout',
    join(folder, 'ca.key'),
    '-out',
    caFile,
  ]);
  const leaf = await signedCertificate(folder, 'server', 'DNS:localhost,IP:127.0.0.1,IP:::1');
  return { ...leaf, ca: readFileSync(caFile, 'utf8'), caFile, folder };
}

/**
 * A certificate that no authority signed.
 * @param {LabCertificates} certs
 * @returns {Promise<ServerCertificate>}
 */
export async function selfSignedCertificate(certs) {
  const files = filesOf(certs.folder, 'self-signed');
  await run('openssl', [
    'req',
    '-x509',
    ...EC_KEY,
    '-days',
    '30',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-keyout',
    files.keyFile,
    '-out',
    files.certFile,
  ]);
  return readCertificate(files);
}

/**
 * A certificate of the lab's authority for another host.
 * @param {LabCertificates} certs
 * @returns {Promise<ServerCertificate>}
 */
export function wrongHostCertificate(certs) {
  return signedCertificate(certs.folder, 'wrong-host', 'DNS:elsewhere.example');
}

/**
 * A certificate of the lab's authority for these hosts; `*.` in front stands for one label.
 * @param {LabCertificates} certs
 * @param {string[]} hosts
 * @returns {Promise<ServerCertificate>}
 */
export function certificateFor(certs, hosts) {
  return signedCertificate(
    certs.folder,
    hosts[0]?.replaceAll('*', 'all') ?? '',
    hosts.map((host) => `DNS:${host}`).join(),
  );
}

/**
 * A certificate of the lab's authority whose time ended in 2021.
 * @param {LabCertificates} certs
 * @returns {Promise<ServerCertificate>}
 */
export async function expiredCertificate(certs) {
  return readCertificate(
    await issueCertificate(certs.folder, 'expired', {
      issuer: { keyFile: join(certs.folder, 'ca.key'), certFile: certs.caFile },
      extensions: 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth',
      from: '20200101000000Z',
      until: '20210101000000Z',
    }),
  );
}

/**
 * A certificate of any issuer, with any extensions and times (as `openssl ca` writes them).
 * @param {string} folder
 * @param {string} name of its files, and its common name
 * @param {object} options
 * @param {{ keyFile: string, certFile: string }} options.issuer
 * @param {string} options.extensions lines of an openssl configuration
 * @param {string} options.from
 * @param {string} options.until
 * @param {string} [options.digest]
 * @param {string[]} [options.newKey]
 * @returns {Promise<{ keyFile: string, certFile: string }>}
 */
export async function issueCertificate(folder, name, options) {
  const { issuer, extensions, from, until, digest = 'sha256', newKey = EC_KEY } = options;
  const files = filesOf(folder, name);
  const request = join(folder, `${name}.csr`);
  const config = join(folder, `${name}.cnf`);
  const issued = join(folder, `${name}-issued`);
  mkdirSync(issued, { recursive: true });
  writeFileSync(join(issued, 'index.txt'), '');
  // Only `openssl ca` of Debian 12's openssl 3.0 can set an end date in the past.
  writeFileSync(
    config,
    `[ca]
default_ca = lab
[lab]
database = ${issued}/index.txt
new_certs_dir = ${issued}
rand_serial = yes
default_md = ${digest}
policy = any
x509_extensions = leaf
unique_subject = no
[any]
commonName = supplied
[leaf]
${extensions}
`,
  );
  const written = ['-keyout', files.keyFile, '-out', request];
  await run('openssl', ['req', ...newKey, '-subj', `/CN=${name}`, ...written]);
  const signing = ['-config', config, '-cert', issuer.certFile, '-keyfile', issuer.keyFile];
  const times = ['-startdate', from, '-enddate', until];
  await run('openssl', [
    'ca',
    '-batch',
    '-notext',
    ...signing,
    ...times,
    '-in',
    request,
    '-out',
    files.certFile,
  ]);
  return files;
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} subjectAltName
 * @returns {Promise<ServerCertificate>}
 */
async function signedCertificate(folder, name, subjectAltName) {
  const files = filesOf(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(
    extensions,
    `subjectAltName=${subjectAltName}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  await run('openssl', ['req', ...EC_KEY, '-subj', `/CN=${name}`, '-keyout', files.keyFile, '-out', request]);
  await run('openssl', [
    'x509',
    '-req',
    '-in',
    request,
    '-CA',
    join(folder, 'ca.crt'),
    '-CAkey',
    join(folder, 'ca.key'),
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    extensions,
    '-out',
    files.certFile,
  ]);
  return readCertificate(files);
}

/**
 * @param {string} folder
 * @param {string} name
 */
function filesOf(folder, name) {
  return { keyFile: join(folder, `${name}.key`), certFile: join(folder, `${name}.crt`) };
}

/**
 * @param {{ keyFile: string, certFile: string }} files
 * @returns {ServerCertificate}
 */
function readCertificate(files) {
  return { ...files, key: readFileSync(files.keyFile, 'utf8'), cert: readFileSync(files.certFile, 'utf8') };
}
