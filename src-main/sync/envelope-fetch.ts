import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { FetchedEnvelope, FetchedFlags } from '../imap/fetched.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { Store } from '../store/store.ts';
import type { Doubts } from './doubts.ts';
import { type Place, storeEnvelopes } from './store-changes.ts';

/**
 * Fetches envelopes into the store as they come. Answers false when the mailbox was started anew meanwhile. A message whose envelope
 * nobody can read stands there without one, so that it can be opened.
 */
export async function fetchInto(
  { connection, store, doubts }: { connection: ImapConnection; store: Store; doubts: Doubts },
  place: Place,
  uids: readonly number[],
): Promise<boolean> {
  const { mailboxId } = place;
  const readable = uids.filter((uid) => !doubts.isUnreadable(mailboxId, uid));
  let isSame = true;
  await doubts.watch(mailboxId, readable, () =>
    connection.streamEnvelopes(readable, async (batch) => {
      isSame = isSame && (await storeEnvelopes(place, batch, store));
    }),
  );
  for (const uid of uids.filter((one) => doubts.isUnreadable(mailboxId, one))) {
    const flags = await connection.fetchFlags(uid, uid);
    const envelopes = flags.map((one) => withoutEnvelope(one, neighbourDate(store, mailboxId, uid)));
    isSame = isSame && (await storeEnvelopes(place, envelopes, store));
  }
  return isSame;
}

/** It stands beside the one that came after it. */
function neighbourDate(store: Store, mailboxId: MailboxId, uid: number): number {
  return store.messages.dateAfter(mailboxId, uid) ?? 0;
}

function withoutEnvelope(flags: FetchedFlags, internalDate: number): FetchedEnvelope {
  return {
    ...flags,
    internalDate,
    size: 0,
    messageIdHeader: '',
    inReplyTo: [],
    references: [],
    subject: '',
    from: [],
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    hasAttachments: false,
  };
}
