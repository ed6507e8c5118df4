import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/**
 * The name under which the program keeps the secrets of a profile that is not the usual one. The program's own formula is in
 * src-main/shell/keychain-service.ts, which plain Node cannot read; a test holds them together.
 * @param {string} profile its folder
 * @returns {string}
 */
export function keychainServiceOf(profile) {
  return `Latchkey Mail ${createHash('sha256').update(resolve(profile)).digest('hex').slice(0, 12)}`;
}
