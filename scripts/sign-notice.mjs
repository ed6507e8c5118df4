/**
 * Signed notices (docs/notices.md):
 *
 *   node scripts/sign-notice.mjs keys PRIVATE-KEY-FILE              makes a key, and says the public one for the build
 *   node scripts/sign-notice.mjs sign NOTICE PRIVATE-KEY-FILE OUT   signs the notice, a JSON file, as it stands
 *
 * The private key is a file outside the repository that only its owner may read.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { projectRoot } from './lib/paths.mjs';
import { PlainError, runMain } from './lib/run.mjs';

await runMain(async () => {
  const [act, ...files] = process.argv.slice(2);
  if (act === 'keys' && files.length === 1) makeKeys(files[0] ?? '');
  else if (act === 'sign' && files.length === 3) signNotice(files[0] ?? '', files[1] ?? '', files[2] ?? '');
  else throw new PlainError('Say: keys PRIVATE-KEY-FILE, or: sign NOTICE PRIVATE-KEY-FILE OUT');
  return 0;
});

/** @param {string} file */
function makeKeys(file) {
  const path = resolve(file);
  const inside = relative(realpathSync(projectRoot), realpathSync(dirname(path)));
  if (!inside.startsWith('..') && !isAbsolute(inside))
    throw new PlainError('The private key does not belong into the repository. Name a file elsewhere.');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  // `wx`: a key that is there already is never written over.
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
  process.stdout.write(`Private key: ${path}\nPublic key for the build: ${rawKey(publicKey)}\n`);
}

/**
 * @param {string} noticeFile
 * @param {string} keyFile
 * @param {string} out
 */
function signNotice(noticeFile, keyFile, out) {
  const payload = readFileSync(noticeFile);
  const { version, issuedAt } = JSON.parse(payload.toString('utf8'));
  if (version !== 1 || Number.isNaN(Date.parse(issuedAt)))
    throw new PlainError('A notice has `"version": 1` and the time `issuedAt` (docs/notices.md).');
  const key = createPrivateKey(readFileSync(keyFile));
  if (key.asymmetricKeyType !== 'ed25519') throw new PlainError('The key is no Ed25519 key.');
  const signed = {
    payload: payload.toString('base64'),
    signature: sign(null, payload, key).toString('base64'),
  };
  writeFileSync(out, `${JSON.stringify(signed, undefined, 2)}\n`);
  process.stdout.write(`${out} can be verified with the public key ${rawKey(createPublicKey(key))}\n`);
}

/** The 32 bytes of an Ed25519 key, as the build configuration wants them. @param {import('node:crypto').KeyObject} key */
function rawKey(key) {
  return key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
}
