import type { VaultState } from '../../src-shared/model/settings.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/model/settings.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { EngineConfig } from '../base/engine-config.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { MailKeeper } from './mail-keeper.ts';
import type { Handlers } from './router.ts';
import type { ShellClient } from './shell-client.ts';

type AppHandlers = Pick<
  Handlers,
  | 'app.getState'
  | 'app.useSessionOnly'
  | 'app.checkVault'
  | 'app.createPassphrase'
  | 'app.openPassphrase'
  | 'app.forgetPassphrase'
  | 'app.copyText'
  | 'settings.get'
  | 'settings.set'
  | 'sync.now'
>;

type Context = {
  config: Pick<EngineConfig, 'version' | 'addressHint'>;
  vault: Vault;
  accounts: Pick<Accounts, 'takeCredential'>;
  shell: Pick<ShellClient, 'request'>;
  mail: Pick<MailKeeper, 'open' | 'problem' | 'state'>;
  rooms(): { store: Pick<Store, 'settings'> };
  wake(): void;
};

export function createAppHandlers(context: Context): AppHandlers {
  const { config, vault } = context;

  async function reopen(): Promise<VaultState> {
    await context.mail.open();
    return vault.state();
  }

  return {
    'app.getState': () => {
      const problem = context.mail.problem();
      const profile = context.mail.state();
      return {
        version: config.version,
        vault: vault.state(),
        ...(problem && { problem: problem.code }),
        ...(profile && { profile }),
        ...(config.addressHint !== undefined && { addressHint: config.addressHint }),
      };
    },
    'app.useSessionOnly': () => {
      // Over mail that is open it would move the keys of its accounts out of the keychain.
      if (!context.mail.problem()) return vault.state();
      vault.startSession();
      return reopen();
    },
    'app.checkVault': reopen,
    'app.createPassphrase': async ({ passphrase }) => {
      const typed = context.accounts.takeCredential(passphrase);
      // A page that somebody took over must not choose the passphrase that the person is asked for afterwards.
      await context.shell.request('requirePress', {});
      await vault.createPassphrase(typed);
      return reopen();
    },
    'app.openPassphrase': async ({ passphrase }) => {
      await vault.openPassphrase(context.accounts.takeCredential(passphrase));
      return reopen();
    },
    'app.forgetPassphrase': async () => {
      await context.shell.request('requirePress', {});
      await vault.forgetPassphrase();
      return reopen();
    },
    'app.copyText': async ({ text }) => {
      await context.shell.request('requirePress', {});
      return context.shell.request('copyText', { text });
    },
    // Before the mail is open the window still has to be painted in some theme.
    'settings.get': () => (context.mail.problem() ? DEFAULT_SETTINGS : context.rooms().store.settings.get()),
    'settings.set': (changes) =>
      context
        .rooms()
        .store.settings.set(
          Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
        ),
    'sync.now': () => {
      context.wake();
      return {};
    },
  };
}
