/** What is kept on this computer, where, and how it is protected; and whom the program talks to, and who named them. */
import { join } from 'node:path';
import type { Identity } from '../../src-shared/model/identity.ts';
import type { ContactedHost, DataItem } from '../../src-shared/model/privacy.ts';
import type { VaultState } from '../../src-shared/model/settings.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Store } from '../store/store.ts';
import { PASSPHRASE_FILE } from '../vault/passphrase-file.ts';
import type { Profile } from './profile.ts';
import {
  bytesOf,
  bytesOfDatabase,
  isLockFile,
  leftSessions,
  namesIn,
  RECOVERY_FILE,
  SET_ASIDE,
} from './profile-files.ts';

export type MapSources = {
  profile: Pick<Profile, 'store' | 'directory' | 'isTemporary'>;
  temporaryDirectory: string;
  vault: VaultState;
  /** The name under which the keychain keeps them, and how many there are. */
  keys: { service: string; count: number };
};

/** Everything, also what is left over from before. Sizes in bytes on disk; the journal's stand with the drafts, once. */
export function mapData({ profile, temporaryDirectory, vault, keys }: MapSources): DataItem[] {
  const { store, directory, isTemporary } = profile;
  const at = (name: string): string => join(directory, name);
  const protection = isTemporary ? 'memory' : 'store-key';
  const kept = (name: DataItem['name'], file: string, count: number): DataItem => ({
    name,
    place: at(file),
    count,
    protection,
  });
  const accounts = store.accounts.list();
  const messages = accounts.reduce((sum, { accountId }) => sum + store.accounts.size(accountId).messages, 0);
  return [
    { ...kept('mail', 'store.db', messages), bytes: bytesOfDatabase(at('store.db')) },
    kept('pictures', 'store.db', store.pictures.size().count),
    {
      ...kept('drafts', 'journal.db', store.drafts.list().length + store.outbox.list().length),
      bytes: bytesOfDatabase(at('journal.db')),
    },
    kept('contacts', 'journal.db', store.contacts.people().length),
    kept('accounts', 'journal.db', accounts.length),
    kept('activity', 'journal.db', countActivity(store)),
    kept('receipts', 'journal.db', store.receipts.list().length),
    { name: 'settings', place: at('journal.db'), protection },
    keysItem(directory, vault, keys),
    ...leftovers(directory),
    ...leftSessions(temporaryDirectory)
      .filter((place) => place !== directory)
      .map((place): DataItem => ({ name: 'temporary', place, bytes: bytesOf(place), protection: 'memory' })),
    ...(isTemporary
      ? [{ name: 'temporary', place: directory, bytes: bytesOf(directory), protection } satisfies DataItem]
      : []),
  ];
}

function keysItem(
  directory: string,
  { kind, name }: VaultState,
  { service, count }: MapSources['keys'],
): DataItem {
  if (kind === 'session') return { name: 'keys', place: name, count, protection: 'memory' };
  if (kind === 'passphrase')
    return { name: 'keys', place: join(directory, PASSPHRASE_FILE), count, protection: 'passphrase' };
  return { name: 'keys', place: `${name}: ${service}`, count, protection: 'keychain' };
}

/** Whatever else lies in the folder: what has a name is named, and nothing is left out but the lock, in which nothing is. */
function leftovers(directory: string): DataItem[] {
  return namesIn(directory).flatMap((file): DataItem[] => {
    const place = join(directory, file);
    const bytes = bytesOf(place);
    if (/^(journal|store)\.db(-wal|-shm)?$/.test(file) || isLockFile(file) || file === PASSPHRASE_FILE)
      return [];
    if (file === RECOVERY_FILE) return [{ name: 'recovery', place, bytes, protection: 'passphrase' }];
    if (file === 'only-here.json') return [{ name: 'counts', place, bytes, protection: 'none' }];
    if (file === 'notice.json') return [{ name: 'notice', place, bytes, protection: 'none' }];
    if (file.startsWith(SET_ASIDE) || file.includes('.damaged-'))
      return [{ name: 'set-aside', place, bytes, protection: 'store-key' }];
    return [{ name: 'temporary', place, bytes, protection: 'none' }];
  });
}

function countActivity(store: Store): number {
  const last = store.audit.last();
  return last ? last.number - (store.audit.checkpoint()?.number ?? 0) : 0;
}

/** The hosts of the accounts as they are now, and those that messages named and the person wanted asked. What is looked up while an account is added is asked of the person then. */
export function contactedHosts(
  store: Store,
  identities: readonly Identity[],
  providers: readonly Provider[],
): ContactedHost[] {
  const hosts = store.accounts.list().flatMap((account): ContactedHost[] => {
    if (account.auth === 'none' || account.signIn === 'signed-out') return [];
    const { address, imap, smtp } = account;
    const grant = store.grants.byAccount(account.accountId);
    const provider = providers.find(({ id }) => id === account.providerId);
    return [
      { host: imap.host, reason: 'imap', address },
      { host: smtp.host, reason: 'smtp', address },
      ...authorizationHosts(grant?.kind === 'oauth' ? grant.issuer : undefined, provider).map(
        (host) => ({ host, reason: 'authorization', address }) as const,
      ),
    ];
  });
  for (const { submission, address } of identities) {
    if (submission) hosts.push({ host: submission.smtp.host, reason: 'identity-smtp', address });
  }
  for (const { issuer, providerId, address } of store.debts.list()) {
    const provider = providers.find(({ id }) => id === providerId);
    for (const host of authorizationHosts(issuer, provider))
      hosts.push({ host, reason: 'authorization', address });
  }
  for (const { accountId, host, reason } of store.senders.contacts()) {
    const account = store.accounts.get(accountId);
    if (account) hosts.push({ host, reason, address: account.address });
  }
  return [...new Map(hosts.map((one) => [JSON.stringify(one), one])).values()];
}

function authorizationHosts(issuer: string | undefined, provider: Provider | undefined): string[] {
  if (issuer === undefined) return [];
  const { endpoints } = provider?.oauth ?? {};
  const urls = [issuer, endpoints?.token, endpoints?.revocation];
  return [...new Set(urls.flatMap((url) => (url === undefined ? [] : [new URL(url).hostname])))];
}
