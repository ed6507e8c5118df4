/**
 * Where there is no keychain: the secrets in one encrypted file of the profile, which a passphrase opens at each start. It stands in for
 * the keychain entry by entry, so the vault is the same over both.
 *
 * scrypt (RFC 7914) makes a master key of the passphrase, HKDF (RFC 5869) two of that: one opens the entries (AES-256-GCM, a nonce of its
 * own for each write, the header as additional data), the other shows whether the passphrase is the right one before anything is opened.
 * `sum` tells a damaged file from a wrong passphrase; against whoever changes the file on purpose there is the tag. A file that does not open
 * is never written over, nor is one that somebody else has changed meanwhile. The keys and entries are in memory only.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { fileErrorOf, MailError, nodeErrorCode } from '../base/errors.ts';
import { base64Of, KEY_COST, type KeyCost, keyCost, keyFromPassphrase } from '../base/passphrase.ts';
import { writeFileWhole } from '../base/write-file.ts';
import type { Keychain } from './keychain.ts';

/** Its name inside the profile's folder. */
export const PASSPHRASE_FILE = 'secrets.json';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 16;

const head = z.strictObject({
  format: z.literal('latchkey-secrets'),
  version: z.literal(1),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    ...keyCost.shape,
    salt: base64Of(SALT_BYTES),
  }),
  proof: base64Of(KEY_BYTES),
});
type Head = z.infer<typeof head>;

const secretsFile = z.strictObject({
  head,
  nonce: base64Of(NONCE_BYTES),
  data: z.base64(),
  tag: base64Of(TAG_BYTES),
  sum: z.string(),
});
type SecretsFile = z.infer<typeof secretsFile>;

const entriesSchema = z.record(z.string(), z.string());

export type PassphraseFile = Keychain & {
  /** Removes the file, for a profile that is thrown away. */
  remove(): void;
};

/** Whether the secrets of this profile are there. */
export function hasPassphraseFile(path: string): boolean {
  return existsSync(path);
}

/** A new, empty file. @throws MailError input-invalid when there is one already, disk-full, file-unwritable. */
export async function createPassphraseFile(path: string, passphrase: string): Promise<PassphraseFile> {
  const salt = randomBytes(SALT_BYTES);
  const keys = await keysFrom(passphrase, salt, KEY_COST);
  if (existsSync(path)) throw new MailError('input-invalid');
  const made: Head = {
    format: 'latchkey-secrets',
    version: 1,
    kdf: { name: 'scrypt', ...KEY_COST, salt: salt.toString('base64') },
    proof: keys.proof.toString('base64'),
  };
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileErrorOf(error);
  }
  const written = write(path, made, keys.key, new Map());
  return serve(path, made, keys.key, new Map(), written);
}

/** @throws MailError passphrase-wrong, or secrets-unreadable when the file is damaged or was changed; nothing was written then. */
export async function openPassphraseFile(path: string, passphrase: string): Promise<PassphraseFile> {
  const text = read(path);
  const file = parse(text);
  const { kdf, proof } = file.head;
  const keys = await keysFrom(passphrase, Buffer.from(kdf.salt, 'base64'), kdf);
  if (!timingSafeEqual(keys.proof, Buffer.from(proof, 'base64'))) throw new MailError('passphrase-wrong');
  return serve(path, file.head, keys.key, decrypt(file, keys.key), text);
}

/** The entries over the file. `written` is what stands in it as far as is known here. */
function serve(
  path: string,
  made: Head,
  key: Buffer,
  opened: Map<string, string>,
  written: string,
): PassphraseFile {
  let entries = opened;
  let known = written;

  function change(next: Map<string, string>): void {
    if (read(path) !== known) throw damagedError();
    known = write(path, made, key, next);
    entries = next;
  }

  return {
    get: async (_service, entry) => entries.get(entry) ?? null,
    async set(_service, entry, value) {
      if (entries.get(entry) !== value) change(new Map(entries).set(entry, value));
    },
    async delete(_service, entry) {
      if (!entries.has(entry)) return false;
      const next = new Map(entries);
      next.delete(entry);
      change(next);
      return true;
    },
    remove() {
      entries = new Map();
      rmSync(path, { force: true });
    },
  };
}

async function keysFrom(
  passphrase: string,
  salt: Uint8Array,
  cost: KeyCost,
): Promise<{ key: Buffer; proof: Buffer }> {
  const master = await keyFromPassphrase(passphrase, salt, cost, KEY_BYTES);
  const derive = (use: string) =>
    Buffer.from(hkdfSync('sha256', master, '', `latchkey-secrets ${use}`, KEY_BYTES));
  return { key: derive('key'), proof: derive('proof') };
}

function write(path: string, made: Head, key: Buffer, entries: Map<string, string>): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(JSON.stringify(made)));
  const plain = JSON.stringify(Object.fromEntries(entries));
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
  const content = {
    head: made,
    nonce: nonce.toString('base64'),
    data,
    tag: cipher.getAuthTag().toString('base64'),
  };
  const text = JSON.stringify({ ...content, sum: sumOf(content) });
  writeFileWhole(path, text);
  return text;
}

function decrypt({ head: made, nonce, data, tag }: SecretsFile, key: Buffer): Map<string, string> {
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(nonce, 'base64'), options);
    decipher.setAAD(Buffer.from(JSON.stringify(made)));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    const plain = Buffer.concat([decipher.update(data, 'base64'), decipher.final()]).toString('utf8');
    return new Map(Object.entries(entriesSchema.parse(JSON.parse(plain))));
  } catch {
    throw damagedError(); // without the cause: it may quote a secret
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (nodeErrorCode(error) === 'ENOENT') throw damagedError();
    throw fileErrorOf(error);
  }
}

function parse(text: string): SecretsFile {
  let file: SecretsFile;
  try {
    file = secretsFile.parse(JSON.parse(text));
  } catch {
    throw damagedError();
  }
  const { sum, ...content } = file;
  if (sum !== sumOf(content)) throw damagedError();
  return file;
}

function sumOf({ head: made, nonce, data, tag }: Omit<SecretsFile, 'sum'>): string {
  return createHash('sha256')
    .update(JSON.stringify([made, nonce, data, tag]))
    .digest('hex');
}

function damagedError(): MailError {
  return new MailError('secrets-unreadable');
}
