// @ts-check
// Chains that no client may take for `localhost`, each bad in one way. The lab's authority is trusted; what is bad is the rest.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  expiredCertificate,
  issueCertificate,
  selfSignedCertificate,
  wrongHostCertificate,
} from './certs.mjs';

const run = promisify(execFile);
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const RSA_1024 = ['-newkey', 'rsa:1024', '-nodes'];

/** What a server shows: its key, and its certificate with whatever chain it sends along. */
/** @typedef {{ name: string, key: string, cert: string }} BadCertificate */
/** @typedef {{ keyFile: string, certFile: string }} Files */

const GOOD = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
const LEAF = 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth';
const CA = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign';

/**
 * @param {import('./certs.mjs').LabCertificates} certs
 * @returns {Promise<BadCertificate[]>}
 */
export async function badCertificates(certs) {
  const folder = join(certs.folder, 'bad');
  mkdirSync(folder, { recursive: true });
  const lab = { keyFile: join(certs.folder, 'ca.key'), certFile: certs.caFile };
  const make = makerIn(folder);
  const stranger = await make.root('stranger');
  const intermediate = await make.signed('intermediate', lab, CA);
  const short = await make.signed(
    'short-path',
    lab,
    `basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign`,
  );
  const tooDeep = await make.signed('too-deep', short, CA);
  const narrow = await make.signed(
    'narrow',
    lab,
    `${CA}\nnameConstraints=critical,permitted;DNS:.example.org`,
  );
  const notAnAuthority = await make.signed('not-an-authority', lab, `${GOOD}\n${LEAF}`);
  const oldAuthority = await make.signed('old-authority', lab, CA, { days: -1 });
  const leaf = (
    /** @type {string} */ name,
    /** @type {Files} */ by,
    /** @type {string} */ extensions,
    options = {},
  ) => make.signed(name, by, extensions, options);
  const withChain = (/** @type {Files} */ own, /** @type {Files[]} */ ...chain) => ({
    key: readFileSync(own.keyFile, 'utf8'),
    cert: [own, ...chain].map(({ certFile }) => readFileSync(certFile, 'utf8')).join(''),
  });
  const whole = `${GOOD}\n${LEAF}`;
  return [
    { name: 'signed by itself', ...(await selfSignedCertificate(certs)) },
    { name: 'expired', ...(await expiredCertificate(certs)) },
    { name: 'for another host', ...(await wrongHostCertificate(certs)) },
    { name: 'not valid yet', ...withChain(await leaf('not-yet', lab, whole, { start: '20990101000000Z' })) },
    {
      name: 'of an authority that nobody trusts',
      ...withChain(await leaf('strange', stranger, whole), stranger),
    },
    { name: 'without the link to the authority', ...withChain(await leaf('gap', intermediate, whole)) },
    {
      name: 'signed by what is no authority',
      ...withChain(await leaf('grandchild', notAnAuthority, whole), notAnAuthority),
    },
    {
      name: 'below an authority that may have none below',
      ...withChain(await leaf('deep', tooDeep, whole), tooDeep, short),
    },
    {
      name: 'of an authority for other names only',
      ...withChain(await leaf('constrained', narrow, whole), narrow),
    },
    {
      name: 'of an authority that has expired',
      ...withChain(await leaf('orphan', oldAuthority, whole), oldAuthority),
    },
    {
      name: 'for a wildcard one label deeper',
      ...withChain(await leaf('wildcard', lab, `subjectAltName=DNS:*.localhost\n${LEAF}`)),
    },
    {
      name: 'for a wildcard of everything',
      ...withChain(await leaf('star', lab, `subjectAltName=DNS:*\n${LEAF}`)),
    },
    { name: 'with the host as common name only', ...withChain(await leaf('localhost', lab, LEAF)) },
    {
      name: 'for the address and not the name',
      ...withChain(await leaf('address', lab, `subjectAltName=IP:127.0.0.1\n${LEAF}`)),
    },
    {
      name: 'with the name in a URI',
      ...withChain(await leaf('uri', lab, `subjectAltName=URI:https://localhost/\n${LEAF}`)),
    },
    {
      name: 'with the name in a mail address',
      ...withChain(await leaf('email', lab, `subjectAltName=email:root@localhost\n${LEAF}`)),
    },
    {
      name: 'with a name that goes on after a NUL',
      ...withChain(await leaf('nul', lab, `subjectAltName=DNS:localhost\\0.evil.example\n${LEAF}`)),
    },
    {
      name: 'for clients',
      ...withChain(
        await leaf('client', lab, `${GOOD}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth`),
      ),
    },
    {
      name: 'with a demand that nobody knows',
      ...withChain(
        await leaf('critical', lab, `${whole}\n1.3.6.1.4.1.55555.1=critical,ASN1:UTF8String:obey`),
      ),
    },
    { name: 'with a short RSA key', ...withChain(await leaf('weak', lab, whole, { newKey: RSA_1024 })) },
    { name: 'signed with SHA-1', ...withChain(await leaf('sha1', lab, whole, { digest: 'sha1' })) },
  ];
}

/** @param {string} folder */
function makerIn(folder) {
  const files = (/** @type {string} */ name) => ({
    keyFile: join(folder, `${name}.key`),
    certFile: join(folder, `${name}.crt`),
  });
  return {
    /** @param {string} name @returns {Promise<Files>} */
    async root(name) {
      const own = files(name);
      await run('openssl', [
        'req',
        '-x509',
        ...EC,
        '-days',
        '30',
        '-subj',
        `/CN=${name}`,
        '-addext',
        'keyUsage=critical,keyCertSign',
        '-keyout',
        own.keyFile,
        '-out',
        own.certFile,
      ]);
      return own;
    },
    /**
     * @param {string} name
     * @param {Files} issuer
     * @param {string} extensions
     * @param {{ days?: number, start?: string, digest?: string, newKey?: string[] }} [options]
     * @returns {Promise<Files>}
     */
    signed(name, issuer, extensions, { days = 30, start, ...more } = {}) {
      const day = (/** @type {number} */ at) => new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
      const isOver = days < 0;
      const from = start ?? (isOver ? '20200101000000Z' : day(Date.now() - 86_400_000));
      const later = start ? '20991231000000Z' : day(Date.now() + days * 86_400_000);
      const until = isOver ? '20210101000000Z' : later;
      return issueCertificate(folder, name, { issuer, extensions, from, until, ...more });
    },
  };
}
