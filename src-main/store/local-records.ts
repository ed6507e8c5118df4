/** Mail of accounts without a server, as it lies in the journal. */
import type { Envelope } from '../../src-shared/model/envelope.ts';
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { SpecialUse } from '../../src-shared/model/mailbox.ts';
import type { StoredBody } from './mail-records.ts';
import type { Operation } from './operation-records.ts';

export type NewLocalMessage = {
  flags: string[];
  /** Milliseconds since 1970; kept to the second, as IMAP does. */
  internalDate: number;
  source: Uint8Array;
  sha256: Uint8Array;
};

/** A message of the journal with what was read out of it, for the lists and the index. */
export type FilledMessage = NewLocalMessage & { uid: number; envelope: Envelope; body: StoredBody };

export type LocalTable = {
  /** Brings the mailboxes of an account into the store, as the journal has them, and takes away large sources that were cut off. */
  open(accountId: AccountId): void;
  /** The mailbox with this path in an account without a server, made when it is not there. Throws not-found. */
  addMailbox(accountId: AccountId, path: string, specialUse?: SpecialUse): MailboxId;
  /** Whether this very source was brought into this mailbox before, wherever it stands by now. */
  isKnown(mailboxId: MailboxId, sha256: Uint8Array): boolean;
  /** Writes a source part by part, before `append` takes the message in: a large one would hold everybody up. */
  keepSource(sha256: Uint8Array, source: Uint8Array): Generator<void>;
  /** Puts messages into the journal: from here on they are safe. Answers with their UIDs, in order. Throws mailbox-missing. */
  append(mailboxId: MailboxId, messages: NewLocalMessage[]): number[];
  /** Shows messages of the journal in the store, a step each. What has left the mailbox meanwhile is passed over. */
  fill(mailboxId: MailboxId, messages: FilledMessage[]): Generator<void>;
  /** The next messages of the journal that the store does not show whole, of one mailbox; none when all is there. */
  missing(accountId: AccountId): { mailboxId: MailboxId; messages: (NewLocalMessage & { uid: number })[] };
  /** The bytes as they were brought. */
  source(mailboxId: MailboxId, uid: number): Uint8Array | undefined;
  /** A source of the journal by the message, for the time before the store shows it whole. */
  sourceOf(messageId: MessageId): Uint8Array | undefined;
  /**
   * Does what the operation says, in the journal, in the transaction that also settles the operation; then in the store.
   * Throws message-gone when nothing is left of what it names, mailbox-missing.
   */
  carryOut(operation: Operation): void;
  /** Messages of all accounts without a server. */
  count(): number;
};
