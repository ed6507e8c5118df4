/** Whole messages: fetched, parsed, stored. The bytes are kept as they came, so that a signature can be checked later. */
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { MissingBody, StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';

/** Older messages are fetched when they are opened. */
const PREFETCHED_AGE = 365 * 24 * 60 * 60_000;
/** Larger ones too: most of such a message is an attachment. */
const PREFETCHED_SIZE = 2_000_000;
const BATCH = 25;
const BATCH_BYTES = 4_000_000;

export type ParseMessage = (source: Uint8Array) => Promise<StoredBody>;

/** Fetches one message that the person opened. Throws `message-gone`, `message-too-large`, or what the connection throws. */
export async function fetchBody(
  connection: ImapConnection,
  messageId: MessageId,
  store: Store,
  parseMessage: ParseMessage,
): Promise<StoredBody> {
  const there = store.bodies.get(messageId);
  if (there) return there;
  if ((store.messages.get(messageId)?.size ?? 0) > LIMITS.messageSize) {
    throw new MailError('message-too-large', { detail: { limit: LIMITS.messageSize } });
  }
  for (const { mailboxId, uid } of store.messages.serverPlacements(messageId)) {
    const mailbox = store.mailboxes.get(mailboxId);
    if (!mailbox) continue;
    const opened = await connection.openMailbox(mailbox.path);
    if (opened.uidValidity !== store.mailboxes.syncState(mailboxId).uidValidity) continue;
    const [found] = await connection.fetchSources([uid]);
    if (!found) continue;
    const body = await parseMessage(found.source);
    store.bodies.put(messageId, { ...body, source: found.source });
    return store.bodies.get(messageId) ?? body;
  }
  throw new MailError('message-gone');
}

/**
 * Fetches the newest messages that are not here yet, of one mailbox, at most a batch. Answers with how many it tried: none left is 0.
 * `skipped` remembers what is too large or could not be fetched, for as long as the program runs.
 */
export async function prefetchBodies(
  connection: ImapConnection,
  accountId: AccountId,
  store: Store,
  context: { parseMessage: ParseMessage; skipped: Set<MessageId>; now: number; signal: AbortSignal },
): Promise<number> {
  const { parseMessage, skipped, now, signal } = context;
  const batch = nextBatch(store, accountId, skipped, now);
  const [first] = batch;
  const mailbox = first && store.mailboxes.get(first.mailboxId);
  if (!first || !mailbox) return 0;
  // Whatever does not come back is left for the click: a message that breaks the connection must not do so again and again.
  for (const { messageId } of batch) skipped.add(messageId);
  try {
    const opened = await connection.openMailbox(mailbox.path);
    if (opened.uidValidity !== store.mailboxes.syncState(first.mailboxId).uidValidity) return batch.length;
    const byUid = new Map(batch.map(({ uid, messageId }) => [uid, messageId]));
    for (const { uid, source } of await connection.fetchSources([...byUid.keys()])) {
      const messageId = byUid.get(uid);
      if (messageId === undefined) continue;
      const body = await parseMessage(source);
      signal.throwIfAborted();
      store.bodies.put(messageId, { ...body, source });
      skipped.delete(messageId);
    }
    return batch.length;
  } catch (error) {
    if (toMailError(error).code !== 'protocol-error') {
      for (const { messageId } of batch) skipped.delete(messageId);
    }
    throw error;
  }
}

function nextBatch(store: Store, accountId: AccountId, skipped: Set<MessageId>, now: number): MissingBody[] {
  const query = { since: now - PREFETCHED_AGE, limit: BATCH + skipped.size };
  const missing = store.bodies.missing(accountId, query).filter(({ messageId, size }) => {
    if (size > PREFETCHED_SIZE) skipped.add(messageId);
    return !skipped.has(messageId);
  });
  const batch: MissingBody[] = [];
  let bytes = 0;
  for (const one of missing) {
    if (batch.length === BATCH || bytes > BATCH_BYTES) break;
    if (one.mailboxId !== missing[0]?.mailboxId) continue;
    batch.push(one);
    bytes += one.size;
  }
  return batch;
}
