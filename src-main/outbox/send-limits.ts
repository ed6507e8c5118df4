import type { DraftContent } from '../../src-shared/model/draft.ts';
import type { SendLimits } from '../../src-shared/model/writing.ts';
import { LIMITS } from '../base/limits.ts';
import { ownIdentityOf, type StoredIdentity } from '../store/identity-table.ts';
import type { Store } from '../store/store.ts';

/** What the server takes through which this draft would be sent, as it told when it was last spoken to; asks nobody. */
export function sendLimitsOf(
  store: Store,
  draft: Pick<DraftContent, 'accountId' | 'identityId'>,
): SendLimits {
  const way = smtpWayOf(store, store.identities.senderOf(draft));
  const offer = way && store.identities.smtpOffer(way.identityId, way.smtp.host);
  return { ...offer, attachments: LIMITS.draftAttachments };
}

/** The server through which an identity sends, and under whose id is kept what that server told. Undefined when the account has gone. */
function smtpWayOf(store: Store, sender: StoredIdentity | undefined) {
  const account = sender && store.accounts.server(sender.accountId);
  if (!account) return undefined;
  return sender.submission
    ? { identityId: sender.identityId, smtp: sender.submission.smtp }
    : { identityId: ownIdentityOf(account.accountId), smtp: account.smtp };
}
