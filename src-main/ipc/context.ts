/** What the handlers reach: the rooms below them. The rooms that need the store are there only while the profile is open. */
import type { Accounts } from '../accounts/accounts.ts';
import type { EngineTexts } from '../accounts/engine-texts.ts';
import type { Identities } from '../accounts/identities.ts';
import type { ProviderList } from '../autoconfig/provider-list.ts';
import type { Clock } from '../base/clock.ts';
import type { EngineConfig } from '../base/engine-config.ts';
import type { AppLock } from '../lock/app-lock.ts';
import type { Vault } from '../vault/vault.ts';
import type { MailKeeper } from './mail-keeper.ts';
import type { MailRooms } from './mail-rooms.ts';
import type { ShellClient } from './shell-client.ts';

export type EngineContext = {
  config: EngineConfig;
  vault: Vault;
  shell: ShellClient;
  lock: AppLock;
  providerList: ProviderList;
  accounts: Accounts;
  identities: Identities;
  texts: EngineTexts;
  /** Throws why the mail is not open: keychain-locked, keychain-absent, store-unreadable, disk-full. */
  rooms(): MailRooms;
  /** Opens the mail, and says why it is not open. */
  mail: MailKeeper;
  clock: Clock;
  /** Looks for news now, and sends now what waits for a better time. Throws as `rooms` does. */
  wake(): void;
};
