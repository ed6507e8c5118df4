/** What the store keeps of mail, and the tables that hold it. */
import type { ThreadView } from '../../src-shared/ipc/contract.ts';
import type { Envelope } from '../../src-shared/model/envelope.ts';
import type { AccountId, MailboxId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import type { Mailbox, SpecialUse } from '../../src-shared/model/mailbox.ts';
import type { MessageSummary } from '../../src-shared/model/message.ts';
import type { BodyContent } from '../../src-shared/model/message-body.ts';
import type { ThreadPage } from '../../src-shared/model/thread.ts';
import type { KeptHeaders } from '../base/kept-headers.ts';
import type { PackedBody } from '../base/packed.ts';

/** A mailbox as LIST told of it (RFC 9051 §6.3.9). */
export type ListedMailbox = {
  path: string;
  delimiter: string;
  name: string;
  specialUse?: SpecialUse;
  selectable: boolean;
  /** Absent: not told, then it counts as subscribed. */
  subscribed?: boolean;
  /** MAILBOXID (RFC 8474 §4): stays the same when the mailbox is renamed. */
  objectId?: string;
  status?: { uidValidity?: number };
};

/**
 * How far a mailbox is known. All of it is the server's but `backfilledTo`, the lowest UID whose envelope is here, and `comparedAt`,
 * when everything in it was last compared with the server.
 */
export type SyncState = {
  uidValidity?: number;
  uidNext?: number;
  highestModseq?: bigint;
  backfilledTo?: number;
  comparedAt?: number;
};

export type MailboxTable = {
  /** As the server has them: for those who talk to it. */
  list(accountId?: AccountId): Mailbox[];
  /** As the person has them, with what is still to be told to the server: for windows. */
  shown(accountId?: AccountId): Mailbox[];
  get(mailboxId: MailboxId): Mailbox | undefined;
  /** The messages that stand in it as the person sees it, oldest first. */
  messageIds(mailboxId: MailboxId): MessageId[];
  bySpecialUse(accountId: AccountId, use: SpecialUse): Mailbox | undefined;
  /** Makes the list what the server has. A path keeps its key, and so does a mailbox that was renamed; missing ones go with their placements. */
  replaceList(accountId: AccountId, listed: ListedMailbox[]): void;
  syncState(mailboxId: MailboxId): SyncState;
  /** The same for all mailboxes of an account, in one go. */
  syncStates(accountId: AccountId): Map<MailboxId, SyncState>;
  /** Changes what is given. `backfilledTo` 1 says that everything was seen: what `reset` left unmatched goes then. */
  setSyncState(mailboxId: MailboxId, change: SyncState): void;
  /** The same for mailboxes in which nothing is, in one transaction. */
  setEmpty(states: Map<MailboxId, SyncState>): void;
  /**
   * UIDVALIDITY changed (RFC 9051 §2.3.1.1): forgets every UID and the sync state. The messages stay in view without UID until
   * `addEnvelopes` matches them by Message-ID and size (nothing is downloaded twice) or the back-fill ends without them.
   */
  reset(mailboxId: MailboxId): void;
};

/** One message of a FETCH: envelope, flags, size, INTERNALDATE. Times in milliseconds since 1970, size in bytes. */
export type FetchedEnvelope = Envelope & {
  uid: number;
  modseq?: bigint;
  flags: string[];
  internalDate: number;
  size: number;
  hasAttachments: boolean;
  preview?: string;
  /** The server's own name for the message (RFC 8474 EMAILID, X-GM-MSGID). */
  emailId?: string;
};

export type Placement = { mailboxId: MailboxId; uid: number | undefined };

export type MessageTable = {
  get(messageId: MessageId): MessageSummary | undefined;
  /** In the order asked for; unknown ones are left out. */
  many(messageIds: MessageId[]): MessageSummary[];
  /**
   * Messages, placements, threads, counters and index terms in one transaction. Idempotent by (mailbox, uid).
   * A message that the account knows (same Message-ID and size) gets a placement only. `added` are the new rows.
   */
  addEnvelopes(mailboxId: MailboxId, envelopes: FetchedEnvelope[]): { added: MessageId[] };
  /** What the server says of flags; the effect of operations not yet done stays on top. Unknown UIDs are ignored. */
  setServerFlags(mailboxId: MailboxId, updates: { uid: number; flags: string[]; modseq?: bigint }[]): void;
  /** What the server shows of their text (RFC 8970), for messages whose body is not here yet. */
  setPreviews(mailboxId: MailboxId, previews: ReadonlyMap<number, string>): void;
  /** Expunged on the server. A message without any placement left is deleted. */
  removeUids(mailboxId: MailboxId, uids: number[]): void;
  /** UIDs from..to (both included) with the flags as the server last told them, also of placements that a move has hidden. Ascending. */
  knownUids(mailboxId: MailboxId, range: { from: number; to: number }): { uid: number; flags: string[] }[];
  uidCount(mailboxId: MailboxId): number;
  /** INTERNALDATE of the message that follows this UID here. */
  dateAfter(mailboxId: MailboxId, uid: number): number | undefined;
  /** Where the message stands for the person: without what a pending move has hidden. */
  placements(messageId: MessageId): Placement[];
  /** Where the server has it, with UID, whether or not a pending move has hidden it: for fetching. */
  serverPlacements(messageId: MessageId): { mailboxId: MailboxId; uid: number }[];
  /** The newest message with this Message-ID (RFC 5322 §3.6.4), of whatever account. */
  find(messageIdHeader: string): MessageId | undefined;
  /** Message-IDs that an answer's References take over (RFC 5322 §3.6.4), oldest first. */
  references(messageId: MessageId): string[];
};

export type ThreadTable = {
  /** Rows start..start+limit of a view, newest first, with the height and the unread threads of the whole view. */
  page(view: ThreadView, start: number, limit: number): ThreadPage;
  /** The messages of a thread, oldest first. */
  messages(threadId: ThreadId): MessageSummary[];
};

/** The parsed content. `searchText` goes into the index only and comes back empty from `get`. */
export type StoredBody = BodyContent & {
  preview: string;
  searchText: string;
  headers?: KeptHeaders;
};

/**
 * An attachment that was left on the server. `part` is its number among the attachments of the body, `section` its part number there
 * (RFC 9051 §6.4.5), `size` its bytes as transferred, `encoding` its Content-Transfer-Encoding.
 */
export type Omitted = { part: number; section: string; size: number; encoding: string };

export type MissingBody = { messageId: MessageId; mailboxId: MailboxId; uid: number; size: number };

/** What a parser makes of a message. `packed` saves the store's thread the packing. */
export type ParsedBody = StoredBody & { packed?: PackedBody };

/** With `omitted` the source is without those attachments: it is kept for its other parts. */
export type NewBody = ParsedBody & {
  source: Uint8Array;
  /** Of the source, when it is known already. */
  sha256?: Uint8Array;
  omitted?: Omitted[];
};

export type BodyTable = {
  has(messageId: MessageId): boolean;
  get(messageId: MessageId): StoredBody | undefined;
  /** Source, parsed parts, preview, index terms in one transaction. A message that has gone meanwhile is ignored. */
  put(messageId: MessageId, body: NewBody): void;
  /** Of messages of one account, from the first on, as many in one transaction as the engine's thread can be kept for. Answers how many. */
  putSome(bodies: readonly { messageId: MessageId; body: NewBody }[]): number;
  /** The bytes as the server sent them; undefined also when attachments were left on the server. */
  source(messageId: MessageId): Uint8Array | undefined;
  /** What is here of a message of which attachments were left on the server: its other parts can be read out of it. */
  partialSource(messageId: MessageId): Uint8Array | undefined;
  /** What was left on the server; empty for a message that is here whole. */
  omitted(messageId: MessageId): Omitted[];
  /** Messages since a time whose source is not here, newest first. */
  missing(accountId: AccountId, query: { since: number; limit: number }): MissingBody[];
  missingCount(accountId: AccountId, since: number): number;
};
