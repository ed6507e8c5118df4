import type { AccountId } from '../../src-shared/model/ids.ts';
import type { SignOutPreview } from '../../src-shared/model/receipt.ts';
import { MailError } from '../base/errors.ts';
import { isEmptyDraft } from '../store/draft-content.ts';
import type { Store } from '../store/store.ts';

/** How much there is on this computer only. */
export type OnlyHere = { sent: number; drafts: number; changes: number };

const WAITING = new Set(['queued', 'sending', 'failed', 'unknown']);

/** Counts before anything is done. Throws not-found. */
export function previewSignOut(store: Store, accountId: AccountId): SignOutPreview {
  const account = store.accounts.get(accountId);
  if (!account) throw new MailError('not-found');
  return {
    accountId,
    waiting: waitingOf(store, accountId).map(({ subject }) => ({ subject })),
    drafts: draftsOf(store, accountId).map(({ subject }) => ({ subject })),
    changes: store.operations.pending(accountId).byChange,
    ...store.accounts.size(accountId),
    canFinish: account.signIn === 'active' && store.grants.byAccount(accountId)?.state === 'active',
  };
}

export function countOnlyHere(store: Store, accountId: AccountId): OnlyHere {
  const { flags, move, append, expunge, mailbox } = store.operations.pending(accountId);
  return {
    sent: waitingOf(store, accountId).length,
    drafts: draftsOf(store, accountId).length,
    changes: flags + move + append + expunge + mailbox,
  };
}

export function waitingOf(store: Store, accountId: AccountId) {
  return store.outbox.list().filter((one) => one.accountId === accountId && WAITING.has(one.state));
}

/** Without those that the server has as they are, and without those in which nothing is. */
function draftsOf(store: Store, accountId: AccountId) {
  return store.drafts
    .list()
    .filter((one) => one.accountId === accountId && one.storedAt === undefined && !isEmptyDraft(one));
}
