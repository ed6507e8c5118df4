import { randomUUID } from 'node:crypto';
import { DEFAULT_BODY_MONTHS, type LocalAccount } from '../../src-shared/model/account.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import type { Store } from '../store/store.ts';
import { FIRST_MAILBOXES } from './mailbox-path.ts';

/** An account without a server, with the mailboxes that the buttons of the reader need; imports make the others. */
export function addLocalAccount(
  name: string,
  { store, clock }: { store: Store; clock: Clock },
): LocalAccount {
  const account: LocalAccount = {
    accountId: randomUUID() as AccountId,
    auth: 'none',
    address: '',
    displayName: name,
    providerId: 'local',
    providerName: '',
    bodyMonths: DEFAULT_BODY_MONTHS,
    addedAt: clock.now(),
  };
  store.accounts.addLocal(account);
  for (const { path, specialUse } of FIRST_MAILBOXES)
    store.local.addMailbox(account.accountId, path, specialUse);
  return account;
}

/** Throws not-found; input-invalid for an account with a server: its mail is the server's. */
export function requireLocal(accountId: AccountId, store: Store): void {
  const account = store.accounts.get(accountId);
  if (!account) throw new MailError('not-found');
  if (account.auth !== 'none') throw new MailError('input-invalid');
}

/** Erases an account without a server with everything in it. Throws not-found; input-invalid for one with a server. */
export async function removeLocalAccount(
  accountId: AccountId,
  { store, transfers }: { store: Store; transfers: { cancelAll(accountId: AccountId): Promise<void> } },
): Promise<void> {
  requireLocal(accountId, store);
  await transfers.cancelAll(accountId);
  const { messages } = await store.accounts.erase(accountId);
  store.audit.append({ accountId, kind: 'account-erased', detail: { messages } });
}
