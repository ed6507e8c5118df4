import type { VaultState } from '../../../src-shared/model/settings.ts';
import { t } from '../../i18n/i18n.ts';

/** Where a password goes, beside its field. */
export function sayKeptIn(vault: VaultState): string {
  if (vault.kind === 'session' || vault.state === 'session') return t('accounts.appPassword.keptSession');
  if (vault.kind === 'passphrase') return t('signIn.kept.passphraseHelp');
  return t('accounts.appPassword.kept', { keychain: vault.name });
}

/** The same in a list of what will happen, with a second sentence. */
export function sayKeyKept(vault: VaultState): { title: string; text: string } {
  if (vault.kind === 'session' || vault.state === 'session') {
    return { title: t('accounts.add.keptSession'), text: t('accounts.add.keptSessionText') };
  }
  const title =
    vault.kind === 'passphrase'
      ? t('signIn.kept.passphrase')
      : t('accounts.add.kept', { keychain: vault.name });
  return { title, text: t('accounts.add.keptText') };
}
