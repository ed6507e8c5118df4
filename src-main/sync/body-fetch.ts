/**
 * Messages fetched, parsed, stored. The bytes are kept as they came, so that a signature can be checked later; attachments over
 * 1 MB stay on the server until somebody wants them.
 */
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { turn } from '../base/turn.ts';
import type { FetchedMessage, OmittedPart } from '../imap/fetched.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { MissingBody, NewBody, Omitted, ParsedBody, StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';

/** Bytes of an attachment, as transferred, that is fetched with its message. */
const ATTACHMENT_FETCHED = 1_000_000;
const MONTH = (365.25 / 12) * 24 * 60 * 60_000;
const EVERYTHING = 1_200;
const BATCH = 25;
/** Of an attachment that was left out and is not among those of the body. */
export const UNKNOWN_PART = -1;
const BATCH_BYTES = 4_000_000;
/** Batches of one turn on the connection. */
const ROUNDS = 16;
/** So many are stored together at least, while there are more to come. */
const STORED_FROM = 10;

export type ParseMessage = (source: Uint8Array) => Promise<ParsedBody>;

/** Messages since then are fetched before they are opened; nothing when none are. */
export function fetchedSince(bodyMonths: number, now: number): number | undefined {
  if (bodyMonths === 0) return undefined;
  return bodyMonths >= EVERYTHING ? 0 : Math.max(0, now - bodyMonths * MONTH);
}

/** Fetches one message that the person opened. Throws `message-gone`, or what the connection throws. */
export async function fetchBody(
  connection: ImapConnection,
  messageId: MessageId,
  store: Store,
  parseMessage: ParseMessage,
): Promise<StoredBody> {
  const there = store.bodies.get(messageId);
  if (there) return there;
  const size = store.messages.get(messageId)?.size ?? 0;
  const uid = await openWhereItStands(connection, messageId, store);
  const [found] = await fetchMessages(connection, [{ uid, size }]);
  if (!found) throw new MailError('message-gone');
  const body = await parsed(found, parseMessage);
  store.bodies.put(messageId, body);
  return store.bodies.get(messageId) ?? body;
}

/** Opens a mailbox in which the server has the message, and answers with its UID there. Throws `message-gone`. */
export async function openWhereItStands(
  connection: ImapConnection,
  messageId: MessageId,
  store: Store,
): Promise<number> {
  for (const { mailboxId, uid } of store.messages.serverPlacements(messageId)) {
    const mailbox = store.mailboxes.get(mailboxId);
    if (!mailbox) continue;
    // As this connection opened it, what was moved there since may be missing in it: then it looks anew.
    for (const look of [connection.openMailbox, connection.selectMailbox]) {
      const { uidValidity } = await look(mailbox.path);
      if (uidValidity !== store.mailboxes.syncState(mailboxId).uidValidity) break;
      if ((await connection.existingUids(uid, uid)).length > 0) return uid;
    }
  }
  throw new MailError('message-gone');
}

/** Small ones as they are, in one command; of the others first the structure, to leave out what is large. */
async function fetchMessages(
  connection: ImapConnection,
  wanted: { uid: number; size: number }[],
): Promise<FetchedMessage[]> {
  const isLarge = ({ size }: { size: number }) => size > ATTACHMENT_FETCHED || size === 0;
  const small = wanted.filter((one) => !isLarge(one)).map(({ uid }) => uid);
  const large = wanted.filter(isLarge).map(({ uid }) => uid);
  const whole = small.length > 0 ? await connection.fetchSources(small) : [];
  const parts =
    large.length > 0 ? await connection.fetchParts(large, { maxAttachment: ATTACHMENT_FETCHED }) : [];
  return [...whole.map((one) => ({ ...one, omitted: [] })), ...parts];
}

async function parsed({ source, omitted }: FetchedMessage, parseMessage: ParseMessage): Promise<NewBody> {
  if (source.length > LIMITS.messageSize) {
    throw new MailError('message-too-large', { detail: { limit: LIMITS.messageSize } });
  }
  const body = await parseMessage(source);
  return omitted.length === 0 ? { ...body, source } : { ...withOmitted(body, omitted), source };
}

/** Finds the attachments that were left out among those of the body: empty ones of the same type, in the same order. */
function withOmitted(body: ParsedBody, parts: OmittedPart[]): ParsedBody & { omitted: Omitted[] } {
  const attachments = [...body.attachments];
  const omitted: Omitted[] = [];
  let from = 0;
  for (const { section, type, size, encoding } of parts) {
    const isIt = (at: number) =>
      attachments[at]?.size === 0 && attachments[at]?.contentType === type.toLowerCase();
    let at = from;
    while (at < attachments.length && !isIt(at)) at++;
    const found = attachments[at];
    if (!found) {
      // Nobody knows which it is: then the whole message has to be fetched for it.
      omitted.push({ part: UNKNOWN_PART, section, size, encoding });
      continue;
    }
    from = at + 1;
    // Four characters of base64 are three bytes, and a line of them has a line break.
    const bytes = encoding.toLowerCase() === 'base64' ? Math.floor((size * 73) / 100) : size;
    attachments[at] = { ...found, size: bytes };
    omitted.push({ part: found.part, section, size, encoding });
  }
  return { ...body, attachments, omitted };
}

export type Prefetch = {
  accountId: AccountId;
  store: Store;
  parseMessage: ParseMessage;
  /** What could not be fetched, for as long as the program runs. */
  skipped: Set<MessageId>;
  since: number;
  signal: AbortSignal;
  /** When true, what was fetched so far is stored and the rest comes later. */
  isWanted(): boolean;
};

/**
 * Fetches the newest messages that are not here yet, some batches of them, and stores each while the next is on its way. Answers with
 * how many it tried: none left is 0.
 */
export async function prefetchBodies(connection: ImapConnection, prefetch: Prefetch): Promise<number> {
  const { isWanted } = prefetch;
  let tried = 0;
  let storing: Promise<void> = Promise.resolve();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const batch = nextBatch(prefetch);
      if (batch.length === 0) break;
      tried += batch.length;
      const found = await fetchBatch(connection, batch, prefetch);
      await storing;
      storing = storeBodies(found, prefetch);
      // Nobody looks at it before the next batch is here.
      storing.catch(() => undefined);
      if (isWanted()) break;
    }
  } finally {
    await storing;
  }
  return tried;
}

type Found = { messageId: MessageId; message: FetchedMessage };

/** A batch of one mailbox from the server; those that do not come back are not tried again. */
async function fetchBatch(
  connection: ImapConnection,
  batch: readonly MissingBody[],
  { store, skipped }: Prefetch,
): Promise<Found[]> {
  const [first] = batch;
  const mailbox = first && store.mailboxes.get(first.mailboxId);
  // Whatever does not come back is left for the click: a message that breaks the connection must not do so again and again.
  for (const { messageId } of batch) skipped.add(messageId);
  if (!mailbox) return [];
  try {
    const opened = await connection.openMailbox(mailbox.path);
    if (opened.uidValidity !== store.mailboxes.syncState(mailbox.mailboxId).uidValidity) return [];
    const byUid = new Map(batch.map(({ uid, messageId }) => [uid, messageId]));
    return (await fetchMessages(connection, [...batch])).flatMap((message) => {
      const messageId = byUid.get(message.uid);
      return messageId === undefined ? [] : [{ messageId, message }];
    });
  } catch (error) {
    if (toMailError(error).code !== 'protocol-error') {
      for (const { messageId } of batch) skipped.delete(messageId);
    }
    throw error;
  }
}

/** That a message is too large is an answer; anything else is a failure. */
function refusalOf(error: unknown): MailError {
  const failure = toMailError(error);
  if (failure.code !== 'message-too-large') throw failure;
  return failure;
}

async function storeBodies(
  found: readonly Found[],
  { store, parseMessage, skipped, signal }: Prefetch,
): Promise<void> {
  try {
    // Given to the parser's thread all at once: it works while this one stores.
    const bodies = found.map(({ message }) => parsed(message, parseMessage));
    for (const body of bodies) body.catch(() => undefined);
    const ready: { messageId: MessageId; body: NewBody }[] = [];
    const last = found.length - 1;
    for (const [index, { messageId }] of found.entries()) {
      const body = await bodies[index]?.catch(refusalOf);
      // What is beyond the limits is not tried again.
      if (body && !(body instanceof MailError)) ready.push({ messageId, body });
      if (ready.length < STORED_FROM && index < last) continue;
      while (ready.length > 0) {
        signal.throwIfAborted();
        for (const { messageId } of ready.splice(0, store.bodies.putSome(ready))) skipped.delete(messageId);
        await turn();
      }
    }
  } catch (error) {
    for (const { messageId } of found) skipped.delete(messageId);
    throw error;
  }
}

function nextBatch({ accountId, store, skipped, since, isWanted }: Prefetch): MissingBody[] {
  const missing = store.bodies
    .missing(accountId, { since, limit: BATCH + skipped.size })
    .filter(({ messageId }) => !skipped.has(messageId));
  const most = isWanted() ? 1 : BATCH;
  const mailboxId: MailboxId | undefined = missing[0]?.mailboxId;
  const batch: MissingBody[] = [];
  let bytes = 0;
  for (const one of missing) {
    if (batch.length === most || bytes > BATCH_BYTES) break;
    if (one.mailboxId !== mailboxId) continue;
    batch.push(one);
    bytes += Math.min(one.size, ATTACHMENT_FETCHED);
  }
  return batch;
}
