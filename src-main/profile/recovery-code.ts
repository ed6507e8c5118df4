/**
 * The store's key under a second lock: a recovery code, for the day on which the keychain has lost it. `recovery.json` in the profile holds
 * the key encrypted with AES-256-GCM under a key that HKDF-SHA256 (RFC 5869) makes of the code and a salt. The code is 160 random bits,
 * which nobody guesses however fast he can try: so there is no slow key derivation, which would only protect what a person made up.
 *
 * A code is 32 characters of Crockford's base32 in groups of four; read forgiving: case, spaces and dashes do not matter, O is 0, I and L are 1.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { nodeErrorCode } from '../base/errors.ts';
import { writeFileWhole } from '../base/write-file.ts';
import { RECOVERY_FILE } from './profile-files.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_BYTES = 20;
const CODE_LENGTH = (CODE_BYTES * 8) / 5;
const CIPHER = 'aes-256-gcm';

const wrapped = z.object({
  version: z.literal(1),
  /** Says which key is in here, so that a file of another profile is not taken for this one's; tells nothing about the key. */
  keyId: z.string(),
  salt: z.string(),
  iv: z.string(),
  tag: z.string(),
  key: z.string(),
});
type Wrapped = z.infer<typeof wrapped>;

export function newRecoveryCode(): string {
  const code = Array.from(toBase32(randomBytes(CODE_BYTES)));
  return code
    .map((character, index) => (index > 0 && index % 4 === 0 ? `-${character}` : character))
    .join('');
}

/** Writes the key under this code; what another code opened before is gone. Throws disk-full, file-unwritable. */
export function writeRecovery(directory: string, key: Uint8Array, code: string): void {
  const secret = readCode(code);
  if (!secret) throw new TypeError('not a recovery code');
  const salt = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, wrappingKey(secret, salt), iv);
  const keyId = keyIdOf(key);
  cipher.setAAD(Buffer.from(keyId));
  const encrypted = Buffer.concat([cipher.update(key), cipher.final()]);
  const file: Wrapped = {
    version: 1,
    keyId,
    salt: salt.toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    key: encrypted.toString('base64'),
  };
  writeFileWhole(join(directory, RECOVERY_FILE), `${JSON.stringify(file, undefined, 2)}\n`);
}

/** The key of the store; undefined when the code is not the one, or there is none. */
export function openRecovery(directory: string, code: string): Uint8Array | undefined {
  const secret = readCode(code);
  const file = readRecovery(directory);
  if (!secret || !file) return undefined;
  const from = (text: string) => Buffer.from(text, 'base64');
  try {
    const decipher = createDecipheriv(CIPHER, wrappingKey(secret, from(file.salt)), from(file.iv), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(file.keyId));
    decipher.setAuthTag(from(file.tag));
    const key = Buffer.concat([decipher.update(from(file.key)), decipher.final()]);
    return key.length === 32 ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this text is the code that opens this very key. A file that somebody else put there, for a key of his own, opens nothing. */
export function isRecoveryCodeFor(directory: string, key: Uint8Array, code: string): boolean {
  const opened = openRecovery(directory, code);
  return opened !== undefined && opened.length === key.length && timingSafeEqual(opened, key);
}

/** Whether there is a code for the key of this profile: `other` when it is for another key. */
export function findRecovery(directory: string, key: Uint8Array): 'this' | 'other' | 'none' {
  const file = readRecovery(directory);
  if (!file) return 'none';
  const [theirs, ours] = [Buffer.from(file.keyId), Buffer.from(keyIdOf(key))];
  return theirs.length === ours.length && timingSafeEqual(theirs, ours) ? 'this' : 'other';
}

function readRecovery(directory: string): Wrapped | undefined {
  try {
    return wrapped.safeParse(JSON.parse(readFileSync(join(directory, RECOVERY_FILE), 'utf8'))).data;
  } catch (error) {
    // Of what cannot be parsed no code opens anything: as if there were none.
    if (error instanceof SyntaxError || nodeErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** What a person typed as bytes; undefined when it cannot be a code. */
function readCode(text: string): Uint8Array | undefined {
  const characters = text
    .toUpperCase()
    .replace(/[\s\-\u2010-\u2015]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (characters.length !== CODE_LENGTH) return undefined;
  let bits = 0n;
  for (const character of characters) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    bits = (bits << 5n) | BigInt(value);
  }
  return Buffer.from(bits.toString(16).padStart(CODE_BYTES * 2, '0'), 'hex');
}

function toBase32(bytes: Uint8Array): string {
  let bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let index = 0; index < CODE_LENGTH; index++) {
    text = (ALPHABET[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}

function wrappingKey(secret: Uint8Array, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, 'Latchkey Mail recovery code 1', 32));
}

function keyIdOf(key: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', key, '', 'Latchkey Mail key id 1', 16)).toString('base64');
}
