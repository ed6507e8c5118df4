/** What the handlers reach: the rooms below them. The rooms that need the store are there only while the profile is open. */
import type { Accounts } from '../accounts/accounts.ts';
import type { EngineTexts } from '../accounts/engine-texts.ts';
import type { Clock } from '../base/clock.ts';
import type { EngineConfig } from '../base/engine-config.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Search } from '../search/search.ts';
import type { Store } from '../store/store.ts';
import type { Sync } from '../sync/sync.ts';
import type { Transfers } from '../transfer/transfers.ts';
import type { Vault } from '../vault/vault.ts';
import type { MailKeeper } from './mail-keeper.ts';
import type { ShellClient } from './shell-client.ts';

export type MailRooms = { store: Store; sync: Sync; outbox: Outbox; transfers: Transfers; search: Search };

export type EngineContext = {
  config: EngineConfig;
  vault: Vault;
  shell: ShellClient;
  accounts: Accounts;
  texts: EngineTexts;
  /** Throws why the mail is not open: keychain-locked, keychain-absent, store-unreadable, disk-full. */
  rooms(): MailRooms;
  /** Opens the mail, and says why it is not open. */
  mail: MailKeeper;
  clock: Clock;
  /** Looks for news now, and sends now what waits for a better time. Throws as `rooms` does. */
  wake(): void;
};
