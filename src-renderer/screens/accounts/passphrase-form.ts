import { SHORTEST_PASSPHRASE } from '../../components/strength.ts';
import type { MessageKey } from '../../i18n/i18n.ts';

export type PassphraseErrors = { passphrase?: MessageKey; again?: MessageKey };

/** What is wrong with a new passphrase, by field; empty when it can be used. */
export function checkNewPassphrase(passphrase: string, again: string, isStrong: boolean): PassphraseErrors {
  if ([...passphrase].length < SHORTEST_PASSPHRASE) return { passphrase: 'signIn.passphrase.tooShort' };
  if (!isStrong) return { passphrase: 'signIn.passphrase.tooWeak' };
  return again === passphrase ? {} : { again: 'signIn.passphrase.differs' };
}
