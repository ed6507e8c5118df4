import { randomBytes } from 'node:crypto';
import type { CheckItem } from '../../src-shared/model/security-check.ts';
import { MailError } from '../base/errors.ts';
import type { Vault } from '../vault/vault.ts';

const NAME = 'check';

/** R5: what is put where the keys are comes back, and is gone when it was deleted. */
export async function checkKeychain(vault: Vault): Promise<CheckItem> {
  const item = (state: CheckItem['state'], outcome: string): CheckItem => ({
    name: 'keychain',
    state,
    outcome,
    facts: { keychain: vault.state().name },
  });
  const secret = randomBytes(32).toString('base64');
  try {
    await vault.put(NAME, secret);
    const isKept = (await vault.get(NAME)) === secret;
    await vault.delete(NAME);
    const isDeleted = (await vault.get(NAME)) === undefined;
    if (!isKept || !isDeleted) return item('bad', 'failed');
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    if (error.code === 'keychain-locked') return item('unknown', 'locked');
    return item('bad', error.code === 'keychain-absent' ? 'absent' : 'failed');
  }
  const { kind } = vault.state();
  return item('good', kind === 'keychain' ? 'works' : kind);
}
