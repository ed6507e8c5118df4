import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/**
 * The name under which a profile's secrets stand in the keychain. Two profiles must not share secrets: any but the usual one
 * has its folder's hash in the name. `scripts/lib/keychain-service.mjs` says the same to scripts; a test holds them together.
 */
export function keychainServiceOf(profile: string, usualProfile: string): string {
  if (resolve(profile) === resolve(usualProfile)) return 'Latchkey Mail';
  return `Latchkey Mail ${createHash('sha256').update(resolve(profile)).digest('hex').slice(0, 12)}`;
}
